/*
 * guard_check.h - judging what a transaction has changed.
 */
#ifndef PROMISE_GUARD_CHECK_H
#define PROMISE_GUARD_CHECK_H

extern void guard_check_init(void);

/*
 * Lock and judge the nodes that were touched and not checked since: all, or
 * only those that a guard which is not deferred touched.  Raises, warns or
 * records as their guards say.
 */
extern void guard_check(bool all);

/* make changes that are judged by their sum */
extern void guard_together(void (*change) (void *), void *arg);

#endif							/* PROMISE_GUARD_CHECK_H */
