/*
 * settings.h - the clock of a question, and what a change tells.
 */
#ifndef PROMISE_SETTINGS_H
#define PROMISE_SETTINGS_H

#include "core/core.h"

/* plans that a question may ask to be tried */
#define MAX_SEARCH_EFFORT	1000000

extern void settings_define(void);
extern bool settings_clock(Instant *clock);
extern int64 settings_grain(void);
extern bool settings_notify(void);
extern int	settings_search_effort(void);
extern bool settings_replan(void);
extern bool settings_smaller_lots(void);
extern bool settings_keep_offers(void);
extern const char *settings_exception_urgency(void);
extern const char *settings_exception_reason(void);

#endif							/* PROMISE_SETTINGS_H */
