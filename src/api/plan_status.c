/*
 * plan_status.c - what a planner reports, as an error.
 */
#include "postgres.h"

#include "lib/stringinfo.h"

#include "api/plan_status.h"
#include "engine/plan_cycle.h"
#include "types/report.h"

/*
 * Raise what a planner reports about a request for a node; of an item that is
 * made of itself say through what.
 */
void
plan_status_check(const PlanNetwork *network, const PlanNode *node,
				  PromiseStatus status)
{
	const PlanNode **cycle;
	int			ncycle;
	StringInfoData text;

	if (status == PROMISE_QUANTITY_OVERFLOW ||
		status == PROMISE_INSTANT_OVERFLOW)
		ereport(ERROR,
				(errcode(ERRCODE_PROMISE_INVALID),
				 errmsg("item \"%s\" cannot be planned in that quantity",
						node->item),
				 errdetail("What it takes at location \"%s\" leaves the range of %s.",
						   node->location,
						   status == PROMISE_QUANTITY_OVERFLOW ?
						   "quantities" : "dates"),
				 errhint("Ask for less, or look for a quantity or a time in its sources that is too large.")));
	if (status != PROMISE_NETWORK_CYCLE ||
		!plan_cycle_find(network, node, &cycle, &ncycle))
	{
		promise_check(status);
		return;
	}

	initStringInfo(&text);
	for (int i = 0; i < ncycle; i++)
		appendStringInfo(&text, i == 0 ? "\"%s\" is made of " :
						 "\"%s\", which is made of ", cycle[i]->item);
	ereport(ERROR,
			(errcode(ERRCODE_PROMISE_MAPPING),
			 errmsg("item \"%s\" is made of itself", cycle[0]->item),
			 errdetail("At location \"%s\", %s\"%s\".", cycle[0]->location,
					   text.data, cycle[0]->item)));
}
