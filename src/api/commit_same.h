/*
 * commit_same.h - is a ref that is known asked for as it was?
 */
#ifndef PROMISE_COMMIT_SAME_H
#define PROMISE_COMMIT_SAME_H

#include "api/commit.h"
#include "api/promise_parts.h"

extern void commit_check_same(const CommitRequest *request,
							  const PromiseParts *known);

/* the error that is raised if not */
extern _Noreturn void commit_report_difference(const char *ref,
											   const char *detail);

#endif							/* PROMISE_COMMIT_SAME_H */
