/*
 * calendar_time.c - open instants, and counting in open time.
 *
 * The time line is cut into pieces in which wall clock and instant run in
 * step, or the wall clock shows what it has shown before.  Within a piece all
 * arithmetic is local.
 */
#include "core/calendar_time.h"

/*
 * How far before an instant pieces begin, so that clocks put back before it
 * are noticed: more than any clock was ever put back, and than any offset.
 */
#define LOOKBACK	(3 * CALENDAR_DAY)

/* No piece is longer than this, so that no sum of its open time overflows. */
#define PIECE_MAX	(INT64CONST(1) << 62)

/* Backward searches look at blocks of this length, doubled up to the other. */
#define BLOCK_MIN	(64 * CALENDAR_DAY)
#define BLOCK_MAX	(36525 * CALENDAR_DAY)

typedef struct Piece
{
	Instant		start;
	Instant		end;
	int64		offset;			/* what the wall clock is ahead of UTC */
	bool		repeated;		/* shows times for the second time */
	int64		mark;			/* if repeated: end of the times shown before */
} Piece;

typedef struct PieceCursor
{
	const CalendarZone *zone;
	Instant		at;				/* start of the next piece */
	int64		high;			/* end of the local times shown so far */
} PieceCursor;

typedef struct SpanBuffer
{
	Span	   *spans;
	int			nspans;
	int			maxspans;
} SpanBuffer;

static void first_piece(PieceCursor *cursor, const CalendarZone *zone,
						Instant at, Piece *piece);
static bool next_piece(PieceCursor *cursor, Piece *piece);
static int64 piece_local(const Piece *piece, Instant at);
static int64 piece_working(const CalendarRules *rules, const Piece *piece,
						   Instant from, Instant to);
static Instant piece_seek(const CalendarRules *rules, const Piece *piece,
						  Instant at, int64 amount);
static PromiseStatus piece_spans(const CalendarRules *rules, const Piece *piece,
								 Instant from, Instant to, SpanBuffer *buffer);
static PromiseStatus add_span(SpanBuffer *buffer, Instant start, Instant end);
static PromiseStatus search_forward(const CalendarRules *rules,
									const CalendarZone *zone, Instant at,
									int64 amount, Instant *result,
									int64 *counted);
static PromiseStatus search_backward(const CalendarRules *rules,
									 const CalendarZone *zone, Instant at,
									 int64 amount, Instant *result,
									 int64 *counted);
static bool instant_bounds(const CalendarRules *rules,
						   Instant *first, Instant *last);
static bool instant_is_open(const CalendarRules *rules,
							const CalendarZone *zone, Instant at, int32 *day);
static Instant local_to_instant(const CalendarZone *zone, int64 local);
static bool local_is_open(const CalendarRules *rules, int64 local, int32 *day);
static int64 local_around(const CalendarRules *rules, int64 local, bool before);
static int64 local_working(const CalendarRules *rules, int64 from, int64 to);
static int64 local_seek(const CalendarRules *rules, int64 local, int64 amount);

static inline int64
shift_start(int32 day, const CalendarShift *shift)
{
	return day * CALENDAR_DAY + shift->start * CALENDAR_SEC;
}

static inline int64
shift_end(int32 day, const CalendarShift *shift)
{
	return day * CALENDAR_DAY + shift->end * CALENDAR_SEC;
}

/*
 * Is the calendar open at an instant, which timestamptz can hold?
 */
bool
calendar_is_open(const CalendarRules *rules, const CalendarZone *zone,
				 Instant at)
{
	int32		day;

	return instant_is_open(rules, zone, at, &day);
}

/*
 * The open spans of [from, to), a canonical set.  The array is palloc'd.
 */
PromiseStatus
calendar_spans(const CalendarRules *rules, const CalendarZone *zone,
			   Instant from, Instant to, Span **spans, int *nspans)
{
	SpanBuffer	buffer = {NULL, 0, 0};
	PieceCursor cursor;
	Piece		piece;
	PromiseStatus status = PROMISE_OK;
	Instant		first;
	Instant		last;

	if (instant_bounds(rules, &first, &last))
	{
		from = Max(from, first);
		to = Min(to, last);
		if (from < to)
		{
			first_piece(&cursor, zone, from, &piece);
			do
				status = piece_spans(rules, &piece, Max(piece.start, from),
									 Min(piece.end, to), &buffer);
			while (status == PROMISE_OK && piece.end < to &&
				   next_piece(&cursor, &piece));
		}
	}
	*spans = buffer.spans;
	*nspans = buffer.nspans;
	return status;
}

/*
 * The open time of [from, to), in microseconds of true time.  The caller has
 * checked that to - from does not overflow.
 */
int64
calendar_working(const CalendarRules *rules, const CalendarZone *zone,
				 Instant from, Instant to)
{
	PieceCursor cursor;
	Piece		piece;
	int64		working = 0;
	Instant		first;
	Instant		last;

	if (!instant_bounds(rules, &first, &last))
		return 0;
	from = Max(from, first);
	to = Min(to, last);
	if (from >= to)
		return 0;

	first_piece(&cursor, zone, from, &piece);
	do
	{
		CORE_CHECK_INTERRUPTS();
		working += piece_working(rules, &piece, Max(piece.start, from),
								 Min(piece.end, to));
	} while (piece.end < to && next_piece(&cursor, &piece));
	return working;
}

/*
 * Move by an amount of open time: to the first instant before which it has
 * passed, or, if negative, to the last one after which it will.  No amount is
 * no move.  If open time runs out, "counted" says how much there was.
 */
PromiseStatus
calendar_advance(const CalendarRules *rules, const CalendarZone *zone,
				 Instant at, int64 amount, Instant *result, int64 *counted)
{
	*counted = 0;
	*result = at;
	if (amount > 0)
		return search_forward(rules, zone, at, amount, result, counted);
	if (amount == PG_INT64_MIN)
		return PROMISE_INSTANT_OVERFLOW;
	if (amount < 0)
		return search_backward(rules, zone, at, -amount, result, counted);
	return PROMISE_OK;
}

/*
 * Move by a number of open days and keep the time on the wall clock.
 *
 * An instant in or at the end of a shift belongs to the day on which the shift
 * begins, any other to its date.  From there on (or back) days are counted on
 * which a shift begins.  If the same time of the day found is neither open nor
 * a closing time, the result is the next opening, or the last closing for a
 * negative number.
 */
PromiseStatus
calendar_advance_days(const CalendarRules *rules, const CalendarZone *zone,
					  Instant at, int32 days, Instant *result, int64 *counted)
{
	PieceCursor cursor;
	Piece		piece;
	int64		local;
	int32		day;
	int32		found;
	int32		first;
	int32		last;
	int64		ignored;
	PromiseStatus status;

	*counted = 0;
	*result = at;
	if (days == 0)
		return PROMISE_OK;
	if (days == PG_INT32_MIN)
		return PROMISE_INSTANT_OVERFLOW;
	if (!calendar_bounds(rules, &first, &last))
		return PROMISE_CALENDAR_EXHAUSTED;

	first_piece(&cursor, zone, at, &piece);
	if (!instant_is_open(rules, zone, at, &day) &&
		!instant_is_open(rules, zone, at - 1, &day))
		day = calendar_local_day(piece_local(&piece, at));

	first = core_max(first, calendar_local_day(CALENDAR_EARLIEST));
	last = core_min(last, calendar_local_day(CALENDAR_LATEST));
	if (days > 0 ? day >= last : day <= first)
		return PROMISE_CALENDAR_EXHAUSTED;
	if (days > 0 ?
		!calendar_walk(rules, CALENDAR_OPEN_DAYS, Max(day + 1, first), last,
					   days, &found, counted) :
		!calendar_walk(rules, CALENDAR_OPEN_DAYS, Min(day - 1, last), first,
					   -days, &found, counted))
		return PROMISE_CALENDAR_EXHAUSTED;
	*counted = days < 0 ? -days : days;

	local = at + piece.offset + (found - day) * CALENDAR_DAY;
	*result = local_to_instant(zone, local);
	if (*result < CALENDAR_EARLIEST || *result >= CALENDAR_LATEST)
		return PROMISE_CALENDAR_EXHAUSTED;
	if (instant_is_open(rules, zone, *result, &day) ||
		instant_is_open(rules, zone, *result - 1, &day))
		return PROMISE_OK;

	/* the first microsecond of open time lies behind the opening */
	status = calendar_advance(rules, zone, *result, days > 0 ? 1 : -1,
							  result, &ignored);
	*result += days > 0 ? -1 : 1;
	if (status != PROMISE_OK)
		(*counted)--;			/* the last of the days is over at that time */
	return status;
}

/*
 * The piece that an instant lies in, and a cursor to go on from there.
 */
static void
first_piece(PieceCursor *cursor, const CalendarZone *zone, Instant at,
			Piece *piece)
{
	Assert(at >= CALENDAR_EARLIEST && at < CALENDAR_LATEST);

	cursor->zone = zone;
	cursor->at = (at < CALENDAR_EARLIEST + LOOKBACK) ?
		CALENDAR_EARLIEST : at - LOOKBACK;
	cursor->high = PG_INT64_MIN;
	do
	{
		bool		more PG_USED_FOR_ASSERTS_ONLY = next_piece(cursor, piece);

		Assert(more);
	} while (piece->end <= at);
}

static bool
next_piece(PieceCursor *cursor, Piece *piece)
{
	Instant		until;
	int64		local;

	if (cursor->at >= CALENDAR_LATEST)
		return false;

	cursor->zone->regime(cursor->zone, cursor->at, &piece->offset, &until);
	Assert(until > cursor->at);
	local = cursor->at + piece->offset;

	piece->start = cursor->at;
	piece->end = Min(until, CALENDAR_LATEST);
	if (piece->end - PIECE_MAX > piece->start)
		piece->end = piece->start + PIECE_MAX;
	piece->mark = cursor->high;
	piece->repeated = local < cursor->high;
	if (piece->repeated)
		piece->end = Min(piece->end, piece->start + (cursor->high - local));
	else
		cursor->high = piece->end + piece->offset;
	cursor->at = piece->end;
	return true;
}

/* the local time whose rules hold at an instant of the piece */
static int64
piece_local(const Piece *piece, Instant at)
{
	return piece->repeated ? piece->mark - 1 : at + piece->offset;
}

static int64
piece_working(const CalendarRules *rules, const Piece *piece,
			  Instant from, Instant to)
{
	int32		day;

	if (piece->repeated)
		return local_is_open(rules, piece->mark - 1, &day) ? to - from : 0;
	return local_working(rules, from + piece->offset, to + piece->offset);
}

/*
 * Move by an amount of open time, forward or backward, of which the piece is
 * known to have enough.
 */
static Instant
piece_seek(const CalendarRules *rules, const Piece *piece, Instant at,
		   int64 amount)
{
	if (piece->repeated)
		return at + amount;
	return local_seek(rules, at + piece->offset, amount) - piece->offset;
}

static PromiseStatus
piece_spans(const CalendarRules *rules, const Piece *piece,
			Instant from, Instant to, SpanBuffer *buffer)
{
	int32		day;
	int32		last;

	if (piece->repeated)
	{
		if (local_is_open(rules, piece->mark - 1, &day))
			return add_span(buffer, from, to);
		return PROMISE_OK;
	}

	day = calendar_local_day(from + piece->offset) - 1;
	last = calendar_local_day(to + piece->offset);
	while (day <= last)
	{
		CalendarRun run = calendar_run_at(rules, day);
		int32		run_last = Min(run.last, last);
		const int32 *week = rules->periods[run.period].week;

		CORE_CHECK_INTERRUPTS();
		if (run.entry < 0 && week[0] == week[CALENDAR_WEEK])
			day = run_last + 1; /* closed */
		for (; day <= run_last; day++)
		{
			int			nshifts;
			const CalendarShift *shifts = calendar_day_shifts(rules, day, &nshifts);

			for (int i = 0; i < nshifts; i++)
			{
				Instant		start = shift_start(day, &shifts[i]) - piece->offset;
				Instant		end = shift_end(day, &shifts[i]) - piece->offset;
				PromiseStatus status;

				status = add_span(buffer, Max(start, from), Min(end, to));
				if (status != PROMISE_OK)
					return status;
			}
		}
	}
	return PROMISE_OK;
}

static PromiseStatus
add_span(SpanBuffer *buffer, Instant start, Instant end)
{
	if (start >= end)
		return PROMISE_OK;
	if (buffer->nspans == buffer->maxspans)
	{
		if (buffer->nspans >= CALENDAR_MAX_SPANS)
			return PROMISE_CALENDAR_TOO_LARGE;
		CORE_CHECK_INTERRUPTS();
		buffer->maxspans = Max(16, 2 * buffer->maxspans);
		if (buffer->spans == NULL)
			buffer->spans = palloc(buffer->maxspans * sizeof(Span));
		else
			buffer->spans = repalloc(buffer->spans,
									 buffer->maxspans * sizeof(Span));
	}
	buffer->nspans = span_append(buffer->spans, buffer->nspans, start, end);
	return PROMISE_OK;
}

/*
 * The first instant before which, from "at" on, the amount has passed.
 */
static PromiseStatus
search_forward(const CalendarRules *rules, const CalendarZone *zone,
			   Instant at, int64 amount, Instant *result, int64 *counted)
{
	PieceCursor cursor;
	Piece		piece;
	Instant		first;
	Instant		last;

	if (!instant_bounds(rules, &first, &last) || at >= last)
		return PROMISE_CALENDAR_EXHAUSTED;
	at = Max(at, first);

	first_piece(&cursor, zone, at, &piece);
	do
	{
		Instant		from = Max(piece.start, at);
		int64		working = piece_working(rules, &piece, from, piece.end);

		CORE_CHECK_INTERRUPTS();
		if (working >= amount - *counted)
		{
			*result = piece_seek(rules, &piece, from, amount - *counted);
			return PROMISE_OK;
		}
		*counted += working;
	} while (piece.end < last && next_piece(&cursor, &piece));
	return PROMISE_CALENDAR_EXHAUSTED;
}

/*
 * The last instant after which, until "at", the amount passes.  Pieces are
 * found forward only: the past is searched block by block.
 */
static PromiseStatus
search_backward(const CalendarRules *rules, const CalendarZone *zone,
				Instant at, int64 amount, Instant *result, int64 *counted)
{
	int64		block = BLOCK_MIN;
	int			maxpieces = 16;
	Piece	   *pieces;
	Instant		first;
	Instant		last;
	Instant		end;
	PromiseStatus status = PROMISE_CALENDAR_EXHAUSTED;

	if (!instant_bounds(rules, &first, &last))
		return PROMISE_CALENDAR_EXHAUSTED;
	end = Min(at, last);
	pieces = palloc(maxpieces * sizeof(Piece));

	/* invariant: "counted" is the open time of [end, at), less than amount */
	while (end > first && status != PROMISE_OK)
	{
		Instant		start = (end > first + block) ? end - block : first;
		PieceCursor cursor;
		int			n = 0;

		first_piece(&cursor, zone, start, &pieces[n++]);
		while (pieces[n - 1].end < end)
		{
			if (n == maxpieces)
			{
				maxpieces *= 2;
				pieces = repalloc(pieces, maxpieces * sizeof(Piece));
			}
			if (!next_piece(&cursor, &pieces[n]))
				break;
			n++;
		}

		while (--n >= 0)
		{
			Instant		from = Max(pieces[n].start, start);
			Instant		to = Min(pieces[n].end, end);
			int64		working = piece_working(rules, &pieces[n], from, to);

			CORE_CHECK_INTERRUPTS();
			if (working >= amount - *counted)
			{
				*result = piece_seek(rules, &pieces[n], to, *counted - amount);
				status = PROMISE_OK;
				break;
			}
			*counted += working;
		}
		end = start;
		block = Min(2 * block, BLOCK_MAX);
	}
	pfree(pieces);
	return status;
}

/*
 * Instants outside of which the calendar is surely closed: its first and last
 * day with room for every zone and a shift over midnight.  False if it never
 * opens.
 */
static bool
instant_bounds(const CalendarRules *rules, Instant *first, Instant *last)
{
	int32		first_day;
	int32		last_day;

	if (!calendar_bounds(rules, &first_day, &last_day))
		return false;

	*first = CALENDAR_EARLIEST;
	if (first_day > calendar_local_day(CALENDAR_EARLIEST) + 3)
		*first = (first_day - 3) * CALENDAR_DAY;
	*last = CALENDAR_LATEST;
	if (last_day < calendar_local_day(CALENDAR_LATEST) - 5)
		*last = (last_day + 5) * CALENDAR_DAY;
	return true;
}

/*
 * Is an instant open?  Then "day" is the one on which its shift begins.
 */
static bool
instant_is_open(const CalendarRules *rules, const CalendarZone *zone,
				Instant at, int32 *day)
{
	PieceCursor cursor;
	Piece		piece;

	if (at < CALENDAR_EARLIEST)
		return false;
	first_piece(&cursor, zone, at, &piece);
	return local_is_open(rules, piece_local(&piece, at), day);
}

/*
 * The instant at which the clock shows a local time first; for a time that is
 * skipped, the instant of the switch.
 */
static Instant
local_to_instant(const CalendarZone *zone, int64 local)
{
	PieceCursor cursor;
	Piece		piece;

	if (local - LOOKBACK >= CALENDAR_LATEST)
		return CALENDAR_LATEST;

	first_piece(&cursor, zone, Max(local - LOOKBACK, CALENDAR_EARLIEST), &piece);
	while (piece.repeated || piece.end + piece.offset <= local)
	{
		if (!next_piece(&cursor, &piece))
			return CALENDAR_LATEST;
	}
	return Max(piece.start, local - piece.offset);
}

/*
 * Is a local time open?  Then "day" is the one on which its shift begins.
 */
static bool
local_is_open(const CalendarRules *rules, int64 local, int32 *day)
{
	int32		today = calendar_local_day(local);

	for (int32 d = today - 1; d <= today; d++)
	{
		int			nshifts;
		const CalendarShift *shifts = calendar_day_shifts(rules, d, &nshifts);

		for (int i = 0; i < nshifts; i++)
		{
			if (shift_start(d, &shifts[i]) <= local &&
				local < shift_end(d, &shifts[i]))
			{
				*day = d;
				return true;
			}
		}
	}
	return false;
}

/*
 * What the shifts that begin on a local time's day and the day before have
 * before it, or after it.
 */
static int64
local_around(const CalendarRules *rules, int64 local, bool before)
{
	int32		today = calendar_local_day(local);
	int64		sum = 0;

	for (int32 d = today - 1; d <= today; d++)
	{
		int			nshifts;
		const CalendarShift *shifts = calendar_day_shifts(rules, d, &nshifts);

		for (int i = 0; i < nshifts; i++)
		{
			int64		start = shift_start(d, &shifts[i]);
			int64		end = shift_end(d, &shifts[i]);

			if (before)
				end = Min(end, local);
			else
				start = Max(start, local);
			if (start < end)
				sum += end - start;
		}
	}
	return sum;
}

/* the open local time of [from, to) */
static int64
local_working(const CalendarRules *rules, int64 from, int64 to)
{
	/* the days before the present two count whole */
	return calendar_sum(rules, CALENDAR_OPEN_SECONDS,
						calendar_local_day(from) - 1,
						calendar_local_day(to) - 1) * CALENDAR_SEC +
		local_around(rules, to, true) - local_around(rules, from, true);
}

/*
 * Move by an amount of open local time, of which there is enough.
 */
static int64
local_seek(const CalendarRules *rules, int64 local, int64 amount)
{
	int32		today = calendar_local_day(local);
	bool		forward = amount > 0;
	int64		rest;
	int64		passed;
	int64		seconds;
	int32		day = today;
	int			nshifts;
	const CalendarShift *shifts;

	/* count whole days from the first (last) that the local time may share */
	rest = forward ? amount : -amount;
	rest += local_around(rules, local, forward);
	seconds = rest / CALENDAR_SEC + (rest % CALENDAR_SEC > 0 ? 1 : 0);
	if (!calendar_walk(rules, CALENDAR_OPEN_SECONDS,
					   forward ? today - 1 : today,
					   forward ? calendar_local_day(PG_INT64_MAX) - 1 :
					   calendar_local_day(CALENDAR_EARLIEST) - 3,
					   seconds, &day, &passed))
		Assert(false);
	rest -= passed * CALENDAR_SEC;

	/* invariant: 0 < rest <= the open time of the shifts not yet passed */
	shifts = calendar_day_shifts(rules, day, &nshifts);
	for (int i = 0; i < nshifts; i++)
	{
		const CalendarShift *shift = forward ? &shifts[i] : &shifts[nshifts - 1 - i];
		int64		length = (shift->end - shift->start) * CALENDAR_SEC;

		if (rest <= length)
			return forward ? shift_start(day, shift) + rest :
				shift_end(day, shift) - rest;
		rest -= length;
	}
	Assert(false);
	return local;
}
