/*
 * planner_choice.c - try several ways, and keep the one with the earliest date.
 *
 * Every way begins at the same mark.  The best so far stays where it is until
 * another one is tried; only then is it lifted out.  So what has but one way,
 * which is most of every network, costs nothing.
 */
#include "engine/planner_state.h"

/*
 * Begin to choose among ways whose instant must lie before the bound.
 */
void
planner_choice_begin(Planner *planner, Instant bound, PlannerChoice *choice)
{
	*choice = (PlannerChoice)
	{
		.mark = planner_draft_mark(planner),.best = bound,.number = -1
	};
}

/*
 * Make room for another way.
 */
void
planner_choice_try(Planner *planner, PlannerChoice *choice)
{
	if (choice->in_place)
	{
		planner_lift(planner, choice->mark, &choice->fragment);
		choice->in_place = false;
	}
}

/*
 * A way is in the draft, from the mark on.  It is kept if its instant is earlier
 * than the best; INSTANT_END: it led nowhere.
 */
bool
planner_choice_offer(Planner *planner, PlannerChoice *choice, int number,
					 Instant at)
{
	Assert(!choice->in_place);
	if (at >= choice->best)
	{
		planner_draft_undo(planner, choice->mark);
		return false;
	}
	planner_fragment_free(&choice->fragment);
	choice->best = at;
	choice->number = number;
	choice->in_place = true;
	return true;
}

/*
 * Leave the best way in the draft, if there is one.
 */
PromiseStatus
planner_choice_end(Planner *planner, PlannerChoice *choice)
{
	if (choice->number < 0 || choice->in_place)
		return PROMISE_OK;
	choice->in_place = true;
	return planner_put_back(planner, &choice->fragment);
}
