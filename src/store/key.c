/*
 * key.c - from the text of a key to values of a relation's own types.
 *
 * No function here raises for what a key's text says: a text that is not
 * canonical for the type matches no row.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "common/int.h"
#include "fmgr.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "utils/uuid.h"

#include "store/key.h"

/* longer numerals cannot be keys; numeric could hold them */
#define MAX_NUMERAL 1000

static bool part_parse(const KeyPart *part, const char *text, Datum *value);
static bool integer_parse(const char *text, int64 min, int64 max, int64 *result);
static bool is_canonical_numeral(const char *text);
static bool is_canonical_uuid(const char *text);
static bool split(const char *text, int nparts, char **parts);
static bool must_quote(const char *element);
static bool has_one_text(Oid type);

/*
 * How to compare keys whose expression has this type and collation.  False if
 * the type's text depends on settings, so that it is no name for anything.
 */
bool
key_part_from_type(Oid type, Oid collation, KeyPart *part)
{
	bool		folds = OidIsValid(collation) &&
	!get_collation_isdeterministic(collation);

	part->recheck = false;
	switch (type)
	{
		case TEXTOID:
		case VARCHAROID:
			part->type = KEY_TEXT;
			part->recheck = folds;
			return true;
		case NAMEOID:
			part->type = KEY_NAME;
			part->recheck = folds;
			return true;
		case BPCHAROID:
			part->type = KEY_BPCHAR;
			part->recheck = folds;
			return true;
		case INT2OID:
			part->type = KEY_INT2;
			return true;
		case INT4OID:
			part->type = KEY_INT4;
			return true;
		case INT8OID:
			part->type = KEY_INT8;
			return true;
		case UUIDOID:
			part->type = KEY_UUID;
			return true;
		case NUMERICOID:
			/* 1.5 and 1.50 are equal but have different texts */
			part->type = KEY_NUMERIC;
			part->recheck = true;
			return true;
		case FLOAT4OID:
		case FLOAT8OID:
		case BYTEAOID:
			/* their text depends on settings, whatever pg_proc says */
			return false;
		default:
			part->type = KEY_OTHER;
			return has_one_text(type);
	}
}

/* the type that values of the part have */
Oid
key_part_type(const KeyPart *part)
{
	switch (part->type)
	{
		case KEY_TEXT:
		case KEY_OTHER:
			return TEXTOID;
		case KEY_NAME:
			return NAMEOID;
		case KEY_BPCHAR:
			return BPCHAROID;
		case KEY_INT2:
			return INT2OID;
		case KEY_INT4:
			return INT4OID;
		case KEY_INT8:
			return INT8OID;
		case KEY_UUID:
			return UUIDOID;
		case KEY_NUMERIC:
			return NUMERICOID;
	}
	pg_unreachable();
}

/* its name in a query's text; format_type_be would say "character" for bpchar */
const char *
key_part_type_name(const KeyPart *part)
{
	switch (part->type)
	{
		case KEY_TEXT:
		case KEY_OTHER:
			return "pg_catalog.text";
		case KEY_NAME:
			return "pg_catalog.name";
		case KEY_BPCHAR:
			return "pg_catalog.bpchar";
		case KEY_INT2:
			return "pg_catalog.int2";
		case KEY_INT4:
			return "pg_catalog.int4";
		case KEY_INT8:
			return "pg_catalog.int8";
		case KEY_UUID:
			return "pg_catalog.uuid";
		case KEY_NUMERIC:
			return "pg_catalog.numeric";
	}
	pg_unreachable();
}

/*
 * The type in which a query returns the key: its own type where the reader
 * makes text of it (see rows_key), else text.
 */
Oid
key_text_type(const Key *key)
{
	if (key->nparts == 1 && !key->composed)
	{
		switch (key->parts[0].type)
		{
			case KEY_INT2:
			case KEY_INT4:
			case KEY_INT8:
			case KEY_UUID:
				return key_part_type(&key->parts[0]);
			default:
				break;
		}
	}
	return TEXTOID;
}

/*
 * The values of a key's parts, into values[nparts]; false if no row can have
 * this key.  By-reference values are in the current memory context.
 */
bool
key_parse(const Key *key, const char *text, Datum *values)
{
	char	   *parts[KEY_MAX_PARTS];

	if (!key->composed)
		return part_parse(&key->parts[0], text, &values[0]);

	if (!split(text, key->nparts, parts))
		return false;
	for (int i = 0; i < key->nparts; i++)
	{
		if (!part_parse(&key->parts[i], parts[i], &values[i]))
			return false;
	}
	return true;
}

/* an array of values of one part, as a parameter of a query for many keys */
Datum
key_array(const KeyPart *part, Datum *values, int nvalues)
{
	Oid			type = key_part_type(part);
	int16		length;
	bool		by_value;
	char		alignment;

	get_typlenbyvalalign(type, &length, &by_value, &alignment);
	return PointerGetDatum(construct_array(values, nvalues, type,
										   length, by_value, alignment));
}

static bool
part_parse(const KeyPart *part, const char *text, Datum *value)
{
	int64		integer;

	switch (part->type)
	{
		case KEY_TEXT:
		case KEY_OTHER:
			*value = CStringGetTextDatum(text);
			return true;
		case KEY_NAME:
			if (strlen(text) >= NAMEDATALEN)
				return false;
			*value = DirectFunctionCall1(namein, CStringGetDatum(text));
			return true;
		case KEY_BPCHAR:
			/* the text of a bpchar has no blanks at its end */
			if (text[0] != '\0' && text[strlen(text) - 1] == ' ')
				return false;
			*value = CStringGetTextDatum(text);
			return true;
		case KEY_INT2:
			if (!integer_parse(text, PG_INT16_MIN, PG_INT16_MAX, &integer))
				return false;
			*value = Int16GetDatum((int16) integer);
			return true;
		case KEY_INT4:
			if (!integer_parse(text, PG_INT32_MIN, PG_INT32_MAX, &integer))
				return false;
			*value = Int32GetDatum((int32) integer);
			return true;
		case KEY_INT8:
			if (!integer_parse(text, PG_INT64_MIN, PG_INT64_MAX, &integer))
				return false;
			*value = Int64GetDatum(integer);
			return true;
		case KEY_UUID:
			if (!is_canonical_uuid(text))
				return false;
			*value = DirectFunctionCall1(uuid_in, CStringGetDatum(text));
			return true;
		case KEY_NUMERIC:
			if (!is_canonical_numeral(text))
				return false;
			*value = DirectFunctionCall3(numeric_in, CStringGetDatum(text),
										 ObjectIdGetDatum(InvalidOid),
										 Int32GetDatum(-1));
			return true;
	}
	pg_unreachable();
}

/*
 * A decimal integer as PostgreSQL writes it: no sign but "-", no leading
 * zeros, no "-0", nothing around it.
 */
static bool
integer_parse(const char *text, int64 min, int64 max, int64 *result)
{
	const char *digit = text;
	bool		negative = (*digit == '-');
	int64		value = 0;		/* negative: the range is larger there */

	if (negative)
		digit++;
	if (*digit == '\0' || (*digit == '0' && (digit[1] != '\0' || negative)))
		return false;

	for (; *digit != '\0'; digit++)
	{
		if (*digit < '0' || *digit > '9' ||
			pg_mul_s64_overflow(value, 10, &value) ||
			pg_sub_s64_overflow(value, *digit - '0', &value))
			return false;
	}
	if (!negative && pg_sub_s64_overflow(0, value, &value))
		return false;
	if (value < min || value > max)
		return false;

	*result = value;
	return true;
}

/*
 * A finite numeral as numeric_out writes it.  Negative zero is caught by the
 * recheck of the text.
 */
static bool
is_canonical_numeral(const char *text)
{
	const char *digit = text;

	if (strlen(text) > MAX_NUMERAL)
		return false;
	if (*digit == '-')
		digit++;
	if (digit[0] == '0' && digit[1] >= '0' && digit[1] <= '9')
		return false;
	if (*digit < '0' || *digit > '9')
		return false;
	while (*digit >= '0' && *digit <= '9')
		digit++;
	if (*digit == '.')
	{
		digit++;
		if (*digit < '0' || *digit > '9')
			return false;
		while (*digit >= '0' && *digit <= '9')
			digit++;
	}
	return *digit == '\0';
}

/* 8-4-4-4-12 lower-case hexadecimal digits */
static bool
is_canonical_uuid(const char *text)
{
	for (int i = 0; i < 36; i++)
	{
		if (i == 8 || i == 13 || i == 18 || i == 23)
		{
			if (text[i] != '-')
				return false;
		}
		else if (!((text[i] >= '0' && text[i] <= '9') ||
				   (text[i] >= 'a' && text[i] <= 'f')))
			return false;
	}
	return text[36] == '\0';
}

/*
 * The elements of an array of text that is written exactly as array_out does:
 * an element is quoted if and only if it must be.
 */
static bool
split(const char *text, int nparts, char **parts)
{
	const char *next = text;

	if (*next++ != '{')
		return false;

	for (int i = 0; i < nparts; i++)
	{
		char	   *element = palloc(strlen(next) + 1);
		char	   *end = element;
		bool		quoted = (*next == '"');

		if (quoted)
		{
			next++;
			while (*next != '"')
			{
				if (*next == '\\')
				{
					next++;
					if (*next != '"' && *next != '\\')
						return false;
				}
				if (*next == '\0')
					return false;
				*end++ = *next++;
			}
			next++;
		}
		else
		{
			while (*next != ',' && *next != '}' && *next != '\0')
				*end++ = *next++;
		}
		*end = '\0';
		parts[i] = element;

		if (quoted != must_quote(element))
			return false;
		if (*next++ != (i < nparts - 1 ? ',' : '}'))
			return false;
	}
	return *next == '\0';
}

/* does array_out put this element into quotes? */
static bool
must_quote(const char *element)
{
	if (element[0] == '\0' || pg_strcasecmp(element, "NULL") == 0)
		return true;
	return strpbrk(element, "\"\\{}, \t\n\r\v\f") != NULL;
}

/*
 * Is the text of a value always the same?  So the type's output function says
 * if it is immutable; enums are not declared so, because labels can be renamed.
 */
static bool
has_one_text(Oid type)
{
	Oid			output;
	bool		is_varlena;

	if (get_typtype(type) == TYPTYPE_PSEUDO)
		return false;
	if (type_is_enum(type))
		return true;
	getTypeOutputInfo(type, &output, &is_varlena);
	return func_volatile(output) == PROVOLATILE_IMMUTABLE;
}
