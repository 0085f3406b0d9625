/*
 * book.c - the curves of items, read for a question.
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "miscadmin.h"
#include "utils/memutils.h"

#include "api/book.h"
#include "api/stamp.h"
#include "store/nodes.h"
#include "types/report.h"

/*
 * What one call site has read in one statement: books without detail or
 * exclusions, by item, location and method.
 *
 * All of it lives in "context" and is thrown away together, when the stamp is
 * no longer current or when it has grown beyond work_mem.
 */
typedef struct BookKey
{
	const char *item;
	const char *location;		/* NULL: all */
	AtpMethod	method;
} BookKey;

typedef struct BookEntry
{
	BookKey		key;
	Book	   *book;
	uint32		hash;
	char		status;			/* for simplehash */
} BookEntry;

static inline uint32 book_key_hash(BookKey key);
static inline bool book_keys_match(BookKey a, BookKey b);

#define SH_PREFIX		booktable
#define SH_ELEMENT_TYPE	BookEntry
#define SH_KEY_TYPE		BookKey
#define SH_KEY			key
#define SH_HASH_KEY(tb, key)	book_key_hash(key)
#define SH_EQUAL(tb, a, b)		book_keys_match(a, b)
#define SH_STORE_HASH
#define SH_GET_HASH(tb, entry)	(entry)->hash
#define SH_SCOPE		static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

struct BookCache
{
	MemoryContext context;		/* of everything below */
	Stamp	   *stamp;
	booktable_hash *table;
};

static void book_fill(Book *book, const ItemNodes *item,
					  const BookQuery *query);
static void name_node(void *arg);
static Book *book_copy(const Book *book);
static BookCache *cache_create(MemoryContext parent, Instant now);

/*
 * Read the books of items: one for each, in order, all in the current
 * context.
 */
Book *
book_read(const BookQuery *query)
{
	NodeQuery	node_query = {0};
	ItemNodes  *items;
	Book	   *books;

	node_query.items = query->items;
	node_query.nitems = query->nitems;
	node_query.location = query->location;
	node_query.as_owner = query->as_owner;
	node_query.detail = query->detail;
	node_query.exclude = query->exclude;
	node_query.nexclude = query->nexclude;
	node_query.now = query->now;
	items = nodes_read(&node_query);

	books = palloc(sizeof(Book) * (Size) query->nitems);
	for (int i = 0; i < query->nitems; i++)
	{
		CHECK_FOR_INTERRUPTS();
		book_fill(&books[i], &items[i], query);
	}
	return books;
}

static void
book_fill(Book *book, const ItemNodes *item, const BookQuery *query)
{
	book->item = item->item;
	book->known = item->known;
	book->nlocations = item->nnodes;
	book->curves = palloc(sizeof(AtpCurve) * (Size) item->nnodes);
	book->ledgers = palloc(sizeof(AtpLedger) * (Size) item->nnodes);

	for (int i = 0; i < item->nnodes; i++)
	{
		ErrorContextCallback context = {
			.callback = name_node,
			.arg = &item->nodes[i],
			.previous = error_context_stack
		};

		error_context_stack = &context;
		promise_check(atp_curve_build(&item->nodes[i], query->now,
									  query->method, &book->curves[i]));
		error_context_stack = context.previous;
		atp_ledger_init(&book->ledgers[i], &book->curves[i]);
	}
}

/* error context: whose rows do not add up? */
static void
name_node(void *arg)
{
	const StockNode *node = arg;

	errcontext("balance of item \"%s\" at location \"%s\"",
			   node->item, node->location);
}

/*
 * Read the book of one item, or find it where this call site has read it
 * before in the same statement.  "cache" is the call site's own, NULL at
 * first; it and the book live in a child of "parent", the book until the next
 * call.
 *
 * Nothing may be taken from the book's ledgers.
 */
const Book *
book_read_cached(BookCache **cache, MemoryContext parent,
				 const BookQuery *query)
{
	BookKey		key;
	BookEntry  *entry;
	MemoryContext scratch;
	MemoryContext old;
	Book	   *book;
	bool		found;

	Assert(query->nitems == 1 && !query->as_owner && !query->detail &&
		   query->nexclude == 0);

	if (*cache != NULL &&
		(!stamp_is_current((*cache)->stamp, query->now) ||
		 MemoryContextMemAllocated((*cache)->context, true) >
		 (Size) work_mem * 1024))
	{
		MemoryContextDelete((*cache)->context);
		*cache = NULL;
	}
	if (*cache == NULL)
		*cache = cache_create(parent, query->now);

	key.item = query->items[0];
	key.location = query->location;
	key.method = query->method;
	entry = booktable_lookup((*cache)->table, key);
	if (entry != NULL)
		return entry->book;

	/* read in a context of its own: rows are many more bytes than steps */
	scratch = AllocSetContextCreate(CurrentMemoryContext, "promise rows",
									ALLOCSET_DEFAULT_SIZES);
	old = MemoryContextSwitchTo(scratch);
	book = book_read(query);

	MemoryContextSwitchTo((*cache)->context);
	book = book_copy(book);
	key.item = book->item;
	if (key.location != NULL)
		key.location = pstrdup(key.location);
	entry = booktable_insert((*cache)->table, key, &found);
	Assert(!found);
	entry->book = book;

	MemoryContextSwitchTo(old);
	MemoryContextDelete(scratch);
	return book;
}

static BookCache *
cache_create(MemoryContext parent, Instant now)
{
	MemoryContext context = AllocSetContextCreate(parent, "promise books",
												  ALLOCSET_SMALL_SIZES);
	BookCache  *cache = MemoryContextAllocZero(context, sizeof(BookCache));

	cache->context = context;
	cache->stamp = stamp_take(context, now);
	cache->table = booktable_create(context, 64, NULL);
	return cache;
}

/*
 * A copy in the current context of what the scalar questions need: the steps,
 * not the flows they were made of.
 */
static Book *
book_copy(const Book *book)
{
	Book	   *copy = palloc(sizeof(Book));

	*copy = *book;
	copy->item = pstrdup(book->item);
	copy->curves = palloc(sizeof(AtpCurve) * (Size) book->nlocations);
	copy->ledgers = palloc(sizeof(AtpLedger) * (Size) book->nlocations);

	for (int i = 0; i < book->nlocations; i++)
	{
		AtpCurve   *curve = &copy->curves[i];
		Size		size;

		*curve = book->curves[i];
		curve->item = copy->item;
		curve->location = pstrdup(curve->location);
		size = sizeof(AtpStep) * (Size) curve->nsteps;
		curve->steps = memcpy(palloc(size), curve->steps, size);
		memset(&curve->flows, 0, sizeof(FlowList));
		atp_ledger_init(&copy->ledgers[i], curve);
	}
	return copy;
}

static inline uint32
book_key_hash(BookKey key)
{
	uint32		hash = hash_bytes((const unsigned char *) key.item,
								  strlen(key.item));

	if (key.location != NULL)
		hash = hash_combine(hash, hash_bytes((const unsigned char *) key.location,
											 strlen(key.location)));
	return hash_combine(hash, (uint32) key.method);
}

static inline bool
book_keys_match(BookKey a, BookKey b)
{
	if (a.method != b.method || strcmp(a.item, b.item) != 0)
		return false;
	if (a.location == NULL || b.location == NULL)
		return a.location == b.location;
	return strcmp(a.location, b.location) == 0;
}
