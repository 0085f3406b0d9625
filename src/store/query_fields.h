/*
 * query_fields.h - which columns of a role a query returns.
 */
#ifndef PROMISE_QUERY_FIELDS_H
#define PROMISE_QUERY_FIELDS_H

#include "postgres.h"

#include "store/query.h"

/* When a field is part of a query. */
typedef enum FieldUse
{
	USE_ALWAYS,
	USE_LEAN,					/* only without QUERY_DETAIL */
	USE_DETAIL,					/* only with QUERY_DETAIL */
	USE_FACTS					/* only with QUERY_FACTS */
} FieldUse;

typedef struct FieldDef
{
	Field		field;
	const char *column;			/* of the role */
	FieldUse	use;
} FieldDef;

/* beside its keys; the last one has no column */
extern const FieldDef *query_fields(const Mapping *mapping);

#endif							/* PROMISE_QUERY_FIELDS_H */
