/*
 * timezone_setting.h - the zone in which dates without one are read.
 */
#ifndef PROMISE_TIMEZONE_SETTING_H
#define PROMISE_TIMEZONE_SETTING_H

#include "pgtime.h"

extern void timezone_setting_define(void);
extern pg_tz *timezone_setting_get(void);

#endif							/* PROMISE_TIMEZONE_SETTING_H */
