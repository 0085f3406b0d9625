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
extern Instant competition_take_at(const Competition *competition,
								   const Answer *answer,
								   const AtpLedger *ledger,
								   const OfferPart *part);
extern Take *competition_add_take(Competition *competition, Take *takes,
								  const Take *kept, const char *location,
								  Quantity quantity, Instant at);
extern void competition_take_there_is(AtpLedger *ledger, Quantity quantity,
									  Instant at);
extern void competition_replay(const Take *takes, Book *book);

#endif							/* PROMISE_COMPETITION_H */
