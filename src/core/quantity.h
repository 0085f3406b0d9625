/*
 * quantity.h - products, quotients and text of quantities.
 *
 * For sums use pg_add_s64_overflow and pg_sub_s64_overflow directly.
 */
#ifndef PROMISE_QUANTITY_H
#define PROMISE_QUANTITY_H

#include "core/core.h"

#include "lib/stringinfo.h"

extern PromiseStatus quantity_multiply(Quantity a, Quantity b,
									   Quantity *product);
extern PromiseStatus quantity_multiply_up(Quantity a, Quantity b,
										  Quantity *product);
extern PromiseStatus quantity_divide_up(Quantity a, Quantity b,
										Quantity *quotient);
extern void quantity_append_text(StringInfo buf, Quantity quantity);

#endif							/* PROMISE_QUANTITY_H */
