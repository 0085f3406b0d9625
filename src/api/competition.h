/*
 * competition.h - lines that compete, in their order.
 *
 * What the best offer of one line takes, the next does not see.
 */
#ifndef PROMISE_COMPETITION_H
#define PROMISE_COMPETITION_H

#include "postgres.h"

#include "api/line_batch.h"

extern void competition_answer(Competition *competition, RequestLine *lines,
							   int nlines);
extern bool competition_answer_item(Batch *batch, BatchItem *item,
									int parts_max, bool detailed);

#endif							/* PROMISE_COMPETITION_H */
