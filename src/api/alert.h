/*
 * alert.h - promises that a change has newly put at risk.
 *
 * Supply may always change: reality does not ask.  Whoever lets a change pass
 * that leaves promises short (a guard on supply, an early delivery, a warning,
 * an approved exception; a resource that loses units) records here whom it hits,
 * one row of promise.alert for each promise or load.
 */
#ifndef PROMISE_ALERT_H
#define PROMISE_ALERT_H

#include "engine/problem.h"

/*
 * Record the promises of a node that cannot be kept after a change and could
 * be before, or lack more than they did.  Both images must have been read with
 * details and with the owner's rights, and are of the same node; an image
 * without events stands for a node that did not exist.
 *
 * The rows are written by SPI as the owner of promise.alert, so this may be
 * called from triggers only, never from a transaction callback.  No SPI
 * connection and no snapshot is needed beyond those of a trigger; the command
 * counter is incremented if a row was written.  Memory is freed again.
 * Returns how many rows were written.
 *
 * With the setting promise.notify on, the transaction sends one
 * NOTIFY promise_alert.
 */
extern int	alert_newly_endangered(const StockNode *before,
								   const StockNode *after, Instant now);

/*
 * The same for the loads of a resource, whose images must have been read with
 * their order.
 */
extern int	alert_newly_overloaded(const CapacityNode *before,
								   const CapacityNode *after, Instant now);

#endif							/* PROMISE_ALERT_H */
