/*
 * quantity_test.c - products of quantities against wider arithmetic, and
 * their text against what it means.
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

/*
 * Read the text back, digit by digit; it has no digit too many.
 */
static void
check_text(Quantity quantity)
{
	StringInfoData buf;
	__int128	value = 0;
	int			decimals = -1;	/* no point so far */
	const char *c;

	initStringInfo(&buf);
	quantity_append_text(&buf, quantity);

	for (c = buf.data + (quantity < 0); *c != '\0'; c++)
	{
		if (*c == '.')
		{
			CHECK(decimals == -1);
			decimals = 0;
			continue;
		}
		CHECK('0' <= *c && *c <= '9');
		value = value * 10 + (*c - '0');
		if (decimals >= 0)
			decimals++;
	}
	CHECK((buf.data[0] == '-') == (quantity < 0));
	CHECK(decimals <= 0 || c[-1] != '0');
	CHECK(decimals != 0);
	for (decimals = Max(decimals, 0); decimals < QUANTITY_DIGITS; decimals++)
		value *= 10;
	CHECK((quantity < 0 ? -value : value) == quantity);

	pfree(buf.data);
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
		check_text(edges[i]);
		for (int j = 0; j < lengthof(edges); j++)
			check_product(edges[i], edges[j]);
	}

	for (int i = 0; i < UNIT_TRIALS; i++)
	{
		check_product(random_quantity(), random_quantity());
		check_text(random_quantity());
	}
}
