/*
 * answer_way.h - from ways to deliver to rows of offers.
 */
#ifndef PROMISE_ANSWER_WAY_H
#define PROMISE_ANSWER_WAY_H

#include "postgres.h"

#include "api/answer.h"
#include "api/ways.h"

extern void answer_way(const Answer *answer, const Way *way, int option_no,
					   OfferList *list);

#endif							/* PROMISE_ANSWER_WAY_H */
