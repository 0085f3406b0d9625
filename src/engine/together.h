/*
 * together.h - several lines of one item that are delivered together.
 *
 * Each line is delivered whole from one location.  The lines can be delivered
 * together at t if they can be dealt out to the locations so that no location
 * gives more than it has available at t.  What is available only rises, so
 * what can be dealt out at t can be later; where supply spoils that is not so,
 * and every instant is tried.
 *
 * With one location, or one line, the test is a sum.  With several it is bin
 * packing: an exact search, largest lines first, within TOGETHER_EFFORT steps
 * for each instant tried.  When that is used up the instant counts as not
 * possible, so the answer may be later than necessary, but never later than
 * the lines served one after another in their order.
 */
#ifndef PROMISE_TOGETHER_H
#define PROMISE_TOGETHER_H

#include "engine/atp.h"

#define TOGETHER_EFFORT 10000

typedef struct TogetherLine
{
	Quantity	quantity;
	int			only;			/* index of the only ledger; -1: any */
	int			ledger;			/* result: the ledger it is taken from */
} TogetherLine;

extern Instant together_earliest(AtpLedger *ledgers, int nledgers,
								 TogetherLine *lines, int nlines,
								 Instant after);

#endif							/* PROMISE_TOGETHER_H */
