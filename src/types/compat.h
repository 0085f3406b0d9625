/*
 * compat.h - every difference between the supported PostgreSQL versions.
 *
 * No other file tests PG_VERSION_NUM.
 */
#ifndef PROMISE_COMPAT_H
#define PROMISE_COMPAT_H

#include "postgres.h"

#include "utils/datetime.h"
#include "utils/guc.h"

#if PG_VERSION_NUM < 150000
#error "promise needs PostgreSQL 15 or later"
#endif

/*
 * The "extra" of a setting's check hook: plain malloc up to 15, afterwards
 * from the settings' own context.  NULL if there is no memory.
 */
static inline void *
compat_guc_malloc(size_t size)
{
#if PG_VERSION_NUM >= 160000
	return guc_malloc(LOG, size);
#else
	return malloc(size);
#endif
}

/*
 * Decoding the fields of a date and time: from 16 on an error carries details
 * that go from the decoder to the report.
 */
#if PG_VERSION_NUM >= 160000
typedef DateTimeErrorExtra CompatDateTimeError;
#else
typedef struct CompatDateTimeError
{
	char		unused;
} CompatDateTimeError;
#endif

/* a negative result is a DTERR code */
static inline int
compat_decode_datetime(char **field, int *ftype, int nfields, int *dtype,
					   struct pg_tm *tm, fsec_t *fsec, int *tz,
					   CompatDateTimeError *error)
{
#if PG_VERSION_NUM >= 160000
	return DecodeDateTime(field, ftype, nfields, dtype, tm, fsec, tz, error);
#else
	return DecodeDateTime(field, ftype, nfields, dtype, tm, fsec, tz);
#endif
}

static inline void
compat_datetime_error(int dterr, CompatDateTimeError *error, const char *str,
					  const char *datatype)
{
#if PG_VERSION_NUM >= 160000
	DateTimeParseError(dterr, error, str, datatype, NULL);
#else
	DateTimeParseError(dterr, str, datatype);
#endif
}

#endif							/* PROMISE_COMPAT_H */
