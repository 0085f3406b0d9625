/*
 * plan_book_changeover.c - where may a resource of a book not be set up in time?
 *
 * Where every job holds the changeover that it needs after the one before it, no
 * plan lacks any.  Where one does not, idle time may make up for it; which plans are
 * to blame if it does not is left to plan_check_changeovers.  They do something
 * between the job before and the end of the one that lacks it.
 */
#include "core/sort.h"
#include "engine/plan_booking.h"

static bool may_lack(PlanNetwork *network, const PlanResource *resource,
					 int job);
static void add_doubt(BookedResource *booked, Span span);

/*
 * The setups of a resource stand in the order in which they are done (by from and
 * until); of two at the same time it is not said which comes first.
 */
void
plan_book_find_doubts(PlanNetwork *network, PlanResource *resource,
					  BookedResource *booked)
{
	Instant		since = network->now;	/* when the job before began */

	booked->doubts = palloc(sizeof(Span) * ((Size) resource->nsetups + 1));
	for (int i = 0; i < resource->nsetups; i++)
	{
		const PlanSetup *setup = &resource->setups[i];

		CORE_CHECK_INTERRUPTS();
		if (may_lack(network, resource, i))
		{
			Span		span = {Min(since, setup->from), setup->until};

			add_doubt(booked, span);
		}
		since = setup->from;
	}
}

/* does a job hold less than the changeover from the job before it? */
static bool
may_lack(PlanNetwork *network, const PlanResource *resource, int job)
{
	const PlanSetup *it = &resource->setups[job];
	const PlanSetup *before = job == 0 ? NULL : &resource->setups[job - 1];
	const char *state = before == NULL ? resource->initial_setup : before->setup;

	if (before != NULL && before->from == it->from && before->until == it->until)
		return true;
	return state != NULL &&
		network->changeover(network, resource, state, it->setup) > it->changeover;
}

/* doubts begin in order; those that overlap are one */
static void
add_doubt(BookedResource *booked, Span span)
{
	Span	   *last = booked->ndoubts == 0 ? NULL :
	&booked->doubts[booked->ndoubts - 1];

	if (last != NULL && span.start <= last->end)
		last->end = Max(last->end, span.end);
	else
		booked->doubts[booked->ndoubts++] = span;
}
