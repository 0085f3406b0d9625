/*
 * owner.h - acting with the rights of a relation's owner.
 *
 * As the checks of foreign keys do: whether a promise is kept must not depend
 * on what the writer may see.
 */
#ifndef PROMISE_OWNER_H
#define PROMISE_OWNER_H

#include "postgres.h"

/* who acted before */
typedef struct OwnerRights
{
	Oid			user;
	int			context;
} OwnerRights;

extern void owner_enter(Oid relation, OwnerRights *before);
extern void owner_enter_to_write(Oid relation, OwnerRights *before);
extern void owner_enter_function(Oid function, OwnerRights *before);
extern void owner_leave(const OwnerRights *before);

#endif							/* PROMISE_OWNER_H */
