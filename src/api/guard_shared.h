/*
 * guard_shared.h - judging new claims without keeping others waiting.
 */
#ifndef PROMISE_GUARD_SHARED_H
#define PROMISE_GUARD_SHARED_H

/*
 * Judge what guard_check would judge, if that is nothing but new claims and
 * they pass together with everybody else's.  Otherwise false, with nothing done
 * and nothing locked: then the nodes must be locked for this transaction alone.
 */
extern bool guard_shared_check(bool all);

#endif							/* PROMISE_GUARD_SHARED_H */
