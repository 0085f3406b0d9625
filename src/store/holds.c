/*
 * holds.c - which refs are those of holds.
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "fmgr.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "store/holds.h"

typedef struct HoldRef
{
	const char *text;			/* without an end */
	Size		length;
} HoldRef;

typedef struct Hold
{
	HoldRef		ref;
	Instant		expires_at;
	char		status;			/* for simplehash */
} Hold;

#define SH_PREFIX holdtable
#define SH_ELEMENT_TYPE Hold
#define SH_KEY_TYPE HoldRef
#define SH_KEY ref
#define SH_HASH_KEY(table, key) \
	hash_bytes((const unsigned char *) (key).text, (int) (key).length)
#define SH_EQUAL(table, a, b) \
	((a).length == (b).length && memcmp((a).text, (b).text, (a).length) == 0)
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

struct Holds
{
	MemoryContext context;
	holdtable_hash *table;		/* NULL until there is one */
};

static bool take_hold(const PreparedQuery *query, const Datum *values,
					  const bool *nulls, void *arg);
static HoldRef ref_of(struct varlena *packed);

Holds *
holds_read(Fetch *fetch)
{
	static const char *kinds[] = {"hold"};
	KeyList		keys = {.keys = kinds,.nkeys = 1};
	Holds	   *holds = palloc(sizeof(Holds));

	holds->context = CurrentMemoryContext;
	holds->table = NULL;
	fetch_role(fetch, ROLE_HOLD, 0, &keys, take_hold, holds);
	return holds->table == NULL ? NULL : holds;
}

static bool
take_hold(const PreparedQuery *query, const Datum *values, const bool *nulls,
		  void *arg)
{
	Holds	   *holds = arg;
	int			expires_at = query->column_of[FIELD_EXPIRES_AT];
	MemoryContext old = MemoryContextSwitchTo(holds->context);
	HoldRef		ref = ref_of(PG_DETOAST_DATUM_PACKED(values[query->column_of[FIELD_REF]]));
	Hold	   *hold;
	bool		found;

	/* the row is not ours */
	ref.text = pnstrdup(ref.text, ref.length);
	if (holds->table == NULL)
		holds->table = holdtable_create(holds->context, 16, NULL);
	hold = holdtable_insert(holds->table, ref, &found);
	hold->expires_at = nulls[expires_at] ? INSTANT_END :
		DatumGetTimestampTz(values[expires_at]);
	MemoryContextSwitchTo(old);
	return true;
}

bool
holds_find(const Holds *holds, Datum ref, Instant *expires_at)
{
	struct varlena *packed;
	const Hold *hold;

	if (holds == NULL)
		return false;
	packed = PG_DETOAST_DATUM_PACKED(ref);
	hold = holdtable_lookup(holds->table, ref_of(packed));
	if ((Pointer) packed != DatumGetPointer(ref))
		pfree(packed);
	if (hold == NULL)
		return false;
	*expires_at = hold->expires_at;
	return true;
}

static HoldRef
ref_of(struct varlena *packed)
{
	return (HoldRef)
	{
		.text = VARDATA_ANY(packed),.length = VARSIZE_ANY_EXHDR(packed)
	};
}
