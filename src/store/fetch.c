/*
 * fetch.c - fetching the rows of a role, from every relation that has some.
 *
 * A read runs one query for each relation that has rows of the roles it needs,
 * own or mapped, and hands them to functions that gather them.
 */
#include "postgres.h"

#include "access/table.h"
#include "executor/spi.h"
#include "storage/bufmgr.h"
#include "utils/builtins.h"
#include "utils/rel.h"

#include "store/fetch.h"
#include "store/mapping.h"
#include "types/compat.h"

/* up to this many keys are read one by one, with plans made once */
#define MAX_SINGLE_READS 16

/* the refs of which parts are looked up as their wholes */
typedef struct WholeSearch
{
	Fetch	   *fetch;
	MemoryContext context;
	const char **refs;
	bool		any;
} WholeSearch;

static const bool *find_refs_and_wholes(Fetch *fetch, const char **refs,
										int nrefs, bool in_demand);
static bool any_mapped_demand(const Fetch *fetch);
static bool take_whole(const PreparedQuery *query, const Datum *values,
					   const bool *nulls, void *arg);
static bool *find_refs(Fetch *fetch, const char **refs, int nrefs,
					   bool in_demand);
static void fetch_one_by_one(Fetch *fetch, const PreparedQuery *query,
							 const Key *key, const KeyList *keys,
							 const Datum *location, int nlocation,
							 PlanRowFunction function, void *arg);
static void fetch_set(Fetch *fetch, const PreparedQuery *query,
					  const Key *key, const KeyList *keys,
					  const Datum *location, int nlocation,
					  PlanRowFunction function, void *arg);
static bool is_empty_own_table(const Mapping *mapping);
static bool take_ref(const PreparedQuery *query, const Datum *values,
					 const bool *nulls, void *arg);

/*
 * Call a function that reads: it may fetch, and the catalogue stays as it is.
 * What it returns must be allocated in the context that was current before.
 */
void
fetch_run(FetchFunction function, void *arg)
{
	mapping_enter();
	PG_TRY();
	{
		int			nest_level;

		if (SPI_connect() != SPI_OK_CONNECT)
			elog(ERROR, "SPI_connect failed");
		nest_level = compat_pin_search_path();
		function(arg);
		compat_unpin_search_path(nest_level);
		SPI_finish();
	}
	PG_FINALLY();
	{
		mapping_leave();
	}
	PG_END_TRY();
}

/*
 * Hand the rows of a role that have these keys to a function, those at the
 * location of the read if QUERY_AT_LOCATION is given and it has one.
 */
void
fetch_role(Fetch *fetch, RoleId role, int flags, const KeyList *keys,
		   PlanRowFunction function, void *arg)
{
	Catalogue  *catalogue = fetch->catalogue;

	if (fetch->location == NULL)
		flags &= ~QUERY_AT_LOCATION;

	for (int i = 0; i < catalogue->nmappings; i++)
	{
		Mapping    *mapping = &catalogue->mappings[i];

		if (mapping->role != role || is_empty_own_table(mapping))
			continue;
		/* rows that do not say what is looked for are never it */
		if (mapping->expressions[role_column(role, query_lookup(role, flags))] == NULL)
			continue;
		fetch_mapping(fetch, mapping, flags, keys, function, arg);
		if (fetch->stop)
			break;
	}
}

/*
 * May any relation have rows of the role?
 */
bool
fetch_any(const Fetch *fetch, RoleId role)
{
	const Catalogue *catalogue = fetch->catalogue;

	for (int i = 0; i < catalogue->nmappings; i++)
	{
		const Mapping *mapping = &catalogue->mappings[i];

		if (mapping->role == role && !is_empty_own_table(mapping))
			return true;
	}
	return false;
}

/*
 * One ref is one demand: which refs of own commitments does a mapped row of
 * demand have, of whatever item?  Also one of which nothing is left to deliver:
 * it says that the business has taken over.  What has the ref of a whole takes
 * over all of its parts.  In the current memory context.
 */
const bool *
fetch_taken_over(Fetch *fetch, const char **refs, int nrefs)
{
	return find_refs_and_wholes(fetch, refs, nrefs, false);
}

/*
 * Which of the refs does a row of demand have that counts, own or mapped?  In
 * the current memory context.
 */
const bool *
fetch_in_demand(Fetch *fetch, const char **refs, int nrefs)
{
	return find_refs_and_wholes(fetch, refs, nrefs, true);
}

static const bool *
find_refs_and_wholes(Fetch *fetch, const char **refs, int nrefs, bool in_demand)
{
	bool	   *found = find_refs(fetch, refs, nrefs, in_demand);
	WholeSearch search = {.refs = palloc((Size) Max(nrefs, 1) * sizeof(char *))};
	KeyList		keys = {.keys = refs,.nkeys = nrefs};
	const bool *taken_over;

	if (nrefs == 0 || !any_mapped_demand(fetch))
		return found;

	search.context = CurrentMemoryContext;
	memcpy(search.refs, refs, (Size) nrefs * sizeof(char *));
	search.fetch = fetch;
	fetch_role(fetch, ROLE_PART, 0, &keys, take_whole, &search);
	if (!search.any)
		return found;
	taken_over = find_refs(fetch, search.refs, nrefs, false);
	for (int i = 0; i < nrefs; i++)
		found[i] |= taken_over[i];
	return found;
}

static bool
any_mapped_demand(const Fetch *fetch)
{
	const Catalogue *catalogue = fetch->catalogue;

	for (int i = 0; i < catalogue->nmappings; i++)
	{
		if (catalogue->mappings[i].role == ROLE_DEMAND &&
			!catalogue->mappings[i].own)
			return true;
	}
	return false;
}

/* ask for the whole in place of its part */
static bool
take_whole(const PreparedQuery *query, const Datum *values, const bool *nulls,
		   void *arg)
{
	WholeSearch *search = arg;
	MemoryContext old = MemoryContextSwitchTo(search->context);

	search->refs[fetch_number(search->fetch, query, values)] =
		TextDatumGetCString(values[query->column_of[FIELD_REF]]);
	search->any = true;
	MemoryContextSwitchTo(old);
	return true;
}

static bool *
find_refs(Fetch *fetch, const char **refs, int nrefs, bool in_demand)
{
	Catalogue  *catalogue = fetch->catalogue;
	KeyList		keys = {.keys = refs,.nkeys = nrefs};
	int			flags = in_demand ? QUERY_REFS | QUERY_OPEN : QUERY_REFS;
	bool	   *found = palloc0(Max(nrefs, 1) * sizeof(bool));

	for (int i = 0; i < catalogue->nmappings && nrefs > 0; i++)
	{
		Mapping    *mapping = &catalogue->mappings[i];

		if (mapping->role == ROLE_DEMAND && (in_demand || !mapping->own) &&
			mapping->expressions[role_column(ROLE_DEMAND, "ref")] != NULL &&
			!is_empty_own_table(mapping))
			fetch_mapping(fetch, mapping, flags, &keys, take_ref, found);
	}
	return found;
}

static bool
take_ref(const PreparedQuery *query, const Datum *values, const bool *nulls,
		 void *arg)
{
	bool	   *found = arg;

	found[DatumGetInt32(values[query->column_of[FIELD_ORDINAL]])] = true;
	return true;
}

/*
 * Hand the rows of one mapping that have these keys to a function.  Keys that
 * its relation cannot have are passed over.
 */
void
fetch_mapping(Fetch *fetch, Mapping *mapping, int flags, const KeyList *keys,
			  PlanRowFunction function, void *arg)
{
	bool		in_flight = fetch->in_flight && mapping->role == ROLE_DEMAND;
	bool		single = ((keys->nkeys <= MAX_SINGLE_READS || in_flight) &&
						  (flags & QUERY_REFS) == 0);
	const PreparedQuery *query;
	const Prepared *prepared;
	const char *lookup;
	const Key  *key;
	Datum		location[KEY_MAX_PARTS];
	int			nlocation = 0;

	if (!single)
		flags |= QUERY_SET;
	if (fetch->as_owner)
		flags |= QUERY_AS_OWNER;
	query = plan_get(mapping, flags);
	prepared = mapping->prepared;
	lookup = query_lookup(mapping->role, flags);
	key = &prepared->columns.keys[role_column(mapping->role, lookup)];

	if (flags & QUERY_AT_LOCATION)
	{
		const Key  *location_key =
		&prepared->columns.keys[role_column(mapping->role, "location")];

		if (location_key->nparts == 0)
		{
			/* all its rows are at one place */
			if (strcmp(fetch->location, FETCH_DEFAULT_LOCATION) != 0)
				return;
		}
		else if (!key_parse(location_key, fetch->location, location))
			return;
		nlocation = location_key->nparts;
	}

	fetch->mapping = mapping;
	/* what outlives the read also outlives what the mapping is prepared to */
	fetch->label = fetch->label_context == NULL ? prepared->label :
		MemoryContextStrdup(fetch->label_context, prepared->label);
	if (single)
		fetch_one_by_one(fetch, query, key, keys, location, nlocation,
						 function, arg);
	else
		fetch_set(fetch, query, key, keys, location, nlocation, function, arg);
}

/* one run of a query for each key */
static void
fetch_one_by_one(Fetch *fetch, const PreparedQuery *query, const Key *key,
				 const KeyList *keys, const Datum *location, int nlocation,
				 PlanRowFunction function, void *arg)
{
	Datum		params[2 * KEY_MAX_PARTS];

	memcpy(&params[key->nparts], location, nlocation * sizeof(Datum));
	for (int i = 0; i < keys->nkeys && !fetch->stop; i++)
	{
		if (!key_parse(key, keys->keys[i], params))
			continue;
		fetch->number = keys->numbers != NULL ? keys->numbers[i] : i;
		if (!fetch->in_flight || fetch->mapping->role != ROLE_DEMAND)
			plan_execute(fetch->mapping, query, params, function, arg);
		else if (!plan_execute_in_flight(fetch->mapping, query, params,
										 function, arg))
			fetch->stop = true;
	}
}

/* one run of a query for all keys */
static void
fetch_set(Fetch *fetch, const PreparedQuery *query, const Key *key,
		  const KeyList *keys, const Datum *location, int nlocation,
		  PlanRowFunction function, void *arg)
{
	static const KeyPart number_part = {.type = KEY_INT4};
	Datum		params[1 + 2 * KEY_MAX_PARTS];
	Datum	   *numbers = palloc(keys->nkeys * sizeof(Datum));
	Datum	   *parts[KEY_MAX_PARTS];
	int			nkeys = 0;

	for (int i = 0; i < key->nparts; i++)
		parts[i] = palloc(keys->nkeys * sizeof(Datum));

	for (int i = 0; i < keys->nkeys; i++)
	{
		Datum		values[KEY_MAX_PARTS];

		if (!key_parse(key, keys->keys[i], values))
			continue;
		for (int j = 0; j < key->nparts; j++)
			parts[j][nkeys] = values[j];
		numbers[nkeys++] = Int32GetDatum(keys->numbers != NULL ?
										 keys->numbers[i] : i);
	}
	if (nkeys == 0)
		return;

	params[0] = key_array(&number_part, numbers, nkeys);
	for (int i = 0; i < key->nparts; i++)
		params[1 + i] = key_array(&key->parts[i], parts[i], nkeys);
	memcpy(&params[1 + key->nparts], location, nlocation * sizeof(Datum));
	plan_execute(fetch->mapping, query, params, function, arg);
}

/*
 * Need an own table not even be asked?  Where the rows are all in an ERP's
 * tables, the own ones are empty, and to see that costs less than to run a
 * query.  A table without blocks has no rows under any snapshot.
 */
static bool
is_empty_own_table(const Mapping *mapping)
{
	Relation	rel;
	bool		result;

	if (!mapping->own)
		return false;

	rel = table_open(mapping->relation, AccessShareLock);
	result = !rel->rd_rel->relhassubclass && RelationGetNumberOfBlocks(rel) == 0;
	table_close(rel, NoLock);
	return result;
}
