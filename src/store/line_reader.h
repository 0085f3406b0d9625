/*
 * line_reader.h - order lines from a query of the user.
 */
#ifndef PROMISE_LINE_READER_H
#define PROMISE_LINE_READER_H

#include "engine/problem.h"
#include "store/commitment.h"

/* What a line says beyond that where it is to become a promise. */
typedef struct LineTerms
{
	Commitment	row;			/* from kind to cost; the rest is not set */
	bool		has_priority;
	Instant		after;			/* INSTANT_BEGIN: now */
} LineTerms;

/* One line of a question about many. */
typedef struct RequestLine
{
	const char *ref;			/* NULL if the line has none */
	const char *item;			/* NULL: no line, and no answer */
	const char *location;		/* NULL: any */
	Quantity	quantity;
	Instant		due;			/* INSTANT_END: none */
	const DemandFacts *facts;	/* who asks; NULL: the line does not say */
	const LineTerms *terms;		/* NULL, unless they were asked for */
} RequestLine;

typedef struct LineReader LineReader;

extern LineReader *line_reader_open(const char *query, bool with_terms);
extern int	line_reader_fetch(LineReader *reader, int most,
							  RequestLine *lines);
extern void line_reader_close(LineReader *reader);

#endif							/* PROMISE_LINE_READER_H */
