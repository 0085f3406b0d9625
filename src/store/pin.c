/*
 * pin.c - settings of the session that must not change an answer.
 *
 * Expressions are parsed under these settings, and run under them if they are
 * not immutable or if row-level security could hide rows.  The search path is
 * not among them: it is always pinned, see compat_pin_search_path.
 */
#include "postgres.h"

#include "pgtime.h"
#include "utils/guc.h"

#include "store/pin.h"
#include "types/timezone_setting.h"

static void pin(const char *name, const char *value);

/*
 * Pin the settings until pin_release, or until the transaction or
 * subtransaction aborts.
 */
int
pin_settings(void)
{
	int			nest_level = pin_expressions();

	/* policies that would hide rows raise an error instead */
	pin("row_security", "off");
	return nest_level;
}

/*
 * The same, but that policies hide rows from the caller.
 */
int
pin_expressions(void)
{
	int			nest_level = NewGUCNestLevel();

	pin("TimeZone", pg_get_timezone_name(timezone_setting_get()));
	pin("DateStyle", "ISO, MDY");
	pin("IntervalStyle", "postgres");
	pin("extra_float_digits", "1");
	pin("bytea_output", "hex");
	pin("standard_conforming_strings", "on");
	pin("jit", "off");
	return nest_level;
}

/*
 * Plan without just-in-time compilation.  A query for a set of keys is planned
 * anew each time, and would be compiled anew: that costs more than it saves.
 */
int
pin_no_compilation(void)
{
	int			nest_level = NewGUCNestLevel();

	pin("jit", "off");
	return nest_level;
}

/*
 * Plan nested loops over scans of indexes, where there are indexes.
 */
int
pin_index_scans(void)
{
	int			nest_level = NewGUCNestLevel();

	pin("jit", "off");
	pin("enable_seqscan", "off");
	pin("enable_bitmapscan", "off");
	pin("enable_indexscan", "on");
	pin("enable_indexonlyscan", "on");
	pin("enable_nestloop", "on");
	pin("enable_hashjoin", "off");
	pin("enable_mergejoin", "off");
	pin("enable_memoize", "off");
	pin("enable_material", "off");
	pin("max_parallel_workers_per_gather", "0");
	return nest_level;
}

/*
 * Plan a scan of an index that has everything, if there is one.
 */
int
pin_covering_indexes(void)
{
	int			nest_level = NewGUCNestLevel();

	pin("jit", "off");
	pin("enable_seqscan", "off");
	pin("enable_bitmapscan", "off");
	pin("enable_indexscan", "on");
	pin("enable_indexonlyscan", "on");
	return nest_level;
}

void
pin_release(int nest_level)
{
	AtEOXact_GUC(false, nest_level);
}

static void
pin(const char *name, const char *value)
{
	(void) set_config_option(name, value, PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_SAVE, true, 0, false);
}
