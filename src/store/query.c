/*
 * query.c - the texts of the queries that read a mapping.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "store/expression.h"
#include "store/query.h"
#include "store/query_fields.h"
#include "types/report.h"

static void finish_inner(StringInfo inner, const Mapping *mapping,
						 const char *relation);
static void analyze_column(const Mapping *mapping, const RoleColumn *column,
						   int position, const char *relation,
						   MappedColumns *columns, StringInfo inner);
static void analyze_key(const char *text, const char *relation,
						const RoleColumn *column, Key *key, StringInfo inner);
static void add_key_part(const char *text, const char *relation,
						 const RoleColumn *column, Key *key, StringInfo inner);
static const char *parenthesized(const char *text);
static Oid	output_type(const RoleColumn *column, const ExpressionInfo *info);
static Oid	default_type(ColumnKind kind);
static void analyze_filter(const Mapping *mapping, const char *relation);
static const char *repair_hint(const Mapping *mapping);
static void add_output(MappedQuery *query, StringInfo text, Field field,
					   Oid type, const char *expression);
static const char *key_output(const char *column, const Key *key);
static const char *missing_output(const Mapping *mapping,
								  const MappedColumns *columns);
static void add_key_condition(MappedQuery *query, StringInfo text,
							  const char *column, const Key *key);
static void add_key_list(MappedQuery *query, StringInfo text, const Key *key);
static void add_key_match(StringInfo text, const char *column, const Key *key);
static void add_open_condition(StringInfo text, const Mapping *mapping,
							   const MappedColumns *columns);
static const char *key_equals(const char *column, const Key *key, int part,
							  const char *value);

/*
 * Parse the mapping's expressions, decide on types, and write the inner
 * SELECT.  Raises if the mapping cannot be used.  The result is in the current
 * memory context.
 */
void
query_analyze(const Mapping *mapping, MappedColumns *columns)
{
	const RoleColumn *role_columns = role_list[mapping->role].columns;
	const char *join = mapping->own ? role_list[mapping->role].own_join : NULL;
	const char *relation = mapping_label(mapping);
	StringInfoData inner;
	StringInfoData alone;

	memset(columns, 0, sizeof(MappedColumns));
	if (join != NULL)
		relation = psprintf("%s %s", relation, join);

	initStringInfo(&inner);
	initStringInfo(&alone);
	appendStringInfoString(&inner, "SELECT ");
	appendStringInfoString(&alone, "SELECT ");
	for (int i = 0; role_columns[i].name != NULL; i++)
	{
		int			start = inner.len;

		if (mapping->expressions[i] == NULL)
			continue;
		analyze_column(mapping, &role_columns[i], i, relation, columns, &inner);
		if (role_columns[i].own == NULL)
			appendStringInfoString(&alone, &inner.data[start]);
	}

	finish_inner(&inner, mapping, relation);
	columns->inner = inner.data;
	if (join != NULL)
	{
		finish_inner(&alone, mapping, mapping_label(mapping));
		columns->inner_alone = alone.data;
	}
}

/*
 * What an inner SELECT reads from, after its columns.
 */
static void
finish_inner(StringInfo inner, const Mapping *mapping, const char *relation)
{
	/* every column has left a comma behind it */
	inner->len -= strlen(", ");
	inner->data[inner->len] = '\0';

	appendStringInfo(inner, " FROM %s", relation);
	if (mapping->filter != NULL)
	{
		analyze_filter(mapping, relation);
		appendStringInfo(inner, " WHERE %s", parenthesized(mapping->filter));
	}
}

/*
 * The column of a role that a query with these flags finds rows by.
 */
const char *
query_lookup(RoleId role, int flags)
{
	if (flags & QUERY_REFS)
		return "ref";
	return (flags & QUERY_BY_OTHER) ? role_list[role].other_lookup :
		role_list[role].lookup;
}

/*
 * The query for these flags.
 */
void
query_build(const Mapping *mapping, const MappedColumns *columns, int flags,
			MappedQuery *query)
{
	bool		refs = (flags & QUERY_REFS) != 0;
	bool		scan = (flags & QUERY_SCAN) != 0;
	bool		all = scan && (flags & QUERY_BY_OTHER) == 0;
	const char *lookup = query_lookup(mapping->role, flags);
	const Key  *key = &columns->keys[role_column(mapping->role, lookup)];
	int			location = role_column(mapping->role, "location");
	const Key  *location_key = (location >= 0 && strcmp(lookup, "location") != 0) ?
	&columns->keys[location] : NULL;
	const char *inner = (columns->inner_alone != NULL &&
						 (flags & (QUERY_DETAIL | QUERY_SCAN | QUERY_REFS)) == 0) ?
	columns->inner_alone : columns->inner;
	bool		at_location = (flags & QUERY_AT_LOCATION) != 0 &&
	location_key != NULL && location_key->nparts > 0;
	StringInfoData text;

	memset(query, 0, sizeof(MappedQuery));
	initStringInfo(&text);
	appendStringInfoString(&text, "SELECT ");

	if (flags & (QUERY_SET | QUERY_REFS))
		add_output(query, &text, FIELD_ORDINAL, INT4OID, "k.ordinal");
	if (scan)
	{
		const char *name = role_list[mapping->role].lookup;
		const Key  *own = &columns->keys[role_column(mapping->role, name)];

		add_output(query, &text, FIELD_KEY, key_text_type(own),
				   key_output(name, own));
		add_output(query, &text, FIELD_MISSING, TEXTOID,
				   missing_output(mapping, columns));
	}
	if (!refs && !at_location &&
		location_key != NULL && location_key->nparts > 0)
		add_output(query, &text, FIELD_LOCATION, key_text_type(location_key),
				   key_output("location", location_key));
	if (!refs)
	{
		bool		detail = scan || (flags & QUERY_DETAIL) != 0;
		int			for_ref = role_column(mapping->role, "for_ref");
		int			expires_at = role_column(mapping->role, "expires_at");

		for (const FieldDef *def = query_fields(mapping); def->column != NULL; def++)
		{
			int			column = role_column(mapping->role, def->column);
			const Key  *column_key = &columns->keys[column];

			if (def->use == USE_DETAIL && !detail)
				continue;
			if (def->use == USE_FACTS && (flags & QUERY_FACTS) == 0)
				continue;
			if (column_key->nparts > 0)
				add_output(query, &text, def->field, key_text_type(column_key),
						   key_output(def->column, column_key));
			else if (OidIsValid(columns->types[column]))
				add_output(query, &text, def->field, columns->types[column],
						   psprintf("r.%s", quote_identifier(def->column)));
		}

		/* without detail, a row only says whether there is some to know */
		if (!detail && mapping->role == ROLE_SUPPLY)
		{
			const Key  *bound = &columns->keys[for_ref];

			if (bound->nparts > 0 && OidIsValid(columns->types[expires_at]))
				add_output(query, &text, FIELD_BOUND, BOOLOID,
						   "r.for_ref_1 IS NOT NULL OR r.expires_at IS NOT NULL");
			else if (bound->nparts > 0)
				add_output(query, &text, FIELD_BOUND, BOOLOID,
						   "r.for_ref_1 IS NOT NULL");
			else if (OidIsValid(columns->types[expires_at]))
				add_output(query, &text, FIELD_BOUND, BOOLOID,
						   "r.expires_at IS NOT NULL");
		}
	}

	/* a row without any field still counts */
	if (query->nfields == 0)
		appendStringInfoString(&text, "true");

	if (all)
		appendStringInfo(&text, "\nFROM (%s) AS r", inner);
	else if (refs)
	{
		add_key_list(query, &text, key);
		appendStringInfo(&text, "\nWHERE EXISTS (SELECT FROM (%s) AS r\n  WHERE ",
						 inner);
		add_key_match(&text, lookup, key);
		if (flags & QUERY_OPEN)
			add_open_condition(&text, mapping, columns);
		appendStringInfoChar(&text, ')');
	}
	else if (flags & QUERY_SET)
	{
		add_key_list(query, &text, key);
		appendStringInfo(&text, "\nJOIN (%s) AS r ON ", inner);
		add_key_match(&text, lookup, key);
	}
	else
	{
		appendStringInfo(&text, "\nFROM (%s) AS r\nWHERE ", inner);
		add_key_condition(query, &text, lookup, key);
	}

	if (at_location)
	{
		appendStringInfoString(&text, " AND ");
		add_key_condition(query, &text, "location", location_key);
	}

	query->text = text.data;
}

/*
 * Append one column to the inner SELECT and note its type.
 */
static void
analyze_column(const Mapping *mapping, const RoleColumn *column, int position,
			   const char *relation, MappedColumns *columns, StringInfo inner)
{
	const char *text = mapping->expressions[position];
	MemoryContext context = CurrentMemoryContext;

	PG_TRY();
	{
		if (column->kind == COLUMN_KEY)
			analyze_key(text, relation, column, &columns->keys[position], inner);
		else
		{
			ExpressionInfo info;
			Oid			type;

			expression_analyze(text, relation, &info);
			type = output_type(column, &info);
			columns->types[position] = type;
			appendStringInfo(inner, "%s::%s AS %s, ", parenthesized(text),
							 format_type_be_qualified(type),
							 quote_identifier(column->name));
		}
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(context);
		expression_rethrow(psprintf("cannot read column \"%s\" of role \"%s\" from relation %s",
									column->name, role_list[mapping->role].name,
									relation),
						   repair_hint(mapping));
	}
	PG_END_TRY();
}

/*
 * A key: one expression, or an array of them.  The parts become columns
 * name_1, name_2, ...
 */
static void
analyze_key(const char *text, const char *relation, const RoleColumn *column,
			Key *key, StringInfo inner)
{
	List	   *parts = expression_split(text);
	ListCell   *part;

	if (parts == NIL)
	{
		add_key_part(text, relation, column, key, inner);
		return;
	}

	if (list_length(parts) > KEY_MAX_PARTS)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("a composed key has at most %d parts", KEY_MAX_PARTS)));

	key->composed = true;
	foreach(part, parts)
		add_key_part(lfirst(part), relation, column, key, inner);
}

static void
add_key_part(const char *text, const char *relation, const RoleColumn *column,
			 Key *key, StringInfo inner)
{
	KeyPart    *part = &key->parts[key->nparts];
	ExpressionInfo info;

	expression_analyze(text, relation, &info);
	if (!key_part_from_type(info.type, info.collation, part))
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("type %s has no text that is always the same",
						format_type_be(info.type)),
				 errhint("Cast the expression to a type that can name something.")));
	key->nparts++;
	appendStringInfo(inner, "%s::%s AS %s_%d, ", parenthesized(text),
					 key_part_type_name(part), column->name, key->nparts);
}

/* an expression as part of a larger one; it may end with a comment */
static const char *
parenthesized(const char *text)
{
	return psprintf(strstr(text, "--") != NULL ? "(%s\n)" : "(%s)", text);
}

/*
 * The type in which a column leaves the inner SELECT.  Raises if the
 * expression's type is none for this column.
 */
static Oid
output_type(const RoleColumn *column, const ExpressionInfo *info)
{
	const char *expected = NULL;

	if (info->is_null)
		return default_type(column->kind);

	switch (column->kind)
	{
		case COLUMN_KEY:
		case COLUMN_TEXT:
			/* everything casts to text */
			return TEXTOID;
		case COLUMN_INSTANT:
			switch (info->type)
			{
				case DATEOID:
				case TIMESTAMPOID:
				case TIMESTAMPTZOID:
					return info->type;
			}
			expected = "date, timestamp or timestamp with time zone";
			break;
		case COLUMN_NUMBER:
			switch (info->type)
			{
				case INT2OID:
				case INT4OID:
					return INT4OID;
				case INT8OID:
					return INT8OID;
				case NUMERICOID:
				case FLOAT4OID:
				case FLOAT8OID:
					return NUMERICOID;
			}
			expected = "a number";
			break;
		case COLUMN_INTEGER:
			switch (info->type)
			{
				case INT2OID:
				case INT4OID:
				case INT8OID:
					return INT8OID;
			}
			expected = "an integer";
			break;
		case COLUMN_BOOLEAN:
			if (info->type == BOOLOID)
				return BOOLOID;
			expected = "boolean";
			break;
		case COLUMN_INTERVAL:
			if (info->type == INTERVALOID)
				return INTERVALOID;
			expected = "interval";
			break;
		case COLUMN_TIME:
			if (info->type == TIMEOID)
				return TIMEOID;
			expected = "time";
			break;
		case COLUMN_RANGE:
			switch (info->type)
			{
				case DATERANGEOID:
				case TSRANGEOID:
				case TSTZRANGEOID:
					return info->type;
			}
			expected = "a range of dates or timestamps";
			break;
	}

	ereport(ERROR,
			(errcode(ERRCODE_DATATYPE_MISMATCH),
			 errmsg("it is of type %s but must be %s",
					format_type_be(info->type), expected)));
	pg_unreachable();
}

/* the type of a constant NULL */
static Oid
default_type(ColumnKind kind)
{
	switch (kind)
	{
		case COLUMN_KEY:
		case COLUMN_TEXT:
			return TEXTOID;
		case COLUMN_INSTANT:
			return TIMESTAMPTZOID;
		case COLUMN_NUMBER:
			return NUMERICOID;
		case COLUMN_INTEGER:
			return INT8OID;
		case COLUMN_BOOLEAN:
			return BOOLOID;
		case COLUMN_INTERVAL:
			return INTERVALOID;
		case COLUMN_TIME:
			return TIMEOID;
		case COLUMN_RANGE:
			return TSTZRANGEOID;
	}
	pg_unreachable();
}

static void
analyze_filter(const Mapping *mapping, const char *relation)
{
	MemoryContext context = CurrentMemoryContext;

	PG_TRY();
	{
		ExpressionInfo info;

		expression_analyze(mapping->filter, relation, &info);
		if (info.type != BOOLOID)
			ereport(ERROR,
					(errcode(ERRCODE_DATATYPE_MISMATCH),
					 errmsg("it is of type %s but must be boolean",
							format_type_be(info.type))));
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(context);
		expression_rethrow(psprintf("cannot apply the filter of role \"%s\" to relation %s",
									role_list[mapping->role].name, relation),
						   repair_hint(mapping));
	}
	PG_END_TRY();
}

/* what to do about a mapping that was valid once; NULL: it is a new one */
static const char *
repair_hint(const Mapping *mapping)
{
	if (!mapping->recorded)
		return NULL;
	return psprintf("Map the relation again with promise.map, or remove the mapping with %s.",
					mapping_removal(mapping));
}

static void
add_output(MappedQuery *query, StringInfo text, Field field, Oid type,
		   const char *expression)
{
	appendStringInfo(text, "%s%s", query->nfields > 0 ? ", " : "", expression);
	query->fields[query->nfields] = field;
	query->types[query->nfields] = type;
	query->nfields++;
}

/*
 * A key as a query returns it, in key_text_type.
 */
static const char *
key_output(const char *column, const Key *key)
{
	StringInfoData text;

	if (!key->composed)
		return psprintf(key_text_type(key) == TEXTOID ?
						"r.%s_1::pg_catalog.text" : "r.%s_1", column);

	/* without any of its parts it is no key */
	initStringInfo(&text);
	appendStringInfoString(&text, "CASE WHEN ");
	for (int i = 1; i <= key->nparts; i++)
		appendStringInfo(&text, "%sr.%s_%d IS NOT NULL",
						 i > 1 ? " AND " : "", column, i);
	appendStringInfoString(&text, " THEN ARRAY[");
	for (int i = 1; i <= key->nparts; i++)
		appendStringInfo(&text, "%sr.%s_%d::pg_catalog.text",
						 i > 1 ? ", " : "", column, i);
	appendStringInfoString(&text, "]::pg_catalog.text END");
	return text.data;
}

/*
 * The name of a column that is NULL in a row although the row cannot be read
 * without it; NULL if there is none.  A location must say where, if there is
 * one at all.
 */
static const char *
missing_output(const Mapping *mapping, const MappedColumns *columns)
{
	const RoleColumn *role_columns = role_list[mapping->role].columns;
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfoString(&text, "CASE");
	for (int i = 0; role_columns[i].name != NULL; i++)
	{
		const char *name = role_columns[i].name;

		if (!role_columns[i].required && strcmp(name, "location") != 0)
			continue;
		for (int j = 1; j <= columns->keys[i].nparts; j++)
			appendStringInfo(&text, " WHEN r.%s_%d IS NULL THEN '%s'",
							 name, j, name);
		if (OidIsValid(columns->types[i]))
			appendStringInfo(&text, " WHEN r.%s IS NULL THEN '%s'",
							 quote_identifier(name), name);
	}
	appendStringInfoString(&text, " END");
	return text.data;
}

/* "column = parameters" for one key */
static void
add_key_condition(MappedQuery *query, StringInfo text, const char *column,
				  const Key *key)
{
	for (int i = 0; i < key->nparts; i++)
	{
		const KeyPart *part = &key->parts[i];

		query->param_types[query->nparams++] = key_part_type(part);
		appendStringInfo(text, "%s%s", i > 0 ? " AND " : "",
						 key_equals(column, key, i,
									psprintf("$%d::%s", query->nparams,
											 key_part_type_name(part))));
	}
}

/* FROM the list of keys in the parameters */
static void
add_key_list(MappedQuery *query, StringInfo text, const Key *key)
{
	query->param_types[query->nparams++] = INT4ARRAYOID;
	appendStringInfo(text, "\nFROM ROWS FROM (pg_catalog.unnest($%d::pg_catalog.int4[])",
					 query->nparams);
	for (int i = 0; i < key->nparts; i++)
	{
		const KeyPart *part = &key->parts[i];

		query->param_types[query->nparams++] = get_array_type(key_part_type(part));
		appendStringInfo(text, ", pg_catalog.unnest($%d::%s[])", query->nparams,
						 key_part_type_name(part));
	}
	appendStringInfoString(text, ") AS k(ordinal");
	for (int i = 1; i <= key->nparts; i++)
		appendStringInfo(text, ", part_%d", i);
	appendStringInfoChar(text, ')');
}

/* "column = key" for the keys of that list */
static void
add_key_match(StringInfo text, const char *column, const Key *key)
{
	for (int i = 0; i < key->nparts; i++)
		appendStringInfo(text, "%s%s", i > 0 ? " AND " : "",
						 key_equals(column, key, i,
									psprintf("k.part_%d", i + 1)));
}

/*
 * " AND ..." for rows of demand that the reader does not pass over.
 */
static void
add_open_condition(StringInfo text, const Mapping *mapping,
				   const MappedColumns *columns)
{
	static const char *const names[] = {"item", "location"};

	for (int i = 0; i < lengthof(names); i++)
	{
		const Key  *key = &columns->keys[role_column(mapping->role, names[i])];

		for (int j = 1; j <= key->nparts; j++)
			appendStringInfo(text, " AND r.%s_%d IS NOT NULL", names[i], j);
	}
	if (OidIsValid(columns->types[role_column(mapping->role, "quantity")]))
		appendStringInfoString(text, " AND r.quantity OPERATOR(pg_catalog.>) 0");
}

/*
 * One part of a key equals a value of its type, in value and in text.
 */
static const char *
key_equals(const char *column, const Key *key, int part, const char *value)
{
	const char *equals = psprintf("r.%s_%d OPERATOR(pg_catalog.=) %s",
								  column, part + 1, value);

	if (!key->parts[part].recheck)
		return equals;

	return psprintf("%s AND r.%s_%d::pg_catalog.text COLLATE pg_catalog.\"C\""
					" OPERATOR(pg_catalog.=) (%s)::pg_catalog.text COLLATE pg_catalog.\"C\"",
					equals, column, part + 1, value);
}
