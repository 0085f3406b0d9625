/*
 * calendar_io.c - promise.calendar: text and binary form, constructors.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "libpq/pqformat.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "core/calendar_text.h"
#include "types/calendar_type.h"
#include "types/report.h"
#include "types/zone.h"

PG_FUNCTION_INFO_V1(calendar_in);
PG_FUNCTION_INFO_V1(calendar_out);
PG_FUNCTION_INFO_V1(calendar_recv);
PG_FUNCTION_INFO_V1(calendar_send);
PG_FUNCTION_INFO_V1(calendar_make);
PG_FUNCTION_INFO_V1(calendar_zone);

static void recv_check(PromiseStatus status, const CalendarFault *fault);
static void recv_list(StringInfo buf, ShiftList *list);
static void send_shifts(StringInfo buf, const CalendarShift *shifts, int nshifts);

/*
 * Text input looks the zone up: a misspelt one is found out here, not when the
 * first promise is asked for.
 */
Datum
calendar_in(PG_FUNCTION_ARGS)
{
	PG_RETURN_CALENDAR_P(calendar_from_text(PG_GETARG_CSTRING(0)));
}

Datum
calendar_out(PG_FUNCTION_ARGS)
{
	Calendar   *cal = PG_GETARG_CALENDAR_P(0);
	CalendarRules rules = calendar_rules(cal);
	StringInfoData out;

	initStringInfo(&out);
	calendar_print(&rules, &out);
	PG_RETURN_CSTRING(out.data);
}

/*
 * Binary form: format (int32, 0), zone (length and bytes), number of periods
 * and for each its first day and the shifts of its seven weekdays, number of
 * entries and for each its day and shifts.  A list of shifts is its length and
 * pairs of seconds.
 */
Datum
calendar_recv(PG_FUNCTION_ARGS)
{
	StringInfo	buf = (StringInfo) PG_GETARG_POINTER(0);
	CalendarDraft draft;
	CalendarRules rules;
	CalendarFault fault = {{0}};
	uint32		flags = pq_getmsgint(buf, 4);
	int32		zonelen;
	const char *zone;
	int32		nperiods;
	int32		nentries;

	if (flags != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("unsupported calendar format %u", flags)));

	zonelen = pq_getmsgint(buf, 4);
	if (zonelen < 1 || zonelen > CALENDAR_MAX_ZONE)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("invalid length of a calendar's time zone: %d", zonelen)));
	zone = pnstrdup(pq_getmsgbytes(buf, zonelen), zonelen);
	if (!calendar_zone_is_plausible(zone, zonelen))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("invalid name of a calendar's time zone")));
	calendar_draft_init(&draft, zone);

	/* every round reads something: a count that lies ends with the message */
	nperiods = pq_getmsgint(buf, 4);
	for (int32 p = 0; p < nperiods; p++)
	{
		int32		first = pq_getmsgint(buf, 4);
		int32		before = draft.periods[draft.nperiods - 1].first;

		if (p == 0 ? first != CALENDAR_DATE_BEGIN :
			(first <= before || first < CALENDAR_DATE_MIN ||
			 first > CALENDAR_DATE_MAX))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
					 errmsg("invalid first day of a calendar's period")));
		if (p > 0)
			recv_check(calendar_draft_period(&draft, first, &fault), &fault);
		for (int w = 0; w < CALENDAR_WEEK; w++)
			recv_list(buf, &draft.periods[p].week[w]);
	}

	nentries = pq_getmsgint(buf, 4);
	for (int32 e = 0; e < nentries; e++)
	{
		int32		day = pq_getmsgint(buf, 4);
		ShiftList	list = {0};

		recv_list(buf, &list);
		recv_check(calendar_draft_entry(&draft, day, &list, &fault), &fault);
	}
	if (nperiods < 1 || nentries < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("invalid count in a calendar")));
	pq_getmsgend(buf);

	/* trust nothing from the wire: the canonical form is ours to establish */
	recv_check(calendar_finish(&draft, &rules, &fault), &fault);
	PG_RETURN_CALENDAR_P(calendar_pack(&rules));
}

Datum
calendar_send(PG_FUNCTION_ARGS)
{
	Calendar   *cal = PG_GETARG_CALENDAR_P(0);
	CalendarRules rules = calendar_rules(cal);
	StringInfoData buf;

	pq_begintypsend(&buf);
	pq_sendint32(&buf, cal->flags);
	pq_sendint32(&buf, cal->zonelen);
	pq_sendbytes(&buf, rules.zone, cal->zonelen);

	pq_sendint32(&buf, rules.nperiods);
	for (int p = 0; p < rules.nperiods; p++)
	{
		pq_sendint32(&buf, rules.periods[p].first);
		for (int w = 0; w < CALENDAR_WEEK; w++)
		{
			int			nshifts;
			const CalendarShift *shifts;

			shifts = calendar_week_shifts(&rules, p, w, &nshifts);
			send_shifts(&buf, shifts, nshifts);
		}
	}

	pq_sendint32(&buf, rules.nentries);
	for (int e = 0; e < rules.nentries; e++)
	{
		const CalendarEntry *entry = &rules.entries[e];

		pq_sendint32(&buf, entry->day);
		send_shifts(&buf, rules.shifts + entry->shift, entry->nshifts);
	}
	PG_RETURN_BYTEA_P(pq_endtypsend(&buf));
}

/*
 * promise.calendar(zone, VARIADIC rules): the literal in pieces, for queries
 * that compute some of them.
 */
Datum
calendar_make(PG_FUNCTION_ARGS)
{
	text	   *zone = PG_GETARG_TEXT_PP(0);
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(1);
	Datum	   *rules;
	bool	   *nulls;
	int			nrules;
	StringInfoData literal;

	deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT,
					  &rules, &nulls, &nrules);
	initStringInfo(&literal);
	appendBinaryStringInfo(&literal, VARDATA_ANY(zone), VARSIZE_ANY_EXHDR(zone));
	for (int i = 0; i < nrules; i++)
	{
		if (nulls[i])
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("rules of a calendar must not be null")));
		appendStringInfoString(&literal, "; ");
		appendStringInfoString(&literal, TextDatumGetCString(rules[i]));
	}
	PG_RETURN_CALENDAR_P(calendar_from_text(literal.data));
}

Datum
calendar_zone(PG_FUNCTION_ARGS)
{
	Calendar   *cal = PG_GETARG_CALENDAR_P(0);

	PG_RETURN_TEXT_P(cstring_to_text(calendar_rules(cal).zone));
}

/*
 * Make a datum of canonical rules.
 */
Calendar *
calendar_pack(const CalendarRules *rules)
{
	Size		periods_size = rules->nperiods * sizeof(CalendarPeriod);
	Size		entries_size = rules->nentries * sizeof(CalendarEntry);
	Size		shifts_size = rules->nshifts * sizeof(CalendarShift);
	int32		zonelen = strlen(rules->zone);
	Size		data_size = periods_size + entries_size + shifts_size + zonelen + 1;
	Size		size = offsetof(Calendar, data) + data_size;
	Calendar   *cal;
	char	   *data;

	Assert(calendar_is_canonical(rules));

	cal = palloc0(size);
	SET_VARSIZE(cal, size);
	cal->flags = 0;
	cal->nperiods = rules->nperiods;
	cal->nentries = rules->nentries;
	cal->nshifts = rules->nshifts;
	cal->zonelen = zonelen;

	data = (char *) cal->data;
	memcpy(data, rules->periods, periods_size);
	data += periods_size;
	memcpy(data, rules->entries, entries_size);
	data += entries_size;
	memcpy(data, rules->shifts, shifts_size);
	data += shifts_size;
	memcpy(data, rules->zone, zonelen + 1);
	return cal;
}

/*
 * A view of a datum's rules; it lives as long as the datum.
 */
CalendarRules
calendar_rules(const Calendar *cal)
{
	CalendarRules rules;

	rules.nperiods = cal->nperiods;
	rules.nentries = cal->nentries;
	rules.nshifts = cal->nshifts;
	rules.periods = (const CalendarPeriod *) cal->data;
	rules.entries = (const CalendarEntry *) (rules.periods + rules.nperiods);
	rules.shifts = (const CalendarShift *) (rules.entries + rules.nentries);
	rules.zone = (const char *) (rules.shifts + rules.nshifts);
	return rules;
}

/*
 * Raise the error for rules that are no calendar.
 */
void
calendar_fault(PromiseStatus status, const CalendarFault *fault)
{
	ereport(ERROR,
			(errcode(status == PROMISE_CALENDAR_TOO_LARGE ?
					 ERRCODE_PROGRAM_LIMIT_EXCEEDED :
					 ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("invalid calendar"),
			 fault->detail[0] ? errdetail("%s", fault->detail) : 0,
			 fault->hint ? errhint("%s", fault->hint) : 0));
}

/*
 * The calendar of a literal; raises if it is none.
 */
Calendar *
calendar_from_text(const char *text)
{
	CalendarDraft draft;
	CalendarRules rules;
	CalendarFault fault;
	PromiseStatus status;

	status = calendar_parse(text, &draft, &fault);
	if (status == PROMISE_OK)
		status = calendar_finish(&draft, &rules, &fault);
	if (status != PROMISE_OK)
		ereport(ERROR,
				(errcode(status == PROMISE_CALENDAR_TOO_LARGE ?
						 ERRCODE_PROGRAM_LIMIT_EXCEEDED :
						 ERRCODE_INVALID_TEXT_REPRESENTATION),
				 errmsg("invalid input syntax for type %s: \"%s\"",
						"promise.calendar", text),
				 fault.detail[0] ? errdetail("%s", fault.detail) : 0,
				 fault.hint ? errhint("%s", fault.hint) : 0));

	rules.zone = zone_canonical_name(rules.zone);
	return calendar_pack(&rules);
}

static void
recv_check(PromiseStatus status, const CalendarFault *fault)
{
	if (status != PROMISE_OK)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("invalid calendar in binary form"),
				 fault->detail[0] ? errdetail("%s", fault->detail) : 0));
}

static void
recv_list(StringInfo buf, ShiftList *list)
{
	CalendarFault fault = {{0}};
	int32		nshifts = pq_getmsgint(buf, 4);

	if (nshifts < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("invalid count in a calendar")));
	for (int32 i = 0; i < nshifts; i++)
	{
		int32		start = pq_getmsgint(buf, 4);
		int32		end = pq_getmsgint(buf, 4);

		recv_check(calendar_draft_shift(list, start, end, &fault), &fault);
	}
}

static void
send_shifts(StringInfo buf, const CalendarShift *shifts, int nshifts)
{
	pq_sendint32(buf, nshifts);
	for (int i = 0; i < nshifts; i++)
	{
		pq_sendint32(buf, shifts[i].start);
		pq_sendint32(buf, shifts[i].end);
	}
}
