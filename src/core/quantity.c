/*
 * quantity.c - products and text of quantities.
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
