/*
 * init.c - what happens when the library is loaded.
 */
#include "postgres.h"

#include "fmgr.h"
#include "miscadmin.h"
#include "utils/guc.h"

#include "api/guard_check.h"
#include "api/stamp.h"
#include "core/core.h"
#include "store/settings.h"
#include "store/touched.h"
#include "types/timezone_setting.h"

PG_MODULE_MAGIC;

void		_PG_init(void);

static void
check_interrupts(void)
{
	CHECK_FOR_INTERRUPTS();
}

void
_PG_init(void)
{
	core_interrupt_hook = check_interrupts;
	timezone_setting_define();
	settings_define();
	stamp_init();
	touched_init();
	guard_check_init();
	MarkGUCPrefixReserved("promise");
}
