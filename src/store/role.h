/*
 * role.h - the roles of the network and their columns.
 *
 * One list says what a role is made of.  Own tables have these columns, and
 * promise.map accepts an expression for each of them.
 */
#ifndef PROMISE_ROLE_H
#define PROMISE_ROLE_H

#include "postgres.h"

typedef enum RoleId
{
	ROLE_ITEM,
	ROLE_LOCATION,
	ROLE_STOCKING,
	ROLE_SUPPLY,
	ROLE_DEMAND,
	ROLE_PLANNED_FLOW,			/* own table only */
	ROLE_RESOURCE,
	ROLE_RESOURCE_CHANGE,
	ROLE_LOAD,
	ROLE_PLANNED_LOAD,			/* own table only */
	ROLE_RESOURCE_SKILL,
	ROLE_CHANGEOVER,
	ROLE_SOURCE,
	ROLE_COMPONENT,
	ROLE_OUTPUT,
	ROLE_STEP,
	ROLE_PRECEDENCE,
	ROLE_LANE,
	ROLE_SUBSTITUTE,
	ROLE_DELIVERY,				/* the own table is read by SQL alone */
	ROLE_HOLD,					/* own commitments that are open holds */
	ROLE_PART					/* own commitments that are parts of another */
} RoleId;

#define NUM_ROLES (ROLE_PART + 1)

/*
 * What a column holds, and so which types an expression for it may have.
 */
typedef enum ColumnKind
{
	COLUMN_KEY,					/* names something: any type whose text does
								 * not depend on settings; may be composed */
	COLUMN_TEXT,				/* anything that casts to text */
	COLUMN_INSTANT,				/* date, timestamp, timestamptz */
	COLUMN_NUMBER,				/* integers, numeric, floating point */
	COLUMN_INTEGER,
	COLUMN_BOOLEAN,
	COLUMN_INTERVAL,
	COLUMN_TIME,
	COLUMN_RANGE				/* of date, timestamp, timestamptz */
} ColumnKind;

typedef struct RoleColumn
{
	const char *name;
	ColumnKind	kind;
	bool		required;		/* a row in which it is NULL cannot be read */
	const char *own;			/* its expression over the own table; NULL:
								 * the column of its name */
} RoleColumn;

/* no role has more columns than this */
#define ROLE_MAX_COLUMNS 20

typedef struct Role
{
	const char *name;
	const char *own_table;		/* in schema promise; NULL: nothing reads it
								 * yet */
	bool		mappable;
	const RoleColumn *columns;	/* ends with a name of NULL */
	const char *lookup;			/* the key column that rows are read by */
	const char *other_lookup;	/* another one, see QUERY_BY_OTHER; NULL: none */
	const char *own_join;		/* what the own table is joined with, but for
								 * columns without an expression of their own;
								 * NULL: nothing */
	const char *own_filter;		/* its rows that count; NULL: all */
} Role;

extern const Role role_list[NUM_ROLES];

extern bool role_find(const char *name, RoleId *id);
extern int	role_column(RoleId id, const char *column);

#endif							/* PROMISE_ROLE_H */
