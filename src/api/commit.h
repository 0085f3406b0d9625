/*
 * commit.h - giving promises.
 */
#ifndef PROMISE_COMMIT_H
#define PROMISE_COMMIT_H

#include "postgres.h"

#include "utils/timestamp.h"

#include "api/capable.h"
#include "api/offer.h"
#include "store/commitment.h"
#include "store/line_reader.h"

/* What is asked for. */
typedef struct CommitRequest
{
	Commitment	row;			/* to write; location is NULL if none is named */
	bool		is_hold;
	Interval   *ttl;			/* of a hold */
	bool		has_priority;
	Instant		after;
	PlanWish	wish;
	PartsWish	parts;
} CommitRequest;

/*
 * Give one promise, or the answer that was given before, or raise.  The own
 * tables are guarded.
 */
extern void commit_give(CommitRequest *request, OfferList *list);

/* raise if what is given for good says that it is a hold */
extern void commit_check_kind(const Commitment *row, const char *ref);

#endif							/* PROMISE_COMMIT_H */
