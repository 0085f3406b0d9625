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
 * What limits allow depends on what has been promised, so the guard says it when
 * lines are written.  Where it refuses some, those that are outside of the guidelines
 * are foreseen (commit_foresight.h) and left out.  What is refused still, by other
 * limits, is found by halves, down to the one that is: what comes after it is planned
 * without it.
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "api/commit.h"
#include "api/commit_foresight.h"
#include "api/commit_lines.h"
#include "api/decide.h"
#include "api/guard_check.h"
#include "api/guard_limit.h"
#include "api/line_planner.h"
#include "api/moves.h"
#include "api/promise_parts.h"
#include "api/question.h"
#include "api/reserve.h"
#include "api/seen.h"
#include "store/attempt.h"
#include "store/commitment_bulk.h"
#include "store/line_reader.h"
#include "store/node_lock.h"
#include "types/report.h"

PG_FUNCTION_INFO_V1(commit_query);

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
	LinePlanner planner;
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
	const char **refusals;		/* of each: why it is refused; NULL: it is
								 * not. NULL: none is known to be */
	int			nlines;
} Range;

static void accept_allowed(const Range *range);
static ErrorData *try_range(const Range *range);
static void accept_foreseen(const Range *range);
static void accept_by_halves(const Range *range);
static Range after(const Range *range, int nlines);
static void refuse_by_limit(Batch *batch, const RequestLine *line,
							const char *text);
static void accept_range(void *arg);
static void accept_line(Batch *batch, const RequestLine *line, bool is_known);
static void add_accepted(Batch *batch, const RequestLine *line,
						 const LinePlans *accepted);
static void add_row(Batch *batch, const Commitment *row,
					const CapablePlan *plan);
static void give_one(Batch *batch, const RequestLine *line);
static void decide_one(Batch *batch, const RequestLine *line);
static void offer_rows(Batch *batch, Commitment *rows, int nrows,
					   const Decision *decision);
static void add_refused(Batch *batch, const RequestLine *line,
						const Refusal *refusal);
static void write_accepted(void *arg);
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
	LinePlanner *planner = &batch.planner;
	Range		range = {.batch = &batch};
	RequestLine *lines;
	const char **refs;
	bool	   *known;
	int			nlines;

	InitMaterializedSRF(fcinfo, 0);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	batch.all = !PG_ARGISNULL(2) && PG_GETARG_BOOL(2);
	promising_wish(fcinfo, 3, &planner->wish);
	promising_parts(fcinfo, 6, &planner->parts);
	if (!PG_ARGISNULL(1) && PG_GETARG_BOOL(1))
		planner->parts.lateness_max = NULL;
	planner->write_down = write_accepted;
	planner->arg = &batch;
	offer_list_init(&batch.offers);

	lines = commit_lines_read(text_to_cstring(PG_GETARG_TEXT_PP(0)), &nlines);
	refs = palloc((Size) Max(nlines, 1) * sizeof(char *));
	for (int i = 0; i < nlines; i++)
	{
		PartsWish	parts = line_planner_parts(planner, &lines[i]);

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
		accept_allowed(&range);
	else
		accept_range(&range);
	offer_list_put((ReturnSetInfo *) fcinfo->resultinfo, &batch.offers);
	return (Datum) 0;
}

/*
 * Accept what limits allow, and answer the other lines with their reasons.
 */
static void
accept_allowed(const Range *range)
{
	ErrorData  *error = try_range(range);
	const char *text;

	if (error == NULL)
		return;
	if (range->nlines > 1)
	{
		if (commit_foresight_helps())
			accept_foreseen(range);
		else
			accept_by_halves(range);
		return;
	}

	text = psprintf("%s%s%s",
					error->detail != NULL ? error->detail : error->message,
					error->hint != NULL ? " " : "",
					error->hint != NULL ? error->hint : "");

	refuse_by_limit(range->batch, range->lines, text);
}

/*
 * Accept a range as a whole.  If limits do not allow it, it is as if it had not been
 * tried, and the result is their error.
 */
static ErrorData *
try_range(const Range *range)
{
	Batch	   *batch = range->batch;
	int			noffers = batch->offers.noffers;
	ErrorData  *error = attempt(accept_range, unconstify(Range *, range));

	if (error == NULL)
		return NULL;
	if (error->sqlerrcode != ERRCODE_PROMISE_POLICY)
		ReThrowError(error);
	batch->offers.noffers = noffers;
	batch->accepted.nrows = 0;
	line_planner_close(&batch->planner);
	return error;
}

/*
 * Some lines of a range that was tried are not allowed: take out those that
 * guidelines refuse.  What is refused still is so by other limits.
 */
static void
accept_foreseen(const Range *range)
{
	const char **refusals = palloc((Size) range->nlines * sizeof(char *));
	Range		rest = *range;

	while (rest.nlines > 0)
	{
		Range		now = rest;
		bool		any = false;

		now.nlines = commit_foresee(&range->batch->planner, rest.lines,
									rest.known, rest.nlines, refusals);
		for (int i = 0; i < now.nlines; i++)
			any |= refusals[i] != NULL;
		if (any)
			now.refusals = refusals;
		if (now.nlines == 0)
		{
			/* it must see what was written, and is by now */
			now.nlines = 1;
			accept_allowed(&now);
		}
		else if ((!any && now.nlines == range->nlines) ||
				 try_range(&now) != NULL)
		{
			now.refusals = NULL;
			accept_by_halves(&now);
		}
		rest = after(&rest, now.nlines);
	}
}

static void
accept_by_halves(const Range *range)
{
	Range		first = *range;
	Range		second = after(range, range->nlines / 2);

	first.nlines -= second.nlines;
	if (first.nlines > 0)
		accept_allowed(&first);
	accept_allowed(&second);
}

/* the lines of a range without the first ones */
static Range
after(const Range *range, int nlines)
{
	Range		rest = *range;

	rest.lines += nlines;
	rest.known += nlines;
	rest.nlines -= nlines;
	return rest;
}

static void
refuse_by_limit(Batch *batch, const RequestLine *line, const char *text)
{
	Refusal		refusal = {
		.reason = REASON_POLICY,
		.hint = pstrdup(text)
	};

	add_refused(batch, line, &refusal);
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
		if (range->refusals != NULL && range->refusals[i] != NULL)
			refuse_by_limit(range->batch, line, range->refusals[i]);
		else
			accept_line(range->batch, line, range->known[i]);
		error_context_stack = context.previous;
	}
	write_accepted(range->batch);
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
	line_planner_open(&batch->planner);
	if (line_planner_plan(&batch->planner, line, &plans) == LINE_PLANNED)
		add_accepted(batch, line, &plans);
	else
		decide_one(batch, line);
}

/*
 * Add the rows of a line, and offer them.
 */
static void
add_accepted(Batch *batch, const RequestLine *line, const LinePlans *accepted)
{
	Commitment *rows;
	int			nrows = line_planner_rows(&batch->planner, line, accepted,
										  &rows);

	if (nrows > 1)
		promise_parts_check_names(rows, nrows);
	for (int i = 0; i < nrows; i++)
	{
		add_row(batch, &rows[i], &accepted->plans[i]);
		promising_offer_part(&rows[i], i + 1, nrows, &batch->offers);
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
		.wish = batch->planner.wish,
		.parts = line_planner_parts(&batch->planner, line),
		.has_priority = line->terms->has_priority,
		.after = line->terms->after
	};

	write_accepted(batch);
	line_planner_fill_row(line, &request.row);
	commit_give(&request, &batch->offers);
	line_planner_close(&batch->planner);
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
	PartsWish	wish = line_planner_parts(&batch->planner, line);
	PromiseParts unknown = {0};
	Demand		demand = {
		.ref = line->ref,
		.item = line->item,
		.location = line->location,
		.quantity = line->quantity,
		.due = line->due,
		.after = line->terms->after,
		.wish = batch->planner.wish,
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
		line_planner_fill_row(line, &row);
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
		line_planner_close(&batch->planner);
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

/*
 * Write what was accepted so far, of which the planner knows.
 */
static void
write_accepted(void *arg)
{
	Batch	   *batch = arg;

	if (batch->accepted.nrows > 0)
		guard_together(write_all, batch);
	batch->accepted.nrows = 0;
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
