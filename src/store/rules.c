/*
 * rules.c - from the rows of stocking to the rules of a node.
 *
 * If several rows give rules to one item at one location, the most cautious
 * of each rule counts, so that their order does not matter: the greatest
 * safety stock, the nearest horizon, the longest lead time, and the latest
 * date for receipts that are overdue.  What one of them calls unlimited is.
 */
#include "postgres.h"

#include "datatype/timestamp.h"
#include "utils/datetime.h"

#include "store/nodes.h"
#include "store/rules.h"
#include "types/compat.h"

/* a rule that no row has given yet */
#define NOT_GIVEN	INSTANT_BEGIN

static Instant add_interval(Instant start, const Interval *span, pg_tz *zone);

/*
 * Start with no rules.  Between this and rules_finish, the lead time and the
 * date for overdue receipts may be NOT_GIVEN.
 */
void
rules_init(NodeRules *rules)
{
	rules->safety_stock = 0;
	rules->horizon_end = INSTANT_END;
	rules->lead_end = NOT_GIVEN;
	rules->overdue_at = NOT_GIVEN;
	rules->unlimited = false;
}

/*
 * Add the rules of one row, whose intervals count in the zone of its location.
 */
void
rules_apply(NodeRules *rules, const StockingRow *row, Instant now, pg_tz *zone)
{
	Instant		grain = nodes_grain_ceil(now);

	if (row->has_safety_stock)
		rules->safety_stock = Max(rules->safety_stock, row->safety_stock);
	if (row->has_horizon)
		rules->horizon_end = core_min(rules->horizon_end,
									  add_interval(now, &row->horizon, zone));
	if (row->has_lead_time)
		rules->lead_end = core_max(rules->lead_end,
								   add_interval(grain, &row->lead_time, zone));
	rules->unlimited |= row->unlimited;
	if (row->has_overdue_counts && !row->overdue_counts)
		rules->overdue_at = INSTANT_END;
	else if (row->has_overdue_after)
		rules->overdue_at = core_max(rules->overdue_at,
									 add_interval(grain, &row->overdue_after, zone));
}

/*
 * Fill in what no row has given.
 */
void
rules_finish(NodeRules *rules, Instant now, pg_tz *zone)
{
	const Interval day = {.day = 1};

	if (rules->unlimited)
		rules->lead_end = now;
	else if (rules->lead_end == NOT_GIVEN)
		rules->lead_end = INSTANT_END;
	if (rules->overdue_at == NOT_GIVEN)
		rules->overdue_at = add_interval(nodes_grain_ceil(now), &day, zone);
}

/*
 * The instant one interval later: months and days by the calendar of the zone,
 * the rest as true time, as "timestamptz + interval" does in a session of that
 * zone.  No earlier than the start; beyond the range of timestamps, never.
 */
static Instant
add_interval(Instant start, const Interval *span, pg_tz *zone)
{
	Timestamp	result = start;

	if (compat_interval_is_infinite(span))
		return INSTANT_END;

	if (span->month != 0 || span->day != 0)
	{
		struct pg_tm tm;
		fsec_t		fsec;
		int			tz;
		int64		months;
		int64		day;

		if (timestamp2tm(result, &tz, &tm, &fsec, NULL, zone) != 0)
			return INSTANT_END;

		months = (int64) tm.tm_year * MONTHS_PER_YEAR + tm.tm_mon - 1 + span->month;
		if (months <= 0 || months / MONTHS_PER_YEAR > TIMESTAMP_END_JULIAN / 365)
			return months <= 0 ? start : INSTANT_END;
		tm.tm_year = months / MONTHS_PER_YEAR;
		tm.tm_mon = months % MONTHS_PER_YEAR + 1;
		tm.tm_mday = Min(tm.tm_mday, day_tab[isleap(tm.tm_year)][tm.tm_mon - 1]);

		day = (int64) date2j(tm.tm_year, tm.tm_mon, tm.tm_mday) + span->day;
		if (day < 0)
			return start;
		if (day > TIMESTAMP_END_JULIAN)
			return INSTANT_END;
		j2date((int) day, &tm.tm_year, &tm.tm_mon, &tm.tm_mday);

		tz = DetermineTimeZoneOffset(&tm, zone);
		if (tm2timestamp(&tm, fsec, &tz, &result) != 0)
			return INSTANT_END;
	}

	if (pg_add_s64_overflow(result, span->time, &result) ||
		!IS_VALID_TIMESTAMP(result))
		return span->time > 0 ? INSTANT_END : start;
	return Max(result, start);
}
