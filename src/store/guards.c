/*
 * guards.c - what is protected, and how.
 *
 * The copy is loaded when it is asked for and thrown away as a whole when one
 * of its tables, or a relation that it names, may have changed.  Invalidation
 * messages only set a flag: they arrive at any time.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/namespace.h"
#include "utils/builtins.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "store/guards.h"

/* columns of promise.guard; those that follow only order a dump */
enum
{
	ANUM_GUARD = 1,
	ANUM_RELATION,
	ANUM_ROLE,
	ANUM_MAPPING,
	ANUM_MODE,
	ANUM_DEFERRED,
	ANUM_KEEPS_HISTORY
};

/* columns of promise.guard_watch */
enum
{
	ANUM_WATCH_GUARD = 1,
	ANUM_WATCH_RELATION,
	ANUM_WATCH_QUERY,
	ANUM_WATCH_DOCUMENT
};

/* columns of promise.guard_limit */
enum
{
	ANUM_LIMIT_NAME = 1,
	ANUM_LIMIT_FUNCTION,
	ANUM_LIMIT_LOADS
};

/* the tables that the copy is made of */
enum
{
	TABLE_GUARD,
	TABLE_WATCH,
	TABLE_LIMIT,
	TABLE_POLICY,
	NUM_TABLES
};

static const char *const table_names[NUM_TABLES] = {
	[TABLE_GUARD] = "guard",
	[TABLE_WATCH] = "guard_watch",
	[TABLE_LIMIT] = "guard_limit",
	[TABLE_POLICY] = "policy",
};

typedef struct GuardList
{
	MemoryContext context;		/* holds all of it */
	Guard	   *guards;
	int			nguards;
	GuardLimit *limits;			/* by name */
	int			nlimits;
	bool		any_policy;
} GuardList;

static bool is_view_of_demand(const Guard *guard);
static const GuardList *current_list(void);
static void load(void);
static Oid	table_oid(int number, Oid namespace);
static void read_table(GuardList *list, int number,
					   void (*add) (GuardList *list, Datum *values));
static bool any_row(int number);
static void add_guard(GuardList *list, Datum *values);
static void add_watch(GuardList *list, Datum *values);
static void add_limit(GuardList *list, Datum *values);
static void *add_element(MemoryContext context, void **array, int *count,
						 Size size);
static GuardMode mode_of(const char *name);
static int	compare_limits(const void *left, const void *right);
static void invalidate(Datum arg, Oid relation);

/* the copy; NULL if none was loaded */
static GuardList *current = NULL;

/* does it differ from the tables? */
static bool current_is_stale = true;

/* counts what may have changed, in this backend; it only ever grows */
static uint64 generation = 0;

/* the tables that it was loaded from */
static Oid	tables[NUM_TABLES];

const Guard *
guards_find(int number)
{
	const GuardList *list = current_list();

	for (int i = 0; i < list->nguards; i++)
	{
		if (list->guards[i].number == number)
			return &list->guards[i];
	}
	return NULL;
}

const Guard *
guards_find_own(Oid relation)
{
	const GuardList *list = current_list();

	for (int i = 0; i < list->nguards; i++)
	{
		if (list->guards[i].relation == relation)
			return &list->guards[i];
	}
	return NULL;
}

bool
guards_any(void)
{
	return current_list()->nguards > 0;
}

const Guard *
guards_list(int *nguards)
{
	const GuardList *list = current_list();

	*nguards = list->nguards;
	return list->guards;
}

bool
guards_any_view(void)
{
	const GuardList *list = current_list();

	for (int i = 0; i < list->nguards; i++)
	{
		if (is_view_of_demand(&list->guards[i]))
			return true;
	}
	return false;
}

bool
guards_is_view(Oid relation, const char *mapping)
{
	const GuardList *list = current_list();

	for (int i = 0; i < list->nguards; i++)
	{
		const Guard *guard = &list->guards[i];

		if (guard->relation == relation && is_view_of_demand(guard) &&
			strcmp(guard->mapping, mapping) == 0)
			return true;
	}
	return false;
}

static bool
is_view_of_demand(const Guard *guard)
{
	return guard->role == ROLE_DEMAND && guard->nwatches > 0;
}

const GuardLimit *
guards_limits(int *nlimits)
{
	const GuardList *list = current_list();

	*nlimits = list->nlimits;
	return list->limits;
}

bool
guards_any_policy(void)
{
	return current_list()->any_policy;
}

uint64
guards_generation(void)
{
	return generation;
}

static const GuardList *
current_list(void)
{
	/* no lock keeps others from changing the tables */
	AcceptInvalidationMessages();
	if (current_is_stale)
		load();
	return current;
}

/*
 * Read the tables.  What was there before lives on until the transaction ends:
 * somebody further up the stack may be using it.
 */
static void
load(void)
{
	static bool callback_is_registered = false;
	Oid			namespace = get_namespace_oid("promise", false);
	MemoryContext context;
	GuardList  *list;

	if (!callback_is_registered)
	{
		CacheRegisterRelcacheCallback(invalidate, (Datum) 0);
		callback_is_registered = true;
	}
	for (int i = 0; i < NUM_TABLES; i++)
		tables[i] = table_oid(i, namespace);

	/* from here on, a message that arrives counts against what is loaded */
	current_is_stale = false;

	PG_TRY();
	{
		context = AllocSetContextCreate(CurrentMemoryContext,
										"promise guards",
										ALLOCSET_SMALL_SIZES);
		list = MemoryContextAllocZero(context, sizeof(GuardList));
		list->context = context;

		read_table(list, TABLE_GUARD, add_guard);
		read_table(list, TABLE_WATCH, add_watch);
		read_table(list, TABLE_LIMIT, add_limit);
		list->any_policy = any_row(TABLE_POLICY);
		if (list->nlimits > 1)
			qsort(list->limits, list->nlimits, sizeof(GuardLimit),
				  compare_limits);
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
		MemoryContextSetParent(current->context, TopTransactionContext);
	current = list;
}

static Oid
table_oid(int number, Oid namespace)
{
	Oid			table = get_relname_relid(table_names[number], namespace);

	if (!OidIsValid(table))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("relation \"promise.%s\" does not exist",
						table_names[number])));
	return table;
}

/*
 * Give every row of a table to a function, in the context of the list.
 */
static void
read_table(GuardList *list, int number,
		   void (*add) (GuardList *list, Datum *values))
{
	Relation	rel = table_open(tables[number], AccessShareLock);
	TupleDesc	desc = RelationGetDescr(rel);
	Datum	   *values = palloc(desc->natts * sizeof(Datum));
	bool	   *nulls = palloc(desc->natts * sizeof(bool));
	SysScanDesc scan;
	HeapTuple	tuple;

	scan = systable_beginscan(rel, InvalidOid, false, NULL, 0, NULL);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		MemoryContext old = MemoryContextSwitchTo(list->context);

		/* what is NULL becomes 0; only a watch's document may be */
		heap_deform_tuple(tuple, desc, values, nulls);
		add(list, values);
		MemoryContextSwitchTo(old);
	}
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
	pfree(values);
	pfree(nulls);
}

static bool
any_row(int number)
{
	Relation	rel = table_open(tables[number], AccessShareLock);
	SysScanDesc scan = systable_beginscan(rel, InvalidOid, false, NULL, 0, NULL);
	bool		result = HeapTupleIsValid(systable_getnext(scan));

	systable_endscan(scan);
	table_close(rel, AccessShareLock);
	return result;
}

static void
add_guard(GuardList *list, Datum *values)
{
	Oid			relation = DatumGetObjectId(values[ANUM_RELATION - 1]);
	RoleId		role;
	Guard	   *guard;

	/* a role of a later version, or a relation that has been dropped */
	if (!role_find(TextDatumGetCString(values[ANUM_ROLE - 1]), &role) ||
		!SearchSysCacheExists1(RELOID, ObjectIdGetDatum(relation)))
		return;

	guard = add_element(list->context, (void **) &list->guards,
						&list->nguards, sizeof(Guard));
	guard->number = DatumGetInt32(values[ANUM_GUARD - 1]);
	guard->relation = relation;
	guard->role = role;
	guard->mapping = TextDatumGetCString(values[ANUM_MAPPING - 1]);
	guard->mode = mode_of(TextDatumGetCString(values[ANUM_MODE - 1]));
	guard->deferred = DatumGetBool(values[ANUM_DEFERRED - 1]);
	guard->keeps_history = DatumGetBool(values[ANUM_KEEPS_HISTORY - 1]);
}

static void
add_watch(GuardList *list, Datum *values)
{
	int			number = DatumGetInt32(values[ANUM_WATCH_GUARD - 1]);

	for (int i = 0; i < list->nguards; i++)
	{
		Guard	   *guard = &list->guards[i];
		GuardWatch *watch;

		if (guard->number != number)
			continue;
		watch = add_element(list->context, (void **) &guard->watches,
							&guard->nwatches, sizeof(GuardWatch));
		watch->relation = DatumGetObjectId(values[ANUM_WATCH_RELATION - 1]);
		watch->query = TextDatumGetCString(values[ANUM_WATCH_QUERY - 1]);
		if (DatumGetPointer(values[ANUM_WATCH_DOCUMENT - 1]) != NULL)
			watch->document = TextDatumGetCString(values[ANUM_WATCH_DOCUMENT - 1]);
	}
}

static void
add_limit(GuardList *list, Datum *values)
{
	GuardLimit *limit = add_element(list->context, (void **) &list->limits,
									&list->nlimits, sizeof(GuardLimit));

	limit->name = TextDatumGetCString(values[ANUM_LIMIT_NAME - 1]);
	limit->function = DatumGetObjectId(values[ANUM_LIMIT_FUNCTION - 1]);
	limit->loads = DatumGetBool(values[ANUM_LIMIT_LOADS - 1]);
}

/*
 * One more element at the end of an array, zeroed.
 */
static void *
add_element(MemoryContext context, void **array, int *count, Size size)
{
	char	   *element;

	if (*array == NULL)
		*array = MemoryContextAlloc(context, size);
	else
		*array = repalloc(*array, (*count + 1) * size);
	element = (char *) *array + *count * size;
	memset(element, 0, size);
	(*count)++;
	return element;
}

/* a check of the table lets no other name in; one that is unknown blocks */
static GuardMode
mode_of(const char *name)
{
	if (strcmp(name, "report") == 0)
		return GUARD_REPORT;
	if (strcmp(name, "warn") == 0)
		return GUARD_WARN;
	if (strcmp(name, "except") == 0)
		return GUARD_EXCEPT;
	return GUARD_BLOCK;
}

static int
compare_limits(const void *left, const void *right)
{
	return strcmp(((const GuardLimit *) left)->name,
				  ((const GuardLimit *) right)->name);
}

/*
 * A relation changed; InvalidOid: any may have changed.
 */
static void
invalidate(Datum arg, Oid relation)
{
	bool		is_ours = !OidIsValid(relation);

	for (int i = 0; i < NUM_TABLES && !is_ours; i++)
		is_ours = tables[i] == relation;
	for (int i = 0; current != NULL && i < current->nguards && !is_ours; i++)
		is_ours = current->guards[i].relation == relation;

	if (is_ours)
	{
		current_is_stale = true;
		generation++;
	}
}
