/*
 * span.h - sets of instants as sorted arrays of half-open spans.
 */
#ifndef PROMISE_SPAN_H
#define PROMISE_SPAN_H

#include "core/core.h"

/* all t with start <= t < end; never empty where it is part of a set */
typedef struct Span
{
	Instant		start;
	Instant		end;
} Span;

/*
 * A set is an array of spans that are not empty, sorted, disjoint and not
 * touching: two equal sets are equal byte for byte.  The operations accept
 * touching spans and deliver canonical sets.
 */
typedef enum SpanOp
{
	SPAN_UNION,
	SPAN_INTERSECTION,
	SPAN_DIFFERENCE
} SpanOp;

extern bool span_is_canonical(const Span *spans, int nspans);
extern int	span_append(Span *spans, int nspans, Instant start, Instant end);
extern int	span_combine(SpanOp op, const Span *a, int na,
						 const Span *b, int nb, Span *out);

#endif							/* PROMISE_SPAN_H */
