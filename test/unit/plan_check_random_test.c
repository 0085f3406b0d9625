/*
 * plan_check_random_test.c - balances, working time and capacity against slots.
 *
 * Small random plans in coarse time.  What the checker finds by sums over sorted
 * instants is found here slot by slot; what can be served from lots that spoil, by
 * matching single units, whatever the order in which the lots are used up.
 */
#include "plan_builder.h"
#include "plan_fixture.h"
#include "plan_samples.h"
#include "unit.h"

#define SLOTS		14
#define MAX_UNITS	48

/* two days, hour by hour */
#define HOURS	48

/* demand and supply, unit by unit */
typedef struct Units
{
	int			at[MAX_UNITS];
	int			until[MAX_UNITS];	/* supply: when it spoils */
	bool		by_plan[MAX_UNITS];
	int			n;
} Units;

typedef struct Market
{
	Units		supply;
	Units		demand;
	bool		spoils;
} Market;

/* which unit of demand has which unit of supply; -1: none */
typedef struct Matching
{
	int			demand_of[MAX_UNITS];
	bool		tried[MAX_UNITS];
} Matching;

static void check_random_balance(bool spoils);
static void random_rows(PlanNode *node, Market *market, bool spoils);
static void add_units(Units *units, int at, int until, int n, bool by_plan);
static uint32 balance_rules(const Market *market, int safety, int lead_end);
static bool is_short(const Market *market, bool with_plan, int lead_end);
static int	balance_at(const Market *market, int slot, bool with_plan);
static bool find_supply(const Market *market, int demand, bool with_plan,
						Matching *matching);
static void check_random_work(void);
static void random_calendar(PlanFixture *fixture, PlanResource *resource,
							bool *open);
static void random_capacity(PlanResource *resource, int *free, int *piece);
static bool work_is_broken(const bool *open, int start, int end, int work,
						   bool pauses);

void
test_plan_check_random(void)
{
	for (int i = 0; i < UNIT_TRIALS / 5; i++)
		check_random_balance(false);
	for (int i = 0; i < UNIT_TRIALS / 5; i++)
		check_random_balance(true);
	for (int i = 0; i < UNIT_TRIALS / 5; i++)
		check_random_work();
}

/*
 * A request, with a lot for it or without, among random rows.
 */
static void
check_random_balance(bool spoils)
{
	PlanSample	sample = {.name = "random"};
	Market		market = {.spoils = spoils};
	PlanNode   *node;
	int			quantity = unit_random(1, 6);
	int			at = unit_random(0, SLOTS - 1);
	int			lot = unit_random(0, 1) * unit_random(1, 6);
	int			lot_at = unit_random(0, SLOTS - 1);
	int			safety = spoils ? 0 : unit_random(0, 3);
	int			lead_end = unit_random(0, 3) == 0 ? unit_random(0, SLOTS) :
	SLOTS;

	sample.fixture = plan_fixture_create(SAMPLE_NOW, SAMPLE_AT(100, 0));
	node = fixture_node(sample.fixture, "ITEM");
	random_rows(node, &market, spoils);
	node->stock.rules.safety_stock = UNITS(safety);
	if (lead_end < SLOTS)
		node->stock.rules.lead_end = SAMPLE_AT(0, lead_end);

	sample.plan = plan_build(node, UNITS(quantity), SAMPLE_AT(0, at),
							 UNITS(quantity));
	sample.plan->keeps_safety_stock = unit_random(0, 1);
	if (!sample.plan->keeps_safety_stock)
		safety = 0;
	add_units(&market.demand, at, SLOTS, quantity, true);
	if (lot > 0)
	{
		PlanSource *source = fixture_source(sample.fixture, PLAN_BUY, "buy",
											node);

		fixture_lead_time(sample.fixture, source, 0, lot_at * HOUR, NULL);
		plan_build_lot(sample.plan, 0, source, UNITS(lot), SAMPLE_NOW,
					   SAMPLE_AT(0, lot_at));
		add_units(&market.supply, lot_at, SLOTS, lot, true);
	}
	plan_fixture_finish(sample.fixture);

	if (!market.spoils)
		CHECK_INT(plan_sample_broken(&sample),
				  balance_rules(&market, safety, lead_end));
	else if (!is_short(&market, false, lead_end))
	{
		uint32		broken = plan_sample_broken(&sample);

		CHECK_INT(broken != 0, is_short(&market, true, lead_end));
		CHECK((broken & ~(RULE(PLAN_RULE_BALANCE) |
						  RULE(PLAN_RULE_SHELF_LIFE))) == 0);
	}
}

static void
random_rows(PlanNode *node, Market *market, bool spoils)
{
	bool		any_spoils = false;

	for (int n = unit_random(0, 6); n > 0; n--)
	{
		int			at = unit_random(0, SLOTS - 1);
		int			quantity = unit_random(1, 5);
		FlowDetail *detail = palloc0(sizeof(FlowDetail));
		int			until = SLOTS;

		detail->is_supply = unit_random(0, 1);
		detail->expires_at = INSTANT_END;
		if (spoils && detail->is_supply && unit_random(0, 2) > 0)
		{
			until = unit_random(0, SLOTS - 1);
			detail->expires_at = SAMPLE_AT(0, until);
			any_spoils = true;
		}
		fixture_event(node, SAMPLE_AT(0, at),
					  UNITS(detail->is_supply ? quantity : -quantity));
		node->stock.events[node->stock.nevents - 1].detail = detail;
		add_units(detail->is_supply ? &market->supply : &market->demand, at,
				  until, quantity, false);
	}
	market->spoils = any_spoils;
}

static void
add_units(Units *units, int at, int until, int n, bool by_plan)
{
	for (; n > 0; n--)
	{
		Assert(units->n < MAX_UNITS);
		units->at[units->n] = at;
		units->until[units->n] = until;
		units->by_plan[units->n++] = by_plan;
	}
}

/*
 * The rules that are broken in some slot before the end of the lead time.
 */
static uint32
balance_rules(const Market *market, int safety, int lead_end)
{
	uint32		broken = 0;

	for (int slot = 0; slot < lead_end; slot++)
	{
		int			with = balance_at(market, slot, true);
		int			without = balance_at(market, slot, false);

		if (with < without && with < safety)
			broken |= RULE(with < 0 ? PLAN_RULE_BALANCE :
						   PLAN_RULE_SAFETY_STOCK);
	}
	return broken;
}

/* supply less demand up to a slot */
static int
balance_at(const Market *market, int slot, bool with_plan)
{
	int			balance = 0;

	for (int i = 0; i < market->supply.n; i++)
		balance += market->supply.at[i] <= slot &&
			(with_plan || !market->supply.by_plan[i]);
	for (int i = 0; i < market->demand.n; i++)
		balance -= market->demand.at[i] <= slot &&
			(with_plan || !market->demand.by_plan[i]);
	return balance;
}

/*
 * Is there demand before the end of the lead time that cannot be served when it is
 * due, however the supply is given out?  So it is if no matching has all of it
 * (augmenting paths).  Where something is late already, what is served when is a
 * matter of rules, which matching does not know.
 */
static bool
is_short(const Market *market, bool with_plan, int lead_end)
{
	Matching	matching;

	for (int i = 0; i < MAX_UNITS; i++)
		matching.demand_of[i] = -1;
	for (int i = 0; i < market->demand.n; i++)
	{
		if (market->demand.at[i] >= lead_end ||
			(!with_plan && market->demand.by_plan[i]))
			continue;
		memset(matching.tried, 0, sizeof(matching.tried));
		if (!find_supply(market, i, with_plan, &matching))
			return true;
	}
	return false;
}

/*
 * Any unit of supply that is there and has not spoiled serves one of demand, unless
 * what it serves now can be served by no other.
 */
static bool
find_supply(const Market *market, int demand, bool with_plan,
			Matching *matching)
{
	int			due = market->demand.at[demand];

	for (int i = 0; i < market->supply.n; i++)
	{
		if (matching->tried[i] || due < market->supply.at[i] ||
			due >= market->supply.until[i] ||
			(!with_plan && market->supply.by_plan[i]))
			continue;
		matching->tried[i] = true;
		if (matching->demand_of[i] < 0 ||
			find_supply(market, matching->demand_of[i], with_plan, matching))
		{
			matching->demand_of[i] = demand;
			return true;
		}
	}
	return false;
}

/*
 * One step on two resources, with and without pauses, of any length.
 */
static void
check_random_work(void)
{
	PlanSample	sample = {.name = "random"};
	PlanNode   *node;
	PlanResource *resources[2];
	PlanSource *source;
	PlanStep   *step;
	bool		open[HOURS];
	int			free[2][HOURS];
	int			piece[2][HOURS];
	int			start = unit_random(0, HOURS / 2);
	int			end = start + unit_random(0, unit_random(0, HOURS / 2 - 1));
	int			units = unit_random(1, 2);
	int			work = 0;
	uint32		expected = 0;

	sample.fixture = plan_fixture_create(SAMPLE_NOW, SAMPLE_AT(100, 0));
	node = fixture_node(sample.fixture, "ITEM");
	source = fixture_source(sample.fixture, PLAN_MAKE, "make", node);
	memset(open, true, sizeof(open));
	for (int i = 0; i < 2; i++)
	{
		resources[i] = fixture_resource(sample.fixture, i == 0 ? "A" : "B",
										UNITS(3));
		if (unit_random(0, 3) > 0)
			random_calendar(sample.fixture, resources[i], open);
		random_capacity(resources[i], free[i], piece[i]);
	}
	resources[1]->bucketed = unit_random(0, 3) == 0;

	/* mostly as much work as fits, so that it is the details that decide */
	for (int i = start; i < end; i++)
		work += open[i];
	if (unit_random(0, 9) == 0)
		work = Max(work + unit_random(-1, 1), 0);
	step = fixture_step(source, resources[0], UNITS(units), work * HOUR, 0);
	fixture_use(step, &resources[1], 1, UNITS(units));
	step->pauses = unit_random(0, 3) > 0;
	plan_fixture_finish(sample.fixture);

	sample.plan = plan_build(node, UNITS(1), SAMPLE_AT(0, end), 0);
	plan_build_lot(sample.plan, 0, source, UNITS(1), SAMPLE_AT(0, start),
				   SAMPLE_AT(0, end));
	plan_build_task(sample.plan, 0, 0, SAMPLE_AT(0, start), SAMPLE_AT(0, end));

	if (work_is_broken(open, start, end, work, step->pauses))
		expected |= RULE(PLAN_RULE_WORK);
	for (int i = 0; i < 2; i++)
	{
		for (int slot = 0; slot < HOURS; slot++)
		{
			bool		held = resources[i]->bucketed ?
			piece[i][slot] == piece[i][start] :
			slot >= start && slot < end;

			if (held && free[i][slot] < units)
				expected |= RULE(PLAN_RULE_CAPACITY);
		}
	}
	CHECK_INT(plan_sample_broken(&sample), expected);
}

/*
 * One or two shifts a day, from whole hours to whole hours.
 */
static void
random_calendar(PlanFixture *fixture, PlanResource *resource, bool *open)
{
	int			first = unit_random(0, 10);
	int			noon = first + unit_random(1, 5);
	int			begin = noon + unit_random(1, 3);
	int			last = begin + unit_random(1, 4);

	fixture_work(fixture, resource,
				 psprintf("UTC; Mon-Sun %02d:00-%02d:00 %02d:00-%02d:00",
						  first, noon, begin, last));
	for (int i = 0; i < HOURS; i++)
	{
		int			hour = i % 24;

		open[i] &= (hour >= first && hour < noon) ||
			(hour >= begin && hour < last);
	}
}

/*
 * What is free in each slot, and in which piece of capacity it lies: a number that
 * changes where any change of capacity begins or ends.
 */
static void
random_capacity(PlanResource *resource, int *free, int *piece)
{
	for (int i = 0; i < HOURS; i++)
	{
		free[i] = 3;
		piece[i] = 0;
	}
	for (int n = unit_random(0, 3); n > 0; n--)
	{
		int			from = unit_random(0, HOURS - 1);
		int			until = unit_random(from, HOURS) + 1;
		int			delta = -unit_random(1, 2);
		bool		is_load = unit_random(0, 1);

		fixture_capacity(resource, SAMPLE_AT(0, from), SAMPLE_AT(0, until),
						 UNITS(delta), is_load);
		for (int i = 0; i < HOURS; i++)
		{
			if (i >= from && i < until)
				free[i] += delta;
			if (!is_load)
				piece[i] += (i >= from) + (i >= until);
		}
	}
}

static bool
work_is_broken(const bool *open, int start, int end, int work, bool pauses)
{
	int			worked = 0;

	if (work == 0 || start == end)
		return work != 0 || start != end;
	for (int i = start; i < end; i++)
		worked += open[i];
	return worked != work || !open[start] || !open[end - 1] ||
		(!pauses && end - start != work);
}
