/*
 * quantity_numeric.h - from numeric to quantity and back.
 */
#ifndef PROMISE_QUANTITY_NUMERIC_H
#define PROMISE_QUANTITY_NUMERIC_H

#include "postgres.h"

#include "utils/numeric.h"

#include "core/core.h"

extern Quantity quantity_from_numeric(Numeric num);
extern Quantity quantity_from_datum(Datum num);
extern bool quantity_try_from_numeric(Numeric num, Quantity *result);
extern bool quantity_is_exact(Numeric num);
extern Numeric quantity_get_numeric(Quantity quantity);

#endif							/* PROMISE_QUANTITY_NUMERIC_H */
