/*
 * report.h - from a status of the pure layers to an SQL error.
 */
#ifndef PROMISE_REPORT_H
#define PROMISE_REPORT_H

#include "core/core.h"

/* the extension's own SQLSTATEs, class PR; they never change */
#define ERRCODE_PROMISE_NOT_FEASIBLE	MAKE_SQLSTATE('P','R','0','0','1')
#define ERRCODE_PROMISE_POLICY			MAKE_SQLSTATE('P','R','0','0','2')
#define ERRCODE_PROMISE_UNKNOWN			MAKE_SQLSTATE('P','R','0','0','3')
#define ERRCODE_PROMISE_EXHAUSTED		MAKE_SQLSTATE('P','R','0','0','4')
#define ERRCODE_PROMISE_MAPPING			MAKE_SQLSTATE('P','R','0','0','5')
#define ERRCODE_PROMISE_INVALID			MAKE_SQLSTATE('P','R','0','0','6')
#define ERRCODE_PROMISE_REF				MAKE_SQLSTATE('P','R','0','0','7')

extern void report_status(PromiseStatus status);

/* raise unless the status is PROMISE_OK */
#define promise_check(status_) \
	do { \
		PromiseStatus check_status_ = (status_); \
		if (unlikely(check_status_ != PROMISE_OK)) \
			report_status(check_status_); \
	} while (0)

#endif							/* PROMISE_REPORT_H */
