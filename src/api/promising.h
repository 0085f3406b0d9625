/*
 * promising.h - what the commands on promises have in common.
 */
#ifndef PROMISE_PROMISING_H
#define PROMISE_PROMISING_H

#include "postgres.h"

#include "fmgr.h"

#include "api/capable.h"
#include "api/offer.h"
#include "store/commitment.h"
#include "store/ledger.h"
#include "store/line_reader.h"

/* how a row is written */
typedef enum PromisingWrite
{
	PROMISING_INSERT,
	PROMISING_RENEW,
	PROMISING_CHANGE
} PromisingWrite;

extern const char *promising_text(FunctionCallInfo fcinfo, int argno,
								  const char *name);
extern const char *promising_ref(FunctionCallInfo fcinfo, int argno);
extern Quantity promising_quantity(FunctionCallInfo fcinfo, int argno,
								   const char *ref);
extern void promising_wish(FunctionCallInfo fcinfo, int argno, PlanWish *wish);
extern void promising_parts(FunctionCallInfo fcinfo, int argno,
							PartsWish *parts);
extern void promising_check_parts(const PartsWish *parts);
extern bool promising_write(const Commitment *row, PromisingWrite how,
							LedgerCause cause, LedgerEntries *entries);
extern void promising_deliver(const Commitment *row, Instant at);
extern void promising_name(void *ref);
extern bool promising_is_hold(const Commitment *row);
extern bool promising_has_expired(const Commitment *row, Instant now);
extern void promising_offer(const Commitment *row, OfferList *list);
extern void promising_offer_part(const Commitment *row, int part, int nparts,
								 OfferList *list);
extern void promising_changed_offer(const Commitment *row, Instant available_at,
									OfferList *list);

#endif							/* PROMISE_PROMISING_H */
