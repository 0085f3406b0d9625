/*
 * competition.c - many lines in one question.
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "miscadmin.h"
#include "utils/memutils.h"

#include "api/answer.h"
#include "api/book.h"
#include "api/competition.h"
#include "api/reason.h"
#include "engine/together.h"
#include "store/nodes.h"
#include "types/report.h"
#include "types/wording.h"

/* something that an earlier line was offered */
typedef struct Take
{
	struct Take *next;
	const char *location;
	Quantity	quantity;
	Instant		at;
} Take;

/* an item that some line has asked for, kept for the whole question */
typedef struct Rival
{
	const char *item;
	Take	   *takes;			/* the latest first */
	int			batch_index;	/* in the items of the batch; -1: not in it */
	uint32		hash;
	char		status;			/* for simplehash */
} Rival;

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

struct Competition
{
	MemoryContext context;		/* of the question */
	MemoryContext batch_context;	/* reset after each batch */
	ReturnSetInfo *rsinfo;
	rivals_hash *rivals;
	Instant		now;
	Instant		valid_until;
};

/* an item of a batch, and its lines in order */
typedef struct BatchItem
{
	const char *item;
	int			first_line;
	int			last_line;
	Book	   *book;
} BatchItem;

/* a line of a batch, and what it was answered */
typedef struct BatchLine
{
	int			item;			/* -1: the line asks for nothing */
	int			next;			/* next line of the same item; -1: none */
	Answer		answer;
	OfferList	offers;
} BatchLine;

typedef struct Batch
{
	Competition *competition;
	BatchLine  *lines;
	int			nlines;
	BatchItem  *items;
	int			nitems;
} Batch;

static void batch_begin(Batch *batch, Competition *competition,
						const RequestLine *lines, int nlines);
static int	batch_item_index(Batch *batch, const char *item);
static void batch_end(Batch *batch);
static void read_items(Batch *batch, const int *which, int nitems,
					   bool detail);
static bool answer_item(Batch *batch, BatchItem *item, int parts_max,
						bool detailed);
static void replay_takes(const Rival *rival, Book *book);
static AtpLedger *ledgers_for(const Answer *answer, const Book *book,
							  int *nledgers);
static Instant item_together(Batch *batch, BatchItem *item,
							 TogetherLine **lines);
static void answer_all_at(Batch *batch, TogetherLine **lines,
						  const Instant *item_at, Instant at);
static void refuse_together(Batch *batch, const Instant *item_at);
static char *slowest_detail(Batch *batch, int slowest,
							TogetherLine *lines, Instant by,
							PromiseReason *reason);

/*
 * Begin a question about many lines, whose offers become rows of "rsinfo".
 */
Competition *
competition_create(ReturnSetInfo *rsinfo)
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
 * Answer a batch of lines, which come after those of earlier batches.
 *
 * Items do not compete with each other, so each item's lines are answered one
 * after another, item by item.  Where a line needs to be explained, its item
 * is read again with detail and all its lines are answered anew: the same way,
 * for the answer depends on nothing else.
 */
void
competition_answer(Competition *competition, RequestLine *lines, int nlines)
{
	MemoryContext old = MemoryContextSwitchTo(competition->batch_context);
	Batch		batch;
	int		   *unexplained;
	int			nunexplained = 0;

	batch_begin(&batch, competition, lines, nlines);
	read_items(&batch, NULL, batch.nitems, false);

	unexplained = palloc(sizeof(int) * (Size) (batch.nitems + 1));
	for (int i = 0; i < batch.nitems; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (!answer_item(&batch, &batch.items[i], 2, false))
			unexplained[nunexplained++] = i;
	}

	read_items(&batch, unexplained, nunexplained, true);
	for (int i = 0; i < nunexplained; i++)
	{
		CHECK_FOR_INTERRUPTS();
		(void) answer_item(&batch, &batch.items[unexplained[i]], 2, true);
	}

	batch_end(&batch);
	MemoryContextSwitchTo(old);
}

/*
 * Answer lines that are delivered together, all of them in one call.
 */
void
competition_answer_together(Competition *competition, RequestLine *lines,
							int nlines)
{
	MemoryContext old = MemoryContextSwitchTo(competition->batch_context);
	Batch		batch;
	TogetherLine **item_lines;
	Instant    *item_at;
	Instant		at = INSTANT_BEGIN;

	batch_begin(&batch, competition, lines, nlines);
	read_items(&batch, NULL, batch.nitems, false);

	item_lines = palloc(sizeof(TogetherLine *) * (Size) (batch.nitems + 1));
	item_at = palloc(sizeof(Instant) * (Size) (batch.nitems + 1));
	for (int i = 0; i < batch.nitems; i++)
	{
		CHECK_FOR_INTERRUPTS();
		item_at[i] = item_together(&batch, &batch.items[i], &item_lines[i]);
		at = Max(at, item_at[i]);
	}

	/*
	 * What is available rises with time, so each item can wait for the
	 * slowest; but a horizon may end before.
	 */
	for (int i = 0; i < batch.nitems && at != INSTANT_END; i++)
	{
		BatchItem  *item = &batch.items[i];
		TogetherLine *line = item_lines[i];

		for (int k = item->first_line; k >= 0; k = batch.lines[k].next, line++)
		{
			if (at > item->book->curves[line->ledger].rules.horizon_end)
				item_at[i] = INSTANT_END;
		}
		at = Max(at, item_at[i]);
	}

	if (at == INSTANT_END)
		refuse_together(&batch, item_at);
	else
		answer_all_at(&batch, item_lines, item_at, at);

	batch_end(&batch);
	MemoryContextSwitchTo(old);
}

/*
 * Sort the lines of a batch by item, in the current context.
 */
static void
batch_begin(Batch *batch, Competition *competition,
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
static void
batch_end(Batch *batch)
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
 * Read items of the batch: those in "which", or the first nitems if it is
 * NULL.  If all their lines name one location, only that one is read.
 */
static void
read_items(Batch *batch, const int *which, int nitems, bool detail)
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
 * Answer the lines of one item, each with its best offer.  False, with nothing
 * answered or taken, if a line needs an explanation for which the item must be
 * read with detail.
 */
static bool
answer_item(Batch *batch, BatchItem *item, int parts_max, bool detailed)
{
	Competition *competition = batch->competition;
	Rival	   *rival = rivals_lookup(competition->rivals, item->item);
	Take	   *takes = rival->takes;

	replay_takes(rival, item->book);

	for (int i = item->first_line; i >= 0; i = batch->lines[i].next)
	{
		BatchLine  *line = &batch->lines[i];
		QuoteRequest request;
		QuoteOptions options;
		AtpLedger  *ledgers;
		int			nledgers;

		line->offers.noffers = 0;
		ledgers = ledgers_for(&line->answer, item->book, &nledgers);
		if (nledgers == 0)
		{
			answer_nothing(&line->answer, item->book->known, &line->offers);
			continue;
		}

		request.quantity = line->answer.quantity;
		request.due = line->answer.due;
		request.after = line->answer.after;
		request.location = line->answer.location;
		request.parts_max = parts_max;
		request.part_minimum = 1;
		quote_options(ledgers, nledgers, &request, &options);

		if (!detailed && answer_needs_detail(&line->answer,
											 &options.options[0]))
			return false;
		answer_option(&line->answer, ledgers, &options.options[0], 1,
					  &line->offers);

		for (int k = 0; k < options.options[0].nparts; k++)
		{
			const OfferPart *part = &options.options[0].parts[k];
			AtpLedger  *ledger = &ledgers[part->ledger];
			Take	   *take;

			promise_check(atp_take(ledger, part->quantity,
								   part->available_at));
			take = MemoryContextAlloc(competition->context, sizeof(Take));
			take->location = MemoryContextStrdup(competition->context,
												 ledger->curve->location);
			take->quantity = part->quantity;
			take->at = part->available_at;
			take->next = takes;
			takes = take;
		}
	}
	rival->takes = takes;
	return true;
}

/*
 * Take again what lines of earlier batches took.
 *
 * What is taken at one instant is taken from the rises before it, whatever
 * else was taken before, so the order does not matter.
 */
static void
replay_takes(const Rival *rival, Book *book)
{
	for (const Take *take = rival->takes; take != NULL; take = take->next)
	{
		for (int i = 0; i < book->nlocations; i++)
		{
			if (strcmp(book->curves[i].location, take->location) == 0)
				promise_check(atp_take(&book->ledgers[i], take->quantity,
									   take->at));
		}
	}
}

/*
 * The ledgers that may serve a line: all, or that of the location it names.
 */
static AtpLedger *
ledgers_for(const Answer *answer, const Book *book, int *nledgers)
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

/*
 * The instant at which all lines of one item can be delivered, and for each
 * of them, in order, from where.
 */
static Instant
item_together(Batch *batch, BatchItem *item, TogetherLine **lines)
{
	Book	   *book = item->book;
	int			nlines = 0;
	int			n = 0;

	for (int i = item->first_line; i >= 0; i = batch->lines[i].next)
		nlines++;
	*lines = palloc(sizeof(TogetherLine) * (Size) nlines);

	for (int i = item->first_line; i >= 0; i = batch->lines[i].next)
	{
		const Answer *answer = &batch->lines[i].answer;
		int			nledgers;
		AtpLedger  *ledgers = ledgers_for(answer, book, &nledgers);

		if (nledgers == 0)
			return INSTANT_END;
		(*lines)[n].quantity = answer->quantity;
		(*lines)[n].only = (answer->location == NULL) ? -1 :
			(int) (ledgers - book->ledgers);
		(*lines)[n].ledger = 0;
		n++;
	}
	return together_earliest(book->ledgers, book->nlocations, *lines, nlines,
							 INSTANT_BEGIN);
}

/*
 * One offer for each line, all at the same instant.
 */
static void
answer_all_at(Batch *batch, TogetherLine **lines, const Instant *item_at,
			  Instant at)
{
	int			slowest = 0;
	bool		any_late = false;

	for (int i = 0; i < batch->nitems; i++)
	{
		if (item_at[i] > item_at[slowest])
			slowest = i;
	}
	for (int i = 0; i < batch->nlines; i++)
		any_late |= batch->lines[i].item >= 0 &&
			batch->lines[i].answer.due < at;
	if (any_late)
		read_items(batch, &slowest, 1, true);

	for (int i = 0; i < batch->nitems; i++)
	{
		BatchItem  *item = &batch->items[i];
		TogetherLine *line = lines[i];

		for (int k = item->first_line; k >= 0; k = batch->lines[k].next, line++)
		{
			const Answer *answer = &batch->lines[k].answer;
			Offer		offer = {0};

			offer.ref = answer->ref;
			offer.option = 1;
			offer.part = 1;
			offer.kind = (at <= answer->due) ? OFFER_WHOLE : OFFER_LATER;
			offer.item = answer->item;
			offer.location = item->book->curves[line->ledger].location;
			offer.quantity = answer->quantity;
			offer.available_at = at;
			offer.due = answer->due;
			offer.on_time = at <= answer->due;
			offer.valid_until = answer->valid_until;
			if (!offer.on_time)
			{
				offer.has_reason = true;
				offer.detail = slowest_detail(batch, slowest, lines[slowest],
											  answer->due, &offer.reason);
			}
			offer_list_add(&batch->lines[k].offers, &offer);
		}
	}
}

/*
 * Why the slowest item, for which all wait, is not there by a date.
 */
static char *
slowest_detail(Batch *batch, int slowest, TogetherLine *lines, Instant by,
			   PromiseReason *reason)
{
	BatchItem  *item = &batch->items[slowest];
	int			latest = lines[0].ledger;
	TogetherLine *line = lines;
	Instant		latest_at = INSTANT_BEGIN;
	Quantity	latest_sum = 0;
	Cause		cause;

	/* the location whose share of the lines is there last */
	for (int k = item->first_line; k >= 0; k = batch->lines[k].next, line++)
	{
		TogetherLine *other = lines;
		Quantity	sum = 0;
		Instant		at;

		for (int m = item->first_line; m >= 0;
			 m = batch->lines[m].next, other++)
		{
			if (other->ledger == line->ledger)
				sum += other->quantity;
		}
		at = atp_earliest(&item->book->ledgers[line->ledger], sum,
						  INSTANT_BEGIN);
		if (at > latest_at)
		{
			latest = line->ledger;
			latest_at = at;
			latest_sum = sum;
		}
	}

	cause_find(&item->book->ledgers[latest], latest_sum, by, INSTANT_BEGIN,
			   &cause);
	*reason = cause.reason;
	return psprintf("all wait for item \"%s\": %s", item->item,
					reason_detail(&cause, &item->book->ledgers[latest],
								  latest_sum, by));
}

/*
 * Some item cannot be delivered: its lines that cannot say why, served in
 * order, and all others that they wait for it.
 */
static void
refuse_together(Batch *batch, const Instant *item_at)
{
	int			refusing = -1;

	for (int i = 0; i < batch->nitems; i++)
	{
		if (item_at[i] != INSTANT_END)
			continue;
		if (refusing < 0)
			refusing = i;
		read_items(batch, &i, 1, true);
		(void) answer_item(batch, &batch->items[i], 1, true);
	}

	for (int i = 0; i < batch->nlines; i++)
	{
		BatchLine  *line = &batch->lines[i];

		if (line->item < 0 ||
			(line->offers.noffers > 0 &&
			 line->offers.offers[0].kind == OFFER_NONE))
			continue;
		line->offers.noffers = 0;
		answer_refusal(&line->answer, REASON_STOCK,
					   psprintf("to be delivered together with item \"%s\", which cannot be delivered",
								batch->items[refusing].item),
					   &line->offers);
	}
}
