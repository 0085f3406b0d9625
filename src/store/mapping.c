/*
 * mapping.c - where the rows of the roles are.
 *
 * Invalidation messages can arrive whenever a lock is taken, also in the
 * middle of a read; then they only set flags.  What the flags ask for is done
 * when something is looked up next.  A mapped expression may call a function
 * that reads in turn, so memory that is still in use further up the stack is
 * not freed but retired, until no read is under way.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"

#include "store/mapping.h"
#include "store/plan.h"

/* columns of promise.mapping */
enum
{
	ANUM_ROLE = 1,
	ANUM_RELATION,
	ANUM_NAME,
	ANUM_COLUMNS,
	ANUM_EXPRESSIONS,
	ANUM_FILTER,
	NATTS = ANUM_FILTER
};

typedef struct Retired
{
	Catalogue  *catalogue;		/* either this */
	Prepared   *prepared;		/* or that */
	struct Retired *next;
} Retired;

static void load(void);
static void add_own_tables(Catalogue *catalogue, Oid namespace);
static void add_row(Catalogue *catalogue, HeapTuple tuple, TupleDesc desc);
static Mapping *add(Catalogue *catalogue);
static int	compare_mappings(const void *left, const void *right);
static void invalidate(Datum arg, Oid relation);
static void retire(Catalogue *catalogue, Prepared *prepared);
static void free_catalogue(Catalogue *catalogue);

/* the catalogue in force; NULL if none was loaded */
static Catalogue *current = NULL;

/* does the table promise.mapping differ from it? */
static bool current_is_stale = true;

/* counts what may have changed, in this backend; it only ever grows */
static uint64 generation = 0;

/* promise.mapping, from which it was loaded */
static Oid	mapping_table = InvalidOid;

/* reads under way, one inside the other, and what waits for their end */
static int	nreads = 0;
static Retired *retired = NULL;

/*
 * Begin a read: what mapping_catalogue and plan_get return stays valid until
 * mapping_leave, which must be called also when the read fails.
 */
void
mapping_enter(void)
{
	nreads++;
}

void
mapping_leave(void)
{
	Assert(nreads > 0);
	nreads--;

	while (nreads == 0 && retired != NULL)
	{
		Retired    *first = retired;

		retired = first->next;
		if (first->catalogue != NULL)
			free_catalogue(first->catalogue);
		if (first->prepared != NULL)
			plan_free_prepared(first->prepared);
		pfree(first);
	}
}

/*
 * The catalogue in force.
 */
Catalogue *
mapping_catalogue(void)
{
	/* no lock keeps others from changing the table */
	AcceptInvalidationMessages();
	if (current_is_stale)
		load();
	return current;
}

/*
 * A number that differs if the catalogue, or a relation in it, may have
 * changed since it was last asked for.
 */
uint64
mapping_generation(void)
{
	return generation;
}

/*
 * The mapping of these names; NULL if there is none.
 */
Mapping *
mapping_find(RoleId role, Oid relation, const char *name)
{
	Catalogue  *catalogue = mapping_catalogue();

	for (int i = 0; i < catalogue->nmappings; i++)
	{
		Mapping    *mapping = &catalogue->mappings[i];

		if (!mapping->own && mapping->role == role &&
			mapping->relation == relation &&
			strcmp(mapping->name, name) == 0)
			return mapping;
	}
	return NULL;
}

/*
 * The name of a mapping's relation for people, in the current memory context.
 */
const char *
mapping_label(const Mapping *mapping)
{
	char	   *name = get_rel_name(mapping->relation);

	if (name == NULL)
		return psprintf("%u", mapping->relation);
	return quote_qualified_identifier(get_namespace_name(get_rel_namespace(mapping->relation)),
									  name);
}

/*
 * The call that removes a mapping, for hints.
 */
const char *
mapping_removal(const Mapping *mapping)
{
	return psprintf("promise.unmap('%s', %s%s%s)",
					role_list[mapping->role].name,
					quote_literal_cstr(mapping_label(mapping)),
					mapping->name[0] != '\0' ? ", " : "",
					mapping->name[0] != '\0' ?
					quote_literal_cstr(mapping->name) : "");
}

/* free what a mapping was prepared to, as soon as nobody uses it */
void
mapping_retire(Prepared *prepared)
{
	retire(NULL, prepared);
}

static void
load(void)
{
	static bool callback_is_registered = false;
	Oid			namespace = get_namespace_oid("promise", false);
	MemoryContext context;
	Catalogue  *catalogue;
	Relation	rel;
	SysScanDesc scan;
	HeapTuple	tuple;

	if (!callback_is_registered)
	{
		CacheRegisterRelcacheCallback(invalidate, (Datum) 0);
		callback_is_registered = true;
	}

	mapping_table = get_relname_relid("mapping", namespace);
	if (!OidIsValid(mapping_table))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("relation \"%s\" does not exist", "promise.mapping")));
	rel = table_open(mapping_table, AccessShareLock);

	/* from here on, a message that arrives counts against what is loaded */
	current_is_stale = false;

	PG_TRY();
	{
		context = AllocSetContextCreate(CurrentMemoryContext,
										"promise catalogue",
										ALLOCSET_SMALL_SIZES);
		catalogue = MemoryContextAllocZero(context, sizeof(Catalogue));
		catalogue->context = context;

		add_own_tables(catalogue, namespace);
		scan = systable_beginscan(rel, InvalidOid, false, NULL, 0, NULL);
		while (HeapTupleIsValid(tuple = systable_getnext(scan)))
			add_row(catalogue, tuple, RelationGetDescr(rel));
		systable_endscan(scan);
		table_close(rel, NoLock);

		qsort(catalogue->mappings, catalogue->nmappings, sizeof(Mapping),
			  compare_mappings);
	}
	PG_CATCH();
	{
		current_is_stale = true;
		PG_RE_THROW();
	}
	PG_END_TRY();

	/* nothing can fail any more */
	MemoryContextSetParent(context, CacheMemoryContext);
	if (current != NULL)
		retire(current, NULL);
	current = catalogue;
}

/*
 * Own tables: every column is its own expression, if the role does not say
 * otherwise.  The demand table of the extension is promise.commitment, with the
 * columns of the role; what is settled stays in it, outside of the index by
 * item.
 */
static void
add_own_tables(Catalogue *catalogue, Oid namespace)
{
	for (int role = 0; role < NUM_ROLES; role++)
	{
		const Role *def = &role_list[role];
		Mapping    *mapping;
		MemoryContext old;

		if (def->own_table == NULL)
			continue;

		mapping = add(catalogue);
		mapping->role = (RoleId) role;
		mapping->relation = get_relname_relid(def->own_table, namespace);
		mapping->own = true;
		mapping->name = "";
		mapping->filter = def->own_filter;

		old = MemoryContextSwitchTo(catalogue->context);
		for (int i = 0; def->columns[i].name != NULL; i++)
			mapping->expressions[i] = def->columns[i].own != NULL ?
				def->columns[i].own :
				quote_qualified_identifier(def->own_table, def->columns[i].name);
		MemoryContextSwitchTo(old);
		if (!OidIsValid(mapping->relation))
			ereport(ERROR,
					(errcode(ERRCODE_UNDEFINED_TABLE),
					 errmsg("relation \"promise.%s\" does not exist",
							def->own_table)));
	}
}

static void
add_row(Catalogue *catalogue, HeapTuple tuple, TupleDesc desc)
{
	Datum		values[NATTS];
	bool		nulls[NATTS];
	Mapping    *mapping;
	Datum	   *columns;
	Datum	   *expressions;
	int			ncolumns;
	int			nexpressions;
	RoleId		role;
	MemoryContext old;

	heap_deform_tuple(tuple, desc, values, nulls);
	if (!role_find(TextDatumGetCString(values[ANUM_ROLE - 1]), &role))
		return;					/* a role of a later version */

	mapping = add(catalogue);
	old = MemoryContextSwitchTo(catalogue->context);
	mapping->role = role;
	mapping->recorded = true;
	mapping->relation = DatumGetObjectId(values[ANUM_RELATION - 1]);
	mapping->name = TextDatumGetCString(values[ANUM_NAME - 1]);
	if (!nulls[ANUM_FILTER - 1])
		mapping->filter = TextDatumGetCString(values[ANUM_FILTER - 1]);

	deconstruct_array(DatumGetArrayTypeP(values[ANUM_COLUMNS - 1]),
					  TEXTOID, -1, false, TYPALIGN_INT,
					  &columns, NULL, &ncolumns);
	deconstruct_array(DatumGetArrayTypeP(values[ANUM_EXPRESSIONS - 1]),
					  TEXTOID, -1, false, TYPALIGN_INT,
					  &expressions, NULL, &nexpressions);
	for (int i = 0; i < Min(ncolumns, nexpressions); i++)
	{
		int			column = role_column(role, TextDatumGetCString(columns[i]));

		if (column >= 0)
			mapping->expressions[column] = TextDatumGetCString(expressions[i]);
	}
	MemoryContextSwitchTo(old);
}

static Mapping *
add(Catalogue *catalogue)
{
	Mapping    *mapping;

	if (catalogue->mappings == NULL)
		catalogue->mappings = MemoryContextAlloc(catalogue->context,
												 sizeof(Mapping));
	else
		catalogue->mappings = repalloc(catalogue->mappings,
									   (catalogue->nmappings + 1) * sizeof(Mapping));

	mapping = &catalogue->mappings[catalogue->nmappings++];
	memset(mapping, 0, sizeof(Mapping));
	return mapping;
}

static int
compare_mappings(const void *left, const void *right)
{
	const Mapping *a = left;
	const Mapping *b = right;

	if (a->own != b->own)
		return a->own ? -1 : 1;
	if (a->role != b->role)
		return a->role < b->role ? -1 : 1;
	if (a->relation != b->relation)
		return a->relation < b->relation ? -1 : 1;
	return strcmp(a->name, b->name);
}

/*
 * A relation changed; InvalidOid: any may have changed.  Own tables come and
 * go together with promise.mapping.
 */
static void
invalidate(Datum arg, Oid relation)
{
	if (!OidIsValid(relation) || relation == mapping_table)
	{
		current_is_stale = true;
		generation++;
	}
	if (current == NULL)
		return;

	for (int i = 0; i < current->nmappings; i++)
	{
		Mapping    *mapping = &current->mappings[i];

		if (!OidIsValid(relation) || relation == mapping->relation)
		{
			mapping->stale = true;
			generation++;
		}
	}
}

static void
retire(Catalogue *catalogue, Prepared *prepared)
{
	Retired    *entry;

	if (nreads == 0)
	{
		if (catalogue != NULL)
			free_catalogue(catalogue);
		if (prepared != NULL)
			plan_free_prepared(prepared);
		return;
	}

	entry = MemoryContextAlloc(TopMemoryContext, sizeof(Retired));
	entry->catalogue = catalogue;
	entry->prepared = prepared;
	entry->next = retired;
	retired = entry;
}

static void
free_catalogue(Catalogue *catalogue)
{
	for (int i = 0; i < catalogue->nmappings; i++)
	{
		if (catalogue->mappings[i].prepared != NULL)
			plan_free_prepared(catalogue->mappings[i].prepared);
	}
	MemoryContextDelete(catalogue->context);
}
