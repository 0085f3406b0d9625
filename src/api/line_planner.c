/*
 * line_planner.c - plans of lines that become promises one after the other.
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

#include "api/decide.h"
#include "api/line_planner.h"
#include "api/moves.h"
#include "api/parts.h"
#include "api/promise_parts.h"
#include "api/question.h"
#include "store/nodes.h"

/* where an item can be had, asked once */
typedef struct ItemPlaces
{
	const char *item;
	NetworkLocation *locations;
	int			nlocations;
	char		status;
} ItemPlaces;

#define SH_PREFIX places
#define SH_ELEMENT_TYPE ItemPlaces
#define SH_KEY_TYPE const char *
#define SH_KEY item
#define SH_HASH_KEY(table, key) \
	hash_bytes((const unsigned char *) (key), strlen(key))
#define SH_EQUAL(table, a, b) (strcmp(a, b) == 0)
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

static const ItemPlaces *find_places(LinePlanner *planner, const char *item);
static void begin_request(const LinePlanner *planner, const RequestLine *line,
						  PartsRequest *request);
static LinePlanned plan_whole(LinePlanner *planner,
							  const PartsRequest *request, CapablePlan *best);
static void move_others(LinePlanner *planner, const CapableRequest *request,
						CapablePlan *plans, int nplans);

void
line_planner_open(LinePlanner *planner)
{
	CapableQuery query = {.as_owner = true};
	MemoryContext old;

	if (planner->capable != NULL)
		return;

	planner->context = AllocSetContextCreate(CurrentMemoryContext,
											 "promise lines",
											 ALLOCSET_DEFAULT_SIZES);
	old = MemoryContextSwitchTo(planner->context);
	planner->now = query.now = decide_now();
	planner->capable = capable_open(&query);
	planner->places = places_create(planner->context, 64, NULL);
	MemoryContextSwitchTo(old);
}

void
line_planner_close(LinePlanner *planner)
{
	if (planner->capable != NULL)
		MemoryContextDelete(planner->context);
	planner->capable = NULL;
}

PartsWish
line_planner_parts(const LinePlanner *planner, const RequestLine *line)
{
	const LineTerms *terms = line->terms;
	PartsWish	parts = terms->parts;

	if (parts.parts_max == 0)
		parts.parts_max = planner->parts.parts_max;
	if (parts.part_minimum == 0)
		parts.part_minimum = planner->parts.part_minimum;
	if (!terms->has_ship_complete)
		parts.ship_complete = planner->parts.ship_complete;
	if (parts.lateness_max == NULL)
		parts.lateness_max = planner->parts.lateness_max;
	return parts;
}

LinePlanned
line_planner_plan(LinePlanner *planner, const RequestLine *line,
				  LinePlans *accepted)
{
	CapablePlan *whole = palloc(sizeof(CapablePlan));
	const ItemPlaces *places;
	PartsRequest request;
	LinePlanned planned;

	begin_request(planner, line, &request);
	PushActiveSnapshot(GetLatestSnapshot());
	places = find_places(planner, line->item);
	request.locations = palloc((Size) Max(places->nlocations, 1) *
							   sizeof(NetworkLocation));
	for (int i = 0; i < places->nlocations; i++)
	{
		if (line->location == NULL ||
			strcmp(line->location, places->locations[i].name) == 0)
			request.locations[request.nlocations++] = places->locations[i];
	}

	planned = plan_whole(planner, &request, whole);
	if (planned != LINE_WAITS)
	{
		bool		found = planned == LINE_PLANNED;

		request.whole_at = found ? whole->available_at : INSTANT_END;
		accepted->nplans =
			(found && whole->in_time) || request.parts_max <= 1 ? 0 :
			parts_plan(planner->capable, &request, &accepted->plans);
		if (accepted->nplans > 0)
			planned = LINE_PLANNED;
		else if (found)
		{
			accepted->plans = whole;
			accepted->nplans = 1;
			capable_take(planner->capable, whole);
		}
	}
	PopActiveSnapshot();
	return planned;
}

/* what a line asks for, without the locations */
static void
begin_request(const LinePlanner *planner, const RequestLine *line,
			  PartsRequest *request)
{
	PartsWish	wish = line_planner_parts(planner, line);
	CapableRequest *whole = &request->whole;

	memset(request, 0, sizeof(PartsRequest));
	whole->item = line->item;
	whole->quantity = line->quantity;
	whole->due = line->due;
	whole->after = line->terms->after;
	whole->wish = planner->wish;
	request->by = Max(planner->now, line->terms->after);
	request->parts_max = wish.ship_complete ? 1 : wish.parts_max;
	request->part_minimum = wish.part_minimum;
	if (line->due < planner->now && nodes_grain_ceil(line->due) >= planner->now)
		whole->due = planner->now;
	request->latest =
		core_max(question_latest(line->due, wish.lateness_max), whole->due);
	if (line->due != INSTANT_END)
		request->by = whole->due;
}

static const ItemPlaces *
find_places(LinePlanner *planner, const char *item)
{
	ItemPlaces *places = places_lookup(planner->places, item);
	MemoryContext old;
	bool		found;

	if (places != NULL)
		return places;

	old = MemoryContextSwitchTo(planner->context);
	places = places_insert(planner->places, item, &found);
	places->nlocations = 0;
	places->locations = network_locations(planner->capable->network, item,
										  &places->nlocations);
	MemoryContextSwitchTo(old);
	return places;
}

/*
 * The best plan over the locations for all of it at once.
 */
static LinePlanned
plan_whole(LinePlanner *planner, const PartsRequest *request,
		   CapablePlan *best)
{
	Capable    *capable = planner->capable;
	CapablePlan *plans = palloc((Size) (request->nlocations + 1) *
								sizeof(CapablePlan));
	bool		in_time = false;
	bool		found = false;

	for (int i = 0; i < request->nlocations; i++)
	{
		const NetworkLocation *location = &request->locations[i];

		capable_plan_anyway(capable, &request->whole, location, &plans[i]);
		if (!plans[i].in_time)
			parts_hasten(capable, &request->whole, location, &plans[i]);
		in_time |= plans[i].in_time;
	}
	if (!in_time && request->whole.due < request->latest)
	{
		if (planner->write_down == NULL)
			return LINE_WAITS;
		move_others(planner, &request->whole, plans, request->nlocations);
	}
	for (int i = 0; i < request->nlocations; i++)
	{
		const CapablePlan *plan = &plans[i];

		if (!plan->answer.possible || plan->answer.at > request->latest)
			continue;
		if (!found || capable_compare(plan, best) < 0)
			*best = *plan;
		found = true;
	}
	return found ? LINE_PLANNED : LINE_IMPOSSIBLE;
}

/* what others have is read as it was written down */
static void
move_others(LinePlanner *planner, const CapableRequest *request,
			CapablePlan *plans, int nplans)
{
	planner->write_down(planner->arg);
	moves_written(planner->capable);
	PushActiveSnapshot(GetLatestSnapshot());
	(void) moves_improve(planner->capable, request, plans, nplans);
	PopActiveSnapshot();
}

int
line_planner_rows(const LinePlanner *planner, const RequestLine *line,
				  const LinePlans *plans, Commitment **rows)
{
	DecidedPart *parts = palloc((Size) plans->nplans * sizeof(DecidedPart));
	Commitment	whole;

	for (int i = 0; i < plans->nplans; i++)
	{
		const CapablePlan *plan = &plans->plans[i];

		parts[i] = (DecidedPart)
		{
			.location = pstrdup(plan->location),
				.quantity = plan->quantity,
				.available_at = plan->available_at,
				.at = (line->due != INSTANT_END && plan->in_time) ?
				line->due : plan->answer.at
		};
	}
	line_planner_fill_row(line, &whole);
	whole.accepted_at = planner->now;
	return promise_parts_make(&whole, parts, plans->nplans, rows);
}

void
line_planner_fill_row(const RequestLine *line, Commitment *row)
{
	*row = line->terms->row;
	row->ref = line->ref;
	row->item = line->item;
	row->location = line->location;
	row->quantity = line->quantity;
	row->has_requested_quantity = true;
	row->requested_quantity = line->quantity;
	row->requested_at = line->due;
	row->delivered_at = INSTANT_END;
	row->expires_at = INSTANT_END;
}
