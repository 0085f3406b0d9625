/*
 * flat_shop.c - steps placed on resources that are free all the time, fast.
 */
#include "engine/flat_shop.h"

static bool set_lanes(FlatShop *shop, const Quantity *units,
					  const Quantity *capacity);
static Quantity common_divisor(const FlatShop *shop, const Quantity *units,
							   const Quantity *capacity, int resource);
static Instant take_first(FlatShop *shop, int step, Instant from);
static inline bool piece_holds(const FlatShop *shop, int piece,
							   const uint64 *need);
static int	find_piece(const FlatShop *shop, Instant at);
static void cut(FlatShop *shop, int piece, Instant at);

bool
flat_shop_build(FlatShop *shop, const Quantity *units,
				const Quantity *capacity, int nresources)
{
	shop->nresources = nresources;
	for (int i = 0; i < shop->n; i++)
	{
		for (int j = 0; j < nresources; j++)
		{
			if (units[i * nresources + j] > capacity[j])
				return false;
		}
	}

	/* the narrowest lanes that will do */
	shop->all = NULL;
	for (shop->lane_bits = 16; shop->lane_bits <= 64; shop->lane_bits *= 2)
	{
		int			lanes = 64 / shop->lane_bits;

		shop->nwords = Max(1, (nresources + lanes - 1) / lanes);
		shop->all = palloc0(shop->nwords * sizeof(uint64));
		shop->need = palloc0((Size) shop->n * shop->nwords * sizeof(uint64));
		if (set_lanes(shop, units, capacity))
			break;
		pfree(shop->all);
		pfree(shop->need);
	}
	shop->at = palloc((2 * shop->n + 2) * sizeof(Instant));
	shop->free = palloc((2 * (Size) shop->n + 2) * shop->nwords *
						sizeof(uint64));
	return true;
}

void
flat_shop_free(FlatShop *shop)
{
	pfree(shop->all);
	pfree(shop->need);
	pfree(shop->at);
	pfree(shop->free);
}

bool
flat_shop_place(void *flat_shop, const int *order, bool early, Instant edge,
				Instant *start, Instant *end)
{
	FlatShop   *shop = flat_shop;

	/* time runs backward for late schedules */
	shop->npieces = 1;
	shop->at[0] = early ? edge : -edge;
	memcpy(shop->free, shop->all, shop->nwords * sizeof(uint64));

	for (int i = 0; i < shop->n; i++)
	{
		int			step = order[early ? i : shop->n - 1 - i];
		const int  *first = early ? shop->first_before : shop->first_after;
		const PlanLink *links = early ? shop->before : shop->after;
		Instant		ready = shop->at[0];
		Instant		placed;

		for (int j = first[step]; j < first[step + 1]; j++)
		{
			int			other = links[j].step;

			ready = Max(ready, links[j].lag +
						(early ? end[other] : -start[other]));
		}
		if (early && shop->release != NULL)
			ready = Max(ready, shop->release[step]);

		placed = take_first(shop, step, ready);
		start[step] = early ? placed : -(placed + shop->duration[step]);
		end[step] = start[step] + shop->duration[step];
	}
	return true;
}

/*
 * The longest path, or the work of the busiest resource.
 */
int64
flat_shop_least_length(const FlatShop *shop, const Quantity *units,
					   const Quantity *capacity)
{
	int64	   *head = palloc((shop->n + 1) * sizeof(int64));
	int64		longest = 0;

	for (int i = 0; i < shop->n; i++)
	{
		head[i] = 0;
		for (int j = shop->first_before[i]; j < shop->first_before[i + 1]; j++)
			head[i] = Max(head[i], head[shop->before[j].step] +
						  shop->before[j].lag);
		head[i] += shop->duration[i];
		longest = Max(longest, head[i]);
	}
	pfree(head);

	for (int j = 0; j < shop->nresources; j++)
	{
		int64		work = 0;
		bool		sane = true;

		for (int i = 0; i < shop->n && sane; i++)
		{
			int64		more;

			sane = !pg_mul_s64_overflow(shop->duration[i],
										units[i * shop->nresources + j],
										&more) &&
				!pg_add_s64_overflow(work, more, &work);
		}
		if (sane && capacity[j] > 0)
			longest = Max(longest, work / capacity[j] +
						  (work % capacity[j] != 0));
	}
	return longest;
}

/*
 * Write what there is and what is needed into lanes; false if they are too narrow.
 * Only ratios matter, so that units are divided by what all have in common.
 */
static bool
set_lanes(FlatShop *shop, const Quantity *units, const Quantity *capacity)
{
	int			lanes = 64 / shop->lane_bits;
	Quantity	most = (Quantity) ((UINT64CONST(1) << (shop->lane_bits - 1)) - 1);

	shop->high = 0;
	for (int i = 0; i < lanes; i++)
		shop->high |= UINT64CONST(1) << (shop->lane_bits * (i + 1) - 1);

	for (int j = 0; j < shop->nresources; j++)
	{
		int			word = j / lanes;
		int			shift = j % lanes * shop->lane_bits;
		Quantity	divisor = common_divisor(shop, units, capacity, j);

		if (capacity[j] / divisor > most)
			return false;
		shop->all[word] |= (uint64) (capacity[j] / divisor) << shift;
		for (int i = 0; i < shop->n; i++)
			shop->need[i * shop->nwords + word] |=
				(uint64) (units[i * shop->nresources + j] / divisor) << shift;
	}
	return true;
}

/*
 * Of all that is needed of a resource.  What there is beyond a multiple of it is of
 * no use to anybody.
 */
static Quantity
common_divisor(const FlatShop *shop, const Quantity *units,
			   const Quantity *capacity, int resource)
{
	Quantity	divisor = 0;

	for (int i = 0; i < shop->n; i++)
	{
		Quantity	other = units[i * shop->nresources + resource];

		while (other != 0)
		{
			Quantity	rest = divisor % other;

			divisor = other;
			other = rest;
		}
	}
	return divisor == 0 ? Max(1, capacity[resource]) : divisor;
}

/*
 * Take the first room for a step at or after "from".
 */
static Instant
take_first(FlatShop *shop, int step, Instant from)
{
	const uint64 *need = &shop->need[step * shop->nwords];
	int64		duration = shop->duration[step];
	Instant		start = from;
	int			first;
	int			piece;

	if (duration == 0)
		return from;

	/* invariant: all pieces from "first" to before "piece" hold it */
	first = piece = find_piece(shop, from);
	while (piece < shop->npieces && shop->at[piece] < start + duration)
	{
		if (!piece_holds(shop, piece, need))
		{
			/* the last piece holds everything */
			first = piece + 1;
			start = shop->at[first];
		}
		piece++;
	}

	if (shop->at[first] < start)
		cut(shop, first++, start);
	for (piece = first; piece < shop->npieces && shop->at[piece] < start + duration; piece++)
	{
		if (piece + 1 == shop->npieces ||
			shop->at[piece + 1] > start + duration)
			cut(shop, piece, start + duration);
		for (int i = 0; i < shop->nwords; i++)
			shop->free[piece * shop->nwords + i] -= need[i];
	}
	return start;
}

static inline bool
piece_holds(const FlatShop *shop, int piece, const uint64 *need)
{
	const uint64 *free = &shop->free[piece * shop->nwords];

	for (int i = 0; i < shop->nwords; i++)
	{
		/* a lane that is short borrows from its highest bit */
		if ((((free[i] | shop->high) - need[i]) & shop->high) != shop->high)
			return false;
	}
	return true;
}

/*
 * The piece that an instant lies in, which is not before the first.
 */
static int
find_piece(const FlatShop *shop, Instant at)
{
	int			lo = 0;
	int			hi = shop->npieces;

	/* invariant: at[lo] <= at < at[hi] */
	while (hi - lo > 1)
	{
		int			mid = lo + (hi - lo) / 2;

		if (shop->at[mid] <= at)
			lo = mid;
		else
			hi = mid;
	}
	return lo;
}

/*
 * Make two pieces of one.
 */
static void
cut(FlatShop *shop, int piece, Instant at)
{
	int			words = shop->nwords;

	memmove(&shop->at[piece + 2], &shop->at[piece + 1],
			(shop->npieces - piece - 1) * sizeof(Instant));
	memmove(&shop->free[(piece + 1) * words], &shop->free[piece * words],
			(Size) (shop->npieces - piece) * words * sizeof(uint64));
	shop->at[piece + 1] = at;
	shop->npieces++;
}
