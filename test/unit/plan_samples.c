/*
 * plan_samples.c - good plans of every kind.
 *
 * Of each one finds in the numbers that nothing is left over: the request is taken
 * just when it can be, stock and capacity are just enough.
 */
#include "plan_samples.h"
#include "unit.h"

#define WEEK	"UTC; Mon-Fri 08:00-16:00"

static void stock(PlanSample *sample);
static void safety_stock(PlanSample *sample);
static void buy(PlanSample *sample);
static void buy_on_calendar(PlanSample *sample);
static void make(PlanSample *sample);
static void move(PlanSample *sample);
static void kit(PlanSample *sample);
static void coproduct(PlanSample *sample);
static void buckets(PlanSample *sample);
static void changeover(PlanSample *sample);
static void pauses(PlanSample *sample);
static void parallel(PlanSample *sample);
static void shelf_life(PlanSample *sample);
static void choices(PlanSample *sample);
static void taken(PlanSample *sample);
static void infinite(PlanSample *sample);
static void lot_event(PlanNode *node, Instant at, Quantity quantity,
					  Instant expires_at);

typedef struct SampleMaker
{
	const char *name;
	void		(*make) (PlanSample *sample);
} SampleMaker;

static const SampleMaker makers[] = {
	{"stock", stock},
	{"safety stock", safety_stock},
	{"buy", buy},
	{"buy on calendar", buy_on_calendar},
	{"make", make},
	{"move", move},
	{"kit", kit},
	{"coproduct", coproduct},
	{"buckets", buckets},
	{"changeover", changeover},
	{"pauses", pauses},
	{"parallel", parallel},
	{"shelf life", shelf_life},
	{"choices", choices},
	{"taken", taken},
	{"infinite", infinite},
};

int
plan_samples_count(void)
{
	return lengthof(makers);
}

/*
 * A sample with a fixture of its own, which the caller may change.
 */
void
plan_sample_make(int number, PlanSample *sample)
{
	memset(sample, 0, sizeof(*sample));
	sample->name = makers[number].name;
	sample->fixture = plan_fixture_create(SAMPLE_NOW, SAMPLE_AT(365, 0));
	sample->early = RULE(PLAN_RULE_BALANCE);
	makers[number].make(sample);
	plan_fixture_finish(sample->fixture);
}

PlanSample
plan_sample_named(const char *name)
{
	PlanSample	sample;

	for (int i = 0; i < lengthof(makers); i++)
	{
		if (strcmp(makers[i].name, name) == 0)
		{
			plan_sample_make(i, &sample);
			return sample;
		}
	}
	fprintf(stderr, "there is no sample \"%s\"\n", name);
	abort();
}

/*
 * The rules that the checker finds broken.
 */
uint32
plan_sample_broken(const PlanSample *sample)
{
	uint32		broken = 0;
	PlanVerdict verdict;

	CHECK_INT(plan_check(&sample->fixture->network, &sample->taken,
						 sample->taken == NULL ? 0 : 1, sample->plan,
						 &verdict), PROMISE_OK);
	for (int i = 0; i < verdict.nviolations; i++)
		broken |= RULE(verdict.violations[i].rule);
	return broken;
}

/*
 * Shift a lot and its steps, but not what it takes; its need waits for it.
 */
void
plan_sample_shift_lot(PlanSample *sample, int lot, int64 by)
{
	PlanLot    *it = &sample->plan->lots[lot];

	it->start += by;
	it->end += by;
	for (int i = 0; i < it->source->nsteps; i++)
	{
		it->tasks[i].start += by;
		it->tasks[i].end += by;
	}
	if (sample->plan->needs[it->need].at < it->end)
		sample->plan->needs[it->need].at = it->end;
}

/*
 * All of what is left beside a later demand, once a receipt is there.
 */
static void
stock(PlanSample *sample)
{
	PlanNode   *bolt = fixture_node(sample->fixture, "BOLT");

	fixture_event(bolt, INSTANT_BEGIN, UNITS(9));
	fixture_event(bolt, SAMPLE_AT(2, 0), UNITS(7));
	fixture_event(bolt, SAMPLE_AT(5, 0), -UNITS(6));
	sample->plan = plan_build(bolt, UNITS(10), SAMPLE_AT(2, 0), UNITS(10));
}

static void
safety_stock(PlanSample *sample)
{
	PlanNode   *nut = fixture_node(sample->fixture, "NUT");

	nut->stock.rules.safety_stock = UNITS(3);
	fixture_event(nut, INSTANT_BEGIN, UNITS(7));
	fixture_event(nut, SAMPLE_AT(1, 0), UNITS(1));
	sample->plan = plan_build(nut, UNITS(5), SAMPLE_AT(1, 0), UNITS(5));
	sample->early = RULE(PLAN_RULE_SAFETY_STOCK);
}

/*
 * Two lots, the largest and the smallest there are; part of the need is in stock.
 */
static void
buy(PlanSample *sample)
{
	PlanNode   *pipe = fixture_node(sample->fixture, "PIPE");
	PlanSource *source = fixture_source(sample->fixture, PLAN_BUY, "buy PIPE",
										pipe);

	source->lot_minimum = UNITS(5);
	source->lot_multiple = UNITS(5);
	source->lot_maximum = UNITS(10);
	fixture_lead_time(sample->fixture, source, 3, 0, NULL);
	fixture_event(pipe, INSTANT_BEGIN, UNITS(2));

	sample->plan = plan_build(pipe, UNITS(17), SAMPLE_AT(3, 0), UNITS(2));
	plan_build_lot(sample->plan, 0, source, UNITS(10), SAMPLE_NOW,
				   SAMPLE_AT(3, 0));
	plan_build_lot(sample->plan, 0, source, UNITS(5), SAMPLE_NOW,
				   SAMPLE_AT(3, 0));
}

/*
 * Thursday at 10, two open days: Monday at 10; six open hours: Monday at 16, when the
 * supplier closes.
 */
static void
buy_on_calendar(PlanSample *sample)
{
	PlanNode   *pump = fixture_node(sample->fixture, "PUMP");
	PlanSource *source = fixture_source(sample->fixture, PLAN_BUY, "buy PUMP",
										pump);

	fixture_lead_time(sample->fixture, source, 2, 6 * HOUR, WEEK);
	source->first_start = SAMPLE_AT(3, 10);
	sample->plan = plan_build(pump, UNITS(1), SAMPLE_AT(7, 16), 0);
	plan_build_lot(sample->plan, 0, source, UNITS(1), SAMPLE_AT(3, 10),
				   SAMPLE_AT(7, 16));
}

/*
 * Three bicycles from three frames, one of them in stock, and wheels of which one in
 * ten is lost.  Frames are welded on Monday from 8 to 10 on the machine that then
 * works on the bicycles, 7 hours to Tuesday at 9; they are assembled by 12.
 */
static void
make(PlanSample *sample)
{
	PlanNode   *bike = fixture_node(sample->fixture, "BIKE");
	PlanNode   *frame = fixture_node(sample->fixture, "FRAME");
	PlanNode   *wheel = fixture_node(sample->fixture, "WHEEL");
	PlanNode   *rod = fixture_node(sample->fixture, "ROD");
	PlanResource *welding = fixture_resource(sample->fixture, "WELDING",
											 UNITS(1));
	PlanResource *assembly = fixture_resource(sample->fixture, "ASSEMBLY",
											  UNITS(2));
	PlanSource *make_bike = fixture_source(sample->fixture, PLAN_MAKE,
										   "make BIKE", bike);
	PlanSource *make_frame = fixture_source(sample->fixture, PLAN_MAKE,
											"make FRAME", frame);
	int			need;
	int			lot;

	fixture_work(sample->fixture, welding, WEEK);
	fixture_work(sample->fixture, assembly, WEEK);
	fixture_step(make_bike, welding, UNITS(1), HOUR, 2 * HOUR);
	fixture_step(make_bike, assembly, UNITS(2), 0, HOUR);
	fixture_component(make_bike, frame, UNITS(1), 0);
	fixture_component(make_bike, wheel, UNITS(2), 1)->scrap =
		QUANTITY_SCALE / 10;
	fixture_step(make_frame, welding, UNITS(1), 0, HOUR);
	fixture_component(make_frame, rod, UNITS(1), 0)->fixed = UNITS(1);

	fixture_event(frame, INSTANT_BEGIN, UNITS(1));
	fixture_event(wheel, INSTANT_BEGIN, 6666667);
	fixture_event(rod, INSTANT_BEGIN, UNITS(3));
	fixture_capacity(welding, SAMPLE_AT(1, 9), SAMPLE_AT(1, 16), -UNITS(1),
					 true);

	sample->plan = plan_build(bike, UNITS(3), SAMPLE_AT(1, 12), 0);
	lot = plan_build_lot(sample->plan, 0, make_bike, UNITS(3),
						 SAMPLE_AT(0, 10), SAMPLE_AT(1, 12));
	plan_build_task(sample->plan, lot, 0, SAMPLE_AT(0, 10), SAMPLE_AT(1, 9));
	plan_build_task(sample->plan, lot, 1, SAMPLE_AT(1, 9), SAMPLE_AT(1, 12));
	plan_build_need(sample->plan, lot, 1, 6666667, SAMPLE_AT(1, 9), 6666667);
	need = plan_build_need(sample->plan, lot, 0, UNITS(3), SAMPLE_AT(0, 10),
						   UNITS(1));
	lot = plan_build_lot(sample->plan, need, make_frame, UNITS(2),
						 SAMPLE_AT(0, 8), SAMPLE_AT(0, 10));
	plan_build_task(sample->plan, lot, 0, SAMPLE_AT(0, 8), SAMPLE_AT(0, 10));
	plan_build_need(sample->plan, lot, 0, UNITS(3), SAMPLE_AT(0, 8), UNITS(3));
}

static void
move(PlanSample *sample)
{
	PlanNode   *shop = fixture_node(sample->fixture, "LAMP");
	PlanNode   *hub = sample->fixture->network.find_node(&sample->fixture->network,
														 "LAMP", "hub");
	PlanSource *source = fixture_source(sample->fixture, PLAN_MOVE,
										"move LAMP", shop);
	int			lot;

	fixture_lead_time(sample->fixture, source, 1, HOUR, NULL);
	fixture_component(source, hub, UNITS(1), 0);
	fixture_event(hub, SAMPLE_AT(1, 0), UNITS(5));
	fixture_event(shop, SAMPLE_AT(4, 0), -UNITS(1));
	fixture_event(shop, SAMPLE_AT(4, 0), UNITS(1));

	sample->plan = plan_build(shop, UNITS(5), SAMPLE_AT(2, 1), 0);
	lot = plan_build_lot(sample->plan, 0, source, UNITS(5), SAMPLE_AT(1, 0),
						 SAMPLE_AT(2, 1));
	plan_build_need(sample->plan, lot, 0, UNITS(5), SAMPLE_AT(1, 0), UNITS(5));
}

/*
 * Other promises of the kit are on record, too: it has no stock that they could have
 * been taken from.
 */
static void
kit(PlanSample *sample)
{
	PlanNode   *set = fixture_node(sample->fixture, "TEASET");
	PlanNode   *cup = fixture_node(sample->fixture, "CUP");
	PlanNode   *pot = fixture_node(sample->fixture, "POT");
	PlanSource *source = fixture_source(sample->fixture, PLAN_KIT,
										"pack TEASET", set);
	int			lot;

	fixture_component(source, cup, UNITS(6), 0);
	fixture_component(source, pot, UNITS(1), 0);
	fixture_event(cup, SAMPLE_AT(2, 0), UNITS(24));
	fixture_event(pot, INSTANT_BEGIN, UNITS(4));
	fixture_event(set, SAMPLE_AT(1, 0), -UNITS(3));

	sample->plan = plan_build(set, UNITS(4), SAMPLE_AT(2, 0), 0);
	lot = plan_build_lot(sample->plan, 0, source, UNITS(4), SAMPLE_AT(2, 0),
						 SAMPLE_AT(2, 0));
	plan_build_need(sample->plan, lot, 0, UNITS(24), SAMPLE_AT(2, 0),
					UNITS(24));
	plan_build_need(sample->plan, lot, 1, UNITS(4), SAMPLE_AT(2, 0), UNITS(4));
	sample->early |= RULE(PLAN_RULE_LEAD_TIME);
	sample->late = RULE(PLAN_RULE_LEAD_TIME);
}

/*
 * What is asked for is not what the source is for: two lot units yield 0.5 each and 1
 * in any case.
 */
static void
coproduct(PlanSample *sample)
{
	PlanNode   *plank = fixture_node(sample->fixture, "PLANK");
	PlanNode   *chips = fixture_node(sample->fixture, "CHIPS");
	PlanNode   *trunk = fixture_node(sample->fixture, "TRUNK");
	PlanSource *source = fixture_source(sample->fixture, PLAN_MAKE, "saw",
										plank);
	int			lot;

	fixture_output(source, chips, QUANTITY_SCALE / 2)->fixed = UNITS(1);
	fixture_component(source, trunk, UNITS(1), 0);
	fixture_lead_time(sample->fixture, source, 0, 5 * HOUR, NULL);
	fixture_event(trunk, INSTANT_BEGIN, UNITS(2));

	sample->plan = plan_build(chips, UNITS(2), SAMPLE_AT(0, 8), 0);
	lot = plan_build_lot(sample->plan, 0, source, UNITS(2), SAMPLE_AT(0, 3),
						 SAMPLE_AT(0, 8));
	plan_build_need(sample->plan, lot, 0, UNITS(2), SAMPLE_AT(0, 3), UNITS(2));
}

/*
 * Ten units a day, of which others have taken four of Tuesday.
 */
static void
buckets(PlanSample *sample)
{
	PlanNode   *disk = fixture_node(sample->fixture, "DISK");
	PlanResource *press = fixture_resource(sample->fixture, "PRESS", 0);
	PlanSource *source = fixture_source(sample->fixture, PLAN_MAKE,
										"press DISK", disk);

	press->bucketed = true;
	for (int day = 0; day < 3; day++)
		fixture_capacity(press, SAMPLE_AT(day, 0), SAMPLE_AT(day + 1, 0),
						 UNITS(10), false);
	fixture_capacity(press, SAMPLE_AT(1, 0), SAMPLE_AT(2, 0), -UNITS(4), true);
	fixture_step(source, press, UNITS(3) / 2, HOUR, 0);

	sample->plan = plan_build(disk, UNITS(4), SAMPLE_AT(1, 6), 0);
	plan_build_lot(sample->plan, 0, source, UNITS(4), SAMPLE_AT(1, 5),
				   SAMPLE_AT(1, 6));
	plan_build_task(sample->plan, 0, 0, SAMPLE_AT(1, 5), SAMPLE_AT(1, 6));
}

/*
 * Blue between red and red: two hours to get there, and one hour, in which the machine
 * is idle, to get back.
 */
static void
changeover(PlanSample *sample)
{
	PlanNode   *door = fixture_node(sample->fixture, "DOOR");
	PlanResource *booth = fixture_resource(sample->fixture, "BOOTH", UNITS(1));
	PlanSource *source = fixture_source(sample->fixture, PLAN_MAKE,
										"paint DOOR", door);
	PlanSetup  *setups = palloc0(2 * sizeof(PlanSetup));

	booth->changeover = "colours";
	booth->initial_setup = "blue";
	fixture_changeover(sample->fixture, "red", "blue", 2 * HOUR);
	fixture_changeover(sample->fixture, "blue", "red", HOUR);
	setups[0].from = SAMPLE_AT(0, 0);
	setups[0].until = SAMPLE_AT(0, 4);
	setups[0].setup = "red";
	setups[0].changeover = HOUR;
	setups[1].from = SAMPLE_AT(0, 10);
	setups[1].until = SAMPLE_AT(0, 14);
	setups[1].setup = "red";
	booth->setups = setups;
	booth->nsetups = 2;
	for (int i = 0; i < 2; i++)
		fixture_capacity(booth, setups[i].from, setups[i].until, -UNITS(1),
						 true);
	fixture_step(source, booth, UNITS(1), 0, HOUR)->setup_state = "blue";

	sample->plan = plan_build(door, UNITS(3), SAMPLE_AT(0, 9), 0);
	plan_build_lot(sample->plan, 0, source, UNITS(3), SAMPLE_AT(0, 4),
				   SAMPLE_AT(0, 9));
	plan_build_task(sample->plan, 0, 0, SAMPLE_AT(0, 4), SAMPLE_AT(0, 9));
	sample->plan->lots[0].tasks[0].setup = 2 * HOUR;
}

/*
 * Five hours in one go, after what occupies the oven until 11; then seven hours while
 * both worker and saw are there: from 10 to 16.
 */
static void
pauses(PlanSample *sample)
{
	PlanNode   *tile = fixture_node(sample->fixture, "TILE");
	PlanResource *oven = fixture_resource(sample->fixture, "OVEN", UNITS(1));
	PlanResource *saw = fixture_resource(sample->fixture, "SAW", UNITS(1));
	PlanResource *worker = fixture_resource(sample->fixture, "WORKER",
											UNITS(1));
	PlanSource *source = fixture_source(sample->fixture, PLAN_MAKE,
										"make TILE", tile);

	fixture_work(sample->fixture, oven, WEEK);
	fixture_work(sample->fixture, saw, WEEK);
	fixture_work(sample->fixture, worker, "UTC; Mon-Fri 10:00-18:00");
	fixture_capacity(oven, SAMPLE_AT(0, 8), SAMPLE_AT(0, 11), -UNITS(1), true);
	fixture_step(source, oven, UNITS(1), 5 * HOUR, 0)->pauses = false;
	fixture_use(fixture_step(source, saw, UNITS(1), 0, 7 * HOUR / 2), &worker,
				1, UNITS(1));
	source->steps[1].batch = UNITS(2);
	source->lot_minimum = UNITS(4);

	sample->plan = plan_build(tile, UNITS(4), SAMPLE_AT(2, 11), 0);
	plan_build_lot(sample->plan, 0, source, UNITS(4), SAMPLE_AT(0, 11),
				   SAMPLE_AT(2, 11));
	plan_build_task(sample->plan, 0, 0, SAMPLE_AT(0, 11), SAMPLE_AT(0, 16));
	plan_build_task(sample->plan, 0, 1, SAMPLE_AT(1, 10), SAMPLE_AT(2, 11));
}

/*
 * After the first step two others, one of them 4 hours later; then the last, by two
 * members of a crew of three of whom the first is away.
 */
static void
parallel(PlanSample *sample)
{
	PlanNode   *sign = fixture_node(sample->fixture, "SIGN");
	PlanResource *crew[3];
	PlanSource *source = fixture_source(sample->fixture, PLAN_MAKE,
										"make SIGN", sign);
	PlanStep   *step;
	PlanLot    *lot;

	crew[0] = fixture_resource(sample->fixture, "ANN", UNITS(1));
	crew[1] = fixture_resource(sample->fixture, "BOB", UNITS(1));
	crew[2] = fixture_resource(sample->fixture, "CAT", UNITS(1));
	fixture_capacity(crew[0], SAMPLE_AT(0, 9), SAMPLE_AT(2, 0), -UNITS(1),
					 false);

	fixture_step(source, crew[0], UNITS(1), 2 * HOUR, 0);
	step = fixture_step(source, crew[1], UNITS(1), HOUR, 0);
	step->before[0].lag = 4 * HOUR;
	step = fixture_step(source, NULL, 0, 3 * HOUR, 0);
	fixture_parallel(step);
	fixture_link(step, 0, 0);
	step = fixture_step(source, NULL, 0, HOUR, 0);
	fixture_link(step, 1, 0);
	fixture_use(step, crew, 3, UNITS(1));
	fixture_use(step, crew, 3, UNITS(1));
	fixture_lead_time(sample->fixture, source, 0, 2 * HOUR, NULL);

	sample->plan = plan_build(sign, UNITS(1), SAMPLE_AT(0, 15), 0);
	plan_build_lot(sample->plan, 0, source, UNITS(1), SAMPLE_AT(0, 5),
				   SAMPLE_AT(0, 15));
	lot = &sample->plan->lots[0];
	plan_build_task(sample->plan, 0, 0, SAMPLE_AT(0, 5), SAMPLE_AT(0, 7));
	plan_build_task(sample->plan, 0, 1, SAMPLE_AT(0, 11), SAMPLE_AT(0, 12));
	plan_build_task(sample->plan, 0, 2, SAMPLE_AT(0, 9), SAMPLE_AT(0, 12));
	plan_build_task(sample->plan, 0, 3, SAMPLE_AT(0, 12), SAMPLE_AT(0, 13));
	lot->tasks[3].resources[0] = crew[2];
	lot->tasks[3].resources[1] = crew[1];
}

/*
 * Ten that spoil on Thursday and five that do not; four of these have been promised for
 * Friday.
 */
static void
shelf_life(PlanSample *sample)
{
	PlanNode   *milk = fixture_node(sample->fixture, "MILK");

	lot_event(milk, INSTANT_BEGIN, UNITS(10), SAMPLE_AT(3, 0));
	lot_event(milk, SAMPLE_AT(2, 0), UNITS(5), INSTANT_END);
	fixture_event(milk, SAMPLE_AT(4, 0), -UNITS(4));
	sample->plan = plan_build(milk, UNITS(11), SAMPLE_AT(3, 0) - 1, UNITS(11));
	sample->early = 0;
	sample->late = RULE(PLAN_RULE_SHELF_LIFE);
}

/*
 * Of two glues the first is not in force yet, nor is the label any more.
 */
static void
choices(PlanSample *sample)
{
	PlanNode   *box = fixture_node(sample->fixture, "BOX");
	PlanNode   *white = fixture_node(sample->fixture, "WHITE GLUE");
	PlanNode   *clear = fixture_node(sample->fixture, "CLEAR GLUE");
	PlanNode   *label = fixture_node(sample->fixture, "LABEL");
	PlanSource *source = fixture_source(sample->fixture, PLAN_MAKE,
										"make BOX", box);
	PlanComponent *component;
	int			lot;

	component = fixture_component(source, label, UNITS(1), 0);
	component->effective.end = SAMPLE_AT(0, 3);
	component = fixture_component(source, white, UNITS(2), 0);
	component->choice = 1;
	component->priority = 1;
	component->effective.start = SAMPLE_AT(0, 4);
	component = fixture_component(source, clear, UNITS(3), 0);
	component->choice = 1;
	component->priority = 2;
	fixture_event(clear, SAMPLE_AT(0, 3), UNITS(6));
	fixture_event(white, INSTANT_BEGIN, UNITS(100));
	fixture_event(label, INSTANT_BEGIN, UNITS(100));

	sample->plan = plan_build(box, UNITS(2), SAMPLE_AT(0, 3), 0);
	lot = plan_build_lot(sample->plan, 0, source, UNITS(2), SAMPLE_AT(0, 3),
						 SAMPLE_AT(0, 3));
	sample->plan->lots[lot].uses_component[0] = false;
	sample->plan->lots[lot].uses_component[1] = false;
	sample->plan->lots[lot].uses_component[2] = true;
	plan_build_need(sample->plan, lot, 2, UNITS(6), SAMPLE_AT(0, 3), UNITS(6));
}

/*
 * Beside a plan that took part of the stock and of the machine's time.
 */
static void
taken(PlanSample *sample)
{
	PlanNode   *ring = fixture_node(sample->fixture, "RING");
	PlanNode   *wire = fixture_node(sample->fixture, "WIRE");
	PlanResource *bender = fixture_resource(sample->fixture, "BENDER",
											UNITS(1));
	PlanSource *source = fixture_source(sample->fixture, PLAN_MAKE,
										"make RING", ring);
	SupplyPlan *plans[2];

	fixture_step(source, bender, UNITS(1), 0, HOUR);
	fixture_component(source, wire, UNITS(1), 0);
	fixture_event(wire, INSTANT_BEGIN, UNITS(5));
	fixture_event(ring, INSTANT_BEGIN, UNITS(1));

	for (int i = 0; i < 2; i++)
	{
		/* two rings from Monday 4 on, then three and the one in stock */
		Instant		start = SAMPLE_AT(0, i == 0 ? 4 : 6);
		Instant		end = SAMPLE_AT(0, i == 0 ? 6 : 9);
		Quantity	quantity = UNITS(i == 0 ? 2 : 3);
		Quantity	in_stock = UNITS(i);

		plans[i] = plan_build(ring, quantity + in_stock, end, in_stock);
		plan_build_lot(plans[i], 0, source, quantity, start, end);
		plan_build_task(plans[i], 0, 0, start, end);
		plan_build_need(plans[i], 0, 0, quantity, start, quantity);
	}
	sample->taken = plans[0];
	sample->plan = plans[1];
}

/*
 * What is not limited: an item, a resource, and everything after the lead time.
 */
static void
infinite(PlanSample *sample)
{
	PlanNode   *soup = fixture_node(sample->fixture, "SOUP");
	PlanNode   *water = fixture_node(sample->fixture, "WATER");
	PlanNode   *salt = fixture_node(sample->fixture, "SALT");
	PlanResource *pot = fixture_resource(sample->fixture, "KETTLE", 0);
	PlanSource *source = fixture_source(sample->fixture, PLAN_MAKE,
										"cook SOUP", soup);

	water->unlimited = true;
	salt->stock.rules.lead_end = SAMPLE_AT(1, 0);
	pot->capacity.finite = false;
	fixture_step(source, pot, UNITS(1), HOUR, 0);
	fixture_component(source, water, UNITS(1), 0);
	fixture_component(source, salt, UNITS(1), 0);

	sample->plan = plan_build(soup, UNITS(7), SAMPLE_AT(1, 1), 0);
	plan_build_lot(sample->plan, 0, source, UNITS(7), SAMPLE_AT(1, 0),
				   SAMPLE_AT(1, 1));
	plan_build_task(sample->plan, 0, 0, SAMPLE_AT(1, 0), SAMPLE_AT(1, 1));
	plan_build_need(sample->plan, 0, 0, UNITS(7), SAMPLE_AT(1, 0), UNITS(7));
	plan_build_need(sample->plan, 0, 1, UNITS(7), SAMPLE_AT(1, 0), UNITS(7));
}

static void
lot_event(PlanNode *node, Instant at, Quantity quantity, Instant expires_at)
{
	FlowDetail *detail = palloc0(sizeof(FlowDetail));

	detail->origin = FLOW_SUPPLY;
	detail->is_supply = true;
	detail->expires_at = expires_at;
	fixture_event(node, at, quantity);
	node->stock.events[node->stock.nevents - 1].detail = detail;
}
