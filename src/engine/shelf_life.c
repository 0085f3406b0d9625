/*
 * shelf_life.c - what supply that spoils can serve beside the known demand.
 */
#include "engine/shelf_life.h"

typedef struct LotEntry
{
	int			rank;			/* the smaller, the more urgent */
	int			lot;
	Quantity	left;
} LotEntry;

/* lots that can be used at a step, the most urgent first */
typedef struct LotHeap
{
	LotEntry   *entries;
	int			nentries;
} LotHeap;

static PromiseStatus total(const ShelfLife *shelf, Quantity *surplus);
static void serve_forward(ShelfLife *shelf, const int *by_arrival,
						  LotHeap *heap, Quantity *available);
static void serve_backward(const ShelfLife *shelf, const int *by_end,
						   LotHeap *heap, Quantity *available);
static int *sort_lots(const ShelfLife *shelf, bool by_end);
static Quantity serve(LotHeap *heap, Quantity owed);
static bool entry_is_sooner(const LotEntry *a, const LotEntry *b);
static void heap_push(LotHeap *heap, int rank, int lot, Quantity left);
static void heap_pop(LotHeap *heap);

/*
 * What is lost of each lot when nothing more is taken.
 */
PromiseStatus
shelf_life_serve(ShelfLife *shelf)
{
	PromiseStatus status;
	Quantity	surplus;
	LotHeap		heap;
	int		   *order;

	status = total(shelf, &surplus);
	if (status != PROMISE_OK)
		return status;

	heap.entries = palloc(sizeof(LotEntry) * ((Size) shelf->nlots + 1));
	heap.nentries = 0;
	order = sort_lots(shelf, false);
	serve_forward(shelf, order, &heap, NULL);
	pfree(order);
	pfree(heap.entries);
	return PROMISE_OK;
}

/*
 * What is available at each step, which may be negative, and what is lost of
 * each lot when nothing more is taken.
 */
PromiseStatus
shelf_life_available(ShelfLife *shelf, Quantity *available)
{
	PromiseStatus status;
	Quantity	surplus;
	LotHeap		heap;
	int		   *order;

	status = total(shelf, &surplus);
	if (status != PROMISE_OK)
		return status;

	for (int i = 0; i < shelf->nsteps; i++)
		available[i] = surplus;

	heap.entries = palloc(sizeof(LotEntry) * ((Size) shelf->nlots + 1));

	order = sort_lots(shelf, false);
	heap.nentries = 0;
	serve_forward(shelf, order, &heap, available);
	pfree(order);

	order = sort_lots(shelf, true);
	heap.nentries = 0;
	serve_backward(shelf, order, &heap, available);
	pfree(order);

	pfree(heap.entries);
	return PROMISE_OK;
}

/* all supply less all demand */
static PromiseStatus
total(const ShelfLife *shelf, Quantity *surplus)
{
	Quantity	supply = 0;
	Quantity	demand = 0;

	for (int i = 0; i < shelf->nlots; i++)
	{
		if (pg_add_s64_overflow(supply, shelf->lots[i].quantity, &supply))
			return PROMISE_QUANTITY_OVERFLOW;
	}
	for (int i = 0; i < shelf->nsteps; i++)
	{
		if (pg_add_s64_overflow(demand, shelf->demand[i], &demand))
			return PROMISE_QUANTITY_OVERFLOW;
	}

	/* the losses, of which there are no more than supply, come off twice */
	if (pg_sub_s64_overflow(supply, demand, surplus) ||
		pg_sub_s64_overflow(*surplus, supply, &demand) ||
		pg_sub_s64_overflow(demand, supply, &demand))
		return PROMISE_QUANTITY_OVERFLOW;
	return PROMISE_OK;
}

/*
 * First expired, first out.  What has spoiled by a step is not available there
 * or later.  (The last step may be where the last lots spoil.)
 */
static void
serve_forward(ShelfLife *shelf, const int *by_arrival, LotHeap *heap,
			  Quantity *available)
{
	Quantity	lost = 0;
	Quantity	owed = 0;
	int			next = 0;

	for (int i = 0; i < shelf->nlots; i++)
		shelf->lots[i].lost = 0;

	for (int step = 0; step < shelf->nsteps; step++)
	{
		while (heap->nentries > 0 && heap->entries[0].rank <= step)
		{
			shelf->lots[heap->entries[0].lot].lost = heap->entries[0].left;
			lost += heap->entries[0].left;
			heap_pop(heap);
		}
		if (available != NULL)
			available[step] -= lost;

		for (; next < shelf->nlots &&
			 shelf->lots[by_arrival[next]].from == step; next++)
		{
			const ShelfLot *lot = &shelf->lots[by_arrival[next]];

			heap_push(heap, lot->until, by_arrival[next], lot->quantity);
		}
		owed = serve(heap, owed + shelf->demand[step]);
	}
}

/*
 * The mirror image: what arrives last is used first.  What arrives after a
 * step and is left over is not available there or earlier.
 */
static void
serve_backward(const ShelfLife *shelf, const int *by_end, LotHeap *heap,
			   Quantity *available)
{
	Quantity	left_over = 0;
	int			next = shelf->nlots - 1;

	for (int step = shelf->nsteps - 1; step >= 0; step--)
	{
		/* lots that arrive after this step cannot serve it */
		while (heap->nentries > 0 && -heap->entries[0].rank > step)
		{
			left_over += heap->entries[0].left;
			heap_pop(heap);
		}
		available[step] -= left_over;

		for (; next >= 0 && shelf->lots[by_end[next]].until > step; next--)
		{
			const ShelfLot *lot = &shelf->lots[by_end[next]];

			heap_push(heap, -lot->from, by_end[next], lot->quantity);
		}
		(void) serve(heap, shelf->demand[step]);
	}
}

/*
 * Serve demand from the most urgent lots; returns what they cannot serve.
 */
static Quantity
serve(LotHeap *heap, Quantity owed)
{
	while (owed > 0 && heap->nentries > 0)
	{
		Quantity	taken = Min(owed, heap->entries[0].left);

		owed -= taken;
		heap->entries[0].left -= taken;
		if (heap->entries[0].left == 0)
			heap_pop(heap);
	}
	return owed;
}

/*
 * The lots by their first step, or by their end: a counting sort, for steps
 * are small numbers.
 */
static int *
sort_lots(const ShelfLife *shelf, bool by_end)
{
	int		   *order = palloc(sizeof(int) * ((Size) shelf->nlots + 1));
	int		   *place = palloc0(sizeof(int) * ((Size) shelf->nsteps + 2));

	for (int i = 0; i < shelf->nlots; i++)
		place[(by_end ? shelf->lots[i].until : shelf->lots[i].from) + 1]++;
	for (int step = 0; step <= shelf->nsteps; step++)
		place[step + 1] += place[step];
	for (int i = 0; i < shelf->nlots; i++)
		order[place[by_end ? shelf->lots[i].until : shelf->lots[i].from]++] = i;

	pfree(place);
	return order;
}

static bool
entry_is_sooner(const LotEntry *a, const LotEntry *b)
{
	if (a->rank != b->rank)
		return a->rank < b->rank;
	return a->lot < b->lot;
}

static void
heap_push(LotHeap *heap, int rank, int lot, Quantity left)
{
	int			at = heap->nentries++;
	LotEntry	entry;

	entry.rank = rank;
	entry.lot = lot;
	entry.left = left;

	/* invariant: the hole at "at" has no child that is sooner than the entry */
	while (at > 0 && entry_is_sooner(&entry, &heap->entries[(at - 1) / 2]))
	{
		heap->entries[at] = heap->entries[(at - 1) / 2];
		at = (at - 1) / 2;
	}
	heap->entries[at] = entry;
}

static void
heap_pop(LotHeap *heap)
{
	LotEntry	entry = heap->entries[--heap->nentries];
	int			at = 0;

	/* invariant: the hole at "at" has no parent that is later than the entry */
	for (;;)
	{
		int			child = 2 * at + 1;

		if (child >= heap->nentries)
			break;
		if (child + 1 < heap->nentries &&
			entry_is_sooner(&heap->entries[child + 1], &heap->entries[child]))
			child++;
		if (!entry_is_sooner(&heap->entries[child], &entry))
			break;
		heap->entries[at] = heap->entries[child];
		at = child;
	}
	heap->entries[at] = entry;
}
