/*
 * span.c - set operations on sorted arrays of spans.
 */
#include "core/span.h"

static inline Instant span_edge(const Span *spans, int i);

/*
 * Are these spans a canonical set (see span.h)?
 */
bool
span_is_canonical(const Span *spans, int nspans)
{
	for (int i = 0; i < nspans; i++)
	{
		if (spans[i].start >= spans[i].end)
			return false;
		if (i > 0 && spans[i - 1].end >= spans[i].start)
			return false;
	}
	return true;
}

/*
 * Add [start, end) behind the last span of a canonical set and return the new
 * number of spans.  Nothing is added for an empty span; one that touches the
 * last span prolongs it.  The caller provides room for one more.
 */
int
span_append(Span *spans, int nspans, Instant start, Instant end)
{
	Assert(nspans == 0 || spans[nspans - 1].end <= start);

	if (start >= end)
		return nspans;
	if (nspans > 0 && spans[nspans - 1].end == start)
	{
		spans[nspans - 1].end = end;
		return nspans;
	}
	spans[nspans].start = start;
	spans[nspans].end = end;
	return nspans + 1;
}

/*
 * Combine two sets in one sweep over their edges.  "out" has room for na + nb
 * spans and overlaps neither input; the number of spans is returned.
 */
int
span_combine(SpanOp op, const Span *a, int na, const Span *b, int nb, Span *out)
{
	int			i = 0;			/* edges of a passed; odd: inside a */
	int			j = 0;			/* edges of b passed; odd: inside b */
	int			nout = 0;
	bool		inside = false;

	while (i < 2 * na || j < 2 * nb)
	{
		Instant		at;
		bool		in_a;
		bool		in_b;
		bool		now_inside = false;

		if (j >= 2 * nb)
			at = span_edge(a, i);
		else if (i >= 2 * na)
			at = span_edge(b, j);
		else
			at = core_min(span_edge(a, i), span_edge(b, j));

		/* pass every edge at this instant: touching spans are one */
		while (i < 2 * na && span_edge(a, i) == at)
			i++;
		while (j < 2 * nb && span_edge(b, j) == at)
			j++;

		in_a = (i % 2 == 1);
		in_b = (j % 2 == 1);
		switch (op)
		{
			case SPAN_UNION:
				now_inside = in_a || in_b;
				break;
			case SPAN_INTERSECTION:
				now_inside = in_a && in_b;
				break;
			case SPAN_DIFFERENCE:
				now_inside = in_a && !in_b;
				break;
		}

		if (now_inside && !inside)
			out[nout].start = at;
		else if (inside && !now_inside)
			out[nout++].end = at;
		inside = now_inside;
	}

	Assert(!inside);
	Assert(span_is_canonical(out, nout));
	return nout;
}

/* the edges of a set in order: start 0, end 0, start 1, ... */
static inline Instant
span_edge(const Span *spans, int i)
{
	return (i % 2 == 0) ? spans[i / 2].start : spans[i / 2].end;
}
