/*
 * settings.c - the clock of a question, and what a change tells.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/datetime.h"
#include "utils/guc.h"
#include "utils/timestamp.h"

#include "store/settings.h"
#include "types/compat.h"

static bool check_clock(char **newval, void **extra, GucSource source);
static void assign_clock(const char *newval, void *extra);
static bool parse_clock(const char *text, TimestampTz *result);

static char *clock_text = NULL;
static TimestampTz clock_value;
static bool clock_is_set = false;

static int	grain_seconds = SECS_PER_HOUR;
static bool notify = false;
static int	search_effort = 20;
static bool replan = true;
static bool smaller_lots = false;
static bool keep_offers = true;
static char *exception_urgency = NULL;
static char *exception_reason = NULL;

/*
 * Define the settings.  Called once, when the library is loaded.
 */
void
settings_define(void)
{
	DefineCustomStringVariable("promise.clock",
							   "Sets the instant that questions take for now, for tests and replays.",
							   "An empty string means the start of the transaction.",
							   &clock_text,
							   "",
							   PGC_SUSET,
							   GUC_NOT_IN_SAMPLE,
							   check_clock,
							   assign_clock,
							   NULL);

	DefineCustomIntVariable("promise.grain",
							"Sets the grain to which now is rounded up where other instants count from it.",
							"An offer can be accepted unchanged until its grain ends.",
							&grain_seconds,
							SECS_PER_HOUR,
							1, SECS_PER_DAY,
							PGC_USERSET,
							GUC_UNIT_S,
							NULL, NULL, NULL);

	DefineCustomBoolVariable("promise.notify",
							 "Sends NOTIFY promise_alert when promises are newly at risk.",
							 "A transaction that does so cannot be prepared, and commits with NOTIFY are one after the other.",
							 &notify,
							 false,
							 PGC_USERSET,
							 0,
							 NULL, NULL, NULL);

	DefineCustomIntVariable("promise.search_effort",
							"Sets how many plans are tried beyond the first where the first one is late.",
							"For each, 15 orders of the steps of a lot are tried where they run in parallel. 0 answers with the first plan. Equal effort gives equal answers.",
							&search_effort,
							20,
							0, MAX_SEARCH_EFFORT,
							PGC_USERSET,
							0,
							NULL, NULL, NULL);

	DefineCustomBoolVariable("promise.replan",
							 "Lets plans of accepted promises be placed anew before a request is late or refused.",
							 "Every promised date holds. How many are tried depends on the effort.",
							 &replan,
							 true,
							 PGC_USERSET,
							 0,
							 NULL, NULL, NULL);

	DefineCustomBoolVariable("promise.smaller_lots",
							 "Tries more and smaller lots than there need be, where that could be earlier.",
							 "Only with promise.search_effort above 0, and as far as lot sizes allow.",
							 &smaller_lots,
							 false,
							 PGC_USERSET,
							 0,
							 NULL, NULL, NULL);

	DefineCustomBoolVariable("promise.keep_offers",
							 "Keeps each offer that is accepted as it was seen, for audits.",
							 "In promise.offer_seen, by promise.commit and its like.",
							 &keep_offers,
							 true,
							 PGC_SUSET,
							 0,
							 NULL, NULL, NULL);

	DefineCustomStringVariable("promise.exception_urgency",
							   "Sets how urgent the exceptions are that a guard in mode except records.",
							   "One of promise.urgency, or urgent, normal or low.",
							   &exception_urgency,
							   "normal",
							   PGC_USERSET,
							   0,
							   NULL, NULL, NULL);

	DefineCustomStringVariable("promise.exception_reason",
							   "Sets what makes the promises worth an exception that a guard in mode except records.",
							   "In the words of whoever makes them. An empty string says nothing.",
							   &exception_reason,
							   "",
							   PGC_USERSET,
							   0,
							   NULL, NULL, NULL);
}

/*
 * The instant that promise.clock sets; false if it sets none.
 */
bool
settings_clock(Instant *clock)
{
	if (clock_is_set)
		*clock = clock_value;
	return clock_is_set;
}

/*
 * The setting promise.grain, in microseconds.
 */
int64
settings_grain(void)
{
	return grain_seconds * USECS_PER_SEC;
}

/*
 * The setting promise.notify.
 */
bool
settings_notify(void)
{
	return notify;
}

/*
 * The setting promise.search_effort.
 */
int
settings_search_effort(void)
{
	return search_effort;
}

/*
 * The setting promise.replan.
 */
bool
settings_replan(void)
{
	return replan;
}

/*
 * The setting promise.smaller_lots.
 */
bool
settings_smaller_lots(void)
{
	return smaller_lots;
}

/*
 * The setting promise.keep_offers.
 */
bool
settings_keep_offers(void)
{
	return keep_offers;
}

/*
 * The setting promise.exception_urgency.
 */
const char *
settings_exception_urgency(void)
{
	return exception_urgency;
}

/*
 * The setting promise.exception_reason; NULL if it says nothing.
 */
const char *
settings_exception_reason(void)
{
	return exception_reason[0] == '\0' ? NULL : exception_reason;
}

/*
 * Accept a finite timestamptz and keep it in a form that means the same under
 * every TimeZone and DateStyle: parallel workers and RESET read it again.
 */
static bool
check_clock(char **newval, void **extra, GucSource source)
{
	TimestampTz value;
	struct pg_tm tm;
	fsec_t		fsec;
	char		canonical[MAXDATELEN + 1];
	char	   *copy;
	TimestampTz *result;

	if ((*newval)[0] == '\0')
		return true;

	if (!parse_clock(*newval, &value))
	{
		GUC_check_errdetail("\"%s\" is not a finite date and time.", *newval);
		return false;
	}

	if (timestamp2tm(value, NULL, &tm, &fsec, NULL, NULL) != 0)
		return false;
	tm.tm_isdst = 0;
	EncodeDateTime(&tm, fsec, true, 0, NULL, USE_ISO_DATES, canonical);

	copy = compat_guc_malloc(strlen(canonical) + 1);
	result = compat_guc_malloc(sizeof(TimestampTz));
	if (copy == NULL || result == NULL)
		return false;

	strcpy(copy, canonical);
	compat_guc_free(*newval);
	*newval = copy;
	*result = value;
	*extra = result;
	return true;
}

static void
assign_clock(const char *newval, void *extra)
{
	clock_is_set = (extra != NULL);
	if (extra != NULL)
		clock_value = *(TimestampTz *) extra;
}

/*
 * Like timestamptz_in, but without raising and without words that depend on
 * the moment, such as "now".
 */
static bool
parse_clock(const char *text, TimestampTz *result)
{
	char		workbuf[MAXDATELEN + MAXDATEFIELDS];
	char	   *field[MAXDATEFIELDS];
	int			ftype[MAXDATEFIELDS];
	int			nfields;
	int			dtype;
	struct pg_tm tm;
	fsec_t		fsec;
	int			tz;
	CompatDateTimeError error;

	if (pg_strcasecmp(text, "now") == 0 ||
		pg_strcasecmp(text, "today") == 0 ||
		pg_strcasecmp(text, "tomorrow") == 0 ||
		pg_strcasecmp(text, "yesterday") == 0)
		return false;

	if (ParseDateTime(text, workbuf, sizeof(workbuf), field, ftype,
					  MAXDATEFIELDS, &nfields) != 0)
		return false;
	if (compat_decode_datetime(field, ftype, nfields, &dtype, &tm, &fsec, &tz,
							   &error) != 0)
		return false;
	if (dtype != DTK_DATE)
		return false;

	return tm2timestamp(&tm, fsec, &tz, result) == 0 &&
		IS_VALID_TIMESTAMP(*result);
}
