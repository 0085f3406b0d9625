/*
 * mapping.h - where the rows of the roles are.
 *
 * The catalogue lists every relation that has rows of a role: the own tables,
 * and what promise.map added.  An own table is a mapping like any other, whose
 * expressions are its columns.  The catalogue is kept in the backend and
 * follows the table promise.mapping as catalogs follow DDL: the latest
 * committed version counts, and one's own changes.
 */
#ifndef PROMISE_MAPPING_H
#define PROMISE_MAPPING_H

#include "postgres.h"

#include "store/role.h"

typedef struct Prepared Prepared;

typedef struct Mapping
{
	RoleId		role;
	Oid			relation;
	bool		own;
	bool		recorded;		/* in promise.mapping */
	const char *name;			/* of the mapping, often empty */
	const char *expressions[ROLE_MAX_COLUMNS];	/* NULL: not mapped */
	const char *filter;			/* NULL: every row */
	bool		stale;			/* the relation may have changed since it was
								 * prepared */
	Prepared   *prepared;		/* see plan.h; NULL until it is used */
} Mapping;

typedef struct Catalogue
{
	MemoryContext context;		/* holds all of it */
	int			nmappings;
	Mapping    *mappings;		/* own tables first, then by role, relation
								 * and name */
} Catalogue;

extern Catalogue *mapping_catalogue(void);
extern uint64 mapping_generation(void);
extern Mapping *mapping_find(RoleId role, Oid relation, const char *name);
extern void mapping_enter(void);
extern void mapping_leave(void);
extern void mapping_retire(Prepared *prepared);
extern const char *mapping_label(const Mapping *mapping);
extern const char *mapping_removal(const Mapping *mapping);

#endif							/* PROMISE_MAPPING_H */
