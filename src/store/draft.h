/*
 * draft.h - a mapping that is being made.
 */
#ifndef PROMISE_DRAFT_H
#define PROMISE_DRAFT_H

#include "store/mapping.h"

extern void draft_begin(Mapping *draft, const char *role, Oid relation,
						const char *name);
extern void draft_set(Mapping *draft, const char *column,
					  const char *expression);
extern void draft_complete(Mapping *draft);
extern void draft_save(const Mapping *draft);

#endif							/* PROMISE_DRAFT_H */
