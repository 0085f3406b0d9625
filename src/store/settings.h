/*
 * settings.h - the clock of a question, and what a change tells.
 */
#ifndef PROMISE_SETTINGS_H
#define PROMISE_SETTINGS_H

#include "core/core.h"

extern void settings_define(void);
extern bool settings_clock(Instant *clock);
extern int64 settings_grain(void);
extern bool settings_notify(void);

#endif							/* PROMISE_SETTINGS_H */
