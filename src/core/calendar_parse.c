/*
 * calendar_parse.c - from a literal to a draft.
 *
 *		calendar = zone { ';' [ clause ] }
 *		clause   = period | week | dated
 *		period   = 'from' date [ 'to' date ] | 'to' date
 *		week     = 'always' | 'never' | weekdays ( shifts | 'closed' )
 *		weekdays = 'daily' | weekday [ '-' weekday ] { ',' weekday [ '-' weekday ] }
 *		dated    = date [ 'to' date ] ( shifts | 'closed' )
 *		shifts   = time '-' time { [ ',' ] time '-' time }
 *		time     = hours ':' minutes [ ':' seconds ]
 *		date     = year '-' month '-' day
 *
 * Week clauses belong to the period clause before them; without one, to all
 * time.  Dated clauses may stand anywhere.
 */
#include "core/calendar_text.h"

#define IS_LEAP_YEAR(y) \
	((y) % 4 == 0 && ((y) % 100 != 0 || (y) % 400 == 0))

typedef struct Parser
{
	const char *p;				/* what is left to read */
	CalendarDraft *draft;
	CalendarFault *fault;
	DraftPeriod *period;		/* that week clauses belong to now */
	bool		header_open;	/* its period clause still lacks a week */
	bool		weekday_given[CALENDAR_WEEK];	/* in this period */
	bool		week_given;		/* any of them */
	int32		next_first;		/* first day after the period, if it ends */
	bool		ends;
} Parser;

static PromiseStatus parse_clause(Parser *parser);
static PromiseStatus parse_period(Parser *parser);
static PromiseStatus parse_week(Parser *parser);
static PromiseStatus parse_dated(Parser *parser);
static PromiseStatus parse_weekdays(Parser *parser, bool *weekdays);
static PromiseStatus parse_hours(Parser *parser, ShiftList *list);
static PromiseStatus parse_shift(Parser *parser, ShiftList *list);
static PromiseStatus parse_time(Parser *parser, int32 *seconds);
static PromiseStatus parse_date(Parser *parser, int32 *day);
static PromiseStatus end_period(Parser *parser);
static PromiseStatus set_week(Parser *parser, const bool *weekdays,
							  const ShiftList *list);
static bool at_word(Parser *parser, const char *word);
static bool accept_word(Parser *parser, const char *word);
static bool accept_weekday(Parser *parser, int *weekday);
static bool accept_number(Parser *parser, int mindigits, int maxdigits,
						  int *number);
static bool accept_char(Parser *parser, char c);
static bool accept_here(Parser *parser, char c);
static void skip_space(Parser *parser);
static bool at_end(Parser *parser);
static PromiseStatus syntax_fault(Parser *parser, const char *expected);
static PromiseStatus fault_detail(Parser *parser, const char *detail);
static bool is_space(char c);
static bool is_digit(char c);
static bool is_letter(char c);
static int32 day_of_date(int year, int month, int day);

/*
 * Read a literal.  The draft's zone is a palloc'd copy of what is written;
 * whether such a zone exists is not asked here.
 */
PromiseStatus
calendar_parse(const char *literal, CalendarDraft *draft, CalendarFault *fault)
{
	Parser		parser = {.p = literal};
	const char *start;
	const char *end;
	char	   *zone;
	bool		any = false;

	parser.draft = draft;
	parser.fault = fault;
	fault->detail[0] = '\0';
	fault->hint = NULL;

	skip_space(&parser);
	start = parser.p;
	end = start + strcspn(start, ";");
	parser.p = end;
	while (end > start && is_space(end[-1]))
		end--;
	if (!calendar_zone_is_plausible(start, end - start))
	{
		fault->hint = "A calendar is written as \"Europe/Berlin; Mon-Fri 08:00-16:00\".";
		return fault_detail(&parser, "A calendar begins with the name of a time zone.");
	}
	zone = palloc(end - start + 1);
	memcpy(zone, start, end - start);
	zone[end - start] = '\0';

	calendar_draft_init(draft, zone);
	parser.period = &draft->periods[0];

	while (accept_char(&parser, ';'))
	{
		PromiseStatus status;

		CORE_CHECK_INTERRUPTS();
		skip_space(&parser);
		if (at_end(&parser))
			continue;			/* nothing between two semicolons */
		status = parse_clause(&parser);
		if (status != PROMISE_OK)
			return status;
		any = true;
		if (!at_end(&parser))
			return syntax_fault(&parser, "\";\" or the end");
	}
	if (!any)
	{
		fault->hint = "Write \"always\" for a calendar that never closes, or \"never\" for one that never opens.";
		return fault_detail(&parser, "The calendar has no rules.");
	}
	return end_period(&parser);
}

/*
 * Can this be the name of a zone?  Asked of literals and of the wire, where no
 * zone is looked up.
 */
bool
calendar_zone_is_plausible(const char *zone, size_t len)
{
	if (len < 1 || len > CALENDAR_MAX_ZONE)
		return false;
	for (size_t i = 0; i < len; i++)
	{
		if (zone[i] <= ' ' || zone[i] > '~' || zone[i] == ';')
			return false;
	}
	return true;
}

static PromiseStatus
parse_clause(Parser *parser)
{
	if (is_digit(*parser->p))
		return parse_dated(parser);
	if (at_word(parser, "from") || at_word(parser, "to"))
		return parse_period(parser);
	return parse_week(parser);
}

/*
 * "from A", "from A to B" or "to B".  The last day is included.
 */
static PromiseStatus
parse_period(Parser *parser)
{
	int32		first = CALENDAR_DATE_BEGIN;
	int32		last;
	int32		latest;			/* first day of the period before */
	PromiseStatus status;

	if (accept_word(parser, "from"))
	{
		status = parse_date(parser, &first);
		if (status != PROMISE_OK)
			return status;

		status = end_period(parser);
		if (status != PROMISE_OK)
			return status;

		/* a period that ended the day before has left the place for this one */
		latest = parser->draft->periods[parser->draft->nperiods - 1].first;
		if (first < latest || (first == latest && !parser->ends))
			return fault_detail(parser, "Periods must ascend and not overlap.");
		if (first > latest)
			status = calendar_draft_period(parser->draft, first, parser->fault);
		if (status != PROMISE_OK)
			return status;
		parser->period = &parser->draft->periods[parser->draft->nperiods - 1];
	}
	else if (parser->draft->nperiods > 1 || parser->week_given ||
			 parser->header_open)
		return fault_detail(parser, "\"to\" without \"from\" must come before all weeks.");

	parser->ends = false;
	if (accept_word(parser, "to"))
	{
		status = parse_date(parser, &last);
		if (status != PROMISE_OK)
			return status;
		if (last < first)
			return fault_detail(parser, "A period must not end before it begins.");

		/* the last date that can be written stands for "without end" */
		parser->ends = (last < CALENDAR_DATE_MAX);
		parser->next_first = last + 1;
	}
	parser->header_open = true;
	parser->week_given = false;
	memset(parser->weekday_given, 0, sizeof(parser->weekday_given));
	return PROMISE_OK;
}

static PromiseStatus
parse_week(Parser *parser)
{
	bool		weekdays[CALENDAR_WEEK];
	ShiftList	list = {0};
	PromiseStatus status;

	memset(weekdays, true, sizeof(weekdays));
	if (accept_word(parser, "never"))
		return set_week(parser, weekdays, &list);
	if (accept_word(parser, "always"))
	{
		status = calendar_draft_shift(&list, 0, CALENDAR_DAY_SECS, parser->fault);
		if (status != PROMISE_OK)
			return status;
		return set_week(parser, weekdays, &list);
	}

	if (!accept_word(parser, "daily"))
	{
		status = parse_weekdays(parser, weekdays);
		if (status != PROMISE_OK)
			return status;
	}
	status = parse_hours(parser, &list);
	if (status != PROMISE_OK)
		return status;
	return set_week(parser, weekdays, &list);
}

static PromiseStatus
parse_dated(Parser *parser)
{
	int32		first;
	int32		last;
	ShiftList	list = {0};
	PromiseStatus status;

	status = parse_date(parser, &first);
	if (status != PROMISE_OK)
		return status;
	last = first;
	if (accept_word(parser, "to"))
	{
		status = parse_date(parser, &last);
		if (status != PROMISE_OK)
			return status;
		if (last < first)
			return fault_detail(parser, "A range of dates must not end before it begins.");
	}

	status = parse_hours(parser, &list);
	for (int32 day = first; day <= last && status == PROMISE_OK; day++)
		status = calendar_draft_entry(parser->draft, day, &list, parser->fault);
	return status;
}

/* "Mon", "Mon-Fri", "Sun-Thu", "Mon,Wed-Fri" */
static PromiseStatus
parse_weekdays(Parser *parser, bool *weekdays)
{
	memset(weekdays, false, CALENDAR_WEEK * sizeof(bool));
	do
	{
		int			from;
		int			to;

		if (!accept_weekday(parser, &from))
			return syntax_fault(parser, "a weekday, a date, \"from\", \"always\" or \"never\"");
		to = from;
		if (accept_char(parser, '-') && !accept_weekday(parser, &to))
			return syntax_fault(parser, "a weekday");
		for (int w = from;; w = (w + 1) % CALENDAR_WEEK)
		{
			if (weekdays[w])
				return syntax_fault(parser, "every weekday once");
			weekdays[w] = true;
			if (w == to)
				break;
		}
	} while (accept_char(parser, ','));
	return PROMISE_OK;
}

/* "closed", or one or more shifts */
static PromiseStatus
parse_hours(Parser *parser, ShiftList *list)
{
	if (accept_word(parser, "closed"))
		return PROMISE_OK;
	do
	{
		PromiseStatus status = parse_shift(parser, list);

		if (status != PROMISE_OK)
			return status;
	} while (accept_char(parser, ',') || !at_end(parser));
	return PROMISE_OK;
}

/*
 * "08:00-12:00".  An end that is not after the start is on the next day, as is
 * one after 24:00.
 */
static PromiseStatus
parse_shift(Parser *parser, ShiftList *list)
{
	int32		start;
	int32		end;
	PromiseStatus status;

	status = parse_time(parser, &start);
	if (status != PROMISE_OK)
		return status;
	if (!accept_char(parser, '-'))
		return syntax_fault(parser, "\"-\"");
	status = parse_time(parser, &end);
	if (status != PROMISE_OK)
		return status;
	if (end <= start)
		end += CALENDAR_DAY_SECS;
	return calendar_draft_shift(list, start, end, parser->fault);
}

static PromiseStatus
parse_time(Parser *parser, int32 *seconds)
{
	int			hour;
	int			minute;
	int			second = 0;

	skip_space(parser);
	if (!accept_number(parser, 1, 2, &hour) || !accept_here(parser, ':'))
		return syntax_fault(parser, "a time such as 08:00, or \"closed\"");
	if (!accept_number(parser, 2, 2, &minute))
		return syntax_fault(parser, "two digits of minutes");
	if (accept_here(parser, ':') && !accept_number(parser, 2, 2, &second))
		return syntax_fault(parser, "two digits of seconds");
	*seconds = hour * 3600 + minute * 60 + second;
	if (minute > 59 || second > 59 || *seconds > 2 * CALENDAR_DAY_SECS)
		return fault_detail(parser, "Times of day reach from 00:00 to 24:00, and to 48:00 where a shift ends on the next day.");
	return PROMISE_OK;
}

static PromiseStatus
parse_date(Parser *parser, int32 *day)
{
	static const int month_days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int			y;
	int			m;
	int			d;
	int			ndays;

	skip_space(parser);
	if (!accept_number(parser, 4, 4, &y) || !accept_here(parser, '-') ||
		!accept_number(parser, 2, 2, &m) || !accept_here(parser, '-') ||
		!accept_number(parser, 2, 2, &d))
		return syntax_fault(parser, "a date such as 2026-12-31");

	ndays = (m >= 1 && m <= 12) ? month_days[m - 1] : 0;
	if (m == 2 && IS_LEAP_YEAR(y))
		ndays++;
	if (y < 1 || d < 1 || d > ndays)
	{
		snprintf(parser->fault->detail, sizeof(parser->fault->detail),
				 "The date %04d-%02d-%02d does not exist.", y, m, d);
		return PROMISE_INVALID_CALENDAR;
	}
	*day = day_of_date(y, m, d);
	return PROMISE_OK;
}

/*
 * The week of the present period is complete.  If it has a last day, nothing
 * is open after it until another period begins.
 */
static PromiseStatus
end_period(Parser *parser)
{
	if (parser->header_open && !parser->week_given)
	{
		parser->fault->hint = "Weeks follow the period that they are for: \"from 2026-01-01 to 2026-12-31; Mon-Fri 08:00-16:00\".";
		return fault_detail(parser, "A period has no week.");
	}
	if (parser->ends)
		return calendar_draft_period(parser->draft, parser->next_first,
									 parser->fault);
	return PROMISE_OK;
}

static PromiseStatus
set_week(Parser *parser, const bool *weekdays, const ShiftList *list)
{
	for (int w = 0; w < CALENDAR_WEEK; w++)
	{
		if (!weekdays[w])
			continue;
		if (parser->weekday_given[w])
		{
			snprintf(parser->fault->detail, sizeof(parser->fault->detail),
					 "The hours of %s are given twice.", calendar_weekday_name(w));
			parser->fault->hint = "Write all shifts of a weekday in one place.";
			return PROMISE_INVALID_CALENDAR;
		}
		parser->weekday_given[w] = true;
		calendar_draft_list(&parser->period->week[w], list->shifts, list->nshifts);
	}
	parser->week_given = true;
	return PROMISE_OK;
}

/* is a whole word next, in whatever case? */
static bool
at_word(Parser *parser, const char *word)
{
	size_t		len = strlen(word);

	skip_space(parser);
	return pg_strncasecmp(parser->p, word, len) == 0 &&
		!is_letter(parser->p[len]);
}

static bool
accept_word(Parser *parser, const char *word)
{
	if (!at_word(parser, word))
		return false;
	parser->p += strlen(word);
	return true;
}

/* "Mon" or "Monday", in whatever case */
static bool
accept_weekday(Parser *parser, int *weekday)
{
	static const char *const full_names[CALENDAR_WEEK] = {
		"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
		"Sunday"
	};

	for (int w = 0; w < CALENDAR_WEEK; w++)
	{
		if (accept_word(parser, calendar_weekday_name(w)) ||
			accept_word(parser, full_names[w]))
		{
			*weekday = w;
			return true;
		}
	}
	return false;
}

static bool
accept_number(Parser *parser, int mindigits, int maxdigits, int *number)
{
	int			ndigits = 0;

	*number = 0;
	while (is_digit(*parser->p) && ndigits < maxdigits)
	{
		*number = *number * 10 + (*parser->p++ - '0');
		ndigits++;
	}
	return ndigits >= mindigits && !is_digit(*parser->p);
}

static bool
accept_char(Parser *parser, char c)
{
	skip_space(parser);
	return accept_here(parser, c);
}

/* a character with no space before it */
static bool
accept_here(Parser *parser, char c)
{
	if (*parser->p != c)
		return false;
	parser->p++;
	return true;
}

static void
skip_space(Parser *parser)
{
	while (is_space(*parser->p))
		parser->p++;
}

/* at the end of a clause? */
static bool
at_end(Parser *parser)
{
	skip_space(parser);
	return *parser->p == '\0' || *parser->p == ';';
}

static PromiseStatus
syntax_fault(Parser *parser, const char *expected)
{
	size_t		len;

	skip_space(parser);
	len = strcspn(parser->p, "; \t\n\r\f\v");
	if (*parser->p == '\0')
		snprintf(parser->fault->detail, sizeof(parser->fault->detail),
				 "Expected %s at the end.", expected);
	else if (len > 40)			/* never cut a character into pieces */
		snprintf(parser->fault->detail, sizeof(parser->fault->detail),
				 "Expected %s.", expected);
	else
		snprintf(parser->fault->detail, sizeof(parser->fault->detail),
				 "Expected %s at \"%.*s\".", expected, (int) Max(len, 1),
				 parser->p);
	return PROMISE_INVALID_CALENDAR;
}

static PromiseStatus
fault_detail(Parser *parser, const char *detail)
{
	strlcpy(parser->fault->detail, detail, sizeof(parser->fault->detail));
	return PROMISE_INVALID_CALENDAR;
}

/* the C locale's classes, whatever the server's locale is */
static bool
is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* days since 2000-01-01 of a date of the Gregorian calendar */
static int32
day_of_date(int year, int month, int day)
{
	int			years = year - 1;	/* complete ones since 0001-01-01 */
	int			days = years * 365 + years / 4 - years / 100 + years / 400;

	/* days before the month: 30.6 a month from March on */
	days += (month > 2) ?
		(306 * (month - 3) + 4) / 10 + (IS_LEAP_YEAR(year) ? 60 : 59) : 31 * (month - 1);
	return days + day - 1 + CALENDAR_DATE_MIN;
}
