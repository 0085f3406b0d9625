/*
 * ical_library.c - public holidays from iCalendar text.
 *
 * A shared library of its own, promise_ical; ical.c says why.  libical
 * allocates with malloc and knows nothing of ereport: whatever it hands out is
 * released with the memory context of the call.
 */
#include "postgres.h"

#include <libical/ical.h>

#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "nodes/pg_list.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/datetime.h"
#include "utils/rangetypes.h"

#include "types/ical.h"

PG_MODULE_MAGIC;

/* a rule that yields more is no list of holidays */
#define MAX_RECURRENCES 100000

/* dates that a calendar can name: 0001-01-01 to 9999-12-31 */
#define MAX_YEAR		9999

/*
 * Where the rows go, which days are wanted (first <= day < end), and what of
 * libical's is to be released, at the end or by an error.
 */
typedef struct HolidaySink
{
	icalcomponent *root;
	icalrecur_iterator *iterator;
	MemoryContextCallback callback;
	ReturnSetInfo *rsinfo;
	DateADT		first;
	DateADT		end;
	bool		has_end;
} HolidaySink;

static HolidaySink *make_sink(ReturnSetInfo *rsinfo, RangeType *within);
static void release_sink(void *arg);
static void add_document(HolidaySink *sink, const char *ics);
static void check_document(icalcomponent *root);
static void add_calendar(HolidaySink *sink, icalcomponent *cal);
static void check_errors(icalcomponent *event);
static void add_event(HolidaySink *sink, icalcomponent *event);
static void add_recurrences(HolidaySink *sink, icalcomponent *event,
							struct icalrecurrencetype rule, int length,
							List *excluded);
static void add_days(HolidaySink *sink, icalcomponent *event, DateADT first,
					 int length, List *excluded);
static List *properties(icalcomponent *event, icalproperty_kind kind);
static DateADT date_of(icalcomponent *event, struct icaltimetype at);
static _Noreturn void malformed(const char *detail, const char *what);
static const char *event_name(icalcomponent *event);

/*
 * promise.ical_holidays(ics text, within daterange): one row for each day of
 * each all-day event.
 */
Datum
ical_read_holidays(PG_FUNCTION_ARGS)
{
	HolidaySink *sink;

	InitMaterializedSRF(fcinfo, 0);
	if (PG_ARGISNULL(0))
		return (Datum) 0;

	/* libical would abort the process otherwise */
	icalerror_set_errors_are_fatal(0);

	sink = make_sink((ReturnSetInfo *) fcinfo->resultinfo,
					 PG_ARGISNULL(1) ? NULL : PG_GETARG_RANGE_P(1));
	add_document(sink, text_to_cstring(PG_GETARG_TEXT_PP(0)));
	release_sink(sink);
	return (Datum) 0;
}

static HolidaySink *
make_sink(ReturnSetInfo *rsinfo, RangeType *within)
{
	HolidaySink *sink = palloc0(sizeof(HolidaySink));

	sink->callback.func = release_sink;
	sink->callback.arg = sink;
	MemoryContextRegisterResetCallback(CurrentMemoryContext, &sink->callback);

	sink->rsinfo = rsinfo;
	sink->first = PG_INT32_MIN;
	sink->end = PG_INT32_MAX;

	if (within != NULL)
	{
		TypeCacheEntry *typcache = lookup_type_cache(RangeTypeGetOid(within),
													 TYPECACHE_RANGE_INFO);
		RangeBound	lower;
		RangeBound	upper;
		bool		empty;

		/* ranges of dates are canonical: [lower, upper) */
		range_deserialize(typcache, within, &lower, &upper, &empty);
		if (empty)
			sink->end = sink->first;
		else
		{
			if (!lower.infinite)
				sink->first = DatumGetDateADT(lower.val);
			if (!upper.infinite)
				sink->end = DatumGetDateADT(upper.val);
		}
		sink->has_end = !DATE_IS_NOEND(sink->end);
	}
	return sink;
}

/* once more does no harm */
static void
release_sink(void *arg)
{
	HolidaySink *sink = arg;

	if (sink->iterator != NULL)
		icalrecur_iterator_free(sink->iterator);
	if (sink->root != NULL)
		icalcomponent_free(sink->root);
	sink->iterator = NULL;
	sink->root = NULL;
	icalmemory_free_ring();
}

static void
add_document(HolidaySink *sink, const char *ics)
{
	icalcomponent *root = icalparser_parse_string(ics);

	sink->root = root;
	check_document(root);

	/* several calendars in one text hang under a root of libical's own */
	if (icalcomponent_isa(root) == ICAL_VCALENDAR_COMPONENT)
	{
		add_calendar(sink, root);
		return;
	}
	for (icalcomponent *cal = icalcomponent_get_first_component(root, ICAL_VCALENDAR_COMPONENT);
		 cal != NULL;
		 cal = icalcomponent_get_next_component(root, ICAL_VCALENDAR_COMPONENT))
		add_calendar(sink, cal);
}

/*
 * The text must be complete calendars and nothing else.
 */
static void
check_document(icalcomponent *root)
{
	icalcomponent *inner;

	if (root == NULL)
		malformed("The text holds no VCALENDAR.", NULL);
	if (icalcomponent_isa(root) == ICAL_VCALENDAR_COMPONENT)
		return;
	if (icalcomponent_isa(root) != ICAL_XROOT_COMPONENT)
		malformed("The text holds no VCALENDAR.", NULL);

	inner = icalcomponent_get_first_component(root, ICAL_ANY_COMPONENT);
	if (inner == NULL)
		malformed("The text holds no VCALENDAR.", NULL);
	for (; inner != NULL;
		 inner = icalcomponent_get_next_component(root, ICAL_ANY_COMPONENT))
	{
		if (icalcomponent_isa(inner) != ICAL_VCALENDAR_COMPONENT)
			malformed("The text holds something else than a VCALENDAR.", NULL);
	}
}

static void
add_calendar(HolidaySink *sink, icalcomponent *cal)
{
	for (icalcomponent *event = icalcomponent_get_first_component(cal, ICAL_VEVENT_COMPONENT);
		 event != NULL;
		 event = icalcomponent_get_next_component(cal, ICAL_VEVENT_COMPONENT))
	{
		CHECK_FOR_INTERRUPTS();
		add_event(sink, event);
	}
}

/*
 * libical replaces what it cannot read by a property with its complaint.  A
 * property without a value is dropped by it and does no harm.
 */
static void
check_errors(icalcomponent *event)
{
	for (icalproperty *error = icalcomponent_get_first_property(event, ICAL_XLICERROR_PROPERTY);
		 error != NULL;
		 error = icalcomponent_get_next_property(event, ICAL_XLICERROR_PROPERTY))
	{
		const char *message = icalproperty_get_xlicerror(error);

		if (message == NULL || strncmp(message, "No value for", 12) != 0)
			malformed("Event \"%s\" has a property that cannot be read.",
					  event_name(event));
	}
}

/*
 * The days of an all-day event and of its recurrences.  Others are no
 * holidays, nor are cancelled ones.
 */
static void
add_event(HolidaySink *sink, icalcomponent *event)
{
	struct icaltimetype start;
	struct icaltimetype end;
	DateADT		first;
	int			length;
	List	   *rules;
	List	   *excluded = NIL;
	ListCell   *lc;

	check_errors(event);
	if (icalcomponent_get_status(event) == ICAL_STATUS_CANCELLED)
		return;
	if (icalcomponent_get_first_property(event, ICAL_DTSTART_PROPERTY) == NULL)
		malformed("Event \"%s\" has no DTSTART.", event_name(event));
	start = icalcomponent_get_dtstart(event);
	if (!icaltime_is_date(start))
		return;
	first = date_of(event, start);

	/* without DTEND or DURATION the event is its day */
	length = 1;
	if (icalcomponent_get_first_property(event, ICAL_DTEND_PROPERTY) != NULL ||
		icalcomponent_get_first_property(event, ICAL_DURATION_PROPERTY) != NULL)
	{
		end = icalcomponent_get_dtend(event);
		length = date_of(event, end) - first;
		if (length < 0)
			malformed("Event \"%s\" ends before it starts.", event_name(event));
		length = Max(length, 1);	/* some write the same day twice */
	}

	foreach(lc, properties(event, ICAL_EXDATE_PROPERTY))
		excluded = lappend_int(excluded,
							   date_of(event, icalproperty_get_exdate(lfirst(lc))));

	rules = properties(event, ICAL_RRULE_PROPERTY);
	foreach(lc, rules)
		add_recurrences(sink, event, icalproperty_get_rrule(lfirst(lc)), length,
						excluded);
	if (rules == NIL)
		add_days(sink, event, first, length, excluded);

	foreach(lc, properties(event, ICAL_RDATE_PROPERTY))
	{
		struct icaldatetimeperiodtype rdate = icalproperty_get_rdate(lfirst(lc));

		if (icaltime_is_null_time(rdate.time) || !icaltime_is_date(rdate.time))
			malformed("Event \"%s\" has an RDATE that is no date.", event_name(event));
		add_days(sink, event, date_of(event, rdate.time), length, excluded);
	}
}

/*
 * The recurrences of a rule, the first of which is the event's own day.
 */
static void
add_recurrences(HolidaySink *sink, icalcomponent *event,
				struct icalrecurrencetype rule, int length,
				List *excluded)
{
	int			n = 0;

	/*
	 * A day recurs daily at most.  Anything finer has no meaning for it, and
	 * libical would look for it second by second, deaf to interrupts.
	 */
	if (rule.freq != ICAL_YEARLY_RECURRENCE && rule.freq != ICAL_MONTHLY_RECURRENCE &&
		rule.freq != ICAL_WEEKLY_RECURRENCE && rule.freq != ICAL_DAILY_RECURRENCE)
		malformed("Event \"%s\" recurs more often than daily.", event_name(event));
	if (!sink->has_end && rule.count == 0 && icaltime_is_null_time(rule.until))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("event \"%s\" recurs without end", event_name(event)),
				 errhint("Give a range of dates with an upper bound.")));

	sink->iterator = icalrecur_iterator_new(rule, icalcomponent_get_dtstart(event));
	if (sink->iterator == NULL)
		malformed("Event \"%s\" has a recurrence that cannot be computed.",
				  event_name(event));

	for (;;)
	{
		struct icaltimetype at = icalrecur_iterator_next(sink->iterator);
		DateADT		first;

		CHECK_FOR_INTERRUPTS();
		if (icaltime_is_null_time(at) || at.year > MAX_YEAR)
			break;
		first = date_of(event, at);
		if (first >= sink->end)
			break;
		if (++n > MAX_RECURRENCES)
			ereport(ERROR,
					(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
					 errmsg("event \"%s\" recurs more than %d times",
							event_name(event), MAX_RECURRENCES)));
		add_days(sink, event, first, length, excluded);
	}
	icalrecur_iterator_free(sink->iterator);
	sink->iterator = NULL;
}

/*
 * One row for each wanted day of one occurrence, unless an EXDATE names its
 * first.
 */
static void
add_days(HolidaySink *sink, icalcomponent *event, DateADT first, int length,
		 List *excluded)
{
	DateADT		end = Min(first + length, sink->end);
	const char *summary = icalcomponent_get_summary(event);
	Datum		values[2];
	bool		nulls[2] = {false, summary == NULL};

	if (list_member_int(excluded, first))
		return;
	values[1] = summary == NULL ? (Datum) 0 : CStringGetTextDatum(summary);
	for (DateADT day = Max(first, sink->first); day < end; day++)
	{
		CHECK_FOR_INTERRUPTS();
		values[0] = DateADTGetDatum(day);
		tuplestore_putvalues(sink->rsinfo->setResult, sink->rsinfo->setDesc,
							 values, nulls);
	}
}

/*
 * The properties of a kind.  A component has but one cursor, which every other
 * question about it moves: so they are collected first.
 */
static List *
properties(icalcomponent *event, icalproperty_kind kind)
{
	List	   *result = NIL;

	for (icalproperty *property = icalcomponent_get_first_property(event, kind);
		 property != NULL;
		 property = icalcomponent_get_next_property(event, kind))
		result = lappend(result, property);
	return result;
}

static DateADT
date_of(icalcomponent *event, struct icaltimetype at)
{
	if (icaltime_is_null_time(at) || at.year < 1 || at.year > MAX_YEAR ||
		at.month < 1 || at.month > MONTHS_PER_YEAR || at.day < 1 ||
		at.day > day_tab[isleap(at.year)][at.month - 1])
		malformed("Event \"%s\" has a date that does not exist.", event_name(event));
	return date2j(at.year, at.month, at.day) - POSTGRES_EPOCH_JDATE;
}

/* "detail" has at most one %s, for "what" */
static void
malformed(const char *detail, const char *what)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
			 errmsg("invalid iCalendar text"),
			 errdetail(detail, what)));
}

/* what people would call the event, in messages */
static const char *
event_name(icalcomponent *event)
{
	const char *name = icalcomponent_get_summary(event);

	if (name == NULL)
		name = icalcomponent_get_uid(event);
	return pstrdup(name == NULL ? "" : name);
}
