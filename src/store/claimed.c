/*
 * claimed.c - what anybody claims at all, for questions about everything.
 */
#include "postgres.h"

#include "executor/spi.h"
#include "miscadmin.h"

#include "store/claimed.h"
#include "store/mapping.h"
#include "store/plan.h"
#include "store/value.h"
#include "types/compat.h"

/* keys as they are found, and again and again sorted, each once */
typedef struct KeySet
{
	MemoryContext context;		/* of the keys and the array */
	const char **keys;
	int			nkeys;
	int			maxkeys;
} KeySet;

static bool take_key(const PreparedQuery *query, const Datum *values,
					 const bool *nulls, void *arg);
static void sort_keys(KeySet *set);
static int	compare_keys(const void *a, const void *b);

const char **
claimed_keys(const RoleId *roles, int nroles, int *nkeys)
{
	KeySet		set = {
		.context = CurrentMemoryContext,
		.maxkeys = 1024
	};

	set.keys = palloc(sizeof(char *) * set.maxkeys);
	mapping_enter();
	PG_TRY();
	{
		Catalogue  *catalogue = mapping_catalogue();
		int			nest_level;

		if (SPI_connect() != SPI_OK_CONNECT)
			elog(ERROR, "SPI_connect failed");
		nest_level = compat_pin_search_path();
		for (int i = 0; i < catalogue->nmappings; i++)
		{
			Mapping    *mapping = &catalogue->mappings[i];

			for (int k = 0; k < nroles; k++)
			{
				if (mapping->role == roles[k])
					plan_execute(mapping, plan_get(mapping, QUERY_SCAN), NULL,
								 take_key, &set);
			}
		}
		compat_unpin_search_path(nest_level);
		SPI_finish();
	}
	PG_FINALLY();
	{
		mapping_leave();
	}
	PG_END_TRY();

	sort_keys(&set);
	*nkeys = set.nkeys;
	return set.keys;
}

static bool
take_key(const PreparedQuery *query, const Datum *values, const bool *nulls,
		 void *arg)
{
	KeySet	   *set = arg;
	int			column = query->column_of[FIELD_KEY];
	char	   *key;

	CHECK_FOR_INTERRUPTS();
	if (nulls[column])
		return true;

	key = value_key(set->context, values[column], query->query.types[column]);
	if (set->nkeys > 0 && strcmp(set->keys[set->nkeys - 1], key) == 0)
	{
		pfree(key);
		return true;
	}

	/* room for as many again as there are different ones */
	if (set->nkeys == set->maxkeys)
	{
		sort_keys(set);
		if (set->nkeys > set->maxkeys / 2)
		{
			set->maxkeys *= 2;
			set->keys = repalloc_huge(set->keys,
									  sizeof(char *) * (Size) set->maxkeys);
		}
	}
	set->keys[set->nkeys++] = key;
	return true;
}

static void
sort_keys(KeySet *set)
{
	int			n = 0;

	qsort(set->keys, set->nkeys, sizeof(char *), compare_keys);
	for (int i = 0; i < set->nkeys; i++)
	{
		if (n > 0 && strcmp(set->keys[n - 1], set->keys[i]) == 0)
			pfree(unconstify(char *, set->keys[i]));
		else
			set->keys[n++] = set->keys[i];
	}
	set->nkeys = n;
}

static int
compare_keys(const void *a, const void *b)
{
	return strcmp(*(const char *const *) a, *(const char *const *) b);
}
