/*
 * compat.h - every difference between the supported PostgreSQL versions.
 *
 * No other file tests PG_VERSION_NUM.
 */
#ifndef PROMISE_COMPAT_H
#define PROMISE_COMPAT_H

#include "postgres.h"

#if PG_VERSION_NUM < 150000
#error "promise needs PostgreSQL 15 or later"
#endif

#endif							/* PROMISE_COMPAT_H */
