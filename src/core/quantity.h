/*
 * quantity.h - arithmetic of quantities beyond adding and subtracting.
 *
 * For sums use pg_add_s64_overflow and pg_sub_s64_overflow directly.
 */
#ifndef PROMISE_QUANTITY_H
#define PROMISE_QUANTITY_H

#include "core/core.h"

extern PromiseStatus quantity_multiply(Quantity a, Quantity b,
									   Quantity *product);

#endif							/* PROMISE_QUANTITY_H */
