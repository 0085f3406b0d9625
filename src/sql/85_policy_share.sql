/*
 * 85_policy_share.sql - what guidelines have against lines that are promised one
 * after the other.
 *
 * Lines come as claims whose ref is the number of their line, from 1 on.  A line
 * has a claim with a quantity for each part that it is delivered in.  What would be
 * planned for a part follows it: claims of what that takes of items, or brings of
 * them (less than zero), and loads.  The ref of a violation is the number of the
 * claim that it is about, from 1 on.
 *
 * Lines use up shares of availability and capacity for those after them, unless
 * they are refused.  Which of them count is told, so that all are judged in one
 * statement: whoever asks lets those count that were not refused, and asks again
 * until nothing changes.  The answer is final up to the first line of which it
 * does, so that it is the same as if they were asked about one by one.
 */
CREATE FUNCTION promise.policy_judge_each(
	claims promise.claim[],
	in_guard boolean
) RETURNS SETOF promise.limit_violation
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 100000 ROWS 10
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN QUERY
	SELECT c.number::text, string_agg(v.detail, ' ' ORDER BY v.ordinality), string_agg(v.hint, ' ' ORDER BY v.ordinality)
	FROM (SELECT u AS claim, row_number() OVER () AS number FROM unnest(claims) AS u) AS c,
		 LATERAL promise.policy_judge(c.claim, in_guard) WITH ORDINALITY AS v
	WHERE promise.policy_is_for(c.claim)
	GROUP BY c.number
	ORDER BY c.number;
END
$$;
COMMENT ON FUNCTION promise.policy_judge_each(promise.claim[], boolean) IS
'what guidelines have against each of several claims by itself, without shares';

/*
 * Shares of availability.  A line has what those before it that count have left,
 * whether or not it counts itself.
 */
CREATE FUNCTION promise.policy_judge_shares(
	claims promise.claim[],
	counts boolean[],
	asked_from bigint
) RETURNS SETOF promise.limit_violation
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 100000 ROWS 10
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN QUERY
	WITH ruled AS MATERIALIZED (
		SELECT s.*, (s.guideline).policy, (s.claim).ref::integer AS line, (s.claim).item, (s.claim).location
		FROM promise.policy_shares(claims) AS s
		WHERE s.number >= asked_from
	), claim AS MATERIALIZED (
		SELECT u.ref::integer AS line, u.item, u.location, u.quantity, u.due, u.after, u.customer, u.channel,
			   promise.policy_is_for(u) AS is_promise,
			   greatest(CASE WHEN u.quantity IS NULL THEN u.at ELSE u.due END, u.checked_at) AS counts_at
		FROM unnest(claims) AS u
		WHERE u.resource IS NULL AND EXISTS (SELECT FROM ruled)
	), share AS MATERIALIZED (
		SELECT s.*, u.available, u.taken, u.lead_end
		FROM (SELECT DISTINCT ON (r.policy, r.item, r.location, r.period)
					 r.policy, r.item, r.location, r.period, r.guideline, r.family
			  FROM ruled AS r
			  ORDER BY r.policy, r.item, r.location, r.period) AS s,
			 LATERAL promise.share_used(s.guideline, s.item, s.location, s.family, s.period, NULL) AS u
	), change AS (
		-- what demand takes of a share, and leaves less for periods after it
		SELECT s.policy, s.item, s.location, s.period, d.line,
			   CASE WHEN d.counts_at <@ s.period AND d.is_promise
						 AND promise.policy_covers(s.guideline, d.item, s.family, d.customer, d.channel, d.due)
					THEN d.quantity ELSE 0 END AS taken,
			   CASE WHEN d.counts_at < lower(s.period) THEN -d.quantity ELSE 0 END AS available
		FROM share AS s
		JOIN claim AS d USING (item, location)
		WHERE d.quantity IS NOT NULL
		UNION ALL
		-- what is planned for it brings, and takes of what it is made of
		SELECT s.policy, s.item, s.location, s.period, c.line, 0,
			   CASE WHEN c.counts_at < CASE WHEN c.after < 0 THEN upper(s.period) ELSE lower(s.period) END
					THEN -c.after ELSE 0 END
		FROM share AS s
		JOIN claim AS c USING (item, location)
		WHERE c.quantity IS NULL
	), used AS MATERIALIZED (
		SELECT policy, item, location, period, c.line,
			   c.taken + COALESCE(sum(c.taken) FILTER (WHERE counts[c.line]) OVER before, 0) AS taken,
			   c.available + COALESCE(sum(c.available) FILTER (WHERE counts[c.line]) OVER before, 0) AS available
		FROM (SELECT policy, item, location, period, g.line, sum(g.taken) AS taken, sum(g.available) AS available
			  FROM change AS g
			  GROUP BY policy, item, location, period, g.line) AS c
		WINDOW before AS (PARTITION BY policy, item, location, period
						  ORDER BY c.line ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
	)
	SELECT r.number::text, v.detail, v.hint
	FROM ruled AS r
	JOIN share AS s USING (policy, item, location, period)
	JOIN used AS b USING (policy, item, location, period, line),
		 LATERAL promise.policy_judge_share(r.guideline, r.claim, period, s.available + b.available,
											s.taken + b.taken - (r.claim).quantity, s.lead_end) AS v
	ORDER BY r.number;
END
$$;
COMMENT ON FUNCTION promise.policy_judge_shares(promise.claim[], boolean[], bigint) IS
'what guidelines have against lines in their order, for the shares of availability that they take together: counts tells of each line whether those after it do without what it takes, asked_from is the first claim that is judged';

/*
 * Shares of capacity.  What is planned for a part is held against the guideline in
 * each period in which a load of it begins, as in the guard.
 */
CREATE FUNCTION promise.policy_judge_line_loads(
	claims promise.claim[],
	counts boolean[],
	asked_from bigint
) RETURNS SETOF promise.limit_violation
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 100000 ROWS 10
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF NOT EXISTS (SELECT FROM promise.policy AS p WHERE p.maximum_load IS NOT NULL) THEN
		RETURN;
	END IF;

	RETURN QUERY
	WITH claim AS MATERIALIZED (
		SELECT u.*, u.ref::integer AS line, row_number() OVER () AS number,
			   count(u.quantity) OVER (ROWS UNBOUNDED PRECEDING) AS part
		FROM unnest(claims) AS u
	), load AS MATERIALIZED (
		SELECT d.number, d.line, d.item, f.family, d.customer, d.channel, d.due, d.checked_at,
			   l.resource, l.at, tstzrange(l.at, l.until) AS during, l.after AS units
		FROM claim AS l
		JOIN claim AS d USING (part)
		LEFT JOIN promise.families(ARRAY(SELECT DISTINCT i.item FROM claim AS i WHERE i.quantity IS NOT NULL)) AS f
		  ON f.item = d.item
		WHERE d.quantity IS NOT NULL AND l.resource IN (SELECT g.load_resource FROM promise.policy AS g)
	), ruled AS MATERIALIZED (
		SELECT DISTINCT ON (l.number, l.resource, (w.winner).policy, period)
			   l.number, l.line, l.resource, w.winner AS guideline, (w.winner).policy,
			   promise.policy_period(greatest(l.at, l.checked_at), (w.winner).share_period, promise.policy_zone(NULL)) AS period
		FROM load AS l
		LEFT JOIN promise.customer AS k ON k.customer = l.customer
		CROSS JOIN LATERAL promise.policy_winners(l.item, l.family, l.customer, k.customer_group, l.channel,
												  k.region, l.due, l.checked_at) AS w
		WHERE l.number >= asked_from AND w.limit_name = 'maximum_load' AND (w.winner).load_resource = l.resource
		ORDER BY l.number, l.resource, (w.winner).policy, period
	), share AS MATERIALIZED (
		SELECT s.*, o.times, u.available, u.taken
		FROM (SELECT DISTINCT ON (r.policy, r.resource, r.period) r.policy, r.resource, r.period, r.guideline
			  FROM ruled AS r
			  ORDER BY r.policy, r.resource, r.period) AS s,
			 LATERAL promise.open_times(s.resource, s.period) AS o (times),
			 LATERAL promise.load_used(s.guideline, s.resource, s.period, NULL) AS u
	), used AS MATERIALIZED (
		SELECT policy, resource, period, c.line,
			   c.taken + COALESCE(sum(c.taken) FILTER (WHERE counts[c.line]) OVER before, 0) AS taken
		FROM (SELECT s.policy, resource, s.period, l.line, sum(promise.work_within(l.units, l.during, s.times)) AS taken
			  FROM share AS s
			  JOIN load AS l USING (resource)
			  WHERE promise.policy_covers(s.guideline, l.item, l.family, l.customer, l.channel, l.due)
			  GROUP BY s.policy, resource, s.period, l.line) AS c
		WINDOW before AS (PARTITION BY policy, resource, period
						  ORDER BY c.line ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
	)
	SELECT r.number::text, v.detail, v.hint
	FROM ruled AS r
	JOIN share AS s USING (policy, resource, period)
	JOIN used AS b USING (policy, resource, period, line),
		 LATERAL promise.policy_judge_load(r.guideline, period, s.available, s.taken + b.taken) AS v
	ORDER BY r.number, resource, period;
END
$$;
COMMENT ON FUNCTION promise.policy_judge_line_loads(promise.claim[], boolean[], bigint) IS
'what guidelines have against lines in their order, for the shares of capacity that they take together: see promise.policy_judge_shares()';

CREATE FUNCTION promise.policy_judge_lines(
	claims promise.claim[],
	counts boolean[],
	asked_from bigint
) RETURNS SETOF promise.limit_violation
	LANGUAGE sql STABLE PARALLEL RESTRICTED COST 200000 ROWS 10
BEGIN ATOMIC
	SELECT v.ref, v.detail, v.hint FROM promise.policy_judge_shares(claims, counts, asked_from) AS v
	UNION ALL
	SELECT v.ref, v.detail, v.hint FROM promise.policy_judge_line_loads(claims, counts, asked_from) AS v;
END;
COMMENT ON FUNCTION promise.policy_judge_lines(promise.claim[], boolean[], bigint) IS
'what guidelines have against lines in their order, for all that they take together: see promise.policy_judge_shares()';
