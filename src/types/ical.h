/*
 * ical.h - what library promise_ical has for the extension.
 */
#ifndef PROMISE_ICAL_H
#define PROMISE_ICAL_H

#include "postgres.h"

#include "fmgr.h"

#define ICAL_LIBRARY	"$libdir/promise_ical"
#define ICAL_FUNCTION	"ical_read_holidays"

extern PGDLLEXPORT Datum ical_read_holidays(PG_FUNCTION_ARGS);

#endif							/* PROMISE_ICAL_H */
