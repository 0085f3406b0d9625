/*
 * quantity_test.c - products of quantities against wider arithmetic.
 */
#include "unit.h"

#include "core/quantity.h"

extern void test_quantity(void);

/* of any magnitude, so that both overflow and small rounding are met */
static int64
random_quantity(void)
{
	return unit_random(PG_INT64_MIN, PG_INT64_MAX) >> unit_random(0, 63);
}

/*
 * The textbook's way: multiply wide, round half away from zero, compare.
 */
static void
check_product(Quantity a, Quantity b)
{
	__int128	wide = (__int128) a * b;
	__int128	half = QUANTITY_SCALE / 2;
	__int128	expected;
	Quantity	actual;
	PromiseStatus status = quantity_multiply(a, b, &actual);

	expected = (wide >= 0 ? wide + half : wide - half) / QUANTITY_SCALE;
	if (expected < PG_INT64_MIN || expected > PG_INT64_MAX)
		CHECK(status == PROMISE_QUANTITY_OVERFLOW);
	else if (CHECK(status == PROMISE_OK))
		CHECK_INT(actual, (int64) expected);
}

void
test_quantity(void)
{
	static const Quantity edges[] = {
		QUANTITY_MIN, QUANTITY_MIN + 1, -QUANTITY_SCALE, -500000, -1, 0, 1,
		499999, 500000, QUANTITY_SCALE, QUANTITY_MAX - 1, QUANTITY_MAX
	};

	for (int i = 0; i < lengthof(edges); i++)
	{
		for (int j = 0; j < lengthof(edges); j++)
			check_product(edges[i], edges[j]);
	}

	for (int i = 0; i < UNIT_TRIALS; i++)
		check_product(random_quantity(), random_quantity());
}
