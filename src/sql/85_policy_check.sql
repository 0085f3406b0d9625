/*
 * 85_policy_check.sql - what guidelines have against a promise.
 *
 * The guard, the questions and promise.check_policy() all come here with a
 * promise.claim, so that they agree.
 */
CREATE TYPE promise.policy_violation AS (
	policy text,
	limit_name text,
	wanted text,
	allowed text,
	detail text,
	hint text,
	allowed_at timestamptz,
	allowed_quantity numeric
);
COMMENT ON TYPE promise.policy_violation IS 'what a guideline has against a promise';
COMMENT ON COLUMN promise.policy_violation.policy IS 'the guideline';
COMMENT ON COLUMN promise.policy_violation.limit_name IS
'the kind of limit: the column of promise.policy, or flexibility';
COMMENT ON COLUMN promise.policy_violation.wanted IS 'what was asked for';
COMMENT ON COLUMN promise.policy_violation.allowed IS 'what the guideline allows';
COMMENT ON COLUMN promise.policy_violation.detail IS 'both as a sentence';
COMMENT ON COLUMN promise.policy_violation.hint IS 'the nearest that is allowed, as a sentence';
COMMENT ON COLUMN promise.policy_violation.allowed_at IS
'the first date that the guideline allows; NULL: it does not bind the date';
COMMENT ON COLUMN promise.policy_violation.allowed_quantity IS
'the most that the guideline allows for the date; NULL: it does not bind the quantity';

/*
 * Numbers and dates as sentences have them, whatever the session's settings.
 */
CREATE FUNCTION promise.policy_text(quantity numeric) RETURNS text
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
	RETURN pg_catalog.trim_scale(pg_catalog.round(quantity, 6))::text;
COMMENT ON FUNCTION promise.policy_text(numeric) IS 'a number as sentences have it';

CREATE FUNCTION promise.policy_text(at timestamptz, zone text) RETURNS text
	LANGUAGE sql STABLE STRICT PARALLEL SAFE
	RETURN CASE WHEN NOT pg_catalog.isfinite(at) THEN at::text
				WHEN at OPERATOR(pg_catalog.=) promise.end_of_day((at AT TIME ZONE zone)::date, zone)
				THEN pg_catalog.to_char(at AT TIME ZONE zone, 'YYYY-MM-DD')
				ELSE pg_catalog.to_char(at AT TIME ZONE zone, 'YYYY-MM-DD HH24:MI') END;
COMMENT ON FUNCTION promise.policy_text(timestamptz, text) IS
'an instant as sentences have it: as a date if it is the end of one';

CREATE FUNCTION promise.policy_text(length interval) RETURNS text
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
	RETURN pg_catalog.concat_ws(' ',
		CASE WHEN extract(day FROM length) OPERATOR(pg_catalog.<>) 0
			 THEN pg_catalog.concat(extract(day FROM length), CASE extract(day FROM length) WHEN 1 THEN ' day' ELSE ' days' END) END,
		CASE WHEN length OPERATOR(pg_catalog.=) '0' OR pg_catalog.date_trunc('day', length) OPERATOR(pg_catalog.<>) length
			 THEN pg_catalog.to_char(length, 'HH24:MI') END);
COMMENT ON FUNCTION promise.policy_text(interval) IS 'a time as sentences have it';

/*
 * The period of a date, from now on.
 */
CREATE FUNCTION promise.policy_period(
	due timestamptz,
	share_period text,
	zone text
) RETURNS tstzrange
	LANGUAGE sql STABLE STRICT PARALLEL SAFE
	RETURN pg_catalog.tstzrange(
		pg_catalog.date_trunc(share_period, due AT TIME ZONE zone) AT TIME ZONE zone,
		(pg_catalog.date_trunc(share_period, due AT TIME ZONE zone)
		 OPERATOR(pg_catalog.+) CASE share_period WHEN 'quarter' THEN '3 months'
								ELSE pg_catalog.concat('1 ', share_period) END::interval) AT TIME ZONE zone);
COMMENT ON FUNCTION promise.policy_period(timestamptz, text, text) IS
'the day, week, month, quarter or year of an instant in a zone';

/*
 * Is a promise one of those that a guideline is for?  The scope alone: not
 * whether a more specific one counts for it.
 */
CREATE FUNCTION promise.policy_covers(
	guideline promise.policy,
	item text,
	family text,
	customer text,
	channel text,
	due timestamptz
) RETURNS boolean
	LANGUAGE sql STABLE PARALLEL SAFE COST 100
	RETURN ((guideline).item IS NULL OR (guideline).item OPERATOR(pg_catalog.=) COALESCE(item, ''))
	   AND ((guideline).family IS NULL OR (guideline).family OPERATOR(pg_catalog.=) COALESCE(family, ''))
	   AND ((guideline).customer IS NULL OR (guideline).customer OPERATOR(pg_catalog.=) COALESCE(customer, ''))
	   AND ((guideline).channel IS NULL OR (guideline).channel OPERATOR(pg_catalog.=) COALESCE(channel, ''))
	   AND ((guideline).period IS NULL OR (guideline).period OPERATOR(pg_catalog.@>) due)
	   AND (((guideline).customer_group IS NULL AND (guideline).region IS NULL)
			OR EXISTS (SELECT FROM promise.customer AS k
					   WHERE k.customer OPERATOR(pg_catalog.=) policy_covers.customer
						 AND ((guideline).customer_group IS NULL
							  OR k.customer_group OPERATOR(pg_catalog.=) (guideline).customer_group)
						 AND ((guideline).region IS NULL
							  OR k.region OPERATOR(pg_catalog.=) (guideline).region)));
COMMENT ON FUNCTION promise.policy_covers(promise.policy, text, text, text, text, timestamptz) IS
'is a promise among those that a guideline is for';

/*
 * Components and transfers are planned for promises, and forecasts are none.
 */
CREATE FUNCTION promise.policy_is_for(claim promise.claim) RETURNS boolean
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
	RETURN (claim).quantity IS NOT NULL
	   AND (claim).kind OPERATOR(pg_catalog.=) ANY ('{component,transfer,forecast}') IS NOT TRUE;
COMMENT ON FUNCTION promise.policy_is_for(promise.claim) IS 'is a claim a promise, which guidelines are for?';

/*
 * What an item has to give within a period, and what promises that a guideline
 * is for take of it: stock and receipts until its end, less what is due before
 * its begin, even if that is more.  From the end of the replenishment lead time on
 * there is enough for all.
 */
CREATE FUNCTION promise.share_used(
	guideline promise.policy,
	item text,
	location text,
	family text,
	period tstzrange,
	except_ref text,
	OUT available numeric,
	OUT taken numeric,
	OUT lead_end timestamptz
) RETURNS record
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 20000
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	now_at constant timestamptz := promise.now();
	places text[] := ARRAY[location];
BEGIN
	IF location IS NULL THEN
		places := ARRAY(SELECT DISTINCT e.location FROM promise.events(item) AS e);
	END IF;

	SELECT COALESCE(sum(f.quantity) FILTER (WHERE f.quantity > 0 AND f.at < upper(period)), 0)
		   + COALESCE(sum(f.quantity) FILTER (WHERE f.quantity < 0 AND f.at < lower(period)), 0)
	INTO available
	FROM unnest(places) AS p (place), promise.check_flows(item, p.place) AS f;

	SELECT r.lead_end INTO lead_end
	FROM promise.node_rules(item, COALESCE(location, 'main')) AS r;

	SELECT COALESCE(sum(d.quantity), 0)
	INTO taken
	FROM promise.demanded(item, location) AS d
	WHERE greatest(d.at, now_at) <@ period
	  AND d.kind IN ('component', 'transfer', 'forecast') IS NOT TRUE
	  AND (d.ref = except_ref) IS NOT TRUE
	  AND promise.policy_covers(guideline, item, family, d.customer, d.channel, COALESCE(d.at, now_at));
END
$$;
COMMENT ON FUNCTION promise.share_used(promise.policy, text, text, text, tstzrange, text) IS
'what an item has to give within a period, what promises that a guideline is for take of it, and from when on it can be replenished';

/*
 * What a guideline has against a promise of a share, beside those that have been
 * promised.
 */
CREATE FUNCTION promise.policy_judge_share(
	guideline promise.policy,
	claim promise.claim,
	period tstzrange,
	available numeric,
	taken numeric,
	lead_end timestamptz
) RETURNS SETOF promise.policy_violation
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 1000 ROWS 1
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	there constant numeric := greatest(available, 0);
	share constant numeric := trunc(there * (guideline).maximum_share / 100, 6);
	room constant numeric := trim_scale(greatest(share - taken, 0));
	v promise.policy_violation;
BEGIN
	IF (claim).quantity <= share - taken OR (claim).due >= lead_end THEN
		RETURN;
	END IF;
	v.policy := (guideline).policy;
	v.limit_name := 'maximum_share';
	v.wanted := promise.policy_text((claim).quantity);
	v.allowed := promise.policy_text(room);
	v.allowed_quantity := room;
	v.detail := format('Guideline "%s" leaves %s %% of item "%s" in the %s from %s, that is %s of %s; %s of that are promised.',
					   v.policy, promise.policy_text((guideline).maximum_share), (claim).item, (guideline).share_period,
					   to_char(lower(period) AT TIME ZONE promise.policy_zone(NULL), 'YYYY-MM-DD'),
					   promise.policy_text(share), promise.policy_text(there), promise.policy_text(share - room));
	v.hint := CASE WHEN room > 0 THEN format('Promise at most %s, or another %s.', v.allowed, (guideline).share_period)
				   ELSE format('Promise it for another %s.', (guideline).share_period) END;
	RETURN NEXT v;
END
$$;
COMMENT ON FUNCTION promise.policy_judge_share(promise.policy, promise.claim, tstzrange, numeric, numeric, timestamptz) IS
'what a guideline has against a promise of a share, beside what others have taken of it';

/*
 * The guidelines that say how large a share claims may be of.
 */
CREATE FUNCTION promise.policy_shares(
	claims promise.claim[],
	OUT number bigint,
	OUT claim promise.claim,
	OUT guideline promise.policy,
	OUT family text,
	OUT period tstzrange
) RETURNS SETOF record
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 10000 ROWS 10
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	IF NOT EXISTS (SELECT FROM promise.policy AS p WHERE p.maximum_share IS NOT NULL) THEN
		RETURN;
	END IF;

	RETURN QUERY
	SELECT c.number, c.claim, w.winner, f.family,
		   promise.policy_period(greatest(c.due, c.checked_at), (w.winner).share_period, promise.policy_zone(NULL))
	FROM (SELECT u AS claim, u.*, row_number() OVER () AS number FROM unnest(claims) AS u) AS c
	LEFT JOIN promise.families(ARRAY(SELECT DISTINCT u.item FROM unnest(claims) AS u WHERE u.quantity IS NOT NULL)) AS f
	  ON f.item = c.item
	LEFT JOIN promise.customer AS k ON k.customer = c.customer
	CROSS JOIN LATERAL promise.policy_winners(c.item, f.family, c.customer, k.customer_group, c.channel, k.region,
											  c.due, c.checked_at) AS w
	WHERE w.limit_name = 'maximum_share'
	  AND promise.policy_is_for(c.claim)
	  AND c.due < 'infinity'
	  AND (c.was_quantity > 0 AND c.quantity <= c.was_quantity AND c.due >= c.was_due) IS NOT TRUE;
END
$$;
COMMENT ON FUNCTION promise.policy_shares(promise.claim[]) IS
'the guidelines that say of how large a share claims may be, and of which period; no row for a claim of which none does, or that asks for no more';

/*
 * Everything that guidelines have against one claim by itself; shares, which it
 * has together with others, come beside it.  In the guard what is not said is
 * missing; a question does not say all, and is judged by what it says.
 */
CREATE FUNCTION promise.policy_judge(
	claim promise.claim,
	in_guard boolean
) RETURNS SETOF promise.policy_violation
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 20000 ROWS 2
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	buyer promise.customer;
	family text;
	zone text;							-- in which its days end
	is_change constant boolean := COALESCE((claim).was_quantity > 0, false);
	asks_more constant boolean := NOT is_change
		OR (claim).quantity > (claim).was_quantity OR (claim).due < (claim).was_due;
	found record;
	lead promise.policy;
	cutoff promise.policy;
	flexible promise.policy;
	v promise.policy_violation;
	p promise.policy;
BEGIN
	SELECT * INTO buyer FROM promise.customer AS c WHERE c.customer = (claim).customer;
	SELECT f.family INTO family FROM promise.families(ARRAY[(claim).item]) AS f;
	zone := COALESCE(buyer.zone, promise.policy_zone(NULL));

	FOR found IN
		SELECT w.limit_name, w.winner
		FROM promise.policy_winners((claim).item, family, (claim).customer, buyer.customer_group,
									(claim).channel, buyer.region, (claim).due,
									(claim).checked_at) AS w
	LOOP
		p := found.winner;
		v := NULL;
		v.policy := p.policy;
		v.limit_name := found.limit_name;

		CASE found.limit_name
		WHEN 'lead_time' THEN
			lead := p;
		WHEN 'latest_order_time' THEN
			cutoff := p;
		WHEN 'flexibility' THEN
			flexible := p;

		WHEN 'maximum_quantity' THEN
			CONTINUE WHEN (claim).quantity <= p.maximum_quantity
				OR is_change AND (claim).quantity <= (claim).was_quantity;
			v.wanted := promise.policy_text((claim).quantity);
			v.allowed := promise.policy_text(p.maximum_quantity);
			v.allowed_quantity := p.maximum_quantity;
			v.detail := format('Guideline "%s" allows at most %s, not %s.', p.policy, v.allowed, v.wanted);
			v.hint := format('Promise at most %s.', v.allowed);
			RETURN NEXT v;

		WHEN 'minimum_margin' THEN
			-- what is not a number is not known either
			IF (abs((claim).price) < 'Infinity' AND abs((claim).cost) < 'Infinity') IS NOT TRUE THEN
				CONTINUE WHEN NOT in_guard;
				v.wanted := 'unknown';
				v.detail := format('Guideline "%s" asks for a margin of %s %%, but %s is not known.', p.policy,
								   promise.policy_text(p.minimum_margin),
								   CASE WHEN abs((claim).price) < 'Infinity' THEN 'the cost' ELSE 'the price' END);
				v.hint := 'Say the price and the cost of one unit.';
			ELSE
				CONTINUE WHEN ((claim).price - (claim).cost) * 100 >= p.minimum_margin * (claim).price;
				v.wanted := CASE WHEN (claim).price <= 0 THEN 'none'
								 ELSE promise.policy_text(floor(((claim).price - (claim).cost) * 10000 / (claim).price) / 100) || ' %' END;
				v.detail := format('Guideline "%s" asks for a margin of %s %%; a price of %s at a cost of %s leaves %s.', p.policy,
								   promise.policy_text(p.minimum_margin),
								   concat_ws(' ', promise.policy_text((claim).price), (claim).currency),
								   concat_ws(' ', promise.policy_text((claim).cost), (claim).currency),
								   v.wanted);
				v.hint := format('Ask for at least %s.',
								 concat_ws(' ', promise.policy_text(ceil((claim).cost * 10000 / (100 - p.minimum_margin)) / 100),
										   (claim).currency));
			END IF;
			v.allowed := promise.policy_text(p.minimum_margin) || ' %';
			RETURN NEXT v;

		WHEN 'may_promise' THEN
			CONTINUE WHEN promise.may_act((claim).who, (claim).seller, p.may_promise);
			v.wanted := COALESCE((claim).seller, (claim).who);
			v.allowed := array_to_string(p.may_promise, ', ');
			v.detail := format('By guideline "%s" %s may not promise this.', p.policy,
							   CASE WHEN (claim).seller IS NULL THEN format('role "%s"', (claim).who)
									ELSE format('seller "%s" (role "%s")', (claim).seller, (claim).who) END);
			v.hint := CASE cardinality(p.may_promise) WHEN 0 THEN 'Nobody may.'
						   ELSE format('These may: %s.', v.allowed) END;
			RETURN NEXT v;

		ELSE
			-- maximum_share and maximum_load: with others, see below
			NULL;
		END CASE;
	END LOOP;

	-- where it is said how a promise may be changed, that stands for the lead time
	IF is_change AND flexible.policy IS NOT NULL THEN
		RETURN QUERY SELECT * FROM promise.policy_judge_change(flexible, claim, zone);
	ELSIF asks_more THEN
		RETURN QUERY SELECT * FROM promise.policy_judge_date(lead, cutoff, claim, zone);
	END IF;
END
$$;
COMMENT ON FUNCTION promise.policy_judge(promise.claim, boolean) IS
'what guidelines have against a promise by itself, without its share; in the guard what is not said is missing';

/*
 * Lead time and latest order time.
 */
CREATE FUNCTION promise.policy_first(
	lead promise.policy,
	cutoff promise.policy,
	at timestamptz,
	OUT day date,
	OUT instant timestamptz
) RETURNS record
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 200
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	SELECT e.day, e.instant INTO day, instant
	FROM promise.lead_time_end(
		COALESCE((lead).lead_time, '0'), (lead).calendar, at,
		promise.order_day(at, (cutoff).latest_order_time, COALESCE((cutoff).calendar, (lead).calendar))) AS e;
END
$$;
COMMENT ON FUNCTION promise.policy_first(promise.policy, promise.policy, timestamptz) IS
'the first day, or instant, that a lead time and a latest order time allow';

/*
 * The date may be one for which other guidelines count, so that an earlier one may
 * be too soon, and a later one, too.  Between two dates at which periods of
 * guidelines begin or end it is the same guidelines that count.
 */
CREATE FUNCTION promise.policy_first_date(
	item text,
	family text,
	customer text,
	customer_group text,
	channel text,
	region text,
	at timestamptz,
	zone text
) RETURNS timestamptz
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 2000
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_variable
DECLARE
	span record;
	lead promise.policy;
	cutoff promise.policy;
	first record;
	first_at timestamptz;
BEGIN
	FOR span IN
		SELECT b.bound AS begins, lead(b.bound) OVER (ORDER BY b.bound) AS ends
		FROM (SELECT at
			  UNION SELECT lower(p.period) FROM promise.policy AS p WHERE lower(p.period) > at
			  UNION SELECT upper(p.period) FROM promise.policy AS p WHERE upper(p.period) > at) AS b (bound)
		ORDER BY b.bound
	LOOP
		lead := NULL;
		cutoff := NULL;
		SELECT (w.winner).* INTO lead
		FROM promise.policy_winners(item, family, customer, customer_group, channel, region, span.begins, at) AS w
		WHERE w.limit_name = 'lead_time';
		SELECT (w.winner).* INTO cutoff
		FROM promise.policy_winners(item, family, customer, customer_group, channel, region, span.begins, at) AS w
		WHERE w.limit_name = 'latest_order_time';

		first_at := span.begins;
		IF lead.policy IS NOT NULL OR cutoff.policy IS NOT NULL THEN
			first := promise.policy_first(lead, cutoff, at);
			first_at := COALESCE(
				greatest(first.instant, CASE WHEN first.instant IS NOT NULL THEN span.begins END),
				promise.end_of_day(greatest(first.day, (span.begins AT TIME ZONE zone)::date), zone));
			IF first.day <= ((span.ends - '1 microsecond'::interval) AT TIME ZONE zone)::date THEN
				first_at := least(first_at, span.ends - '1 microsecond'::interval);
			END IF;
		END IF;
		EXIT WHEN (first_at >= span.ends) IS NOT TRUE;
	END LOOP;
	RETURN first_at;
END
$$;
COMMENT ON FUNCTION promise.policy_first_date(text, text, text, text, text, text, timestamptz, text) IS
'the first date that the guidelines for it allow, of an order at an instant; its end, if it is a day';

CREATE FUNCTION promise.policy_judge_date(
	lead promise.policy,
	cutoff promise.policy,
	claim promise.claim,
	zone text
) RETURNS SETOF promise.policy_violation
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 1000 ROWS 1
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	first record;
	earlier record;						-- if it had been ordered in time
	v promise.policy_violation;
	p promise.policy;
BEGIN
	IF (claim).due IS NULL OR (lead).policy IS NULL AND (cutoff).policy IS NULL THEN
		RETURN;
	END IF;
	first := promise.policy_first(lead, cutoff, (claim).checked_at);
	v.allowed_at := COALESCE(first.instant, promise.end_of_day(first.day, zone));
	IF COALESCE((claim).due >= first.instant, ((claim).due AT TIME ZONE zone)::date >= first.day) THEN
		RETURN;
	END IF;

	v.limit_name := 'lead_time';
	p := lead;
	IF (cutoff).policy IS NOT NULL THEN
		earlier := promise.policy_first(lead, NULL, (claim).checked_at);
		IF COALESCE((claim).due >= earlier.instant, ((claim).due AT TIME ZONE zone)::date >= earlier.day)
			OR (lead).policy IS NULL
		THEN
			v.limit_name := 'latest_order_time';
			p := cutoff;
		END IF;
	END IF;
	v.policy := p.policy;
	v.wanted := promise.policy_text((claim).due, zone);
	v.allowed := promise.policy_text(v.allowed_at, zone);
	v.detail := CASE v.limit_name
		WHEN 'lead_time' THEN
			format('Guideline "%s" has a lead time of %s%s: nothing is promised before %s.', p.policy,
				   promise.policy_text(p.lead_time),
				   CASE WHEN p.calendar IS NULL THEN '' ELSE ' of working time' END, v.allowed)
		ELSE
			format('By guideline "%s" an order after %s counts as one of %s: nothing is promised before %s.', p.policy,
				   to_char(p.latest_order_time, 'HH24:MI'),
				   to_char(promise.order_day((claim).checked_at, p.latest_order_time,
											 COALESCE(p.calendar, (lead).calendar)), 'YYYY-MM-DD'),
				   v.allowed)
		END;
	v.hint := format('Promise it for %s or later.', v.allowed);
	RETURN NEXT v;
END
$$;
COMMENT ON FUNCTION promise.policy_judge_date(promise.policy, promise.policy, promise.claim, text) IS
'what lead time and latest order time have against a promise';

/*
 * Changes of what is promised.
 */
CREATE FUNCTION promise.policy_judge_change(
	guideline promise.policy,
	claim promise.claim,
	zone text
) RETURNS SETOF promise.policy_violation
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 1000 ROWS 1
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	nearest constant timestamptz := least((claim).due, (claim).was_due);
	moved constant numeric := abs((claim).quantity - (claim).was_quantity);
	band promise.flexibility;
	before text;
	times bigint;
	first timestamptz;
	v promise.policy_violation;
BEGIN
	IF moved = 0 AND (claim).due = (claim).was_due THEN
		RETURN;
	END IF;
	SELECT * INTO band
	FROM promise.flexibility AS f
	WHERE f.policy = (guideline).policy
	  AND nearest <= promise.time_after((claim).checked_at, f.distance, zone)
	ORDER BY f.distance
	LIMIT 1;
	IF NOT FOUND THEN
		RETURN;
	END IF;
	before := format('By guideline "%s", when no more than %s is left,', band.policy,
					 promise.policy_text(band.distance));
	v.policy := band.policy;
	v.limit_name := 'flexibility';

	IF moved * 100 > band.maximum_change * (claim).was_quantity THEN
		v.wanted := promise.policy_text((claim).quantity);
		v.allowed_quantity := trim_scale(
			(claim).was_quantity
			+ sign((claim).quantity - (claim).was_quantity)
			  * trunc((claim).was_quantity * band.maximum_change / 100, 6));
		v.allowed := promise.policy_text(v.allowed_quantity);
		v.detail := format('%s %s.', before,
			CASE WHEN band.maximum_change = 0 THEN 'the quantity may not be changed'
				 ELSE format('at most %s %% of the quantity may be changed: %s, not %s',
							 promise.policy_text(band.maximum_change), v.allowed, v.wanted) END);
		v.hint := CASE WHEN band.maximum_change = 0 THEN 'Leave the quantity as it is, or make it another promise.'
					   ELSE format('Change it to %s, or make the rest another promise.', v.allowed) END;
		RETURN NEXT v;
		v.allowed_quantity := NULL;
	END IF;

	first := promise.time_after((claim).was_due, -band.maximum_sooner, zone);
	IF (claim).due < least(first, (claim).was_due) THEN
		v.allowed_at := first;
		v.wanted := promise.policy_text((claim).due, zone);
		v.allowed := promise.policy_text(first, zone);
		v.detail := format('%s %s.', before,
			CASE WHEN band.maximum_sooner = '0' THEN 'the date may not be made sooner'
				 ELSE format('the date may be made sooner by at most %s: %s, not %s',
							 promise.policy_text(band.maximum_sooner), v.allowed, v.wanted) END);
		v.hint := format('Promise it for %s or later.', v.allowed);
		RETURN NEXT v;
		v.allowed_at := NULL;
	END IF;

	IF band.maximum_times IS NOT NULL AND (claim).ref IS NOT NULL THEN
		times := promise.times_changed((claim).ref);
		IF times >= band.maximum_times THEN
			v.wanted := (times + 1)::text;
			v.allowed := band.maximum_times::text;
			v.detail := format('%s a promise may be changed %s.', before,
				CASE band.maximum_times WHEN 0 THEN 'no more' WHEN 1 THEN 'once only'
					 ELSE format('at most %s times', band.maximum_times) END);
			v.hint := 'Leave it as it is, or make it another promise.';
			RETURN NEXT v;
		END IF;
	END IF;
END
$$;
COMMENT ON FUNCTION promise.policy_judge_change(promise.policy, promise.claim, text) IS
'what a guideline has against a change of a promise';
