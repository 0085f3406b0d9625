/*
 * 85_policy_load.sql - what guidelines have against what promises load resources
 * with.
 *
 * The guard knows the plan of a promise; a question makes one.
 */

/*
 * What is known of the refs that load a resource.  Of a promise that is mapped,
 * its plan tells the item, and the rows of that tell the rest.
 */
CREATE FUNCTION promise.load_promises(
	refs text[],
	OUT ref text,
	OUT item text,
	OUT customer text,
	OUT channel text,
	OUT due timestamptz
) RETURNS SETOF record
	LANGUAGE sql STABLE PARALLEL RESTRICTED COST 10000 ROWS 10
BEGIN ATOMIC
	WITH planned AS MATERIALIZED (
		SELECT DISTINCT f.ref, f.item
		FROM promise.planned_lot AS l
		JOIN promise.planned_flow AS f
		  ON f.plan OPERATOR(pg_catalog.=) l.plan AND f.lot OPERATOR(pg_catalog.=) l.lot
			 AND f.ref OPERATOR(pg_catalog.=) l.ref AND f.quantity OPERATOR(pg_catalog.>) 0
		WHERE l.ref OPERATOR(pg_catalog.=) ANY (refs)
		  AND l.need OPERATOR(pg_catalog.=) 0 AND NOT l.inherited
	), mapped AS (
		SELECT DISTINCT ON (d.ref) d.ref, i.item, d.customer, d.channel, d.at
		FROM (SELECT DISTINCT p.item FROM planned AS p) AS i,
			 LATERAL promise.demanded(i.item) AS d
		WHERE d.ref OPERATOR(pg_catalog.=) ANY (refs)
		ORDER BY d.ref, d.at
	), own AS (
		SELECT c.ref, c.item, c.customer, c.channel, c.at
		FROM promise.commitment AS c
		WHERE c.ref OPERATOR(pg_catalog.=) ANY (refs)
		  AND c.ref OPERATOR(pg_catalog.<>) ALL (ARRAY(SELECT m.ref FROM mapped AS m))
	)
	SELECT m.ref, m.item, m.customer, m.channel, m.at FROM mapped AS m
	UNION ALL
	SELECT o.ref, o.item, o.customer, o.channel, o.at FROM own AS o;
END;
COMMENT ON FUNCTION promise.load_promises(text[]) IS
'the promises behind the refs of loads, as far as they are known';

/*
 * Open time.
 */
CREATE FUNCTION promise.open_times(
	resource text,
	period tstzrange
) RETURNS tstzmultirange
	LANGUAGE sql STABLE PARALLEL RESTRICTED COST 1000
BEGIN ATOMIC
	SELECT COALESCE(promise.open(c.calendar::promise.calendar, s.during), tstzmultirange(s.during))
	FROM (SELECT period OPERATOR(pg_catalog.*) tstzrange(promise.now(), NULL)) AS s (during),
		 promise.resource_calendars(ARRAY[open_times.resource]) AS c
	WHERE NOT isempty(s.during);
END;
COMMENT ON FUNCTION promise.open_times(text, tstzrange) IS
'when a resource works within a period, from now on; null: not any more';

CREATE FUNCTION promise.work_within(
	units numeric,
	during tstzrange,
	times tstzmultirange
) RETURNS numeric
	LANGUAGE sql STABLE PARALLEL SAFE COST 100
BEGIN ATOMIC
	SELECT units OPERATOR(pg_catalog.*)
		   COALESCE(sum(extract(epoch FROM upper(t) OPERATOR(pg_catalog.-) lower(t))), 0)
	FROM unnest(tstzmultirange(during) OPERATOR(pg_catalog.*) times) AS t;
END;
COMMENT ON FUNCTION promise.work_within(numeric, tstzrange, tstzmultirange) IS
'units times seconds of what lies within open times';

/*
 * What a resource can do within a period from now on, in units times seconds of
 * open time, and what promises that a guideline is for take of it.
 */
CREATE FUNCTION promise.load_used(
	guideline promise.policy,
	resource text,
	period tstzrange,
	except_ref text,
	OUT available numeric,
	OUT taken numeric
) RETURNS record
	LANGUAGE sql STABLE PARALLEL RESTRICTED COST 50000
BEGIN ATOMIC
	WITH event AS MATERIALIZED (
		SELECT e.ref, e.is_load,
			   promise.work_within(CASE WHEN e.is_load THEN OPERATOR(pg_catalog.-) e.units ELSE e.units END,
								   e.during, o.times) AS work
		FROM promise.open_times(load_used.resource, period) AS o (times),
			 promise.capacity_events(load_used.resource) AS e
		WHERE NOT e.is_load OR e.ref OPERATOR(pg_catalog.<>) COALESCE(except_ref, '')
	), promised AS MATERIALIZED (
		SELECT p.*
		FROM promise.load_promises(ARRAY(SELECT DISTINCT e.ref FROM event AS e WHERE e.is_load)) AS p
	), covered AS MATERIALIZED (
		SELECT p.ref
		FROM promised AS p
		LEFT JOIN promise.families(ARRAY(SELECT DISTINCT q.item FROM promised AS q)) AS f
		  ON f.item OPERATOR(pg_catalog.=) p.item
		WHERE promise.policy_covers(guideline, p.item, f.family, p.customer, p.channel, p.due)
	)
	SELECT COALESCE(sum(e.work) FILTER (WHERE NOT e.is_load), 0),
		   COALESCE(sum(e.work) FILTER (WHERE e.is_load AND e.ref OPERATOR(pg_catalog.=) ANY (SELECT c.ref FROM covered AS c)), 0)
	FROM event AS e;
END;
COMMENT ON FUNCTION promise.load_used(promise.policy, text, tstzrange, text) IS
'what a resource can do within a period from now on, in units times seconds, and what promises that a guideline is for take of it';

/*
 * What a guideline has against promises that take so much of a resource together.
 */
CREATE FUNCTION promise.policy_judge_load(
	guideline promise.policy,
	period tstzrange,
	available numeric,
	taken numeric
) RETURNS SETOF promise.policy_violation
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 1000 ROWS 1
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	v promise.policy_violation;
BEGIN
	IF taken <= available * (guideline).maximum_load / 100 THEN
		RETURN;
	END IF;
	v.policy := (guideline).policy;
	v.limit_name := 'maximum_load';
	v.wanted := CASE available WHEN 0 THEN 'all'
					 ELSE promise.policy_text(round(taken * 100 / available, 2)) || ' %' END;
	v.allowed := promise.policy_text((guideline).maximum_load) || ' %';
	v.detail := format('Guideline "%s" leaves %s of the capacity of resource "%s" in the %s from %s; with this it would be %s.',
					   v.policy, v.allowed, (guideline).load_resource, (guideline).share_period,
					   to_char(lower(period) AT TIME ZONE promise.policy_zone(NULL), 'YYYY-MM-DD'), v.wanted);
	v.hint := format('Promise less, or for another %s.', (guideline).share_period);
	RETURN NEXT v;
END
$$;
COMMENT ON FUNCTION promise.policy_judge_load(promise.policy, tstzrange, numeric, numeric) IS
'what a guideline has against promises that take so much of its resource in a period';

/*
 * What has been planned for claims, in the guard: in each period in which a load
 * of it begins.  A claim names the first of them, which may be none that is planned.
 * All of it counts, so what is taken is the same for all that are held against one
 * guideline in one period.
 */
CREATE FUNCTION promise.policy_judge_loads(claims promise.claim[]) RETURNS SETOF promise.limit_violation
	LANGUAGE sql STABLE PARALLEL RESTRICTED COST 100000 ROWS 1
BEGIN ATOMIC
	WITH claim AS MATERIALIZED (
		SELECT u.*, pg_catalog.row_number() OVER () AS place
		FROM unnest(claims) AS u
		WHERE u.resource OPERATOR(pg_catalog.=) ANY (SELECT g.load_resource FROM promise.policy AS g)
	), loading AS MATERIALIZED (
		SELECT c.place, c.ref, c.resource, c.at, c.checked_at FROM claim AS c
		UNION
		SELECT c.place, c.ref, c.resource, greatest(lower(l.during), c.checked_at), c.checked_at
		FROM claim AS c
		JOIN promise.planned_load AS l
		  ON l.ref OPERATOR(pg_catalog.=) c.ref AND l.resource OPERATOR(pg_catalog.=) c.resource
	), promised AS MATERIALIZED (
		SELECT p.* FROM promise.load_promises(ARRAY(SELECT DISTINCT l.ref FROM loading AS l)) AS p
	), ruled AS MATERIALIZED (
		SELECT DISTINCT ON (l.place, (w.winner).policy, period)
			   l.place, l.ref, l.resource, w.winner AS guideline,
			   promise.policy_period(l.at, (w.winner).share_period, promise.policy_zone(NULL)) AS period
		FROM loading AS l
		JOIN promised AS p ON p.ref OPERATOR(pg_catalog.=) l.ref
		LEFT JOIN promise.families(ARRAY(SELECT DISTINCT q.item FROM promised AS q)) AS f
		  ON f.item OPERATOR(pg_catalog.=) p.item
		LEFT JOIN promise.customer AS k ON k.customer OPERATOR(pg_catalog.=) p.customer
		CROSS JOIN LATERAL promise.policy_winners(p.item, f.family, p.customer, k.customer_group, p.channel,
												  k.region, p.due, l.checked_at) AS w
		WHERE w.limit_name OPERATOR(pg_catalog.=) 'maximum_load'
		  AND (w.winner).load_resource OPERATOR(pg_catalog.=) l.resource
		ORDER BY l.place, (w.winner).policy, period
	), share AS MATERIALIZED (
		SELECT DISTINCT ON ((r.guideline).policy, r.resource, r.period) r.guideline, r.resource, r.period
		FROM ruled AS r
		ORDER BY (r.guideline).policy, r.resource, r.period
	), broken AS MATERIALIZED (
		SELECT (s.guideline).policy, s.resource, s.period, v.detail, v.hint
		FROM share AS s,
			 LATERAL promise.load_used(s.guideline, s.resource, s.period, NULL) AS u,
			 LATERAL promise.policy_judge_load(s.guideline, s.period, u.available, u.taken) AS v
	)
	SELECT r.ref, b.detail, b.hint
	FROM ruled AS r
	JOIN broken AS b ON b.policy OPERATOR(pg_catalog.=) (r.guideline).policy
					AND b.resource OPERATOR(pg_catalog.=) r.resource AND b.period OPERATOR(pg_catalog.=) r.period
	ORDER BY r.place, r.period;
END;
COMMENT ON FUNCTION promise.policy_judge_loads(promise.claim[]) IS
'what guidelines have against what claims load resources with';

/*
 * What would be planned for a promise that is asked about, beside what others
 * have taken: in each period in which a step of it begins.
 */
CREATE FUNCTION promise.policy_ask_load(claim promise.claim) RETURNS SETOF promise.policy_violation
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 100000 ROWS 1
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	buyer promise.customer;
	family text;
	guideline promise.policy;
	steps promise.plan_row[];
	share record;
BEGIN
	IF NOT EXISTS (SELECT FROM promise.policy AS p WHERE p.maximum_load IS NOT NULL) THEN
		RETURN;
	END IF;
	SELECT * INTO buyer FROM promise.customer AS c WHERE c.customer = (claim).customer;
	SELECT f.family INTO family FROM promise.families(ARRAY[(claim).item]) AS f;
	FOR guideline IN
		SELECT (w.winner).*
		FROM promise.policy_winners((claim).item, family, (claim).customer, buyer.customer_group, (claim).channel,
									buyer.region, (claim).due, (claim).checked_at) AS w
		WHERE w.limit_name = 'maximum_load'
	LOOP
		-- without a date, or with none that is left, as early as can be
		steps := COALESCE(steps, ARRAY(
			SELECT p
			FROM promise.plan((claim).item, (claim).quantity,
							  CASE WHEN isfinite((claim).due) THEN (claim).due END::promise.due,
							  (claim).location, exclude => ARRAY[(claim).ref]) AS p
			WHERE p.kind = 'step' AND p.ref IS NULL));
		FOR share IN
			SELECT q.period, u.available,
				   u.taken + (SELECT sum(promise.work_within(s.quantity, tstzrange(s.start_at, s.end_at), o.times))
							  FROM unnest(steps) AS s WHERE s.resource = guideline.load_resource) AS taken
			FROM (SELECT DISTINCT promise.policy_period(s.start_at, guideline.share_period, promise.policy_zone(NULL))
				  FROM unnest(steps) AS s
				  WHERE s.resource = guideline.load_resource) AS q (period),
				 LATERAL promise.open_times(guideline.load_resource, q.period) AS o (times),
				 LATERAL promise.load_used(guideline, guideline.load_resource, q.period, (claim).ref) AS u
			ORDER BY q.period
		LOOP
			RETURN QUERY
			SELECT * FROM promise.policy_judge_load(guideline, share.period, share.available, share.taken);
		END LOOP;
	END LOOP;
END
$$;
COMMENT ON FUNCTION promise.policy_ask_load(promise.claim) IS
'what guidelines have against what a promise that is asked about would load resources with';
