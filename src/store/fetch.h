/*
 * fetch.h - fetching the rows of a role, from every relation that has some.
 */
#ifndef PROMISE_FETCH_H
#define PROMISE_FETCH_H

#include "postgres.h"

#include "store/plan.h"

/* rows that do not say where they are, are here */
#define FETCH_DEFAULT_LOCATION "main"

/* The keys that rows are read by, and the number that each goes by. */
typedef struct KeyList
{
	const char **keys;
	const int  *numbers;		/* NULL: their positions */
	int			nkeys;
} KeyList;

/*
 * A read under way.  What a row function needs to know beside its row: the
 * mapping that the row is of, its relation's name, and the number of its key.
 */
typedef struct Fetch
{
	Catalogue  *catalogue;		/* one for the whole read */
	const char *location;		/* of QUERY_AT_LOCATION; NULL: any */
	bool		as_owner;		/* with the rights of each relation's owner */
	bool		in_flight;		/* demand that others have inserted and not
								 * yet committed counts, too; stops where it
								 * cannot be read */
	bool		stop;			/* set by a row function: read nothing more */
	MemoryContext label_context;	/* where labels are kept; NULL: they are
									 * needed only until the read ends */

	/* the query that is running */
	const Mapping *mapping;
	const char *label;			/* its relation, for people */
	int			number;			/* of its key, if it is for one */
} Fetch;

typedef void (*FetchFunction) (void *arg);

extern void fetch_run(FetchFunction function, void *arg);
extern void fetch_role(Fetch *fetch, RoleId role, int flags,
					   const KeyList *keys, PlanRowFunction function,
					   void *arg);
extern void fetch_mapping(Fetch *fetch, Mapping *mapping, int flags,
						  const KeyList *keys, PlanRowFunction function,
						  void *arg);
extern bool fetch_any(const Fetch *fetch, RoleId role);
extern const bool *fetch_taken_over(Fetch *fetch, const char **refs, int nrefs);
extern const bool *fetch_in_demand(Fetch *fetch, const char **refs, int nrefs);

/* the number of the key that a row has, for the function that takes it */
static inline int
fetch_number(const Fetch *fetch, const PreparedQuery *query,
			 const Datum *values)
{
	int			column = query->column_of[FIELD_ORDINAL];

	return column < 0 ? fetch->number : DatumGetInt32(values[column]);
}

#endif							/* PROMISE_FETCH_H */
