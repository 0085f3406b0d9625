/*
 * timeline_test.c - a quantity over time against a plain array.
 */
#include "unit.h"

#include "core/timeline.h"

extern void test_timeline(void);

#define MAX_PIECES	20

void
test_timeline(void)
{
	for (int trial = 0; trial < UNIT_TRIALS / 10; trial++)
	{
		Quantity	naive[MAX_PIECES];
		Timeline	timeline;
		int			n = (int) unit_random(0, MAX_PIECES);
		bool		same = true;

		for (int i = 0; i < n; i++)
			naive[i] = unit_random(-5, 5);
		timeline_build(&timeline, naive, n);

		for (int round = 0; round < 20; round++)
		{
			int			from = (int) unit_random(0, n);
			int			until = (int) unit_random(from, n);
			Quantity	quantity = unit_random(-4, 4);
			Quantity	limit = unit_random(-8, 8);
			Quantity	least = QUANTITY_MAX;
			int			first = -1;
			int			last = -1;

			timeline_add(&timeline, from, until, quantity);
			for (int i = from; i < until; i++)
				naive[i] += quantity;

			from = (int) unit_random(0, n);
			until = (int) unit_random(from, n);
			for (int i = from; i < until; i++)
			{
				least = Min(least, naive[i]);
				if (naive[i] < limit)
				{
					last = i;
					first = (first < 0) ? i : first;
				}
			}
			same &= timeline_least(&timeline, from, until) == least;
			same &= timeline_first_below(&timeline, from, until, limit) == first;
			same &= timeline_last_below(&timeline, from, until, limit) == last;
		}
		CHECK(same);
	}
}
