/*
 * planned_read.h - reading back what was planned for promises.
 */
#ifndef PROMISE_PLANNED_READ_H
#define PROMISE_PLANNED_READ_H

#include "engine/plan.h"

/*
 * A plan as it was written down.  Its first need is what is still demanded with
 * its ref, now or at its date; of an inherited one, which serves no demand of
 * its own, nothing, at the end of the first lot.
 */
typedef struct RecordedPlan
{
	const char *ref;
	bool		inherited;
	bool		demand_unread;	/* what is demanded with its ref is not known
								 * yet: its first need has no quantity */
	const char *problem;		/* what keeps it from being understood; NULL:
								 * nothing, else there is no plan */
	SupplyPlan	plan;
	bool	   *firm;			/* of each lot: was it handed over? */
} RecordedPlan;

/* which lots of plans */
typedef enum PlannedLots
{
	PLANNED_ALL,				/* also those that were handed over */
	PLANNED_UNFIRM				/* those that still count as planned */
} PlannedLots;

/*
 * The plans of a ref: its own, which is one, then those that it has inherited.
 * Their sources, nodes and resources are those of the network, which should
 * leave out the ref's own rows.  In the current memory context.
 *
 * What a lot takes that was handed over is no need of what is not firm: the lots
 * for it are plans of their own there, which serve no demand that is planned.
 */
extern RecordedPlan *planned_read(PlanNetwork *network, const char *ref,
								  PlannedLots lots, int *nplans);

/*
 * The same of several refs, by ref, with all lots; the network leaves out nothing.
 * What they serve is read when it is needed (planned_demand.h).
 */
extern RecordedPlan *planned_read_many(PlanNetwork *network, const char **refs,
									   int nrefs, int *nplans);

/*
 * The same of what is not firm.  The network leaves out nothing and has its rows by
 * ref; it belongs to a context that lives as long as the plans.
 */
extern RecordedPlan *planned_read_whole(PlanNetwork *network, const char **refs,
										int nrefs, int *nplans);

#endif							/* PROMISE_PLANNED_READ_H */
