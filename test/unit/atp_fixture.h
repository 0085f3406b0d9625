/*
 * atp_fixture.h - random nodes for the tests of the engine: rows at integer
 * instants of a small grid, so that references can loop over all of it.
 */
#ifndef PROMISE_ATP_FIXTURE_H
#define PROMISE_ATP_FIXTURE_H

#include "unit.h"

#include "engine/problem.h"

#define GRID		24			/* instants 0 .. GRID - 1; now is NOW */
#define NOW			4
#define MAX_EVENTS	14

extern FlowEvent events[MAX_EVENTS];
extern FlowDetail details[MAX_EVENTS];
extern StockNode node;

extern void atp_fixture_node(int maxquantity);
extern void atp_fixture_expiry(void);

#endif							/* PROMISE_ATP_FIXTURE_H */
