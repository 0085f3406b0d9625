/*
 * guards.h - what is protected, and how.
 *
 * The backend keeps a copy of the tables promise.guard and promise.guard_watch,
 * which follows them as the catalogue of mappings follows promise.mapping: the
 * latest committed version counts, and one's own changes.
 *
 * A guard protects one relation in one role.  If the relation is a table, its
 * rows are read through its mapping; own tables are their own mapping.  If it
 * is a view, the tables that it reads are watched: each has a query that says
 * which nodes a changed row of it may affect.
 *
 * The triggers of a guard carry its number as their argument.  Those of own
 * tables were created with the extension, carry none and do nothing until
 * there is a guard for their table.
 */
#ifndef PROMISE_GUARDS_H
#define PROMISE_GUARDS_H

#include "postgres.h"

#include "store/role.h"

/* What happens to a change that breaks a promise; the stricter is larger. */
typedef enum GuardMode
{
	GUARD_REPORT,				/* it is recorded: reality does not ask */
	GUARD_WARN,					/* it passes with a warning */
	GUARD_EXCEPT,				/* it passes as a pending exception */
	GUARD_BLOCK					/* it is refused */
} GuardMode;

/* A table that a protected view reads. */
typedef struct GuardWatch
{
	Oid			relation;
	const char *query;			/* over "changed", yields item and location */
	const char *document;		/* an expression over its row, see
								 * changed_rows.c; NULL: none is known */
} GuardWatch;

typedef struct Guard
{
	int			number;
	Oid			relation;		/* table or view that is protected */
	RoleId		role;
	const char *mapping;		/* name of its mapping; "" for own tables */
	GuardMode	mode;
	bool		deferred;
	bool		keeps_history;	/* in the ledger, see history.h */
	GuardWatch *watches;		/* of a view */
	int			nwatches;
} Guard;

/* A registered limit: it is asked about every claim that rises. */
typedef struct GuardLimit
{
	const char *name;
	Oid			function;		/* (promise.claim[]) -> SETOF
								 * promise.limit_violation */
	bool		loads;			/* about loads, too, not only items */
} GuardLimit;

/*
 * The guard of that number, or that protects this own table; NULL if there is
 * none (any more).  What these functions return is valid until the transaction
 * ends, and what holds now: ask again after reading tables.
 */
extern const Guard *guards_find(int number);
extern const Guard *guards_find_own(Oid relation);

/* does anything guard? */
extern bool guards_any(void);

/* all of them */
extern const Guard *guards_list(int *nguards);

/* are the tables of any protected view of demand watched, or of this one? */
extern bool guards_any_view(void);
extern bool guards_is_view(Oid relation, const char *mapping);

/* the registered limits, by name; NULL if there are none */
extern const GuardLimit *guards_limits(int *nlimits);

/* are there any guidelines, in promise.policy? */
extern bool guards_any_policy(void);

/* counts what may have changed in the guards, in this backend */
extern uint64 guards_generation(void);

#endif							/* PROMISE_GUARDS_H */
