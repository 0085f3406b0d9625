/*
 * amendment.h - what is changed of a promise that the ledger does not tell,
 * promise.amendment.
 */
#ifndef PROMISE_AMENDMENT_H
#define PROMISE_AMENDMENT_H

#include "postgres.h"

#include "commands/trigger.h"

/*
 * Of the columns that the trigger's arguments name, those that the update of one
 * row changes.
 */
extern void amendment_add(const TriggerData *trigger);

#endif							/* PROMISE_AMENDMENT_H */
