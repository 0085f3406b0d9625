/*
 * flow.h - from the rows of a node to the flows that count.
 *
 * Rows say what the tables say.  Flows are what the balance is made of: every
 * row stands at the instant at which it counts, supply that serves one demand
 * only is netted with it, and supply that spoils is lost when it does.
 *
 * The rules (design, section 6):
 *
 * - demand due in the past counts now, and so does a negative correction of
 *   supply;
 * - stock (at = -infinity) is there;
 * - a receipt due in the past counts at rules.overdue_at, or never;
 * - supply with for_ref serves the demand with that ref and no other.  Of the
 *   two together, only what the demand still lacks at each instant draws on
 *   the free balance; what is left over serves nobody;
 * - supply that expires is used up first expired, first out, bound supply by
 *   its own demand, other supply by all the rest.  What the known demand leaves
 *   of it at that instant is lost.
 */
#ifndef PROMISE_FLOW_H
#define PROMISE_FLOW_H

#include "engine/problem.h"

/* One change of the balance, at the instant at which it counts. */
typedef struct Flow
{
	Instant		at;
	Quantity	delta;
	Instant		stated_at;		/* what the row says */
	const FlowDetail *detail;	/* NULL if the node was read without */
	bool		lost;			/* what spoils of a lot, or none of it */
} Flow;

/*
 * The flows of a node from now on, sorted by instant, those that count now or
 * before standing at now.  Receipts that never count (no date, or overdue
 * without a date on which they count) are kept apart for the explanation.
 */
typedef struct FlowList
{
	Flow	   *flows;
	int			nflows;
	Flow	   *never;
	int			nnever;
	bool		any_expiring;	/* does any free supply expire? */
} FlowList;

/*
 * When a row counts: INSTANT_END if never.
 */
static inline Instant
flow_counts_at(const FlowEvent *event, const NodeRules *rules, Instant now)
{
	Instant		at = event->at;

	if (event->delta > 0 && at != INSTANT_BEGIN && at < now)
		at = rules->overdue_at;
	return Max(at, now);
}

/* was this a receipt due in the past? */
static inline bool
flow_is_overdue(const Flow *flow)
{
	return flow->delta > 0 && flow->stated_at < flow->at &&
		flow->stated_at != INSTANT_BEGIN;
}

extern Instant flow_spoils_at(const Flow *flow);
extern PromiseStatus flow_list_build(const StockNode *node, Instant now,
									 FlowList *list);
extern void flow_list_free(FlowList *list);
extern int	flow_compare_size(const Flow *a, const Flow *b);
extern int	flow_compare_stated(const Flow *a, const Flow *b);

#endif							/* PROMISE_FLOW_H */
