/*
 * plan_book_test.c - what is said of many plans at once, against each by itself.
 *
 * Orders are planned on random networks and written down as rows.  Then rows are
 * changed at random.  A plan that is said to be sound must be so for plan_check(),
 * with all the rows there but those of its ref; and as long as nothing has been
 * changed, all are said to be sound.
 */
#include "plan_fixture.h"
#include "plan_random.h"
#include "unit.h"

#include "engine/plan_book.h"
#include "engine/plan_check.h"
#include "engine/planner.h"

#define MAX_ORDERS	6
#define MAX_ROWS	500

/* the rows of a node or a resource, with and without those of plans */
typedef struct NodeRows
{
	FlowEvent  *before;
	int			nbefore;
	FlowEvent  *all;
	int			nall;
} NodeRows;

typedef struct ResourceRows
{
	CapacityEvent *before;
	int			nbefore;
	CapacityEvent *all;
	int			nall;
} ResourceRows;

typedef struct Book
{
	RandomProblem problem;
	SupplyPlan	plans[MAX_ORDERS];
	int			nplans;
	NodeRows   *nodes;
	ResourceRows *resources;
} Book;

typedef struct Tally
{
	int			whole;			/* plans of books that nobody has changed */
	int			sound;			/* of others: said to be so */
	int			broken;			/* found to be so by themselves */
	int			doubted;		/* neither */
} Tally;

static const char *const refs[MAX_ORDERS] = {"a", "b", "c", "d", "e", "f"};

static bool make_book(Book *book);
static void open_book(Book *book);
static void write_down(Book *book);
static void add_flow(Book *book, const PlanFlow *flow, const char *ref,
					 FlowOrigin origin);
static void add_load(Book *book, const PlanLoad *load, const char *ref);
static void sort_by_ref(Book *book);
static void change_rows(Book *book);
static void change_flow(Book *book);
static void change_capacity(Book *book);
static bool is_sound(Book *book, int number);
static bool is_sound_by_itself(Book *book, int number);
static void leave_out(Book *book, const char *ref);
static void put_back(Book *book);

void
test_plan_book(void)
{
	Tally		tally = {0};

	for (int i = 0; i < UNIT_TRIALS / 40; i++)
	{
		Book		book = {0};

		if (!make_book(&book))
			continue;
		write_down(&book);
		sort_by_ref(&book);
		for (int k = 0; k < book.nplans; k++)
			CHECK(is_sound(&book, k));
		tally.whole += book.nplans;

		open_book(&book);
		for (int n = unit_random(1, 3); n > 0; n--)
			change_rows(&book);
		sort_by_ref(&book);
		for (int k = 0; k < book.nplans; k++)
		{
			bool		said = is_sound(&book, k);
			bool		found = is_sound_by_itself(&book, k);

			CHECK(found || !said);
			tally.sound += said;
			tally.broken += !found;
			tally.doubted += found && !said;
		}
	}

	/*
	 * changes that break something are found, and few plans are doubted in
	 * vain
	 */
	CHECK(tally.whole > UNIT_TRIALS / 40);
	CHECK(tally.sound > tally.whole / 4);
	CHECK(tally.broken > tally.whole / 20);
	CHECK(tally.doubted < tally.whole / 4);
}

/*
 * Some orders of a random network, one after the other.  False if none can be had.
 */
static bool
make_book(Book *book)
{
	PlanNetwork *network;
	Planner    *planner;
	int			norders = unit_random(2, MAX_ORDERS);

	plan_random(false, &book->problem);
	network = &book->problem.fixture->network;
	planner = planner_create(network);
	for (int i = 0; i < norders; i++)
	{
		PlanRequest request;
		PlanAnswer	answer;

		plan_random_request(&book->problem, &request);
		if (planner_plan(planner, &request, &answer) != PROMISE_OK ||
			!answer.possible || answer.plan.nlots == 0)
			continue;
		CHECK_INT(planner_take(planner, &answer.plan), PROMISE_OK);
		book->plans[book->nplans] = answer.plan;
		book->plans[book->nplans++].keeps_safety_stock = false;
	}
	book->nodes = palloc0(network->nnodes * sizeof(NodeRows));
	book->resources = palloc0(Max(network->nresources, 1) * sizeof(ResourceRows));
	open_book(book);
	return book->nplans > 0;
}

/* forget what hangs on the nodes and resources */
static void
open_book(Book *book)
{
	PlanFixture *fixture = book->problem.fixture;

	for (int i = 0; i < fixture->network.nnodes; i++)
		fixture->nodes[i]->state = NULL;
	for (int i = 0; i < fixture->network.nresources; i++)
		fixture->resources[i]->state = NULL;
}

/*
 * The plans as rows, after those that were there, all with room for more.
 */
static void
write_down(Book *book)
{
	PlanFixture *fixture = book->problem.fixture;

	for (int i = 0; i < fixture->network.nnodes; i++)
	{
		StockNode  *stock = &fixture->nodes[i]->stock;
		FlowEvent  *events = palloc(MAX_ROWS * sizeof(FlowEvent));

		for (int k = 0; k < stock->nevents; k++)
		{
			FlowDetail *detail = palloc0(sizeof(FlowDetail));

			detail->is_supply = stock->events[k].delta > 0;
			detail->origin = detail->is_supply ? FLOW_SUPPLY : FLOW_DEMAND;
			detail->expires_at = INSTANT_END;
			events[k] = stock->events[k];
			if (events[k].detail == NULL)
				events[k].detail = detail;
		}
		stock->events = events;
	}
	for (int i = 0; i < fixture->network.nresources; i++)
	{
		CapacityNode *capacity = &fixture->resources[i]->capacity;
		CapacityEvent *events = palloc(MAX_ROWS * sizeof(CapacityEvent));

		for (int k = 0; k < capacity->nevents; k++)
			events[k] = capacity->events[k];
		capacity->events = events;
	}

	for (int i = 0; i < book->nplans; i++)
	{
		const PlanNeed *request = &book->plans[i].needs[0];
		PlanFlow	demand = {
			.node = request->node,.at = request->at,.delta = -request->quantity
		};
		PlanChanges changes;

		CHECK_INT(plan_changes(&book->plans[i], &changes), PROMISE_OK);
		add_flow(book, &demand, refs[i], FLOW_DEMAND);
		for (int k = 0; k < changes.nflows; k++)
		{
			if (changes.flows[k].need != 0)
				add_flow(book, &changes.flows[k], refs[i], FLOW_PLANNED);
		}
		for (int k = 0; k < changes.nloads; k++)
			add_load(book, &changes.loads[k], refs[i]);
	}
}

static void
add_flow(Book *book, const PlanFlow *flow, const char *ref, FlowOrigin origin)
{
	StockNode  *stock = &flow->node->stock;
	FlowDetail *detail = palloc0(sizeof(FlowDetail));

	detail->origin = origin;
	detail->is_supply = flow->delta > 0;
	detail->ref = ref;
	detail->expires_at = INSTANT_END;
	CHECK(stock->nevents < MAX_ROWS);
	stock->events[stock->nevents++] = (FlowEvent)
	{
		.at = flow->at,.delta = flow->delta,.detail = detail
	};
}

static void
add_load(Book *book, const PlanLoad *load, const char *ref)
{
	CapacityNode *capacity = &load->resource->capacity;

	CHECK(capacity->nevents < MAX_ROWS);
	capacity->events[capacity->nevents++] = (CapacityEvent)
	{
		.from = load->from,.until = load->until,.delta = -load->units,
			.is_load = true,.ref = ref
	};
}

static void
sort_by_ref(Book *book)
{
	PlanFixture *fixture = book->problem.fixture;

	for (int i = 0; i < fixture->network.nnodes; i++)
		problem_sort_stock(&fixture->nodes[i]->stock);
	for (int i = 0; i < fixture->network.nresources; i++)
		problem_sort_capacity(&fixture->resources[i]->capacity);
}

static void
change_rows(Book *book)
{
	if (book->problem.fixture->network.nresources > 0 && unit_random(0, 1) == 0)
		change_capacity(book);
	else
		change_flow(book);
}

/* a row of a node is gone, comes later, is larger or kept for somebody */
static void
change_flow(Book *book)
{
	PlanFixture *fixture = book->problem.fixture;
	int			number = unit_random(0, fixture->network.nnodes - 1);
	StockNode  *stock = &fixture->nodes[number]->stock;
	FlowEvent  *event;
	FlowDetail *detail;

	if (stock->nevents == 0)
		return;
	event = &stock->events[unit_random(0, stock->nevents - 1)];
	switch (unit_random(0, 4))
	{
		case 0:
			*event = stock->events[--stock->nevents];
			break;
		case 1:
			if (INSTANT_IS_FINITE(event->at))
				event->at += unit_random(-2, 3) * book->problem.slot;
			break;
		case 2:
			event->delta *= 2;
			break;
		case 3:
			event->delta /= 2;
			break;
		default:
			if (event->detail->origin != FLOW_SUPPLY)
				break;
			detail = palloc(sizeof(FlowDetail));
			*detail = *event->detail;
			if (unit_random(0, 1) == 0)
				detail->for_ref = refs[unit_random(0, MAX_ORDERS - 1)];
			else
				detail->expires_at = fixture->network.now +
					unit_random(1, 8) * book->problem.slot;
			event->detail = detail;
			break;
	}
}

/* there are fewer units for a time, a load is gone, or begins later */
static void
change_capacity(Book *book)
{
	PlanFixture *fixture = book->problem.fixture;
	int			number = unit_random(0, fixture->network.nresources - 1);
	CapacityNode *capacity = &fixture->resources[number]->capacity;
	Instant		from = fixture->network.now +
	unit_random(0, 12) * book->problem.slot;
	CapacityEvent fewer = {
		.from = from,.until = from + book->problem.slot,
		.delta = -UNITS(1),.is_load = unit_random(0, 1)
	};
	CapacityEvent *event;

	if (capacity->nevents == 0 || unit_random(0, 2) == 0)
	{
		capacity->events[capacity->nevents++] = fewer;
		return;
	}
	event = &capacity->events[unit_random(0, capacity->nevents - 1)];
	if (unit_random(0, 1) == 0)
		*event = capacity->events[--capacity->nevents];
	else if (INSTANT_IS_FINITE(event->from) &&
			 event->from + book->problem.slot < event->until)
		event->from += book->problem.slot;
}

static bool
is_sound(Book *book, int number)
{
	PlanNetwork *network = &book->problem.fixture->network;
	const SupplyPlan *plan = &book->plans[number];
	BookedPlan	booked = {
		.ref = refs[number],.plan = plan,.counting = plan
	};

	plan_book_add(network, plan);
	return plan_book_is_sound(network, &booked);
}

/* the same by plan_check */
static bool
is_sound_by_itself(Book *book, int number)
{
	PlanVerdict verdict;
	PlanVerdict alone;

	leave_out(book, refs[number]);
	CHECK_INT(plan_check(&book->problem.fixture->network, NULL, 0,
						 &book->plans[number], &verdict), PROMISE_OK);
	CHECK_INT(plan_check_alone(&book->problem.fixture->network,
							   &book->plans[number], &alone), PROMISE_OK);
	CHECK_INT(alone.nviolations, 0);
	put_back(book);
	return verdict.nviolations == 0;
}

static void
leave_out(Book *book, const char *ref)
{
	PlanFixture *fixture = book->problem.fixture;

	for (int i = 0; i < fixture->network.nnodes; i++)
	{
		StockNode  *stock = &fixture->nodes[i]->stock;
		NodeRows   *rows = &book->nodes[i];

		rows->all = stock->events;
		rows->nall = stock->nevents;
		stock->events = palloc((rows->nall + 1) * sizeof(FlowEvent));
		stock->nevents = 0;
		for (int k = 0; k < rows->nall; k++)
		{
			FlowEvent	event = rows->all[k];
			const FlowDetail *detail = event.detail;

			if (detail->origin != FLOW_SUPPLY && detail->ref != NULL &&
				strcmp(detail->ref, ref) == 0)
				continue;
			if (detail->for_ref != NULL && strcmp(detail->for_ref, ref) == 0)
			{
				FlowDetail *unbound = palloc(sizeof(FlowDetail));

				*unbound = *detail;
				unbound->for_ref = NULL;
				event.detail = unbound;
			}
			stock->events[stock->nevents++] = event;
		}
	}
	for (int i = 0; i < fixture->network.nresources; i++)
	{
		CapacityNode *capacity = &fixture->resources[i]->capacity;
		ResourceRows *rows = &book->resources[i];

		rows->all = capacity->events;
		rows->nall = capacity->nevents;
		capacity->events = palloc((rows->nall + 1) * sizeof(CapacityEvent));
		capacity->nevents = 0;
		for (int k = 0; k < rows->nall; k++)
		{
			if (rows->all[k].ref == NULL || strcmp(rows->all[k].ref, ref) != 0)
				capacity->events[capacity->nevents++] = rows->all[k];
		}
	}
}

static void
put_back(Book *book)
{
	PlanFixture *fixture = book->problem.fixture;

	for (int i = 0; i < fixture->network.nnodes; i++)
	{
		fixture->nodes[i]->stock.events = book->nodes[i].all;
		fixture->nodes[i]->stock.nevents = book->nodes[i].nall;
	}
	for (int i = 0; i < fixture->network.nresources; i++)
	{
		fixture->resources[i]->capacity.events = book->resources[i].all;
		fixture->resources[i]->capacity.nevents = book->resources[i].nall;
	}
}
