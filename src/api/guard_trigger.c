/*
 * guard_trigger.c - the triggers of the guard.
 *
 * Statement-level triggers collect what a statement touched and, unless their
 * guard is deferred, judge it.  A deferred guard also has a deferrable
 * row-level constraint trigger, whose first event at the end of the transaction
 * judges everything; the others find nothing left to do.  Own tables always have
 * it: of a guard that is not deferred, something may have been put off (guard_later).
 *
 * A guard that keeps history enters in the ledger what the statement changed, once
 * it is judged.
 *
 * The triggers of protected tables carry the number of their guard.  Those of
 * own tables carry nothing, and do nothing while no guard protects the table.
 */
#include "postgres.h"

#include "commands/trigger.h"
#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/rel.h"

#include "api/guard_check.h"
#include "store/changed_rows.h"
#include "store/frozen.h"
#include "store/guards.h"
#include "store/history.h"
#include "store/touched.h"
#include "store/unaccepted.h"

PG_FUNCTION_INFO_V1(guard_statement);
PG_FUNCTION_INFO_V1(guard_row);
PG_FUNCTION_INFO_V1(guard_truncate);
PG_FUNCTION_INFO_V1(guard_exception);

static void check_protocol(FunctionCallInfo fcinfo, const char *function);
static void protocol_violated(const char *function, const char *rule);
static const Guard *guard_of(const TriggerData *trigger);

/*
 * promise.guard_statement(), AFTER INSERT, UPDATE or DELETE FOR EACH STATEMENT,
 * with transition tables
 */
Datum
guard_statement(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = (TriggerData *) fcinfo->context;
	const Guard *guard;

	check_protocol(fcinfo, "guard_statement");
	if (!TRIGGER_FIRED_AFTER(trigger->tg_event) ||
		!TRIGGER_FIRED_FOR_STATEMENT(trigger->tg_event) ||
		TRIGGER_FIRED_BY_TRUNCATE(trigger->tg_event) ||
		(trigger->tg_oldtable == NULL) != TRIGGER_FIRED_BY_INSERT(trigger->tg_event) ||
		(trigger->tg_newtable == NULL) != TRIGGER_FIRED_BY_DELETE(trigger->tg_event))
		protocol_violated("guard_statement",
						  "must be fired AFTER INSERT, UPDATE or DELETE for each statement, with all transition tables");

	guard = guard_of(trigger);
	if (guard != NULL)
	{
		bool		deferred = guard->deferred;
		bool		keeps_history = guard->keeps_history;

		if (guard->mode != GUARD_REPORT && TRIGGER_FIRED_BY_INSERT(trigger->tg_event))
			frozen_refuse(trigger->tg_relation);
		changed_rows_of_statement(guard, trigger);
		if (!deferred)
			guard_check(false);
		else if (touched_is_early())
			guard_check(true);
		if (keeps_history)
			history_of_statement(guard, trigger);
	}
	return PointerGetDatum(NULL);
}

/*
 * promise.guard_row(), deferrable constraint trigger AFTER INSERT, UPDATE or
 * DELETE FOR EACH ROW
 */
Datum
guard_row(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = (TriggerData *) fcinfo->context;
	const Guard *guard;

	check_protocol(fcinfo, "guard_row");
	if (!TRIGGER_FIRED_AFTER(trigger->tg_event) ||
		!TRIGGER_FIRED_FOR_ROW(trigger->tg_event))
		protocol_violated("guard_row", "must be fired AFTER a change for each row");

	guard = guard_of(trigger);
	if (guard != NULL)
	{
		touched_note_early();
		if (guard->deferred)
			changed_rows_of_row(guard, trigger);
		guard_check(true);
	}
	return PointerGetDatum(NULL);
}

/*
 * promise.guard_truncate(), BEFORE and AFTER TRUNCATE FOR EACH STATEMENT
 */
Datum
guard_truncate(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = (TriggerData *) fcinfo->context;
	const Guard *guard;

	check_protocol(fcinfo, "guard_truncate");
	if (!TRIGGER_FIRED_BY_TRUNCATE(trigger->tg_event))
		protocol_violated("guard_truncate", "must be fired by TRUNCATE");

	guard = guard_of(trigger);
	if (guard != NULL)
	{
		if (TRIGGER_FIRED_BEFORE(trigger->tg_event))
		{
			changed_rows_all(guard);
			if (guard->keeps_history)
				history_of_truncate(guard, trigger->tg_relation);
		}
		else
			guard_check(false);
	}
	return PointerGetDatum(NULL);
}

/*
 * promise.guard_exception(), deferrable constraint trigger AFTER INSERT, UPDATE or
 * DELETE FOR EACH ROW on promise.exception
 *
 * An order that was recorded there may count from now on.  That is refused where
 * a promise is broken by it, whatever the guard of its table does.
 */
Datum
guard_exception(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = (TriggerData *) fcinfo->context;

	check_protocol(fcinfo, "guard_exception");
	if (!TRIGGER_FIRED_AFTER(trigger->tg_event) ||
		!TRIGGER_FIRED_FOR_ROW(trigger->tg_event))
		protocol_violated("guard_exception",
						  "must be fired AFTER a change for each row");

	if (guards_any())
	{
		unaccepted_touch(trigger);
		guard_check(false);
	}
	return PointerGetDatum(NULL);
}

static void
check_protocol(FunctionCallInfo fcinfo, const char *function)
{
	if (!CALLED_AS_TRIGGER(fcinfo))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("function \"%s\" was not called by trigger manager",
						function)));
}

static void
protocol_violated(const char *function, const char *rule)
{
	ereport(ERROR,
			(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
			 errmsg("function \"%s\" %s", function, rule)));
}

/*
 * The guard that the trigger belongs to; NULL if it is not there, or not any
 * more.
 */
static const Guard *
guard_of(const TriggerData *trigger)
{
	const Trigger *definition = trigger->tg_trigger;

	if (definition->tgnargs == 0)
		return guards_find_own(RelationGetRelid(trigger->tg_relation));
	return guards_find(pg_strtoint32(definition->tgargs[0]));
}
