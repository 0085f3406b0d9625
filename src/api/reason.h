/*
 * reason.h - reasons in words.
 */
#ifndef PROMISE_REASON_H
#define PROMISE_REASON_H

#include "postgres.h"

#include "engine/cause.h"

extern const char *reason_name(PromiseReason reason);
extern Datum reason_datum(PromiseReason reason, Oid enum_type);
extern char *reason_flow_name(const Flow *flow);
extern char *reason_detail(const Cause *cause, const AtpLedger *ledger,
						   Quantity quantity, Instant by);
extern char *reason_binding(const Cause *cause);
extern char *reason_freeing(const Cause *cause, const AtpLedger *ledger);

#endif							/* PROMISE_REASON_H */
