/*
 * rules.h - from the rows of stocking to the rules of a node.
 */
#ifndef PROMISE_RULES_H
#define PROMISE_RULES_H

#include "postgres.h"

#include "pgtime.h"
#include "utils/timestamp.h"

#include "engine/problem.h"

/*
 * One row of stocking, as it stands in its table.  What is NULL there says
 * nothing about its rule.
 */
typedef struct StockingRow
{
	bool		has_safety_stock;
	bool		has_horizon;
	bool		has_lead_time;
	bool		has_overdue_after;
	bool		has_overdue_counts;
	bool		overdue_counts;
	bool		unlimited;
	Quantity	safety_stock;
	Interval	horizon;
	Interval	lead_time;
	Interval	overdue_after;
} StockingRow;

extern void rules_init(NodeRules *rules);
extern void rules_apply(NodeRules *rules, const StockingRow *row, Instant now,
						pg_tz *zone);
extern void rules_finish(NodeRules *rules, Instant now, pg_tz *zone);

#endif							/* PROMISE_RULES_H */
