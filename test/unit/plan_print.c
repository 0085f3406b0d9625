/*
 * plan_print.c - a random problem, a request and a plan, to be read by people.
 *
 * Instants are slots from now on, quantities whole units.
 */
#include "plan_random.h"

static void print_node(const RandomProblem *problem, const PlanNode *node);
static void print_source(const RandomProblem *problem,
						 const PlanSource *source);
static void print_step(const RandomProblem *problem, const PlanStep *step,
					   int index);
static void print_component(const RandomProblem *problem,
							const PlanComponent *component);
static void print_resource(const RandomProblem *problem,
						   PlanResource *resource);
static const char *slot(const RandomProblem *problem, Instant at);
static const char *number(Quantity quantity);

static const char *const kinds[] = {"make", "buy", "move", "kit"};

void
plan_random_print(const RandomProblem *problem)
{
	const PlanFixture *fixture = problem->fixture;

	printf("network (%s), slots of %d hours, limit %s\n", problem->exact ? "exact" : "general",
		   (int) (problem->slot / HOUR),
		   slot(problem, fixture->network.limit));
	for (int i = 0; i < fixture->network.nnodes; i++)
		print_node(problem, fixture->nodes[i]);
	for (int i = 0; i < fixture->network.nsources; i++)
		print_source(problem, fixture->sources[i]);
	for (int i = 0; i < fixture->network.nresources; i++)
		print_resource(problem, fixture->resources[i]);
}

void
plan_random_print_request(const RandomProblem *problem,
						  const PlanRequest *request)
{
	printf("request %s of %s, due %s, after %s, %s%s\n",
		   number(request->quantity), request->node->item,
		   slot(problem, request->due), slot(problem, request->after),
		   request->placement == PLAN_JIT ? "jit" : "asap",
		   request->late_eats_safety_stock ?
		   ", eats safety stock when late" : "");
}

void
plan_random_print_date(const RandomProblem *problem, bool possible, Instant at)
{
	printf("%s\n", possible ? slot(problem, at) : "never");
}

void
plan_random_print_plan(const RandomProblem *problem, const SupplyPlan *plan)
{
	for (int i = 0; i < plan->nneeds; i++)
	{
		const PlanNeed *need = &plan->needs[i];

		printf("  need %d: %s of %s at %s for lot %d, from balance %s\n", i,
			   number(need->quantity), need->node->item,
			   slot(problem, need->at), need->lot, number(need->from_balance));
	}
	for (int i = 0; i < plan->nlots; i++)
	{
		const PlanLot *lot = &plan->lots[i];

		printf("  lot %d: %s of %s for need %d, %s to %s", i,
			   number(lot->quantity), lot->source->name, lot->need,
			   slot(problem, lot->start), slot(problem, lot->end));
		for (int k = 0; k < lot->source->nsteps; k++)
		{
			const PlanTask *task = &lot->tasks[k];

			printf("; step %d %s to %s", k, slot(problem, task->start),
				   slot(problem, task->end));
			for (int u = 0; u < lot->source->steps[k].nuses; u++)
				printf(" %s", task->resources[u]->name);
		}
		printf("\n");
	}
}

static void
print_node(const RandomProblem *problem, const PlanNode *node)
{
	const NodeRules *rules = &node->stock.rules;

	printf("node %s:", node->item);
	if (node->unlimited)
		printf(" unlimited");
	if (rules->safety_stock != 0)
		printf(" safety stock %s", number(rules->safety_stock));
	if (rules->lead_end != INSTANT_END)
		printf(" lead end %s", slot(problem, rules->lead_end));
	if (rules->horizon_end != INSTANT_END)
		printf(" horizon end %s", slot(problem, rules->horizon_end));
	for (int i = 0; i < node->stock.nevents; i++)
	{
		const FlowEvent *event = &node->stock.events[i];

		printf(" %s@%s", number(event->delta), slot(problem, event->at));
		if (event->delta > 0 && event->at != INSTANT_BEGIN &&
			event->at < problem->fixture->network.now)
			printf("(counts %s)", slot(problem, rules->overdue_at));
	}
	printf("; sources");
	for (int i = 0; i < node->nsources; i++)
		printf(" %s", node->sources[i]->name);
	printf("\n");
}

static void
print_source(const RandomProblem *problem, const PlanSource *source)
{
	printf("source %s: %s ->", source->name, kinds[source->kind]);
	for (int i = 0; i < source->noutputs; i++)
		printf(" %s*%s+%s", source->outputs[i].node->item,
			   number(source->outputs[i].quantity),
			   number(source->outputs[i].fixed));
	printf(", lead %d days %d slots%s", source->lead_time.days,
		   (int) (source->lead_time.time / problem->slot),
		   source->calendar != NULL ? " of open time" : "");
	printf(", lots %s", number(source->lot_minimum));
	printf("/%s/", number(source->lot_multiple));
	printf("%s, first start %s", number(source->lot_maximum),
		   slot(problem, source->first_start));
	printf(", effective %s", slot(problem, source->effective.start));
	printf(" to %s\n", slot(problem, source->effective.end));
	for (int i = 0; i < source->nsteps; i++)
		print_step(problem, &source->steps[i], i);
	for (int i = 0; i < source->ncomponents; i++)
		print_component(problem, &source->components[i]);
}

static void
print_step(const RandomProblem *problem, const PlanStep *step, int index)
{
	printf("  step %d: setup %d run %d batch %s%s;", index,
		   (int) (step->setup / problem->slot), (int) (step->run / problem->slot),
		   number(step->batch), step->pauses ? "" : " unbroken");
	for (int i = 0; i < step->nbefore; i++)
		printf(" after %d + %d;", step->before[i].step,
			   (int) (step->before[i].lag / problem->slot));
	for (int i = 0; i < step->nuses; i++)
	{
		printf(" %s of", number(step->uses[i].units));
		for (int c = 0; c < step->uses[i].nchoices; c++)
			printf(" %s", step->uses[i].choices[c]->name);
	}
	printf("\n");
}

static void
print_component(const RandomProblem *problem, const PlanComponent *component)
{
	printf("  component %s*%s", component->node->item,
		   number(component->quantity));
	printf("+%s at step %d, scrap %d %%, effective %s",
		   number(component->fixed), component->step,
		   (int) (component->scrap * 100 / QUANTITY_SCALE),
		   slot(problem, component->effective.start));
	printf(" to %s, choice %d\n", slot(problem, component->effective.end),
		   component->choice);
}

static void
print_resource(const RandomProblem *problem, PlanResource *resource)
{
	const PlanNetwork *network = &problem->fixture->network;

	printf("resource %s: %s%s units", resource->name,
		   number(resource->capacity.units),
		   resource->capacity.finite ? "" : " (infinite)");
	if (resource->bucketed)
		printf(" in buckets");
	for (int i = 0; i < resource->capacity.nevents; i++)
	{
		const CapacityEvent *event = &resource->capacity.events[i];

		printf(" %s%s@%s", event->is_load ? "load " : "",
			   number(event->delta), slot(problem, event->from));
		printf("-%s", slot(problem, event->until));
	}
	if (resource->work != NULL)
	{
		printf("; open ");
		for (Instant at = network->now; at < network->limit; at += problem->slot)
			putchar(work_time_between(resource->work, at, at + problem->slot) > 0 ?
					'#' : '.');
	}
	printf("\n");
}

static const char *
slot(const RandomProblem *problem, Instant at)
{
	if (at == INSTANT_BEGIN)
		return "begin";
	if (at == INSTANT_END)
		return "end";
	return psprintf("%g", (double) (at - problem->fixture->network.now) /
					(double) problem->slot);
}

static const char *
number(Quantity quantity)
{
	return psprintf("%g", (double) quantity / (double) QUANTITY_SCALE);
}
