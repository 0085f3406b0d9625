/*
 * 85_policy.sql - guidelines: what may be promised without asking anybody.
 *
 * A row says for whom it is and what it allows; NULL is "any" and "says nothing".
 * Each kind of limit is judged by the most specific row that says something
 * about it: what names the item comes before what names the family, and so on in
 * the order of the columns.
 */
CREATE TABLE promise.policy (
	policy text PRIMARY KEY,
	item text,
	family text,
	customer text,
	customer_group text,
	channel text,
	region text,
	period tstzrange CHECK (NOT isempty(period)),
	effective tstzrange CHECK (NOT isempty(effective)),
	lead_time interval
		CHECK (lead_time >= '0' AND extract(year FROM lead_time) = 0
			   AND extract(month FROM lead_time) = 0
			   AND extract(day FROM lead_time) >= 0
			   AND lead_time >= make_interval(days => extract(day FROM lead_time)::integer)),
	latest_order_time time,
	calendar promise.calendar,
	maximum_quantity numeric CHECK (maximum_quantity >= 0 AND maximum_quantity < 'NaN'),
	minimum_margin numeric CHECK (minimum_margin > '-Infinity' AND minimum_margin < 100),
	maximum_share numeric CHECK (maximum_share BETWEEN 0 AND 100),
	maximum_load numeric CHECK (maximum_load BETWEEN 0 AND 100),
	load_resource text,
	share_period text NOT NULL DEFAULT 'month'
		CHECK (share_period IN ('day', 'week', 'month', 'quarter', 'year')),
	may_promise text[] CHECK (array_position(may_promise, NULL) IS NULL),
	CONSTRAINT policy_calendar_counts_something
		CHECK (calendar IS NULL OR lead_time IS NOT NULL OR latest_order_time IS NOT NULL),
	CONSTRAINT policy_load_is_of_a_resource
		CHECK ((maximum_load IS NULL) = (load_resource IS NULL))
);
CREATE INDEX policy_item ON promise.policy (item) WHERE item IS NOT NULL;
COMMENT ON TABLE promise.policy IS
'guidelines: what may be promised without asking anybody; NULL: for any, or nothing is said';
COMMENT ON COLUMN promise.policy.policy IS 'name of the guideline; of equally specific ones the first by name counts';
COMMENT ON COLUMN promise.policy.item IS 'item that it is for';
COMMENT ON COLUMN promise.policy.family IS 'family of items that it is for';
COMMENT ON COLUMN promise.policy.customer IS 'customer that it is for';
COMMENT ON COLUMN promise.policy.customer_group IS 'group of customers that it is for (promise.customer)';
COMMENT ON COLUMN promise.policy.channel IS 'channel that it is for';
COMMENT ON COLUMN promise.policy.region IS 'region of the customer that it is for (promise.customer)';
COMMENT ON COLUMN promise.policy.period IS 'promised dates that it is for';
COMMENT ON COLUMN promise.policy.effective IS 'when it holds: promises that are given or changed then';
COMMENT ON COLUMN promise.policy.lead_time IS
'standard lead time: nothing is promised sooner. Days count from the day of the order to the day of the promise, open days if there is a calendar; hours count open time';
COMMENT ON COLUMN promise.policy.latest_order_time IS
'local time after which an order counts as one of the next day, or the next open day';
COMMENT ON COLUMN promise.policy.calendar IS
'working time, and zone, of lead_time and latest_order_time; NULL: always, in the zone promise.timezone';
COMMENT ON COLUMN promise.policy.maximum_quantity IS 'most that one promise may be for';
COMMENT ON COLUMN promise.policy.minimum_margin IS 'least margin, in percent of the price';
COMMENT ON COLUMN promise.policy.maximum_share IS
'most of the availability of the item in the period of the date, in percent, that promises which it is for may take together';
COMMENT ON COLUMN promise.policy.maximum_load IS
'most of the capacity of load_resource in the period, in percent, that promises which it is for may take together';
COMMENT ON COLUMN promise.policy.load_resource IS 'the resource of maximum_load';
COMMENT ON COLUMN promise.policy.share_period IS
'the period of maximum_share and maximum_load: day, week, month, quarter or year';
COMMENT ON COLUMN promise.policy.may_promise IS
'who may promise: names of sellers, of teams, or of database roles';

/*
 * How promises may be changed.  All rows of a guideline belong together: the
 * nearer the date, the smaller the distance of the row that counts.
 */
CREATE TABLE promise.flexibility (
	policy text NOT NULL REFERENCES promise.policy ON UPDATE CASCADE ON DELETE CASCADE,
	distance interval NOT NULL CHECK (distance > '0'),
	maximum_change numeric CHECK (maximum_change >= 0 AND maximum_change < 'NaN'),
	maximum_sooner interval CHECK (maximum_sooner >= '0'),
	maximum_times integer CHECK (maximum_times >= 0),
	PRIMARY KEY (policy, distance)
);
COMMENT ON TABLE promise.flexibility IS
'how promises may be changed by a guideline, the nearer their date the less; beyond the largest distance as one likes';
COMMENT ON COLUMN promise.flexibility.policy IS 'the guideline';
COMMENT ON COLUMN promise.flexibility.distance IS
'for changes when no more than this is left to the date, the old or the new one, whichever is nearer; of several rows the smallest counts';
COMMENT ON COLUMN promise.flexibility.maximum_change IS
'most of the quantity that may be changed, in percent of what was promised; NULL: any';
COMMENT ON COLUMN promise.flexibility.maximum_sooner IS
'how much sooner it may become; NULL: any';
COMMENT ON COLUMN promise.flexibility.maximum_times IS
'how often it may be changed in all, as far as promise.ledger knows; NULL: any';

SELECT pg_catalog.pg_extension_config_dump('promise.policy', '');
SELECT pg_catalog.pg_extension_config_dump('promise.flexibility', '');
GRANT ALL ON promise.policy, promise.flexibility TO @extowner@ WITH GRANT OPTION;

/* quotes look at guidelines only if there are any */
CREATE TRIGGER guard_changed
	AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON promise.policy
	FOR EACH STATEMENT EXECUTE FUNCTION promise.guard_changed();
ALTER TABLE promise.policy ENABLE ALWAYS TRIGGER guard_changed;
COMMENT ON TRIGGER guard_changed ON promise.policy IS
'makes every backend look again whether there are guidelines';

/*
 * Which guideline counts
 */
CREATE FUNCTION promise.specificity(policy promise.policy) RETURNS integer
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
	RETURN 128 * ((policy).item IS NOT NULL)::integer
		 + 64 * ((policy).family IS NOT NULL)::integer
		 + 32 * ((policy).customer IS NOT NULL)::integer
		 + 16 * ((policy).customer_group IS NOT NULL)::integer
		 + 8 * ((policy).channel IS NOT NULL)::integer
		 + 4 * ((policy).region IS NOT NULL)::integer
		 + 2 * ((policy).period IS NOT NULL)::integer
		 + ((policy).effective IS NOT NULL)::integer;
COMMENT ON FUNCTION promise.specificity(promise.policy) IS
'rank of a guideline: item before family, customer, customer_group, channel, region, period and effective';

/*
 * A date that is not known is as good as now.
 */
CREATE FUNCTION promise.policy_winners(
	item text,
	family text,
	customer text,
	customer_group text,
	channel text,
	region text,
	due timestamptz,
	at timestamptz,
	OUT limit_name text,
	OUT winner promise.policy
) RETURNS SETOF record
	LANGUAGE sql STABLE PARALLEL SAFE COST 1000 ROWS 5
BEGIN ATOMIC
	SELECT DISTINCT ON (k.place, k.resource COLLATE "C") k.limit_name, p
	FROM promise.policy AS p,
		 LATERAL (VALUES
			(1, 'lead_time', p.lead_time IS NOT NULL, NULL),
			(2, 'latest_order_time', p.latest_order_time IS NOT NULL, NULL),
			(3, 'maximum_quantity', p.maximum_quantity IS NOT NULL, NULL),
			(4, 'minimum_margin', p.minimum_margin IS NOT NULL, NULL),
			(5, 'maximum_share', p.maximum_share IS NOT NULL, NULL),
			(6, 'maximum_load', p.maximum_load IS NOT NULL, p.load_resource),
			(7, 'may_promise', p.may_promise IS NOT NULL, NULL),
			(8, 'flexibility', EXISTS (SELECT FROM promise.flexibility AS f
									   WHERE f.policy OPERATOR(pg_catalog.=) p.policy), NULL)
		 ) AS k (place, limit_name, says_it, resource)
	WHERE k.says_it
	  AND (p.item IS NULL OR p.item OPERATOR(pg_catalog.=) policy_winners.item)
	  AND (p.family IS NULL OR p.family OPERATOR(pg_catalog.=) policy_winners.family)
	  AND (p.customer IS NULL OR p.customer OPERATOR(pg_catalog.=) policy_winners.customer)
	  AND (p.customer_group IS NULL
		   OR p.customer_group OPERATOR(pg_catalog.=) policy_winners.customer_group)
	  AND (p.channel IS NULL OR p.channel OPERATOR(pg_catalog.=) policy_winners.channel)
	  AND (p.region IS NULL OR p.region OPERATOR(pg_catalog.=) policy_winners.region)
	  AND (p.period IS NULL
		   OR p.period OPERATOR(pg_catalog.@>) COALESCE(policy_winners.due, policy_winners.at))
	  AND (p.effective IS NULL OR p.effective OPERATOR(pg_catalog.@>) policy_winners.at)
	ORDER BY k.place, k.resource COLLATE "C", promise.specificity(p) DESC, p.policy COLLATE "C";
END;
COMMENT ON FUNCTION promise.policy_winners(text, text, text, text, text, text, timestamptz, timestamptz) IS
'for each kind of limit the most specific guideline that says something about it, the first by name of equals';

/*
 * Dates
 */
CREATE FUNCTION promise.policy_zone(calendar promise.calendar) RETURNS text
	LANGUAGE sql STABLE PARALLEL SAFE
	RETURN COALESCE(promise.zone(calendar),
					NULLIF(pg_catalog.current_setting('promise.timezone', true), ''),
					'UTC');
COMMENT ON FUNCTION promise.policy_zone(promise.calendar) IS
'the zone of a calendar, or the setting promise.timezone';

/*
 * Where clocks are put back at midnight there are two of them, of which the first
 * ends the day, as for promise.due.  Not STRICT, though NULL gives NULL: a CASE
 * would not be inlined.
 */
CREATE FUNCTION promise.end_of_day(day date, zone text) RETURNS timestamptz
	LANGUAGE sql STABLE PARALLEL SAFE
	RETURN CASE
		WHEN isfinite(day)
			 AND ((((day OPERATOR(pg_catalog.+) 1)::timestamp AT TIME ZONE zone) OPERATOR(pg_catalog.-) '1 microsecond'::interval)
				  AT TIME ZONE zone) OPERATOR(pg_catalog.>=) (day OPERATOR(pg_catalog.+) 1)::timestamp
		THEN (day::timestamp AT TIME ZONE zone)
			 OPERATOR(pg_catalog.+) '24 hours'::interval OPERATOR(pg_catalog.-) '1 microsecond'::interval
		ELSE ((day OPERATOR(pg_catalog.+) 1)::timestamp AT TIME ZONE zone) OPERATOR(pg_catalog.-) '1 microsecond'::interval END;
COMMENT ON FUNCTION promise.end_of_day(date, text) IS
'the last microsecond of a day in a zone';

/*
 * Days are those of the zone, whose clocks may be put forward or back meanwhile;
 * hours are time that goes by.
 */
CREATE FUNCTION promise.time_after(at timestamptz, length interval, zone text) RETURNS timestamptz
	LANGUAGE sql STABLE STRICT PARALLEL SAFE
	RETURN (((at AT TIME ZONE zone) OPERATOR(pg_catalog.+) pg_catalog.date_trunc('day', length)) AT TIME ZONE zone)
		   OPERATOR(pg_catalog.+) (length OPERATOR(pg_catalog.-) pg_catalog.date_trunc('day', length));
COMMENT ON FUNCTION promise.time_after(timestamptz, interval, text) IS
'when a time is over that begins at an instant: its days and months by the calendar of a zone, then its hours';

/*
 * The day that an order counts for: today, or tomorrow after the latest order
 * time; if that is closed, the next open day.
 */
CREATE FUNCTION promise.order_day(
	at timestamptz,
	latest_order_time time,
	calendar promise.calendar
) RETURNS date
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 100
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	zone constant text := promise.policy_zone(calendar);
	local_at constant timestamp := at AT TIME ZONE zone;
	day date := local_at::date;
BEGIN
	IF local_at::time > latest_order_time THEN
		day := day + 1;
	END IF;
	IF calendar IS NOT NULL THEN
		-- the first open day after the day before; a second past midnight is not yesterday's any more
		day := promise.shift(calendar, (day - 1 + time '00:00:01') AT TIME ZONE zone, '1 day') AT TIME ZONE zone;
	END IF;
	RETURN day;
END
$$;
COMMENT ON FUNCTION promise.order_day(timestamptz, time, promise.calendar) IS
'the day that an order counts for: the next open day after the latest order time, and where it is closed';

/*
 * A lead time of days ends with a day, whatever the hour of the order; one with
 * hours in it at an instant.
 */
CREATE FUNCTION promise.lead_time_end(
	lead_time interval,
	calendar promise.calendar,
	at timestamptz,
	order_day date,
	OUT day date,
	OUT instant timestamptz
) RETURNS record
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 100
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	zone constant text := promise.policy_zone(calendar);
	days constant integer := extract(day FROM lead_time);
	begins timestamptz;
BEGIN
	IF lead_time = make_interval(days => days) THEN
		day := order_day + days;
		IF calendar IS NOT NULL THEN
			day := promise.shift(calendar, (order_day - 1 + time '00:00:01') AT TIME ZONE zone,
								 make_interval(days => days + 1)) AT TIME ZONE zone;
		END IF;
		RETURN;
	END IF;

	begins := greatest(at, order_day::timestamp AT TIME ZONE zone);
	IF calendar IS NULL THEN
		instant := promise.time_after(begins, lead_time, zone);
	ELSE
		instant := promise.shift(calendar, begins, lead_time);
	END IF;
END
$$;
COMMENT ON FUNCTION promise.lead_time_end(interval, promise.calendar, timestamptz, date) IS
'when a lead time is over: a day if it counts days only, else an instant';

/*
 * Somebody may act for a seller whose row names no role, or one that he is a
 * member of.
 */
CREATE FUNCTION promise.may_act(
	who text,
	seller text,
	allowed text[]
) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 100
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_variable
DECLARE
	known promise.seller;
BEGIN
	IF EXISTS (SELECT FROM pg_roles AS r
			   WHERE r.rolname = ANY (allowed) AND pg_has_role(who, r.oid, 'MEMBER'))
	THEN
		RETURN true;
	END IF;
	IF seller IS NULL THEN
		RETURN false;
	END IF;
	SELECT * INTO known FROM promise.seller AS s WHERE s.seller = seller;
	RETURN (seller = ANY (allowed) OR COALESCE(known.team = ANY (allowed), false))
		AND (known.role_name IS NULL
			 OR EXISTS (SELECT FROM pg_roles AS r
						WHERE r.rolname = known.role_name AND pg_has_role(who, r.oid, 'MEMBER')));
END
$$;
COMMENT ON FUNCTION promise.may_act(text, text, text[]) IS
'is a role, or the seller that it acts for, or the seller''s team, among these names';
