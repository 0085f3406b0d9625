/*
 * problems.c - rows of mapped relations that cannot be read.
 *
 * Questions go on where they safely can: demand without a date is due now,
 * supply without a date never comes.  What they had to assume, and the rows
 * that would stop them, is listed here, by reading every mapped relation from
 * end to end.
 */
#include "postgres.h"

#include "executor/spi.h"
#include "miscadmin.h"
#include "pgtime.h"

#include "store/attempt.h"
#include "store/network_problems.h"
#include "store/plan.h"
#include "store/problems.h"
#include "store/value.h"
#include "types/compat.h"
#include "types/timezone_setting.h"

typedef struct ProblemScan
{
	Mapping    *mapping;
	ProblemFunction function;
	void	   *arg;
} ProblemScan;

/* a row of the network */
typedef struct NetworkRowProblems
{
	ProblemScan *problems;
	const char *key;
	const char *ref;
} NetworkRowProblems;

static void scan(ProblemScan *problems);
static void scan_rows(void *arg);
static bool look_at_row(const PreparedQuery *query, const Datum *values,
						const bool *nulls, void *arg);
static void look_at_date(ProblemScan *problems, const PreparedQuery *query,
						 const Datum *values, const bool *nulls,
						 const char *key, const char *ref);
static void look_at_range(ProblemScan *problems, const PreparedQuery *query,
						  const Datum *values, const bool *nulls,
						  const char *key, const char *ref);
static void look_at_number(ProblemScan *problems, Field field,
						   const char *column, const PreparedQuery *query,
						   const Datum *values, const bool *nulls,
						   const char *key, const char *ref);
static void look_at_zone(ProblemScan *problems, const PreparedQuery *query,
						 const Datum *values, const bool *nulls,
						 const char *key);
static void look_at_network(ProblemScan *problems, const PreparedQuery *query,
							const Datum *values, const bool *nulls,
							const char *key, const char *ref);
static void add_network_problem(void *arg, const char *problem);
static char *key_of(const PreparedQuery *query, Field field,
					const Datum *values, const bool *nulls);

/*
 * Hand every problem of the mappings of a relation, or of all if InvalidOid,
 * to a function.  A mapping that cannot be read at all is a problem too.
 */
void
problems_find(Oid relation, ProblemFunction function, void *arg)
{
	mapping_enter();
	PG_TRY();
	{
		Catalogue  *catalogue = mapping_catalogue();
		int			nest_level;

		if (SPI_connect() != SPI_OK_CONNECT)
			elog(ERROR, "SPI_connect failed");
		nest_level = compat_pin_search_path();
		for (int i = 0; i < catalogue->nmappings; i++)
		{
			Mapping    *mapping = &catalogue->mappings[i];
			ProblemScan problems = {
				.mapping = mapping,
				.function = function,
				.arg = arg
			};

			if (!mapping->own &&
				(!OidIsValid(relation) || relation == mapping->relation))
				scan(&problems);
		}
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
 * Read one mapping, so that the others are read even if an expression raises.
 */
static void
scan(ProblemScan *problems)
{
	ErrorData  *error = attempt(scan_rows, problems);

	if (error == NULL)
		return;
	switch (ERRCODE_TO_CATEGORY(error->sqlerrcode))
	{
		case MAKE_SQLSTATE('5', '3', '0', '0', '0'):	/* resources */
		case MAKE_SQLSTATE('5', '7', '0', '0', '0'):	/* cancelled */
		case MAKE_SQLSTATE('5', '8', '0', '0', '0'):	/* system */
		case MAKE_SQLSTATE('4', '0', '0', '0', '0'):	/* serialization */
		case MAKE_SQLSTATE('X', 'X', '0', '0', '0'):	/* internal */
			ReThrowError(error);
	}
	problems->function(problems->arg, problems->mapping, NULL, NULL,
					   error->detail != NULL ?
					   psprintf("%s: %s", error->message, error->detail) :
					   error->message);
}

static void
scan_rows(void *arg)
{
	ProblemScan *problems = arg;

	plan_execute(problems->mapping, plan_get(problems->mapping, QUERY_SCAN),
				 NULL, look_at_row, problems);
}

static bool
look_at_row(const PreparedQuery *query, const Datum *values, const bool *nulls,
			void *arg)
{
	ProblemScan *problems = arg;
	int			missing = query->column_of[FIELD_MISSING];
	char	   *key = key_of(query, FIELD_KEY, values, nulls);
	char	   *ref;

	/* a source is read by its item */
	ref = key_of(query, problems->mapping->role == ROLE_SOURCE ?
				 FIELD_SOURCE : FIELD_REF, values, nulls);

	if (!nulls[missing])
		problems->function(problems->arg, problems->mapping, key, ref,
						   psprintf("%s is null",
									value_text(CurrentMemoryContext,
											   values[missing])));

	switch (problems->mapping->role)
	{
		case ROLE_SUPPLY:
		case ROLE_DEMAND:
			look_at_number(problems, FIELD_QUANTITY, "quantity", query, values,
						   nulls, key, ref);
			look_at_date(problems, query, values, nulls, key, ref);
			break;
		case ROLE_DELIVERY:
			look_at_number(problems, FIELD_QUANTITY, "quantity", query, values,
						   nulls, key, NULL);
			break;
		case ROLE_STOCKING:
			look_at_number(problems, FIELD_SAFETY_STOCK, "safety_stock", query,
						   values, nulls, key, NULL);
			break;
		case ROLE_RESOURCE_CHANGE:
		case ROLE_LOAD:
			look_at_range(problems, query, values, nulls, key, ref);
			/* fall through */
		case ROLE_RESOURCE:
			look_at_number(problems, FIELD_QUANTITY, "units", query, values,
						   nulls, key, ref);
			look_at_network(problems, query, values, nulls, key, ref);
			break;
		case ROLE_LOCATION:
			look_at_zone(problems, query, values, nulls, key);
			break;
		case ROLE_RESOURCE_SKILL:
		case ROLE_CHANGEOVER:
		case ROLE_SOURCE:
		case ROLE_COMPONENT:
		case ROLE_OUTPUT:
		case ROLE_STEP:
		case ROLE_PRECEDENCE:
			look_at_network(problems, query, values, nulls, key, ref);
			break;
		default:
			break;
	}

	if (key != NULL)
		pfree(key);
	if (ref != NULL)
		pfree(ref);
	return true;
}

static void
look_at_date(ProblemScan *problems, const PreparedQuery *query,
			 const Datum *values, const bool *nulls, const char *key,
			 const char *ref)
{
	bool		is_supply = problems->mapping->role == ROLE_SUPPLY;
	int			column = query->column_of[FIELD_AT];
	ValueClock	clock;
	int64		at;

	if (column < 0)
		return;

	if (nulls[column])
	{
		problems->function(problems->arg, problems->mapping, key, ref,
						   is_supply ? "at is null: it never comes" :
						   "at is null: it is due now");
		return;
	}

	at = value_instant(values[column], query->query.types[column], &clock);
	if (clock != VALUE_INSTANT)
		return;
	if (at == INSTANT_END)
		problems->function(problems->arg, problems->mapping, key, ref,
						   is_supply ? "at is infinity: it never comes" :
						   "at is infinity: it is never due");
	else if (at == INSTANT_BEGIN && !is_supply)
		problems->function(problems->arg, problems->mapping, key, ref,
						   "at is -infinity: it is due now");
}

/* one that is null is missing, and complained of as that */
static void
look_at_range(ProblemScan *problems, const PreparedQuery *query,
			  const Datum *values, const bool *nulls, const char *key,
			  const char *ref)
{
	int			column = query->column_of[FIELD_DURING];
	DueZone		zone;
	Instant		from;
	Instant		until;

	if (column < 0 || nulls[column])
		return;

	due_zone_init(&zone, timezone_setting_get());
	if (!value_range(values[column], query->query.types[column], &zone,
					 &from, &until))
		problems->function(problems->arg, problems->mapping, key, ref,
						   "during is empty: it does not count");
}

static void
look_at_number(ProblemScan *problems, Field field, const char *name,
			   const PreparedQuery *query, const Datum *values,
			   const bool *nulls, const char *key, const char *ref)
{
	int			column = query->column_of[field];
	Oid			type;
	Quantity	quantity;

	if (column < 0 || nulls[column])
		return;

	type = query->query.types[column];
	if (!value_quantity(values[column], type, &quantity))
		problems->function(problems->arg, problems->mapping, key, ref,
						   psprintf("%s %s cannot be counted", name,
									value_number_text(values[column], type)));
	else if (quantity < 0 && problems->mapping->role != ROLE_SUPPLY &&
			 problems->mapping->role != ROLE_DELIVERY &&
			 problems->mapping->role != ROLE_RESOURCE_CHANGE)
		problems->function(problems->arg, problems->mapping, key, ref,
						   psprintf("%s %s is negative: it counts as 0", name,
									value_number_text(values[column], type)));
}

static void
look_at_zone(ProblemScan *problems, const PreparedQuery *query,
			 const Datum *values, const bool *nulls, const char *key)
{
	int			column = query->column_of[FIELD_ZONE];
	char	   *name;
	pg_tz	   *zone;

	if (column < 0 || nulls[column])
		return;

	name = value_text(CurrentMemoryContext, values[column]);
	zone = pg_tzset(name);
	if (zone == NULL || !pg_tz_acceptable(zone))
		problems->function(problems->arg, problems->mapping, key, NULL,
						   psprintf("zone \"%s\" is not known", name));
	pfree(name);
}

static void
look_at_network(ProblemScan *problems, const PreparedQuery *query,
				const Datum *values, const bool *nulls, const char *key,
				const char *ref)
{
	NetworkRowProblems row = {problems, key, ref};

	network_problems_find(problems->mapping, query, values, nulls,
						  add_network_problem, &row);
}

static void
add_network_problem(void *arg, const char *problem)
{
	const NetworkRowProblems *row = arg;

	row->problems->function(row->problems->arg, row->problems->mapping,
							row->key, row->ref, problem);
}

/* the text of a key; NULL if the row or the query has none */
static char *
key_of(const PreparedQuery *query, Field field, const Datum *values,
	   const bool *nulls)
{
	int			column = query->column_of[field];

	if (column < 0 || nulls[column])
		return NULL;
	return value_key(CurrentMemoryContext, values[column],
					 query->query.types[column]);
}
