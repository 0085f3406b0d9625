/*
 * Public holidays from iCalendar text, in a shared library of its own.
 */
CREATE FUNCTION promise.ical_holidays(ics text, within daterange DEFAULT NULL,
									  OUT day date, OUT summary text)
	RETURNS SETOF record
	LANGUAGE c IMMUTABLE PARALLEL SAFE COST 100 ROWS 50
	AS '$libdir/promise_ical', 'ical_holidays';
COMMENT ON FUNCTION promise.ical_holidays(text, daterange) IS
'days of the all-day events of iCalendar text, for promise.closed_on';
