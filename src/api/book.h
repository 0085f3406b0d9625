/*
 * book.h - the curves of items, read for a question.
 */
#ifndef PROMISE_BOOK_H
#define PROMISE_BOOK_H

#include "postgres.h"

#include "engine/atp.h"

/* What a question wants to know of its items. */
typedef struct BookQuery
{
	const char **items;			/* distinct */
	int			nitems;
	const char *location;		/* NULL: all */
	bool		as_owner;		/* see NodeQuery */
	bool		detail;			/* flows with detail, to explain */
	const char **exclude;
	int			nexclude;
	AtpMethod	method;
	Instant		now;
} BookQuery;

/*
 * The curves of one item, one for each of its locations, with a ledger each
 * from which nothing is taken yet.
 */
typedef struct Book
{
	const char *item;
	bool		known;
	AtpCurve   *curves;
	AtpLedger  *ledgers;
	int			nlocations;
} Book;

typedef struct BookCache BookCache;

extern Book *book_read(const BookQuery *query);
extern const Book *book_read_cached(BookCache **cache, MemoryContext context,
									const BookQuery *query);

#endif							/* PROMISE_BOOK_H */
