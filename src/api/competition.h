/*
 * competition.h - many lines in one question.
 *
 * Lines compete in their order: what the best offer of one takes, the next
 * does not see.  They are answered in batches, each with one read of all its
 * items; between batches only what was taken is remembered, an entry for each
 * part of an offer.  Rows of offers come in the order of the lines.
 */
#ifndef PROMISE_COMPETITION_H
#define PROMISE_COMPETITION_H

#include "postgres.h"

#include "nodes/execnodes.h"

#include "store/line_reader.h"

/* how many lines of a query are read and answered at once */
#define COMPETITION_BATCH 10000

typedef struct Competition Competition;

extern Competition *competition_create(ReturnSetInfo *rsinfo);
extern void competition_answer(Competition *competition, RequestLine *lines,
							   int nlines);
extern void competition_answer_together(Competition *competition,
										RequestLine *lines, int nlines);

#endif							/* PROMISE_COMPETITION_H */
