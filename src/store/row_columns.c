/*
 * row_columns.c - which columns of a mapping a trigger needs of its rows.
 */
#include "postgres.h"

#include "store/row_columns.h"

static bool is_among(const char *column, const char *const *names);

/* of whom and at what price; matters where there are limits */
static const char *const facts[] = {
	"group_ref", "customer", "channel", "zone", "seller", "price", "cost",
	"currency", NULL
};

/* no promise, and not whether it can be kept or is allowed, depends on these */
static const char *const irrelevant[] = {
	"priority", "accepted_at", "requested_at", "fixed", "lot", "status",
	"calendar", "pool", "bucketed", "changeover", "initial_setup",
	"setup_state", NULL
};

/* what the record of promises says, see history.c */
static const char *const recorded[] = {
	"item", "location", "at", "quantity", "ref", "kind", "group_ref",
	"accepted_at", "requested_at", "customer", "channel", "seller", "price",
	"cost", "currency", NULL
};

bool
row_column_is_read(const char *column, ReaderPurpose purpose, bool with_facts)
{
	if (purpose == READ_FOR_HISTORY)
		return is_among(column, recorded);
	return !is_among(column, irrelevant) &&
		(with_facts || !is_among(column, facts));
}

static bool
is_among(const char *column, const char *const *names)
{
	for (int i = 0; names[i] != NULL; i++)
	{
		if (strcmp(column, names[i]) == 0)
			return true;
	}
	return false;
}
