/*
 * guard_check.h - judging what a transaction has changed.
 */
#ifndef PROMISE_GUARD_CHECK_H
#define PROMISE_GUARD_CHECK_H

#include "postgres.h"

#include "api/let_go.h"
#include "store/touched.h"

extern void guard_check_init(void);

/*
 * Lock and judge the nodes that were touched and not checked since: all, or
 * only those that a guard which is not deferred touched.  Raises, warns or
 * records as their guards say.
 */
extern void guard_check(bool all);

/* make changes that are judged by their sum */
extern void guard_together(void (*change) (void *), void *arg);

/*
 * Settle what is planned for a promise that is not gone, under the locks of all
 * its nodes.
 */
extern void guard_let_go(const char *ref, LetGo how);

/*
 * Make changes that are judged when the transaction commits, because it has yet to
 * do what belongs to them; or at once, if constraints are immediate.  These nodes,
 * which are locked, are all that they touch.
 */
extern void guard_later(void (*change) (void *), void *arg,
						TouchedNode **nodes, int nnodes);

#endif							/* PROMISE_GUARD_CHECK_H */
