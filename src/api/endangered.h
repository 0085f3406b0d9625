/*
 * endangered.h - a promise that cannot be kept, and why, in words.
 */
#ifndef PROMISE_ENDANGERED_H
#define PROMISE_ENDANGERED_H

#include "postgres.h"

#include "engine/capacity_serving.h"
#include "engine/cause.h"
#include "engine/serving.h"

/* so many of those who took what is missing are named */
#define ENDANGERED_MAX_NAMES 100

/* strings are borrowed from the node, or palloc'd; NULL where SQL has NULL */
typedef struct Endangered
{
	const char *ref;
	const char *kind;
	const char *item;			/* NULL: it is a load */
	const char *location;
	const char *resource;		/* NULL: it is of an item */
	Quantity	quantity;		/* of a load: its units */
	Instant		promised_at;	/* INSTANT_BEGIN: the row names no date */
	Quantity	missing;
	Instant		short_from;
	Instant		feasible_at;	/* INSTANT_END: never */
	PromiseReason reason;
	char	   *detail;
	const char *takers[ENDANGERED_MAX_NAMES];	/* refs, each once */
	int			ntakers;
	const char *receipts[SERVING_MAX_RECEIPTS]; /* refs, each once */
	int			nreceipts;
} Endangered;

extern void endangered_describe(Serving *serving, int loser, Endangered *result);
extern void endangered_describe_load(CapacityServing *serving, int loser,
									 Endangered *result);

#endif							/* PROMISE_ENDANGERED_H */
