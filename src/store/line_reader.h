/*
 * line_reader.h - order lines from a query of the user.
 */
#ifndef PROMISE_LINE_READER_H
#define PROMISE_LINE_READER_H

#include "postgres.h"

#include "datatype/timestamp.h"

#include "engine/problem.h"
#include "store/commitment.h"

/* What a customer takes in place of all of it by the date. */
typedef struct PartsWish
{
	int			parts_max;		/* 0: nothing is said */
	Quantity	part_minimum;	/* 0: nothing is said */
	bool		ship_complete;	/* all at once, whatever parts_max says */
	const Interval *lateness_max;	/* NULL: any lateness, or nothing said */
} PartsWish;

/* What a line says beyond that where it is to become a promise. */
typedef struct LineTerms
{
	Commitment	row;			/* from kind to cost; the rest is not set */
	bool		has_priority;
	Instant		after;			/* INSTANT_BEGIN: now */
	PartsWish	parts;
	bool		has_ship_complete;
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
