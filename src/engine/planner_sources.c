/*
 * planner_sources.c - which sources and lots come into question.
 */
#include "engine/planner_state.h"

static void remember_visit(Planner *planner, PlannerNode *node);
static PromiseStatus largest_lot(const PlanSource *source, int output,
								 Quantity quantity, PlannerSplit split,
								 int pieces, Quantity *largest);
static bool comes_after(const PlanSource *source, int a, int b);
static Instant next_change(Span span, Instant after, Instant next);

/*
 * Look at the sources of a node.  It is on the path until it is left, also after
 * an error.
 */
PromiseStatus
planner_enter(Planner *planner, PlannerNode *node)
{
	CORE_CHECK_INTERRUPTS();
	node->on_path = true;
	node->path_conversions = planner->conversions;
	if (++planner->depth > PLANNER_MAX_DEPTH)
		return PROMISE_NETWORK_TOO_DEEP;
	if (!node->is_visited)
		remember_visit(planner, node);
	return PROMISE_OK;
}

static void
remember_visit(Planner *planner, PlannerNode *node)
{
	if (planner->nvisited == planner->maxvisited)
	{
		planner->maxvisited *= 2;
		planner->visited = repalloc(planner->visited,
									sizeof(PlannerNode *) *
									(Size) planner->maxvisited);
	}
	planner->visited[planner->nvisited++] = node;
	node->is_visited = true;
}

void
planner_leave(Planner *planner, PlannerNode *node)
{
	planner->depth--;
	node->on_path = false;
}

/*
 * May something be taken from a node here?  Not while it is being replenished:
 * what is moved in a circle is no more than before, and what is made of itself is
 * an error.
 */
PromiseStatus
planner_may_take(const Planner *planner, const PlannerNode *node, bool *may)
{
	*may = !node->on_path;
	if (node->on_path && node->path_conversions < planner->conversions)
		return PROMISE_NETWORK_CYCLE;
	return PROMISE_OK;
}

/* which of its outputs is the node? */
int
planner_output_of(const PlanSource *source, const PlanNode *node)
{
	int			output = 0;

	while (output < source->noutputs - 1 &&
		   source->outputs[output].node != node)
		output++;
	Assert(source->outputs[output].node == node);
	return output;
}

/*
 * The lots that yield a quantity of an output: none if there are no such lots.  If
 * one is not enough, or several are wanted, split says how large they are.
 */
PromiseStatus
planner_lot_sizes(const PlanSource *source, int output, Quantity quantity,
				  PlannerSplit split, int pieces, Quantity **sizes,
				  int *nsizes)
{
	Quantity	largest;
	int			maxsizes = 1;
	PromiseStatus status = largest_lot(source, output, quantity,
									   split, pieces, &largest);

	*sizes = palloc(sizeof(Quantity));
	*nsizes = 0;
	while (quantity > 0 && status == PROMISE_OK)
	{
		Quantity	size;
		Quantity	yield;

		if (largest == 0 || *nsizes == PLANNER_MAX_LOTS)
		{
			*nsizes = 0;
			break;
		}
		status = plan_source_lot(source, output, quantity, &size);
		size = Min(size, largest);
		if (status == PROMISE_OK)
			status = plan_output_quantity(&source->outputs[output], size,
										  &yield);
		if (status != PROMISE_OK)
			break;
		if (yield <= 0)
		{
			*nsizes = 0;
			break;
		}
		if (*nsizes == maxsizes)
		{
			maxsizes *= 2;
			*sizes = repalloc(*sizes, sizeof(Quantity) * (Size) maxsizes);
		}
		(*sizes)[(*nsizes)++] = size;
		quantity -= yield;
	}

	/* what remains is the last one */
	if (split == PLANNER_LARGE_LAST && *nsizes > 1)
	{
		Quantity	size = (*sizes)[0];

		(*sizes)[0] = (*sizes)[*nsizes - 1];
		(*sizes)[*nsizes - 1] = size;
	}
	return status;
}

/*
 * The largest lot to make, 0 if none is allowed: lots of that size (of which the
 * last may be smaller) are as many as the largest that is allowed asks for, or as
 * are wanted.  Where they are not even, one of so many is about half as large as the
 * others.
 */
static PromiseStatus
largest_lot(const PlanSource *source, int output, Quantity quantity,
			PlannerSplit split, int pieces, Quantity *largest)
{
	Quantity	multiple = Max(source->lot_multiple, 1);
	Quantity	yield;
	Quantity	lots = 1;
	Quantity	wanted;
	PromiseStatus status;

	*largest = QUANTITY_MAX;
	if (source->lot_maximum > 0)
	{
		*largest = source->lot_maximum - source->lot_maximum % multiple;
		if (*largest < source->lot_minimum)
			*largest = 0;
		if (*largest == 0)
			return PROMISE_OK;
		status = plan_output_quantity(&source->outputs[output], *largest,
									  &yield);
		if (status != PROMISE_OK || yield <= 0)
			return status;
		lots = quantity / yield + (quantity % yield != 0);
	}
	if (pieces <= lots && (split != PLANNER_EVEN || lots == 1))
		return PROMISE_OK;

	lots = Max(lots, pieces);
	wanted = quantity / lots + (quantity % lots != 0);
	if (split != PLANNER_EVEN)
		wanted = Min(quantity, wanted + wanted * (lots - 1) / (lots + 1));
	/* who asks for whole units is not given parts of them */
	if (pieces >= lots && quantity % QUANTITY_SCALE == 0)
		wanted += QUANTITY_SCALE - 1 - (wanted - 1) % QUANTITY_SCALE;
	status = plan_source_lot(source, output, wanted, &wanted);
	*largest = Min(*largest, wanted);
	return status;
}

/*
 * The next instant at which a lot that starts then takes other components;
 * INSTANT_END if there is none.
 */
Instant
planner_next_effective(const PlanSource *source, Instant after)
{
	Instant		next = INSTANT_END;

	for (int i = 0; i < source->ncomponents; i++)
		next = next_change(source->components[i].effective, after, next);
	return next;
}

static Instant
next_change(Span span, Instant after, Instant next)
{
	if (span.start > after)
		next = Min(next, span.start);
	if (span.end > after)
		next = Min(next, span.end);
	return next;
}

/*
 * Do lots that start at either instant take the same components, and are both
 * allowed or none?
 */
bool
planner_starts_alike(const PlanSource *source, Instant a, Instant b)
{
	bool		alike = planner_span_has(source->effective, a) ==
	planner_span_has(source->effective, b);

	for (int i = 0; i < source->ncomponents; i++)
	{
		Span		span = source->components[i].effective;

		alike &= planner_span_has(span, a) == planner_span_has(span, b);
	}
	return alike;
}

/*
 * Of the components that stand for each other, the first as the source lists them.
 */
int
planner_first_of_choice(const PlanSource *source, int choice, Instant start)
{
	for (int i = 0; i < source->ncomponents; i++)
	{
		if (source->components[i].choice == choice &&
			planner_span_has(source->components[i].effective, start))
			return i;
	}
	return -1;
}

/*
 * The next one by priority after another, -1 to begin with; -1: there is none.
 */
int
planner_next_of_choice(const PlanSource *source, int choice, Instant start,
					   int after)
{
	int			next = -1;

	for (int i = 0; i < source->ncomponents; i++)
	{
		const PlanComponent *component = &source->components[i];

		if (component->choice != choice ||
			!planner_span_has(component->effective, start))
			continue;
		if (after >= 0 && !comes_after(source, i, after))
			continue;
		if (next < 0 || comes_after(source, next, i))
			next = i;
	}
	return next;
}

static bool
comes_after(const PlanSource *source, int a, int b)
{
	int			priority_a = source->components[a].priority;
	int			priority_b = source->components[b].priority;

	return priority_a != priority_b ? priority_a > priority_b : a > b;
}

bool
planner_span_has(Span span, Instant at)
{
	return span.start <= at && at < span.end;
}

/*
 * Remember why there is no way.  What is found first is what people look at first:
 * the way that is preferred.
 */
void
planner_fail(Planner *planner, PlanBinding binding, PlanNode *node,
			 const PlanSource *source)
{
	if (planner->failure.is_known)
		return;
	planner->failure = (PlannerFailure)
	{
		.is_known = true,.binding = binding,.node = node,.source = source
	};
}

/*
 * Is there time to weigh one way against another?  Where every level of a network
 * offers several, the ways multiply; after so many drafts the first way is taken.
 */
bool
planner_is_weighing(const Planner *planner)
{
	return planner->drafted < planner->most_drafted;
}
