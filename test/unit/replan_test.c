/*
 * replan_test.c - plans of others moved out of the way.
 */
#include "plan_fixture.h"
#include "plan_random.h"
#include "unit.h"

#include "engine/plan_check.h"
#include "engine/replan.h"

#define NOW		(1000 * DAY)
#define LIMIT	(NOW + 1000 * DAY)
#define EFFORT	20
#define MAX_ORDERS	12
#define PROBLEMS	1000

extern void test_replan(void);

/* promises that were given, and their plans as they are now */
typedef struct Book
{
	PlanNetwork *network;
	Planner    *planner;
	SupplyPlan	plans[MAX_ORDERS];
	ReplanOther others[MAX_ORDERS];
	int			n;
} Book;

/* what came of a request */
typedef struct Outcome
{
	PlanAnswer	before;
	ReplanAnswer answer;
} Outcome;

static int	nhopeless;			/* requests that moving could not help */
static int	nunread;			/* requests for which something stayed unread */
static int	nmoved;				/* plans, of all random problems */
static int	nearlier;			/* requests */
static int	nlate;

static void
open_book(Book *book, PlanNetwork *network)
{
	memset(book, 0, sizeof(*book));
	book->network = network;
	book->planner = planner_create(network);
}

static PlanRequest
request_of(PlanNode *node, int64 units, Instant due)
{
	return (PlanRequest)
	{
		.node = node,.quantity = UNITS(units),.due = due,
			.after = INSTANT_BEGIN,.effort = EFFORT
	};
}

/* check a plan beside all others of the book but one */
static bool
check_beside(const Book *book, const SupplyPlan *plan, int skip, bool is_new)
{
	const SupplyPlan *others[MAX_ORDERS];
	SupplyPlan	checked = *plan;
	int			nothers = 0;
	PlanVerdict verdict;

	/* safety stock is for what is new: others may have eaten what it left */
	checked.keeps_safety_stock &= is_new;
	checked.accepted = !is_new;
	for (int i = 0; i < book->n; i++)
	{
		if (i != skip)
			others[nothers++] = &book->plans[i];
	}
	if (!CHECK_INT(plan_check(book->network, others, nothers, &checked, &verdict),
				   PROMISE_OK))
		return false;
	for (int i = 0; i < verdict.nviolations; i++)
		printf("    rule %d, need %d, lot %d, step %d, at %lld\n",
			   verdict.violations[i].rule, verdict.violations[i].need,
			   verdict.violations[i].lot, verdict.violations[i].step,
			   (long long) verdict.violations[i].at);
	return CHECK_INT(verdict.nviolations, 0);
}

static bool
check_book(const Book *book)
{
	bool		good = true;

	for (int i = 0; i < book->n; i++)
		good &= check_beside(book, &book->plans[i], i, false);
	return good;
}

static void
add(Book *book, const SupplyPlan *plan)
{
	int			n = book->n++;

	CHECK(n < MAX_ORDERS);
	book->plans[n] = *plan;
	book->others[n] = (ReplanOther)
	{
		.ref = psprintf("order %d", n),.plan = &book->plans[n]
	};
	CHECK_INT(planner_take(book->planner, plan), PROMISE_OK);
}

/* promise without moving anything */
static PlanAnswer
promise(Book *book, const PlanRequest *request)
{
	PlanAnswer	answer;

	memset(&answer, 0, sizeof(answer));
	if (CHECK_INT(planner_plan(book->planner, request, &answer), PROMISE_OK) &&
		answer.possible)
	{
		check_beside(book, &answer.plan, -1, true);
		add(book, &answer.plan);
	}
	return answer;
}

/*
 * Ask for what is late; all of the book may be moved.  Nothing is taken, and the
 * answer is the same when asked again.
 */
static Outcome
ask(Book *book, const PlanRequest *request)
{
	Outcome		outcome;
	PlanAnswer	after;
	ReplanAnswer again;
	bool		could;
	bool		came_to_more;

	memset(&outcome, 0, sizeof(outcome));
	memset(&again, 0, sizeof(again));
	CHECK_INT(planner_plan(book->planner, request, &outcome.before), PROMISE_OK);
	CHECK_INT(replan_could_help(book->planner, request, &outcome.before,
								book->others, book->n, &could, &came_to_more),
			  PROMISE_OK);
	if (!could)
	{
		nhopeless++;
		return outcome;
	}
	CHECK_INT(replan(book->planner, request, false, &outcome.before,
					 book->others, book->n, &outcome.answer), PROMISE_OK);

	CHECK_INT(planner_plan(book->planner, request, &after), PROMISE_OK);
	CHECK_INT(after.at, outcome.before.at);
	CHECK_INT(replan(book->planner, request, false, &outcome.before,
					 book->others, book->n, &again), PROMISE_OK);
	CHECK_INT(again.found, outcome.answer.found);
	CHECK_INT(again.answer.at, outcome.answer.answer.at);
	CHECK_INT(again.nmoves, outcome.answer.nmoves);

	return outcome;
}

/*
 * Accept what was found: the moved plans take the place of those that they had.
 * All of them keep their promises, and all others theirs.
 */
static bool
accept(Book *book, const PlanRequest *request, const Outcome *outcome)
{
	const ReplanAnswer *answer = &outcome->answer;
	Book		moved = *book;
	bool		good;

	if (!CHECK(answer->found))
		return false;
	good = CHECK(answer->answer.possible) &&
		CHECK(answer->answer.at >= request->after) &&
		CHECK_INT(answer->answer.plan.needs[0].at, answer->answer.at) &&
		CHECK_INT(answer->answer.plan.needs[0].quantity, request->quantity) &&
		CHECK(!outcome->before.possible ||
			  answer->answer.at < outcome->before.at);
	for (int i = 0; i < answer->nmoves; i++)
	{
		const ReplanMove *move = &answer->moves[i];
		const SupplyPlan *old = &book->plans[move->other];

		good &= CHECK(i == 0 || move->other > answer->moves[i - 1].other);
		good &= CHECK(move->plan.needs[0].node == old->needs[0].node);
		good &= CHECK_INT(move->plan.needs[0].at, old->needs[0].at);
		good &= CHECK_INT(move->plan.needs[0].quantity, old->needs[0].quantity);
		moved.plans[move->other] = move->plan;
	}
	for (int i = 0; i < moved.n; i++)
		moved.others[i].plan = &moved.plans[i];
	good &= check_beside(&moved, &answer->answer.plan, -1, true);
	moved.plans[moved.n++] = answer->answer.plan;
	for (int i = 0; i < answer->nmoves; i++)
		good &= check_beside(&moved, &answer->moves[i].plan,
							 answer->moves[i].other, true);
	return check_book(&moved) && good;
}

/* an item of which each piece takes an hour on the resource */
static PlanNode *
made_on(PlanFixture *fixture, PlanResource *resource, const char *item)
{
	PlanNode   *node = fixture_node(fixture, item);
	PlanSource *source = fixture_source(fixture, PLAN_MAKE,
										psprintf("making %s", item), node);

	fixture_step(source, resource, UNITS(1), 0, HOUR);
	return node;
}

/* the late order goes in front of one that has time, and that is moved behind it */
static void
into_the_queue(void)
{
	PlanFixture *fixture = plan_fixture_create(NOW, LIMIT);
	PlanResource *machine = fixture_resource(fixture, "machine", UNITS(1));
	PlanNode   *tent = made_on(fixture, machine, "tent");
	PlanNode   *flag = made_on(fixture, machine, "flag");
	PlanRequest has_time = request_of(tent, 8, NOW + 2 * DAY);
	PlanRequest hurries = request_of(flag, 4, NOW + 4 * HOUR);
	PlanAnswer	given;
	Outcome		outcome;
	ReplanBounds bounds;
	Book		book;

	plan_fixture_finish(fixture);
	open_book(&book, &fixture->network);

	given = promise(&book, &has_time);
	CHECK_INT(given.plan.lots[0].start, NOW);

	outcome = ask(&book, &hurries);
	CHECK_INT(outcome.before.at, NOW + 12 * HOUR);
	replan_bounds(&hurries, &outcome.before, &bounds);
	CHECK_INT(bounds.nresources, 1);
	CHECK(bounds.resources[0] == machine);
	CHECK_INT(bounds.nnodes, 1);
	CHECK(bounds.nodes[0] == flag);
	if (CHECK(accept(&book, &hurries, &outcome)))
	{
		CHECK_INT(outcome.answer.answer.at, NOW + 4 * HOUR);
		CHECK_INT(outcome.answer.nmoves, 1);
		CHECK_INT(outcome.answer.moves[0].other, 0);
		CHECK_INT(outcome.answer.moves[0].plan.lots[0].start, NOW + 40 * HOUR);
		CHECK_INT(outcome.answer.moves[0].plan.lots[0].end, NOW + 2 * DAY);
	}

	/* without a date, the same is found */
	hurries.due = INSTANT_END;
	outcome = ask(&book, &hurries);
	CHECK(accept(&book, &hurries, &outcome));
	CHECK_INT(outcome.answer.answer.at, NOW + 4 * HOUR);

	/* without effort, nothing */
	hurries.effort = 0;
	outcome = ask(&book, &hurries);
	CHECK(!outcome.answer.found);

	/* an order that has no time stays where it is */
	hurries = request_of(flag, 40, NOW + 44 * HOUR);
	CHECK_INT(promise(&book, &hurries).at, NOW + 48 * HOUR);
	hurries = request_of(flag, 8, NOW + 8 * HOUR);
	outcome = ask(&book, &hurries);
	CHECK(!outcome.answer.found);
}

/* one has no time, the next one has: it is that one that moves, and by itself */
static void
the_one_with_time(void)
{
	static const int64 hours[] = {4, 8, 96, 48};
	PlanFixture *fixture = plan_fixture_create(NOW, LIMIT);
	PlanResource *machine = fixture_resource(fixture, "machine", UNITS(1));
	PlanNode   *tents[lengthof(hours) + 1];
	PlanRequest request;
	Outcome		outcome;
	Book		book;

	for (int i = 0; i < lengthof(tents); i++)
		tents[i] = made_on(fixture, machine, psprintf("tent %d", i));
	plan_fixture_finish(fixture);
	open_book(&book, &fixture->network);
	for (int i = 0; i < lengthof(hours); i++)
	{
		request = request_of(tents[i], 4, NOW + hours[i] * HOUR);
		CHECK_INT(promise(&book, &request).plan.lots[0].start,
				  NOW + 4 * i * HOUR);
	}

	request = request_of(tents[4], 4, NOW + 12 * HOUR);
	outcome = ask(&book, &request);
	CHECK_INT(outcome.before.at, NOW + 20 * HOUR);
	if (CHECK(accept(&book, &request, &outcome)))
	{
		CHECK_INT(outcome.answer.answer.at, NOW + 12 * HOUR);
		CHECK_INT(outcome.answer.nmoves, 1);
		CHECK_INT(outcome.answer.moves[0].other, 2);
	}

	/* two of them have to move for twice as much */
	request = request_of(tents[4], 8, NOW + 16 * HOUR);
	outcome = ask(&book, &request);
	if (CHECK(accept(&book, &request, &outcome)))
	{
		CHECK_INT(outcome.answer.answer.at, NOW + 16 * HOUR);
		CHECK_INT(outcome.answer.nmoves, 2);
	}
}

/* a component that was taken earlier than it had to be */
static void
a_component(void)
{
	PlanFixture *fixture = plan_fixture_create(NOW, LIMIT);
	PlanNode   *bike = fixture_node(fixture, "bike");
	PlanNode   *trike = fixture_node(fixture, "trike");
	PlanNode   *frame = fixture_node(fixture, "frame");
	PlanSource *assembly = fixture_source(fixture, PLAN_MAKE, "assembly", bike);
	PlanSource *other = fixture_source(fixture, PLAN_MAKE, "other", trike);
	PlanSource *buying = fixture_source(fixture, PLAN_BUY, "buying", frame);
	PlanRequest request = request_of(bike, 3, NOW + 30 * DAY);
	Outcome		outcome;
	ReplanBounds bounds;
	Book		book;

	assembly->lead_time.days = 1;
	other->lead_time.days = 1;
	fixture_component(assembly, frame, UNITS(1), 0);
	fixture_component(other, frame, UNITS(1), 0);
	fixture_event(frame, NOW, UNITS(3));
	buying->lead_time.days = 10;
	plan_fixture_finish(fixture);
	open_book(&book, &fixture->network);

	CHECK_INT(promise(&book, &request).earliest, NOW + DAY);
	request = request_of(trike, 2, NOW + 2 * DAY);
	outcome = ask(&book, &request);
	CHECK_INT(outcome.before.at, NOW + 11 * DAY);
	replan_bounds(&request, &outcome.before, &bounds);
	CHECK_INT(bounds.nnodes, 2);
	CHECK(bounds.nodes[1] == frame);
	if (CHECK(accept(&book, &request, &outcome)))
	{
		CHECK_INT(outcome.answer.answer.at, NOW + 2 * DAY);
		CHECK_INT(outcome.answer.nmoves, 1);
		CHECK_INT(outcome.answer.moves[0].plan.nlots, 2);
	}
}

/* others live on what a plan yields beyond its need: it moves only with them */
static void
a_surplus(void)
{
	PlanFixture *fixture = plan_fixture_create(NOW, LIMIT);
	PlanResource *kiln = fixture_resource(fixture, "kiln", UNITS(1));
	PlanNode   *bowl = made_on(fixture, kiln, "bowl");
	PlanNode   *cup = made_on(fixture, kiln, "cup");
	PlanRequest first = request_of(bowl, 6, NOW + 20 * DAY);
	PlanRequest second = request_of(bowl, 4, NOW + 12 * HOUR);
	PlanRequest third = request_of(cup, 10, NOW + 10 * HOUR);
	Outcome		outcome;
	Book		book;

	bowl->sources[0]->lot_multiple = UNITS(10);
	plan_fixture_finish(fixture);
	open_book(&book, &fixture->network);
	promise(&book, &first);
	CHECK_INT(promise(&book, &second).plan.nlots, 0);

	/* the second cannot wait, and has no plan of its own */
	outcome = ask(&book, &third);
	CHECK_INT(outcome.before.at, NOW + 20 * HOUR);
	CHECK(!outcome.answer.found);
}

/* what is planned for a hold is bound to it, and moves as it does for an order */
static void
a_hold(void)
{
	PlanFixture *fixture = plan_fixture_create(NOW, LIMIT);
	PlanResource *kiln = fixture_resource(fixture, "kiln", UNITS(1));
	PlanNode   *bowl = made_on(fixture, kiln, "bowl");
	PlanNode   *cup = made_on(fixture, kiln, "cup");
	PlanRequest kept = request_of(bowl, 6, NOW + 20 * DAY);
	PlanRequest hurries = request_of(cup, 10, NOW + 10 * HOUR);
	PlanRequest bowls = request_of(bowl, 4, NOW + 10 * HOUR);
	FlowDetail	made = {
		.origin = FLOW_PLANNED,.is_supply = true,.ref = "held",
		.for_ref = "held",.expires_at = INSTANT_END
	};
	FlowDetail	held = {
		.origin = FLOW_DEMAND,.ref = "held",.expires_at = INSTANT_END
	};
	FlowEvent	rows[2] = {
		{NOW + 10 * HOUR, UNITS(10), &made},
		{NOW + 20 * DAY, -UNITS(6), &held}
	};
	PlanAnswer	answer;
	PlanAnswer	before;
	ReplanAnswer moved;
	ReplanOther other = {.ref = "held"};
	Planner    *planner;

	bowl->sources[0]->lot_multiple = UNITS(10);
	plan_fixture_finish(fixture);

	/* the plan of the hold, then as rows */
	CHECK_INT(planner_plan(planner_create(&fixture->network), &kept, &answer),
			  PROMISE_OK);
	CHECK_INT(answer.plan.lots[0].end, NOW + 10 * HOUR);
	for (int i = 0; i < fixture->network.nnodes; i++)
		fixture->nodes[i]->state = NULL;
	bowl->stock.events = rows;
	bowl->stock.nevents = 2;
	fixture_capacity(kiln, NOW, NOW + 10 * HOUR, -UNITS(1), true);
	planner = planner_create(&fixture->network);
	other.plan = &answer.plan;

	/* its surplus serves nobody: not by its plan, and not by the moved one */
	CHECK_INT(planner_plan(planner, &bowls, &before), PROMISE_OK);
	CHECK_INT(before.at, NOW + 20 * HOUR);
	CHECK_INT(planner_plan(planner, &hurries, &before), PROMISE_OK);
	CHECK_INT(before.at, NOW + 20 * HOUR);
	CHECK_INT(replan(planner, &hurries, false, &before, &other, 1, &moved),
			  PROMISE_OK);
	if (CHECK(moved.found))
	{
		CHECK_INT(moved.answer.at, NOW + 10 * HOUR);
		CHECK_INT(moved.nmoves, 1);
		CHECK_INT(moved.moves[0].plan.lots[0].end, NOW + 20 * DAY);
	}

	/*
	 * supply that the business has bound to the ref keeps the plan where it
	 * is
	 */
	made.origin = FLOW_SUPPLY;
	CHECK_INT(replan(planner, &hurries, false, &before, &other, 1, &moved),
			  PROMISE_OK);
	CHECK(!moved.found);

	/* a hold that asks keeps what its lots yield beyond it for itself */
	made.origin = FLOW_PLANNED;
	CHECK_INT(planner_plan(planner, &bowls, &before), PROMISE_OK);
	CHECK_INT(replan(planner, &bowls, true, &before, &other, 1, &moved),
			  PROMISE_OK);
	if (CHECK(moved.found))
		CHECK_INT(moved.moves[0].plan.lots[0].quantity, UNITS(10));
}

/* what has begun, or is fenced, stays */
static void
what_is_near(void)
{
	PlanFixture *fixture = plan_fixture_create(NOW, LIMIT);
	PlanResource *machine = fixture_resource(fixture, "machine", UNITS(1));
	PlanNode   *tent = made_on(fixture, machine, "tent");
	PlanNode   *flag = made_on(fixture, machine, "flag");
	PlanSource *sewing = tent->sources[0];
	PlanRequest request = request_of(tent, 4, NOW + 9 * DAY);
	Outcome		outcome;
	Book		book;

	plan_fixture_finish(fixture);
	open_book(&book, &fixture->network);
	promise(&book, &request);

	request = request_of(flag, 4, NOW + 4 * HOUR);
	sewing->first_start = NOW + HOUR;
	outcome = ask(&book, &request);
	CHECK(!outcome.answer.found);
	sewing->first_start = NOW;
	outcome = ask(&book, &request);
	CHECK(outcome.answer.found);
	fixture->network.now = NOW + 1;
	outcome = ask(&book, &request);
	CHECK(!outcome.answer.found);
}

/*
 * The plans as rows, none of which has been read.
 */
static void
write_rows(const Book *book, PlanFixture *fixture)
{
	for (int i = 0; i < book->n; i++)
	{
		PlanChanges changes;

		CHECK_INT(plan_changes(&book->plans[i], &changes), PROMISE_OK);
		for (int k = 0; k < changes.nflows; k++)
			fixture_event(changes.flows[k].node, changes.flows[k].at,
						  changes.flows[k].delta);
		for (int k = 0; k < changes.nloads; k++)
			fixture_capacity(changes.loads[k].resource, changes.loads[k].from,
							 changes.loads[k].until, -changes.loads[k].units,
							 true);
	}
}

/*
 * A planner that has read nothing finds the same, and needs not read all that the
 * others touch.
 */
static void
ask_unread(const Book *book, PlanFixture *fixture, const PlanRequest *request,
		   const Outcome *outcome)
{
	PlanNetwork *network = &fixture->network;
	PlanNode   *nodes = palloc(network->nnodes * sizeof(PlanNode));
	PlanResource *resources = palloc((network->nresources + 1) *
									 sizeof(PlanResource));
	Planner    *planner;
	PlanAnswer	before;
	ReplanAnswer moved = {0};
	bool		could = false;
	bool		came_to_more = true;
	int			nread = 0;

	for (int i = 0; i < network->nnodes; i++)
		nodes[i] = *fixture->nodes[i];
	for (int i = 0; i < network->nresources; i++)
		resources[i] = *fixture->resources[i];
	write_rows(book, fixture);
	for (int i = 0; i < network->nnodes; i++)
	{
		fixture->nodes[i]->state = NULL;
		fixture->nodes[i]->was_read = false;
	}
	for (int i = 0; i < network->nresources; i++)
		fixture->resources[i]->was_read = false;

	planner = planner_create(network);
	CHECK_INT(planner_plan(planner, request, &before), PROMISE_OK);
	CHECK_INT(before.at, outcome->before.at);
	while (!could && came_to_more)
		CHECK_INT(replan_could_help(planner, request, &before, book->others,
									book->n, &could, &came_to_more), PROMISE_OK);
	for (int i = 0; i < network->nnodes; i++)
		nread += fixture->nodes[i]->was_read;
	nunread += nread < network->nnodes;
	if (could)
		CHECK_INT(replan(planner, request, false, &before, book->others, book->n,
						 &moved), PROMISE_OK);
	CHECK_INT(moved.found, outcome->answer.found);
	CHECK_INT(moved.answer.at, outcome->answer.answer.at);
	CHECK_INT(moved.nmoves, outcome->answer.nmoves);

	for (int i = 0; i < network->nnodes; i++)
	{
		fixture->nodes[i]->state = nodes[i].state;
		fixture->nodes[i]->was_read = nodes[i].was_read;
		fixture->nodes[i]->stock.nevents = nodes[i].stock.nevents;
	}
	for (int i = 0; i < network->nresources; i++)
	{
		fixture->resources[i]->was_read = resources[i].was_read;
		fixture->resources[i]->capacity.nevents = resources[i].capacity.nevents;
	}
}

/* does anything spoil, or need a changeover?  Rows would have to say more */
static bool
has_plain_rows(const PlanFixture *fixture)
{
	for (int i = 0; i < fixture->network.nnodes; i++)
	{
		const StockNode *stock = &fixture->nodes[i]->stock;

		if (stock->nevents > 0 && stock->events[0].detail != NULL)
			return false;
	}
	for (int i = 0; i < fixture->network.nresources; i++)
	{
		if (fixture->resources[i]->changeover != NULL)
			return false;
	}
	return true;
}

/*
 * Orders at random, of which late ones may move those before them.
 */
static void
random_orders(void)
{
	RandomProblem problem;
	Book		book;

	plan_random(unit_random(0, 1) == 0, &problem);
	open_book(&book, &problem.fixture->network);
	for (int i = 0; i < MAX_ORDERS - 1; i++)
	{
		PlanRequest request;
		Outcome		outcome;

		plan_random_request(&problem, &request);
		if (i < 4)
		{
			/* those that have time */
			request.due = problem.fixture->network.limit -
				unit_random(1, 8) * problem.slot;
			promise(&book, &request);
			continue;
		}
		request.effort = EFFORT;
		outcome = ask(&book, &request);
		if (has_plain_rows(problem.fixture))
			ask_unread(&book, problem.fixture, &request, &outcome);
		nlate += !outcome.before.possible ||
			outcome.before.at > Max(Min(request.due, LIMIT), request.after);
		if (!outcome.answer.found)
			continue;
		nearlier++;
		nmoved += outcome.answer.nmoves;
		if (!accept(&book, &request, &outcome))
		{
			plan_random_print(&problem);
			plan_random_print_request(&problem, &request);
			return;
		}

		/* go on from there */
		for (int k = 0; k < outcome.answer.nmoves; k++)
			book.plans[outcome.answer.moves[k].other] =
				outcome.answer.moves[k].plan;
		book.plans[book.n] = outcome.answer.answer.plan;
		book.n++;
		for (int k = 0; k < problem.fixture->network.nnodes; k++)
			problem.fixture->nodes[k]->state = NULL;
		book.planner = planner_create(book.network);
		for (int k = 0, n = book.n; k < n; k++)
		{
			book.n = k;
			add(&book, &book.plans[k]);
		}
	}
}

void
test_replan(void)
{
	into_the_queue();
	the_one_with_time();
	a_component();
	a_surplus();
	a_hold();
	what_is_near();

	nhopeless = nunread = nmoved = nearlier = nlate = 0;
	for (int i = 0; i < PROBLEMS; i++)
		random_orders();
	printf("replan: %d late, %d of them earlier, %d plans moved; %d without hope, %d with nodes unread\n",
		   nlate, nearlier, nmoved, nhopeless, nunread);
	CHECK(nhopeless > 50);
	CHECK(nunread > 50);
	CHECK(nearlier > 50);
	CHECK(nmoved > 50);
}
