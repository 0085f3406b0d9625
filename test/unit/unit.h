/*
 * unit.h - a very small runner for tests of the pure layers.
 *
 * A suite is a function void test_xxx(void) in xxx_test.c, listed in main.c.
 * It counts by CHECK and CHECK_INT, whose failures name file and line, and
 * draws its random inputs from unit_prng, which every suite finds in the same
 * state, whatever ran before it.
 */
#ifndef PROMISE_UNIT_H
#define PROMISE_UNIT_H

#include "core/core.h"

#include "common/pg_prng.h"

/* how many random inputs a property is tried on */
#define UNIT_TRIALS 100000

extern pg_prng_state unit_prng;

extern bool unit_check(bool passed, const char *what,
					   const char *file, int line);
extern bool unit_check_int(int64 actual, int64 expected, const char *what,
						   const char *file, int line);
extern int64 unit_random(int64 lowest, int64 highest);

/* both are true if the check passed, so that a suite can say more if not */
#define CHECK(cond) \
	unit_check((cond), #cond, __FILE__, __LINE__)
#define CHECK_INT(actual, expected) \
	unit_check_int((actual), (expected), #actual, __FILE__, __LINE__)

#endif							/* PROMISE_UNIT_H */
