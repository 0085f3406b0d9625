/*
 * together.c - several lines of one item that are delivered together.
 */
#include "engine/quote.h"
#include "engine/together.h"

/* Dealing out lines to locations at one instant. */
typedef struct Packing
{
	const AtpLedger *ledgers;
	int			nledgers;
	TogetherLine **lines;		/* the largest first */
	int			nlines;
	Quantity   *left;			/* of each ledger */
	int			effort;			/* steps that may still be made */
} Packing;

static Instant serve_in_order(const AtpLedger *ledgers, int nledgers,
							  TogetherLine *lines, int nlines, Instant after);
static bool any_spoils(const AtpLedger *ledgers, int nledgers);
static bool pack_at(Packing *packing, Instant at);
static bool pack_from(Packing *packing, int line_no);
static bool is_repeated(const Quantity *left, int i);
static int	compare_lines(const void *a, const void *b);

/*
 * The first instant at or after "after" at which all lines can be delivered,
 * and the ledger for each; INSTANT_END if there is none.  Takes nothing, and
 * nothing may have been taken before.
 */
Instant
together_earliest(AtpLedger *ledgers, int nledgers,
				  TogetherLine *lines, int nlines, Instant after)
{
	Packing		packing = {0};
	Instant    *instants;
	Instant		latest;
	int			ninstants;
	int			lo = 0;

	latest = serve_in_order(ledgers, nledgers, lines, nlines, after);

	packing.ledgers = ledgers;
	packing.nledgers = nledgers;
	packing.lines = palloc(sizeof(TogetherLine *) * (Size) nlines);
	packing.nlines = nlines;
	packing.left = palloc(sizeof(Quantity) * (Size) (nledgers + 1));
	for (int i = 0; i < nlines; i++)
		packing.lines[i] = &lines[i];
	pg_qsort(packing.lines, nlines, sizeof(TogetherLine *), compare_lines);

	if (any_spoils(ledgers, nledgers))
	{
		ninstants = atp_instants(ledgers, nledgers, after, INSTANT_END,
								 &instants);
		while (lo < ninstants && !pack_at(&packing, instants[lo]))
			lo++;
		latest = (lo < ninstants) ? instants[lo] : INSTANT_END;
	}
	else
	{
		int			hi;

		ninstants = hi = atp_instants(ledgers, nledgers, after, latest,
									  &instants);

		/* invariant: not before instants[lo], possible from instants[hi] */
		while (lo < hi)
		{
			int			mid = lo + (hi - lo) / 2;

			if (pack_at(&packing, instants[mid]))
				hi = mid;
			else
				lo = mid + 1;
		}
		if (lo < ninstants)
		{
			bool		packed = pack_at(&packing, instants[lo]);

			Assert(packed);
			(void) packed;
			latest = instants[lo];
		}
		else if (latest != INSTANT_END)
			(void) serve_in_order(ledgers, nledgers, lines, nlines, after);
	}

	pfree(instants);
	pfree(packing.lines);
	pfree(packing.left);
	return latest;
}

static bool
any_spoils(const AtpLedger *ledgers, int nledgers)
{
	for (int i = 0; i < nledgers; i++)
	{
		if (!atp_curve_rises(ledgers[i].curve))
			return true;
	}
	return false;
}

/*
 * Serve the lines one after another, each from the location that has it
 * first, and return when the last one is served: a bound that is never missed.
 */
static Instant
serve_in_order(const AtpLedger *ledgers, int nledgers,
			   TogetherLine *lines, int nlines, Instant after)
{
	AtpLedger  *work = palloc(sizeof(AtpLedger) * (Size) (nledgers + 1));
	Instant		latest = after;

	for (int i = 0; i < nledgers; i++)
		atp_ledger_init(&work[i], ledgers[i].curve);

	for (int i = 0; i < nlines && latest != INSTANT_END; i++)
	{
		Instant		first = INSTANT_END;

		for (int k = 0; k < nledgers; k++)
		{
			Instant		at;

			if (lines[i].only >= 0 && lines[i].only != k)
				continue;
			at = quote_earliest(&work[k], lines[i].quantity, after);
			if (at < first)
			{
				first = at;
				lines[i].ledger = k;
			}
		}
		if (first != INSTANT_END &&
			atp_take(&work[lines[i].ledger], lines[i].quantity,
					 first) != PROMISE_OK)
			first = INSTANT_END;
		latest = Max(latest, first);
	}
	pfree(work);
	return latest;
}

/*
 * Can the lines be dealt out at an instant?  If so their ledgers are set.
 */
static bool
pack_at(Packing *packing, Instant at)
{
	int			line_no;

	CORE_CHECK_INTERRUPTS();

	for (int i = 0; i < packing->nledgers; i++)
	{
		const AtpLedger *ledger = &packing->ledgers[i];

		packing->left[i] = (at > ledger->curve->rules.horizon_end) ? 0 :
			atp_available(ledger, at);
	}

	/* lines without a choice, which come first, need no search */
	for (line_no = 0; line_no < packing->nlines; line_no++)
	{
		TogetherLine *line = packing->lines[line_no];
		int			only = (packing->nledgers == 1) ? 0 : line->only;

		if (only < 0)
			break;
		if (packing->left[only] < line->quantity)
			return false;
		if (packing->left[only] != ATP_UNLIMITED)
			packing->left[only] -= line->quantity;
		line->ledger = only;
	}

	packing->effort = TOGETHER_EFFORT;
	return pack_from(packing, line_no);
}

/*
 * Deal out lines[line_no ..), all of them with a choice: depth first.  The
 * recursion is never deeper than TOGETHER_EFFORT.
 */
static bool
pack_from(Packing *packing, int line_no)
{
	TogetherLine *line;

	if (line_no == packing->nlines)
		return true;
	if (packing->effort-- <= 0)
		return false;
	line = packing->lines[line_no];

	for (int i = 0; i < packing->nledgers; i++)
	{
		Quantity	left = packing->left[i];

		if (left < line->quantity)
			continue;

		/* two locations with as much left are the same to those that remain */
		if (is_repeated(packing->left, i))
			continue;

		if (left != ATP_UNLIMITED)
			packing->left[i] = left - line->quantity;
		line->ledger = i;
		if (pack_from(packing, line_no + 1))
			return true;
		packing->left[i] = left;
		if (packing->effort <= 0)
			return false;
	}
	return false;
}

/* does an earlier location have as much left? */
static bool
is_repeated(const Quantity *left, int i)
{
	for (int k = 0; k < i; k++)
	{
		if (left[k] == left[i])
			return true;
	}
	return false;
}

/* lines bound to a ledger first, then the larger ones */
static int
compare_lines(const void *a, const void *b)
{
	const TogetherLine *la = *(TogetherLine *const *) a;
	const TogetherLine *lb = *(TogetherLine *const *) b;

	if ((la->only < 0) != (lb->only < 0))
		return (la->only < 0) ? 1 : -1;
	if (la->quantity != lb->quantity)
		return (la->quantity < lb->quantity) ? 1 : -1;
	return (la > lb) - (la < lb);
}
