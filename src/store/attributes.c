/*
 * attributes.c - what the rows of a role say of single things.
 */
#include "postgres.h"

#include "store/attributes.h"
#include "store/fetch.h"
#include "store/value.h"

/* a read with what it found */
typedef struct AttributeRead
{
	Fetch		fetch;
	MemoryContext context;		/* of the result */
	RoleId		role;
	Field		field;
	KeyList		keys;
	const char **values;
} AttributeRead;

static void read_attributes(void *arg);
static bool take_attribute(const PreparedQuery *query, const Datum *values,
						   const bool *nulls, void *arg);

const char **
attributes_read(RoleId role, Field field, const char **keys, int nkeys)
{
	AttributeRead read = {
		.context = CurrentMemoryContext,
		.role = role,
		.field = field,
		.keys = {.keys = keys,.nkeys = nkeys},
		.values = palloc0(Max(nkeys, 1) * sizeof(char *))
	};

	fetch_run(read_attributes, &read);
	return read.values;
}

static void
read_attributes(void *arg)
{
	AttributeRead *read = arg;

	read->fetch.catalogue = mapping_catalogue();
	fetch_role(&read->fetch, read->role, QUERY_DETAIL, &read->keys,
			   take_attribute, read);
}

static bool
take_attribute(const PreparedQuery *query, const Datum *values,
			   const bool *nulls, void *arg)
{
	AttributeRead *read = arg;
	int			number = fetch_number(&read->fetch, query, values);
	int			column = query->column_of[read->field];

	if (column >= 0 && !nulls[column] && read->values[number] == NULL)
		read->values[number] = value_text(read->context, values[column]);
	return true;
}
