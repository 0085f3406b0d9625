/*
 * line_batch.h - the lines of a question that are answered at once.
 *
 * A question about many lines is a competition.  Its lines come in batches;
 * each batch sorts them by item and reads all its items with one query for each
 * relation.  Between batches only what was taken is remembered, an entry for
 * each part of an offer.  Rows of offers come in the order of the lines.
 */
#ifndef PROMISE_LINE_BATCH_H
#define PROMISE_LINE_BATCH_H

#include "postgres.h"

#include "nodes/execnodes.h"

#include "api/answer.h"
#include "api/book.h"
#include "api/capable.h"
#include "api/policy_mark.h"
#include "api/question.h"
#include "store/line_reader.h"

/* how many lines of a query are read and answered at once */
#define LINE_BATCH_SIZE 2000

/* what earlier lines were offered at one instant */
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

typedef struct Competition
{
	MemoryContext context;		/* of the question */
	MemoryContext batch_context;	/* reset after each batch */
	ReturnSetInfo *rsinfo;
	struct rivals_hash *rivals;
	QuestionTerms terms;
	Instant		now;
	Instant		valid_until;
	Capable    *plans;			/* NULL: nothing has been planned so far */
	PolicyOffered offered;		/* in earlier batches */
} Competition;

/* an item of a batch, and its lines in order */
typedef struct BatchItem
{
	const char *item;
	int			first_line;		/* -1: none, it serves in place of others */
	int			last_line;
	Book	   *book;
	Take	   *takes;			/* of earlier batches */
	bool		is_late;		/* stock is, for some line */
	NetworkSubstitute *substitutes;
	int			nsubstitutes;	/* -1: not known so far */
} BatchItem;

/* a line of a batch, and what it was answered */
typedef struct BatchLine
{
	int			item;			/* -1: the line asks for nothing */
	int			next;			/* next line of the same item; -1: none */
	Answer		answer;
	const DemandFacts *facts;	/* who asks */
	OfferList	offers;
} BatchLine;

typedef struct Batch
{
	Competition *competition;
	BatchLine  *lines;
	int			nlines;
	BatchItem  *items;
	int			nitems;
	int			max_items;
} Batch;

extern Competition *line_batch_competition(ReturnSetInfo *rsinfo,
										   const QuestionTerms *terms);
extern void line_batch_begin(Batch *batch, Competition *competition,
							 const RequestLine *lines, int nlines);
extern void line_batch_read(Batch *batch, const int *which, int nitems,
							bool detail);
extern Rival *line_batch_rival(const Batch *batch, const BatchItem *item);
extern AtpLedger *line_batch_ledgers(const Answer *answer, const Book *book,
									 int *nledgers);
extern const BatchItem *line_batch_item(const Batch *batch, const char *name);
extern int	line_batch_item_index(Batch *batch, const char *name);
extern void line_batch_take(Competition *competition, const char *item,
							const char *location, Quantity quantity,
							Instant at);
extern void line_batch_replay(Competition *competition, Capable *plans);
extern Instant line_batch_wanted_by(const Batch *batch, const Answer *answer);
extern void line_batch_end(Batch *batch);

#endif							/* PROMISE_LINE_BATCH_H */
