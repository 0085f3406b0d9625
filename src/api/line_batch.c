/*
 * line_batch.c - the lines of a question that are answered at once.
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "utils/memutils.h"

#include "api/line_batch.h"
#include "store/nodes.h"

#define SH_PREFIX		rivals
#define SH_ELEMENT_TYPE	Rival
#define SH_KEY_TYPE		const char *
#define SH_KEY			item
#define SH_HASH_KEY(tb, key) \
	hash_bytes((const unsigned char *) (key), strlen(key))
#define SH_EQUAL(tb, a, b)		(strcmp(a, b) == 0)
#define SH_STORE_HASH
#define SH_GET_HASH(tb, entry)	(entry)->hash
#define SH_SCOPE		static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

static int	batch_item_index(Batch *batch, const char *name);

/*
 * Begin a question about many lines, whose offers become rows of "rsinfo".
 */
Competition *
line_batch_competition(ReturnSetInfo *rsinfo)
{
	Competition *competition = palloc0(sizeof(Competition));

	competition->context = CurrentMemoryContext;
	competition->batch_context =
		AllocSetContextCreate(CurrentMemoryContext, "promise batch",
							  ALLOCSET_DEFAULT_SIZES);
	competition->rsinfo = rsinfo;
	competition->rivals = rivals_create(CurrentMemoryContext, 256, NULL);
	competition->now = nodes_now();
	competition->valid_until = nodes_grain_ceil(competition->now);
	return competition;
}

/*
 * Sort the lines of a batch by item, in the current context.
 */
void
line_batch_begin(Batch *batch, Competition *competition,
				 const RequestLine *lines, int nlines)
{
	batch->competition = competition;
	batch->lines = palloc0(sizeof(BatchLine) * ((Size) nlines + 1));
	batch->nlines = nlines;
	batch->items = palloc(sizeof(BatchItem) * ((Size) nlines + 1));
	batch->nitems = 0;

	for (int i = 0; i < nlines; i++)
	{
		BatchLine  *line = &batch->lines[i];
		BatchItem  *item;

		line->item = -1;
		line->next = -1;
		offer_list_init(&line->offers);
		if (lines[i].item == NULL)
			continue;

		line->answer.ref = lines[i].ref;
		line->answer.item = lines[i].item;
		line->answer.location = lines[i].location;
		line->answer.quantity = lines[i].quantity;
		line->answer.due = lines[i].due;
		line->answer.after = INSTANT_BEGIN;
		line->answer.by = lines[i].due;
		line->answer.valid_until = competition->valid_until;

		line->item = batch_item_index(batch, lines[i].item);
		item = &batch->items[line->item];
		if (item->first_line < 0)
			item->first_line = i;
		else
			batch->lines[item->last_line].next = i;
		item->last_line = i;
	}
}

/*
 * The index of an item in the batch, which it joins if it is new there.
 */
static int
batch_item_index(Batch *batch, const char *name)
{
	Competition *competition = batch->competition;
	Rival	   *rival = rivals_lookup(competition->rivals, name);

	if (rival == NULL)
	{
		bool		found;

		name = MemoryContextStrdup(competition->context, name);
		rival = rivals_insert(competition->rivals, name, &found);
		rival->takes = NULL;
		rival->batch_index = -1;
	}
	if (rival->batch_index < 0)
	{
		BatchItem  *item = &batch->items[batch->nitems];

		item->item = rival->item;
		item->first_line = -1;
		item->last_line = -1;
		item->book = NULL;
		rival->batch_index = batch->nitems++;
	}
	return rival->batch_index;
}

/*
 * Send the rows, in the order of the lines, and forget the batch.
 */
void
line_batch_end(Batch *batch)
{
	Competition *competition = batch->competition;

	for (int i = 0; i < batch->nlines; i++)
		offer_list_put(competition->rsinfo, &batch->lines[i].offers);
	for (int i = 0; i < batch->nitems; i++)
		rivals_lookup(competition->rivals,
					  batch->items[i].item)->batch_index = -1;
	MemoryContextReset(competition->batch_context);
}

/*
 * What earlier batches know of an item.
 */
Rival *
line_batch_rival(const Batch *batch, const BatchItem *item)
{
	return rivals_lookup(batch->competition->rivals, item->item);
}

/*
 * Read items of the batch: those in "which", or the first nitems if it is
 * NULL.  If all their lines name one location, only that one is read.
 */
void
line_batch_read(Batch *batch, const int *which, int nitems, bool detail)
{
	BookQuery	query = {0};
	const char *location = NULL;
	bool		one_location = true;
	bool		first = true;
	Book	   *books;

	if (nitems == 0)
		return;

	query.items = palloc(sizeof(char *) * (Size) nitems);
	query.nitems = nitems;
	query.detail = detail;
	query.method = ATP_LOOKAHEAD;
	query.now = batch->competition->now;

	for (int i = 0; i < nitems; i++)
	{
		BatchItem  *item = &batch->items[which == NULL ? i : which[i]];

		query.items[i] = item->item;
		for (int k = item->first_line; k >= 0 && one_location;
			 k = batch->lines[k].next)
		{
			const char *asked = batch->lines[k].answer.location;

			if (first)
				location = asked;
			first = false;
			one_location = asked != NULL && strcmp(asked, location) == 0;
		}
	}
	query.location = one_location ? location : NULL;

	books = book_read(&query);
	for (int i = 0; i < nitems; i++)
		batch->items[which == NULL ? i : which[i]].book = &books[i];
}

/*
 * The ledgers that may serve a line: all, or that of the location it names.
 */
AtpLedger *
line_batch_ledgers(const Answer *answer, const Book *book, int *nledgers)
{
	*nledgers = book->nlocations;
	if (answer->location == NULL)
		return book->ledgers;

	for (int i = 0; i < book->nlocations; i++)
	{
		if (strcmp(book->curves[i].location, answer->location) == 0)
		{
			*nledgers = 1;
			return &book->ledgers[i];
		}
	}
	*nledgers = 0;
	return NULL;
}
