/*
 * quantity.c - products, quotients and text of quantities.
 */
#include "core/quantity.h"

/*
 * The product of two quantities, rounded half away from zero as numeric does.
 *
 * With a = ah * S + al and b = bh * S + bl, where S is QUANTITY_SCALE, the
 * product a * b / S is
 *
 *		ah * bh * S + ah * bl + al * bh + al * bl / S
 *
 * C's division truncates, so all terms have the sign of the product: if a
 * partial sum overflows, so does the whole.  No integer wider than int64 is
 * needed.
 */
PromiseStatus
quantity_multiply(Quantity a, Quantity b, Quantity *product)
{
	int64		al = a % QUANTITY_SCALE;
	int64		bh = b / QUANTITY_SCALE;
	int64		bl = b % QUANTITY_SCALE;
	int64		low = al * bl;	/* below S * S = 10^12 in magnitude */
	int64		carry = low / QUANTITY_SCALE;
	int64		remainder = low % QUANTITY_SCALE;
	int64		result;

	if (remainder >= QUANTITY_SCALE / 2)
		carry++;
	else if (remainder <= -QUANTITY_SCALE / 2)
		carry--;

	/* ah * bh * S + ah * bl is ah * b; al * bh is below S * 2^63 / S */
	if (pg_mul_s64_overflow(a / QUANTITY_SCALE, b, &result) ||
		pg_add_s64_overflow(result, al * bh, &result) ||
		pg_add_s64_overflow(result, carry, &result))
		return PROMISE_QUANTITY_OVERFLOW;

	*product = result;
	return PROMISE_OK;
}

/*
 * The product of two quantities that are not negative, rounded up: what is needed
 * is never rounded away.
 */
PromiseStatus
quantity_multiply_up(Quantity a, Quantity b, Quantity *product)
{
	int64		al = a % QUANTITY_SCALE;
	int64		bh = b / QUANTITY_SCALE;
	int64		bl = b % QUANTITY_SCALE;
	int64		carry = (al * bl + QUANTITY_SCALE - 1) / QUANTITY_SCALE;
	int64		result;

	/* as quantity_multiply */
	if (pg_mul_s64_overflow(a / QUANTITY_SCALE, b, &result) ||
		pg_add_s64_overflow(result, al * bh, &result) ||
		pg_add_s64_overflow(result, carry, &result))
		return PROMISE_QUANTITY_OVERFLOW;

	*product = result;
	return PROMISE_OK;
}

/*
 * The quotient of a quantity that is not negative and one above zero, rounded up.
 * Its decimals come one by one, as by hand: ten times a remainder need not fit
 * into 64 bits, twice a remainder does.
 */
PromiseStatus
quantity_divide_up(Quantity a, Quantity b, Quantity *quotient)
{
	uint64		divisor = (uint64) b;
	uint64		remainder = (uint64) a % divisor;
	int64		fraction = 0;
	int64		result;

	for (int i = 0; i < QUANTITY_DIGITS; i++)
	{
		uint64		tenfold = 0;
		int			digit = 0;

		for (int j = 0; j < 10; j++)
		{
			tenfold += remainder;
			if (tenfold >= divisor)
			{
				tenfold -= divisor;
				digit++;
			}
		}
		remainder = tenfold;
		fraction = fraction * 10 + digit;
	}
	if (remainder > 0)
		fraction++;

	if (pg_mul_s64_overflow(a / b, QUANTITY_SCALE, &result) ||
		pg_add_s64_overflow(result, fraction, &result))
		return PROMISE_QUANTITY_OVERFLOW;

	*quotient = result;
	return PROMISE_OK;
}

/*
 * Write a quantity with no more decimals than it needs.
 */
void
quantity_append_text(StringInfo buf, Quantity quantity)
{
	/* the least int64 has no positive counterpart */
	uint64		magnitude = quantity < 0 ? -(uint64) quantity : quantity;
	int			fraction = magnitude % QUANTITY_SCALE;
	int			decimals = QUANTITY_DIGITS;

	appendStringInfo(buf, "%s" UINT64_FORMAT, quantity < 0 ? "-" : "",
					 magnitude / QUANTITY_SCALE);
	if (fraction == 0)
		return;

	while (fraction % 10 == 0)
	{
		fraction /= 10;
		decimals--;
	}
	appendStringInfo(buf, ".%0*d", decimals, fraction);
}
