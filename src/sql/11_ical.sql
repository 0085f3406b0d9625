/*
 * Public holidays from iCalendar text.  The first call loads a second library,
 * which needs libical.
 */
CREATE FUNCTION promise.ical_holidays(ics text, within daterange DEFAULT NULL,
									  OUT day date, OUT summary text)
	RETURNS SETOF record
	LANGUAGE c IMMUTABLE PARALLEL SAFE COST 100 ROWS 50
	AS 'MODULE_PATHNAME', 'ical_holidays';
COMMENT ON FUNCTION promise.ical_holidays(text, daterange) IS
'days of the all-day events of iCalendar text, for promise.closed_on';
