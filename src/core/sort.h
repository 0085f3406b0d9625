/*
 * sort.h - sorting that can be interrupted.
 *
 * For arrays that grow with the data: a million rows take longer to sort than
 * anybody who cancels a question wants to wait.
 */
#ifndef PROMISE_SORT_H
#define PROMISE_SORT_H

#include "core/core.h"

typedef int (*SortCompare) (const void *a, const void *b);

extern void core_sort(void *base, size_t n, size_t size, SortCompare compare);

#endif							/* PROMISE_SORT_H */
