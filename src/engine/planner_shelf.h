/*
 * planner_shelf.h - nodes whose supply spoils, as a planner goes on.
 */
#ifndef PROMISE_PLANNER_SHELF_H
#define PROMISE_PLANNER_SHELF_H

#include "engine/flow.h"

typedef struct PlannerShelf PlannerShelf;

extern PlannerShelf *planner_shelf_create(const FlowList *flows, Instant now,
										  Instant lead_end);
extern void planner_shelf_add(PlannerShelf *shelf, Instant at, Quantity delta,
							  bool is_supply);
extern int	planner_shelf_mark(const PlannerShelf *shelf);
extern void planner_shelf_undo(PlannerShelf *shelf, int mark);
extern Quantity planner_shelf_available(PlannerShelf *shelf, Instant at);
extern Instant planner_shelf_first(PlannerShelf *shelf, Instant from,
								   Quantity quantity);

#endif							/* PROMISE_PLANNER_SHELF_H */
