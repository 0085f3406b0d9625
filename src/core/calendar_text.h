/*
 * calendar_text.h - calendars as people write them.
 *
 * doc/calendar.md describes the literal.
 */
#ifndef PROMISE_CALENDAR_TEXT_H
#define PROMISE_CALENDAR_TEXT_H

#include "core/calendar_draft.h"
#include "lib/stringinfo.h"

/* sizes of the texts, with the terminating zero */
#define CALENDAR_DATE_LEN	sizeof("9999-12-31")
#define CALENDAR_SHIFT_LEN	sizeof("00:00:00-48:00:00")

extern PromiseStatus calendar_parse(const char *literal, CalendarDraft *draft,
									CalendarFault *fault);
extern bool calendar_zone_is_plausible(const char *zone, size_t len);

extern void calendar_print(const CalendarRules *rules, StringInfo out);
extern void calendar_print_date(char *out, int32 day);
extern void calendar_print_shift(char *out, const CalendarShift *shift);
extern const char *calendar_weekday_name(int weekday);

#endif							/* PROMISE_CALENDAR_TEXT_H */
