/*
 * query.h - the texts of the queries that read a mapping.
 *
 * All of them wrap one inner SELECT, which evaluates the mapping's expressions
 * over its relation and casts them; the planner pulls it up.  Outside of it
 * there are only names of our own, so that nothing in an expression can
 * capture them.
 */
#ifndef PROMISE_QUERY_H
#define PROMISE_QUERY_H

#include "postgres.h"

#include "store/key.h"
#include "store/mapping.h"

/* What a query returns.  Not every query returns every field. */
typedef enum Field
{
	FIELD_ORDINAL,				/* of the key in a query for many */
	FIELD_KEY,					/* the role's key, in a query for all rows */
	FIELD_MISSING,				/* a column that must not be NULL but is */
	FIELD_LOCATION,
	FIELD_AT,
	FIELD_QUANTITY,
	FIELD_BOUND,				/* it is not for everybody for ever */
	FIELD_EXPIRES_AT,
	FIELD_REF,
	FIELD_KIND,
	FIELD_FOR_REF,
	FIELD_SAFETY_STOCK,
	FIELD_HORIZON,
	FIELD_LEAD_TIME,
	FIELD_OVERDUE_AFTER,
	FIELD_OVERDUE_COUNTS,
	FIELD_ZONE,
	FIELD_PRIORITY,
	FIELD_ACCEPTED_AT,
	FIELD_DURING,
	FIELD_FINITE,
	FIELD_UNLIMITED,
	FIELD_SETUP_STATE,

	/* of what plans rest on */
	FIELD_SOURCE,
	FIELD_ITEM,
	FIELD_FROM_LOCATION,
	FIELD_CALENDAR,
	FIELD_LOT_MINIMUM,
	FIELD_LOT_MULTIPLE,
	FIELD_LOT_MAXIMUM,
	FIELD_FENCE,
	FIELD_COST,
	FIELD_CURRENCY,
	FIELD_EFFECTIVE,
	FIELD_QUANTITY_FIXED,
	FIELD_SCRAP,
	FIELD_STEP,
	FIELD_CHOICE,
	FIELD_RESOURCE,
	FIELD_SKILL,
	FIELD_SETUP,
	FIELD_RUN,
	FIELD_BATCH,
	FIELD_PAUSES,
	FIELD_BEFORE,
	FIELD_AFTER,
	FIELD_LAG,
	FIELD_BUCKETED,
	FIELD_CHANGEOVER,
	FIELD_INITIAL_SETUP,
	FIELD_FROM_SETUP,
	FIELD_TO_SETUP,
	FIELD_DURATION,

	/* of demand, for limits; beside zone, cost and currency */
	FIELD_GROUP_REF,
	FIELD_CUSTOMER,
	FIELD_CHANNEL,
	FIELD_SELLER,
	FIELD_PRICE,
	FIELD_REQUESTED_AT,

	/* of items and resources, for reports */
	FIELD_FAMILY,
	FIELD_POOL,

	/* of what was planned, see promise.firm */
	FIELD_SUPPLIER,
	FIELD_KEPT
} Field;

#define NUM_FIELDS (FIELD_KEPT + 1)

/* Which rows a query reads, and what of them: a set of these flags. */
#define QUERY_SET			0x01	/* for many keys, else for one */
#define QUERY_AT_LOCATION	0x02	/* at one location, else at all */
#define QUERY_DETAIL		0x04	/* with what only details need */
#define QUERY_REFS			0x08	/* which of many refs exist; alone */
#define QUERY_SCAN			0x10	/* every row, in detail, or with
									 * QUERY_BY_OTHER those of keys */
#define QUERY_AS_OWNER		0x20	/* prepared and run with the rights of the
									 * relation's owner, no row hidden */
#define QUERY_OPEN			0x40	/* refs that have rows which count, of a
									 * quantity above zero; with QUERY_REFS */
#define QUERY_BY_OTHER		0x80	/* by the role's other lookup column */
#define QUERY_FACTS			0x100	/* of demand: who asked for it and at what
									 * price; with QUERY_DETAIL.  Of
									 * resources: their pool */
#define QUERY_VISIBLE		0x200	/* without the rows that policies hide
									 * from the caller, else those are an
									 * error */
#define NUM_QUERIES			0x392

/*
 * A query's text and shape.  Its parameters are, in this order: for a set an
 * array of int4 ordinals; the parts of the key (arrays for a set); the parts
 * of the location.
 */
typedef struct MappedQuery
{
	const char *text;
	int			nparams;
	Oid			param_types[1 + 2 * KEY_MAX_PARTS];
	int			nfields;
	Field		fields[NUM_FIELDS]; /* in the order of the query's columns */
	Oid			types[NUM_FIELDS];	/* of the query's columns */
} MappedQuery;

/*
 * What analysis found out about a mapping's columns, and the inner SELECT.
 */
typedef struct MappedColumns
{
	const char *inner;
	const char *inner_alone;	/* the same of the own table alone, without
								 * what it is joined with; NULL: it is not */
	Oid			types[ROLE_MAX_COLUMNS];	/* in the inner SELECT;
											 * InvalidOid: not mapped, or a
											 * key */
	Key			keys[ROLE_MAX_COLUMNS]; /* of key columns; else no parts */
} MappedColumns;

extern const char *query_lookup(RoleId role, int flags);
extern void query_analyze(const Mapping *mapping, MappedColumns *columns);
extern void query_build(const Mapping *mapping, const MappedColumns *columns,
						int flags, MappedQuery *query);

#endif							/* PROMISE_QUERY_H */
