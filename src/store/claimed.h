/*
 * claimed.h - what anybody claims at all, for questions about everything.
 */
#ifndef PROMISE_CLAIMED_H
#define PROMISE_CLAIMED_H

#include "store/role.h"

/*
 * The items, or resources, that have rows of any of these roles, own tables or
 * mapped: each once, in order of their bytes, in the current memory context.
 * Read with the rights of the caller, under the snapshot of the calling
 * statement.
 */
extern const char **claimed_keys(const RoleId *roles, int nroles, int *nkeys);

#endif							/* PROMISE_CLAIMED_H */
