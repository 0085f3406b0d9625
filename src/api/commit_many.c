/*
 * commit_many.c - giving many promises at once.
 *
 * The lines of a query compete in its order.  Nobody else promises meanwhile:
 * the one lock that stands for all nodes is taken first, so that everything is
 * read once and planned once, by one planner.  What was accepted is written down
 * and judged together, at the end, or before a line that needs to see it: one
 * whose ref is known, and one that would be refused, which is decided by itself
 * since what is kept for a ref counts only for that.
 *
 * What guidelines allow depends on what has been promised, so it is known only
 * when lines are written.  Where some of them are refused, they are tried by
 * halves, down to the one that is: what comes after it is planned without it.
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

#include "api/commit.h"
#include "api/commit_lines.h"
#include "api/decide.h"
#include "api/guard_check.h"
#include "api/guard_limit.h"
#include "api/moves.h"
#include "api/parts.h"
#include "api/promise_parts.h"
#include "api/question.h"
#include "api/reserve.h"
#include "api/seen.h"
#include "store/attempt.h"
#include "store/commitment_bulk.h"
#include "store/line_reader.h"
#include "store/node_lock.h"
#include "store/nodes.h"
#include "types/report.h"

PG_FUNCTION_INFO_V1(commit_query);

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

/* what a line is promised by */
typedef struct LinePlans
{
	CapablePlan *plans;			/* one for each part */
	int			nplans;
} LinePlans;

/* what was accepted and is not written yet */
typedef struct Accepted
{
	Commitment *rows;			/* of lines and their parts */
	CapablePlan *plans;
	int			nrows;
	int			max_rows;
} Accepted;

typedef struct Batch
{
	MemoryContext context;		/* of the planner and all it has read */
	Capable    *capable;		/* NULL: to be opened anew */
	places_hash *places;
	Instant		now;
	PlanWish	wish;
	PartsWish	parts;			/* of lines that do not say */
	bool		all;			/* all or nothing */
	Accepted	accepted;
	OfferList	offers;
} Batch;

/* lines that stand one after the other */
typedef struct Range
{
	Batch	   *batch;
	const RequestLine *lines;
	const bool *known;			/* of each: is there a promise of its ref? */
	int			nlines;
} Range;

static void accept_by_halves(const Range *range);
static void accept_range(void *arg);
static void accept_line(Batch *batch, const RequestLine *line, bool is_known);
static void begin_planning(Batch *batch);
static const ItemPlaces *find_places(Batch *batch, const char *item);
static PartsWish parts_wish(const Batch *batch, const RequestLine *line);
static bool plan_line(Batch *batch, const RequestLine *line,
					  LinePlans *accepted);
static bool plan_whole(Batch *batch, const PartsRequest *request,
					   CapablePlan *best);
static void move_others(Batch *batch, const CapableRequest *request,
						CapablePlan *plans, int nplans);
static void add_accepted(Batch *batch, const RequestLine *line,
						 const LinePlans *accepted);
static void add_row(Batch *batch, const Commitment *row,
					const CapablePlan *plan);
static void give_one(Batch *batch, const RequestLine *line);
static void decide_one(Batch *batch, const RequestLine *line);
static void offer_rows(Batch *batch, Commitment *rows, int nrows,
					   const Decision *decision);
static void fill_row(const RequestLine *line, Commitment *row);
static void add_refused(Batch *batch, const RequestLine *line,
						const Refusal *refusal);
static void write_accepted(Batch *batch);
static void close_planner(Batch *batch);
static void write_all(void *arg);
static void keep_seen(const Batch *batch, const LedgerEntries *entries);
static _Noreturn void report_race(void);

/*
 * commit_query(query, late, all_or_nothing, placement, objective, effort,
 *				parts_max, part_minimum, ship_complete, lateness_max)
 */
Datum
commit_query(PG_FUNCTION_ARGS)
{
	Batch		batch = {0};
	Range		range = {.batch = &batch};
	RequestLine *lines;
	const char **refs;
	bool	   *known;
	int			nlines;

	InitMaterializedSRF(fcinfo, 0);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	batch.all = !PG_ARGISNULL(2) && PG_GETARG_BOOL(2);
	promising_wish(fcinfo, 3, &batch.wish);
	promising_parts(fcinfo, 6, &batch.parts);
	if (!PG_ARGISNULL(1) && PG_GETARG_BOOL(1))
		batch.parts.lateness_max = NULL;
	offer_list_init(&batch.offers);

	lines = commit_lines_read(text_to_cstring(PG_GETARG_TEXT_PP(0)), &nlines);
	refs = palloc((Size) Max(nlines, 1) * sizeof(char *));
	for (int i = 0; i < nlines; i++)
	{
		PartsWish	parts = parts_wish(&batch, &lines[i]);

		commit_lines_check(&lines[i]);
		promising_check_parts(&parts);
		refs[i] = lines[i].ref;
	}
	commitment_activate();
	node_lock_all();
	known = commitment_bulk_known(refs, nlines);
	commit_lines_check_refs(refs, nlines);

	range.lines = lines;
	range.known = known;
	range.nlines = nlines;
	if (!batch.all && guard_limit_any(NODE_STOCK))
		accept_by_halves(&range);
	else
		accept_range(&range);
	offer_list_put((ReturnSetInfo *) fcinfo->resultinfo, &batch.offers);
	return (Datum) 0;
}

/*
 * Accept what limits allow, and answer the other lines with their reasons.
 */
static void
accept_by_halves(const Range *range)
{
	Batch	   *batch = range->batch;
	int			noffers = batch->offers.noffers;
	ErrorData  *error = attempt(accept_range, unconstify(Range *, range));

	if (error == NULL)
		return;
	if (error->sqlerrcode != ERRCODE_PROMISE_POLICY)
		ReThrowError(error);

	/* as if it had not been tried */
	batch->offers.noffers = noffers;
	batch->accepted.nrows = 0;
	close_planner(batch);

	if (range->nlines > 1)
	{
		Range		half = *range;

		half.nlines = range->nlines / 2;
		accept_by_halves(&half);
		half.lines += half.nlines;
		half.known += half.nlines;
		half.nlines = range->nlines - half.nlines;
		accept_by_halves(&half);
	}
	else
	{
		Refusal		refusal = {
			.reason = REASON_POLICY,
			.hint = psprintf("%s%s%s",
							 error->detail != NULL ? error->detail : error->message,
							 error->hint != NULL ? " " : "",
							 error->hint != NULL ? error->hint : "")
		};

		add_refused(batch, range->lines, &refusal);
	}
}

static void
accept_range(void *arg)
{
	const Range *range = arg;

	for (int i = 0; i < range->nlines; i++)
	{
		const RequestLine *line = &range->lines[i];
		ErrorContextCallback context = {
			.callback = promising_name,
			.arg = unconstify(char *, line->ref),
			.previous = error_context_stack
		};

		CHECK_FOR_INTERRUPTS();
		error_context_stack = &context;
		accept_line(range->batch, line, range->known[i]);
		error_context_stack = context.previous;
	}
	write_accepted(range->batch);
}

/* what a line does not say, the call does */
static PartsWish
parts_wish(const Batch *batch, const RequestLine *line)
{
	const LineTerms *terms = line->terms;
	PartsWish	parts = terms->parts;

	if (parts.parts_max == 0)
		parts.parts_max = batch->parts.parts_max;
	if (parts.part_minimum == 0)
		parts.part_minimum = batch->parts.part_minimum;
	if (!terms->has_ship_complete)
		parts.ship_complete = batch->parts.ship_complete;
	if (parts.lateness_max == NULL)
		parts.lateness_max = batch->parts.lateness_max;
	return parts;
}

static void
accept_line(Batch *batch, const RequestLine *line, bool is_known)
{
	LinePlans	plans;

	if (is_known)
	{
		give_one(batch, line);
		return;
	}
	begin_planning(batch);
	if (plan_line(batch, line, &plans))
		add_accepted(batch, line, &plans);
	else
		decide_one(batch, line);
}

/*
 * Open the planner unless it is; what it reads is as of now.
 */
static void
begin_planning(Batch *batch)
{
	CapableQuery query = {.as_owner = true};
	MemoryContext old;

	if (batch->capable != NULL)
		return;

	batch->context = AllocSetContextCreate(CurrentMemoryContext,
										   "promise lines",
										   ALLOCSET_DEFAULT_SIZES);
	old = MemoryContextSwitchTo(batch->context);
	batch->now = query.now = decide_now();
	batch->capable = capable_open(&query);
	batch->places = places_create(batch->context, 64, NULL);
	MemoryContextSwitchTo(old);
}

static const ItemPlaces *
find_places(Batch *batch, const char *item)
{
	ItemPlaces *places = places_lookup(batch->places, item);
	MemoryContext old;
	bool		found;

	if (places != NULL)
		return places;

	old = MemoryContextSwitchTo(batch->context);
	places = places_insert(batch->places, item, &found);
	places->nlocations = 0;
	places->locations = network_locations(batch->capable->network, item,
										  &places->nlocations);
	MemoryContextSwitchTo(old);
	return places;
}

/*
 * The best way to deliver over the locations, counted as taken; false if none will
 * do.  In parts, if they may be and less of it is late then.
 */
static bool
plan_line(Batch *batch, const RequestLine *line, LinePlans *accepted)
{
	PartsWish	wish = parts_wish(batch, line);
	PartsRequest request = {
		.whole = {
			.item = line->item,
			.quantity = line->quantity,
			.due = line->due,
			.after = line->terms->after,
			.wish = batch->wish
		},
		.by = Max(batch->now, line->terms->after),
		.parts_max = wish.ship_complete ? 1 : wish.parts_max,
		.part_minimum = wish.part_minimum
	};
	CapablePlan *whole = palloc(sizeof(CapablePlan));
	const ItemPlaces *places;
	bool		found;

	if (line->due < batch->now && nodes_grain_ceil(line->due) >= batch->now)
		request.whole.due = batch->now;
	request.latest =
		core_max(question_latest(line->due, wish.lateness_max),
				 request.whole.due);
	if (line->due != INSTANT_END)
		request.by = request.whole.due;

	PushActiveSnapshot(GetLatestSnapshot());
	places = find_places(batch, line->item);
	request.locations = palloc((Size) Max(places->nlocations, 1) *
							   sizeof(NetworkLocation));
	for (int i = 0; i < places->nlocations; i++)
	{
		if (line->location == NULL ||
			strcmp(line->location, places->locations[i].name) == 0)
			request.locations[request.nlocations++] = places->locations[i];
	}

	found = plan_whole(batch, &request, whole);
	request.whole_at = found ? whole->available_at : INSTANT_END;
	accepted->nplans = (found && whole->in_time) || request.parts_max <= 1 ? 0 :
		parts_plan(batch->capable, &request, &accepted->plans);
	if (accepted->nplans == 0 && found)
	{
		accepted->plans = whole;
		accepted->nplans = 1;
		capable_take(batch->capable, whole);
	}
	PopActiveSnapshot();
	return accepted->nplans > 0;
}

/*
 * The best plan over the locations for all of it at once; false if none will do.
 */
static bool
plan_whole(Batch *batch, const PartsRequest *request, CapablePlan *best)
{
	CapablePlan *plans = palloc((Size) (request->nlocations + 1) *
								sizeof(CapablePlan));
	bool		in_time = false;
	bool		found = false;

	for (int i = 0; i < request->nlocations; i++)
	{
		const NetworkLocation *location = &request->locations[i];

		capable_plan_anyway(batch->capable, &request->whole, location,
							&plans[i]);
		if (!plans[i].in_time)
			parts_hasten(batch->capable, &request->whole, location, &plans[i]);
		in_time |= plans[i].in_time;
	}
	if (!in_time && request->whole.due < request->latest)
		move_others(batch, &request->whole, plans, request->nlocations);
	for (int i = 0; i < request->nlocations; i++)
	{
		const CapablePlan *plan = &plans[i];

		if (!plan->answer.possible || plan->answer.at > request->latest)
			continue;
		if (!found || capable_compare(plan, best) < 0)
			*best = *plan;
		found = true;
	}
	return found;
}

/* for a line that would be late; what others have is read as it was written down */
static void
move_others(Batch *batch, const CapableRequest *request, CapablePlan *plans,
			int nplans)
{
	write_accepted(batch);
	moves_written(batch->capable);
	PushActiveSnapshot(GetLatestSnapshot());
	(void) moves_improve(batch->capable, request, plans, nplans);
	PopActiveSnapshot();
}

/*
 * Add the rows of a line, and offer them.
 */
static void
add_accepted(Batch *batch, const RequestLine *line, const LinePlans *accepted)
{
	DecidedPart *parts = palloc((Size) accepted->nplans * sizeof(DecidedPart));
	Commitment	whole;
	Commitment *rows;

	for (int i = 0; i < accepted->nplans; i++)
	{
		const CapablePlan *plan = &accepted->plans[i];

		parts[i] = (DecidedPart)
		{
			.location = pstrdup(plan->location),
				.quantity = plan->quantity,
				.available_at = plan->available_at,
				.at = (line->due != INSTANT_END && plan->in_time) ?
				line->due : plan->answer.at
		};
	}
	fill_row(line, &whole);
	whole.accepted_at = batch->now;
	promise_parts_make(&whole, parts, accepted->nplans, &rows);
	if (accepted->nplans > 1)
		promise_parts_check_names(rows, accepted->nplans);
	for (int i = 0; i < accepted->nplans; i++)
	{
		add_row(batch, &rows[i], &accepted->plans[i]);
		promising_offer_part(&rows[i], i + 1, accepted->nplans,
							 &batch->offers);
		moves_tell(&accepted->plans[i], &batch->offers);
	}
}

static void
add_row(Batch *batch, const Commitment *row, const CapablePlan *plan)
{
	Accepted   *accepted = &batch->accepted;

	if (accepted->nrows == accepted->max_rows)
	{
		int			max_rows = Max(2 * accepted->max_rows, 64);

		accepted->rows = accepted->rows == NULL ?
			palloc((Size) max_rows * sizeof(Commitment)) :
			repalloc_huge(accepted->rows, (Size) max_rows * sizeof(Commitment));
		accepted->plans = accepted->plans == NULL ?
			palloc((Size) max_rows * sizeof(CapablePlan)) :
			repalloc_huge(accepted->plans,
						  (Size) max_rows * sizeof(CapablePlan));
		accepted->max_rows = max_rows;
	}
	accepted->rows[accepted->nrows] = *row;
	accepted->plans[accepted->nrows++] = *plan;
}

/*
 * A ref that is known: what promise.commit() would say.
 */
static void
give_one(Batch *batch, const RequestLine *line)
{
	CommitRequest request = {
		.wish = batch->wish,
		.parts = parts_wish(batch, line),
		.has_priority = line->terms->has_priority,
		.after = line->terms->after
	};

	write_accepted(batch);
	fill_row(line, &request.row);
	commit_give(&request, &batch->offers);
	close_planner(batch);
}

/*
 * Decide about a line by itself, and accept it or say why not.  What that reads
 * is thrown away.
 */
static void
decide_one(Batch *batch, const RequestLine *line)
{
	MemoryContext scratch;
	MemoryContext old;
	PartsWish	wish = parts_wish(batch, line);
	PromiseParts unknown = {0};
	Demand		demand = {
		.ref = line->ref,
		.item = line->item,
		.location = line->location,
		.quantity = line->quantity,
		.due = line->due,
		.after = line->terms->after,
		.wish = batch->wish,
		.latest = question_latest(line->due, wish.lateness_max),
		.parts_max = wish.ship_complete ? 1 : wish.parts_max,
		.part_minimum = wish.part_minimum,
		.may_be_unknown = !batch->all
	};
	Decision	decision;
	Refusal		refusal = {0};
	Commitment	row;
	Commitment *rows;
	int			nrows;

	write_accepted(batch);
	scratch = AllocSetContextCreate(CurrentMemoryContext, "promise line",
									ALLOCSET_DEFAULT_SIZES);
	old = MemoryContextSwitchTo(scratch);
	decide(&demand, &decision);
	if (decision.feasible)
	{
		fill_row(line, &row);
		row.location = decision.location;
		row.at = decision.at;
		row.available_at = decision.available_at;
		row.accepted_at = decision.now;
		nrows = promise_parts_make(&row, decision.parts, decision.nparts,
								   &rows);
		if (!promise_parts_write(rows, nrows, &unknown, LEDGER_COMMIT,
								 &decision))
			report_race();
		MemoryContextSwitchTo(old);
		offer_rows(batch, rows, nrows, &decision);
		MemoryContextSwitchTo(scratch);
	}
	else if (batch->all)
		decide_refuse(&demand, &decision);
	else
		decide_explain(&demand, &decision, &refusal);
	MemoryContextSwitchTo(old);

	if (decision.feasible)
		close_planner(batch);
	else
		add_refused(batch, line, &refusal);
	MemoryContextDelete(scratch);
}

static void
add_refused(Batch *batch, const RequestLine *line, const Refusal *refusal)
{
	Offer		offer = {
		.ref = line->ref,
		.option = 1,
		.part = 1,
		.kind = OFFER_NONE,
		.item = line->item,
		.location = line->location,
		.quantity = line->quantity,
		.available_at = INSTANT_END,
		.due = line->due,
		.has_reason = true,
		.reason = refusal->reason,
		.valid_until = INSTANT_END
	};

	offer.detail = refusal->detail == NULL ? pstrdup(refusal->hint) :
		psprintf("%s. %s", refusal->detail, refusal->hint);
	offer_list_add(&batch->offers, &offer);
}

/* what is offered outlives the rows */
static void
offer_rows(Batch *batch, Commitment *rows, int nrows, const Decision *decision)
{
	for (int i = 0; i < nrows; i++)
	{
		rows[i].ref = pstrdup(rows[i].ref);
		rows[i].location = pstrdup(rows[i].location);
		promising_offer_part(&rows[i], i + 1, nrows, &batch->offers);
		moves_tell(decision_planned(decision, i), &batch->offers);
	}
}

static void
fill_row(const RequestLine *line, Commitment *row)
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

/*
 * Write what was accepted so far, of which the planner knows.
 */
static void
write_accepted(Batch *batch)
{
	if (batch->accepted.nrows > 0)
		guard_together(write_all, batch);
	batch->accepted.nrows = 0;
}

/* what others than the planner have written it does not know */
static void
close_planner(Batch *batch)
{
	if (batch->capable != NULL)
		MemoryContextDelete(batch->context);
	batch->capable = NULL;
}

static void
write_all(void *arg)
{
	Batch	   *batch = arg;
	Accepted   *accepted = &batch->accepted;
	LedgerEntries entries;
	LedgerEntries *others;
	LedgerCause before = ledger_set_cause(LEDGER_COMMIT);
	volatile uint64 written = 0;

	ledger_entries_init(&entries);
	others = ledger_collect(&entries);

	PG_TRY();
	{
		written = commitment_bulk_insert(accepted->rows, accepted->nrows);
	}
	PG_FINALLY();
	{
		(void) ledger_set_cause(before);
		(void) ledger_collect(others);
	}
	PG_END_TRY();
	if (written < (uint64) accepted->nrows)
		report_race();

	reserve_write_new(accepted->rows, accepted->plans, accepted->nrows);
	keep_seen(batch, &entries);
}

/* the offers of what was accepted are the last ones so far */
static void
keep_seen(const Batch *batch, const LedgerEntries *entries)
{
	const Accepted *accepted = &batch->accepted;
	Seen	   *seen = palloc((Size) accepted->nrows * sizeof(Seen));
	int			first = batch->offers.noffers - accepted->nrows;

	for (int i = 0; i < accepted->nrows; i++)
		seen[i] = (Seen)
	{
		.offer = &batch->offers.offers[first + i],
			.decided_at = accepted->rows[i].accepted_at,
			.planned = &accepted->plans[i]
	};
	seen_keep(seen, accepted->nrows, entries);
}

/* a row that is inserted directly is there before its guard waits for locks */
static void
report_race(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
			 errmsg("somebody else has written a commitment of the same ref"),
			 errhint("The transaction might succeed if retried.")));
}
