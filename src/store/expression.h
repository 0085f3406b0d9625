/*
 * expression.h - SQL expressions over the row of a mapped relation.
 */
#ifndef PROMISE_EXPRESSION_H
#define PROMISE_EXPRESSION_H

#include "postgres.h"

#include "nodes/pg_list.h"

/* What the parser knows of an expression. */
typedef struct ExpressionInfo
{
	Oid			type;			/* base type, not a domain */
	Oid			collation;
	bool		is_null;		/* the constant NULL, of unknown type */
	Node	   *tree;			/* over relation number 1 */
} ExpressionInfo;

extern void expression_analyze(const char *text, const char *relation,
							   ExpressionInfo *info);
extern List *expression_split(const char *text);
extern void expression_rethrow(const char *message, const char *hint);

#endif							/* PROMISE_EXPRESSION_H */
