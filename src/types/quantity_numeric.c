/*
 * quantity_numeric.c - from numeric to quantity and back.
 *
 * Every event that the store reads passes here, so a numeric is decoded from
 * its stored form, without arithmetic on numerics and without a copy of packed
 * values.  The server's headers do not describe that form, but it cannot
 * change: it is on disk, and pg_upgrade keeps the files.  sql/profile_quantity.sql
 * compares the decoder with numeric's own arithmetic nevertheless.
 *
 * The form: a 16-bit header, for wide weights and scales another 16 bits with
 * the weight, and then digits in base 10000, the first one worth
 * 10000^weight.  There are no leading and no trailing zero digits, and zero
 * has no digits at all.
 */
#include "postgres.h"

#include "fmgr.h"

#include "types/compat.h"
#include "types/quantity_numeric.h"
#include "types/report.h"

/* the kind of value, in the header's two highest bits */
#define HEADER_KIND			0xC000
#define HEADER_POSITIVE		0x0000
#define HEADER_NEGATIVE		0x4000
#define HEADER_SHORT		0x8000
#define HEADER_SPECIAL		0xC000	/* NaN and the infinities */

/* in a short header: the sign and a weight of seven bits, sign extended */
#define SHORT_NEGATIVE		0x2000
#define SHORT_WEIGHT		0x003F
#define SHORT_WEIGHT_SIGN	0x0040

#define DIGIT_BASE			10000

/* integer digits above 10000^MAX_WEIGHT cannot fit: 10000^4 * 10^6 > 2^63 */
#define MAX_WEIGHT			3

StaticAssertDecl(QUANTITY_DIGITS == 6,
				 "the decoder reads one and a half digits after the point");

typedef enum Decoded
{
	DECODED_EXACT,
	DECODED_ROUNDED,			/* digits beyond the sixth decimal were lost */
	DECODED_OVERFLOW,
	DECODED_SPECIAL
} Decoded;

static Decoded decode(Numeric num, Quantity *result);
static Quantity decode_or_raise(Numeric num);

/*
 * A quantity from a numeric, rounded half away from zero at the sixth decimal.
 *
 * The numeric may be packed (have a short varlena header) but not compressed
 * or out of line.  Raises 22003 if it does not fit and PR006 if it is no
 * number or infinite.
 */
Quantity
quantity_from_numeric(Numeric num)
{
	return decode_or_raise(num);
}

/*
 * The same for a datum as it comes from a tuple or an argument.
 */
Quantity
quantity_from_datum(Datum num)
{
	Numeric		packed = (Numeric) PG_DETOAST_DATUM_PACKED(num);
	Quantity	result = decode_or_raise(packed);

	if ((Pointer) packed != DatumGetPointer(num))
		pfree(packed);
	return result;
}

/*
 * The same, but false instead of an error.
 */
bool
quantity_try_from_numeric(Numeric num, Quantity *result)
{
	Decoded		decoded = decode(num, result);

	return decoded == DECODED_EXACT || decoded == DECODED_ROUNDED;
}

/*
 * Is this number a quantity as it stands, without rounding?
 */
bool
quantity_is_exact(Numeric num)
{
	Quantity	ignored;

	return decode(num, &ignored) == DECODED_EXACT;
}

/*
 * A quantity as a numeric with no more decimals than it needs.
 */
Numeric
quantity_get_numeric(Quantity quantity)
{
	int			decimals = QUANTITY_DIGITS;

	if (quantity % QUANTITY_SCALE == 0)
		return int64_to_numeric(quantity / QUANTITY_SCALE);

	while (quantity % 10 == 0)
	{
		quantity /= 10;
		decimals--;
	}
	return int64_div_fast_to_numeric(quantity, decimals);
}

static Quantity
decode_or_raise(Numeric num)
{
	Quantity	result;

	switch (decode(num, &result))
	{
		case DECODED_EXACT:
		case DECODED_ROUNDED:
			return result;
		case DECODED_OVERFLOW:
			report_status(PROMISE_QUANTITY_OVERFLOW);
			break;
		case DECODED_SPECIAL:
			ereport(ERROR,
					(errcode(ERRCODE_PROMISE_INVALID),
					 errmsg("quantity must be a finite number")));
	}
	pg_unreachable();
}

static inline uint16
read_uint16(const char *data)
{
	uint16		result;

	/* packed values are not aligned */
	memcpy(&result, data, sizeof(result));
	return result;
}

static Decoded
decode(Numeric num, Quantity *result)
{
	const char *data = VARDATA_ANY(num);
	const char *end = data + VARSIZE_ANY_EXHDR(num);
	uint16		header = read_uint16(data);
	bool		negative;
	int			weight;
	int64		total = 0;		/* negative, whatever the sign: the least
								 * int64 has no positive counterpart */
	Decoded		decoded = DECODED_EXACT;

	data += sizeof(uint16);
	switch (header & HEADER_KIND)
	{
		case HEADER_SPECIAL:
			return DECODED_SPECIAL;
		case HEADER_SHORT:
			negative = (header & SHORT_NEGATIVE) != 0;
			weight = header & SHORT_WEIGHT;
			if (header & SHORT_WEIGHT_SIGN)
				weight -= SHORT_WEIGHT + 1;
			break;
		default:
			negative = (header & HEADER_KIND) == HEADER_NEGATIVE;
			weight = (int16) read_uint16(data);
			data += sizeof(int16);
			break;
	}

	if (data >= end)
	{
		*result = 0;
		return DECODED_EXACT;
	}
	if (weight > MAX_WEIGHT)
		return DECODED_OVERFLOW;

	/*
	 * From the first digit down to the one worth 10^-8, with zeros where the
	 * value has no digits.  The first -1 - weight digits after the point are
	 * zeros too.
	 */
	for (int power = Max(weight, -1); power >= -2; power--)
	{
		int			digit = 0;

		if (power <= weight && data < end)
		{
			digit = read_uint16(data);
			data += sizeof(uint16);
		}

		if (power >= -1)
		{
			if (pg_mul_s64_overflow(total, DIGIT_BASE, &total) ||
				pg_sub_s64_overflow(total, digit, &total))
				return DECODED_OVERFLOW;
		}
		else
		{
			/* the last two decimals that count, and two that round */
			int			beyond = digit % 100;

			if (pg_mul_s64_overflow(total, 100, &total) ||
				pg_sub_s64_overflow(total, digit / 100 + (beyond >= 50),
									&total))
				return DECODED_OVERFLOW;
			if (beyond != 0)
				decoded = DECODED_ROUNDED;
		}
	}
	if (data < end)
		decoded = DECODED_ROUNDED;

	if (!negative && pg_sub_s64_overflow(0, total, &total))
		return DECODED_OVERFLOW;

	*result = total;
	return decoded;
}
