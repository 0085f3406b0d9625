/*
 * planned_access.h - statements on what is planned.
 *
 * They run with the rights of its owner: what is planned for a promise must not
 * depend on what the writer may see.
 */
#ifndef PROMISE_PLANNED_ACCESS_H
#define PROMISE_PLANNED_ACCESS_H

#include "postgres.h"

#include "executor/spi.h"

#include "store/owner.h"

/* connects SPI, which the statements between these two need */
extern void planned_enter(OwnerRights *before);
extern void planned_leave(const OwnerRights *before);

/* a plan that is kept, or a statement that is prepared for this one time */
extern int	planned_run(SPIPlanPtr plan, const Datum *values, bool read_only);
extern void planned_execute(const char *statement, const Oid *types,
							const Datum *values, int nparams, int expected);

#endif							/* PROMISE_PLANNED_ACCESS_H */
