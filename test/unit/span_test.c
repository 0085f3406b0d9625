/*
 * span_test.c - sets of spans against arrays of booleans.
 */
#include "unit.h"

#include "core/span.h"

extern void test_span(void);

#define CELLS		20
#define MAX_SPANS	(CELLS / 2 + 1)

/* spans as the cells say, or now and then cut into touching ones */
static int
spans_of(const bool *cells, bool cut, Span *spans)
{
	int			n = 0;

	for (int i = 0; i < CELLS; i++)
	{
		if (!cells[i])
			continue;
		if (n > 0 && spans[n - 1].end == i && !(cut && unit_random(0, 1)))
			spans[n - 1].end = i + 1;
		else
		{
			spans[n].start = i;
			spans[n++].end = i + 1;
		}
	}
	return n;
}

static bool
matches(const bool *cells, const Span *spans, int n)
{
	Span		expected[CELLS];
	int			nexpected = spans_of(cells, false, expected);

	return n == nexpected &&
		(n == 0 || memcmp(spans, expected, n * sizeof(Span)) == 0);
}

void
test_span(void)
{
	for (int trial = 0; trial < UNIT_TRIALS; trial++)
	{
		bool		cells_a[CELLS];
		bool		cells_b[CELLS];
		bool		cells[CELLS];
		Span		a[CELLS];
		Span		b[CELLS];
		Span		out[2 * CELLS];
		int			density = unit_random(0, 10);
		bool		cut = unit_random(0, 1);
		int			na;
		int			nb;
		int			n = 0;

		for (int i = 0; i < CELLS; i++)
		{
			cells_a[i] = unit_random(1, 10) <= density;
			cells_b[i] = unit_random(0, 1);
		}
		na = spans_of(cells_a, cut, a);
		nb = spans_of(cells_b, cut, b);

		for (int i = 0; i < CELLS; i++)
			cells[i] = cells_a[i] || cells_b[i];
		n = span_combine(SPAN_UNION, a, na, b, nb, out);
		CHECK(matches(cells, out, n));

		for (int i = 0; i < CELLS; i++)
			cells[i] = cells_a[i] && cells_b[i];
		n = span_combine(SPAN_INTERSECTION, a, na, b, nb, out);
		CHECK(matches(cells, out, n));

		for (int i = 0; i < CELLS; i++)
			cells[i] = cells_a[i] && !cells_b[i];
		n = span_combine(SPAN_DIFFERENCE, a, na, b, nb, out);
		CHECK(matches(cells, out, n));
		CHECK(span_is_canonical(out, n));

		/* one after the other, with empty ones between */
		n = 0;
		for (int i = 0; i < CELLS; i++)
			n = span_append(out, n, i, cells_a[i] ? i + 1 : i);
		CHECK(matches(cells_a, out, n));
	}

	{
		Span		touching[2] = {{1, 2}, {2, 3}};
		Span		empty = {1, 1};
		Span		ends[1] = {{INSTANT_BEGIN, INSTANT_END}};
		Span		out[3];

		CHECK(!span_is_canonical(touching, 2));
		CHECK(!span_is_canonical(&empty, 1));
		CHECK(span_is_canonical(NULL, 0));
		CHECK_INT(span_combine(SPAN_DIFFERENCE, ends, 1, touching, 2, out), 2);
		CHECK(out[0].end == 1 && out[1].start == 3 && out[1].end == INSTANT_END);
	}
}
