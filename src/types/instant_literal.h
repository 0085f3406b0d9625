/*
 * instant_literal.h - reading dates and times in a zone of our choice, and
 * writing them in UTC.
 */
#ifndef PROMISE_INSTANT_LITERAL_H
#define PROMISE_INSTANT_LITERAL_H

#include "postgres.h"

#include "lib/stringinfo.h"
#include "pgtime.h"
#include "utils/date.h"
#include "utils/timestamp.h"

#include "core/core.h"
#include "types/compat.h"

/* a decoded literal, or why it is none */
typedef struct InstantLiteral
{
	int			kind;			/* DTK_DATE, or one of the special instants */
	struct pg_tm tm;
	fsec_t		fsec;
	int			tz;				/* seconds west of Greenwich */
	int			dterr;			/* a DTERR code, 0 if decoded */
	CompatDateTimeError error;
} InstantLiteral;

extern bool instant_literal_decode(const char *str, const char *suffix,
								   pg_tz *zone, InstantLiteral *literal);
extern Instant instant_literal_value(const InstantLiteral *literal,
									 const char *str);
extern DateADT instant_literal_date(const InstantLiteral *literal,
									const char *str);
extern _Noreturn void instant_literal_raise(InstantLiteral *literal, const char *str,
											const char *type);
extern void instant_literal_append(StringInfo buf, Instant at);

#endif							/* PROMISE_INSTANT_LITERAL_H */
