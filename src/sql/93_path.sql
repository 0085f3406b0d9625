/*
 * 93_path.sql - how likely a project is done in time: the critical path of PERT,
 * and the project run many times.
 *
 * Nobody is busy with anything else here: what that makes of the dates the planner
 * knows (promise.apply_estimates, promise.quote).
 */

/*
 * PostgreSQL 15 has no error function.  Abramowitz and Stegun, Handbook of
 * Mathematical Functions (1964), 26.2.17: the error is below 7.5e-8.
 */
CREATE FUNCTION promise.normal_probability(z double precision) RETURNS double precision
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	t constant double precision := 1 / (1 + 0.2316419 * abs(z));
	beyond double precision;
BEGIN
	-- there is nothing left that a double could tell from 0
	IF abs(z) > 30 THEN
		beyond := 0;
	ELSE
		beyond := exp(- z * z / 2) / sqrt(2 * pi())
			* t * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
	END IF;
	RETURN CASE WHEN z < 0 THEN beyond ELSE 1 - beyond END;
END
$$;
COMMENT ON FUNCTION promise.normal_probability(double precision) IS
'probability that a standard normal variable is at most so much';

/*
 * Estimates for the functions below, which take a step without one as its source
 * says.  Where the mean lies within the range depends on the ratio of its parts:
 * ((a + 4m + b) / 6 - a) / (b - a).
 */
CREATE FUNCTION promise.path_estimates(
	source text,
	corrected boolean,
	minimum integer,
	OUT steps integer[],
	OUT means interval[],
	OUT deviations interval[],
	OUT positions double precision[]
) RETURNS record
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 10000
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_variable
BEGIN
	SELECT array_agg(c.step ORDER BY c.step),
		   array_agg(CASE WHEN corrected THEN c.corrected ELSE c.stated END ORDER BY c.step),
		   array_agg(CASE WHEN corrected THEN c.corrected_deviation ELSE c.stated_deviation END ORDER BY c.step),
		   array_agg(COALESCE((1 + 4 * extract(epoch FROM e.likely - e.optimistic)
								   / NULLIF(extract(epoch FROM e.pessimistic - e.optimistic), 0)) / 6, 0.5)
					 ORDER BY c.step)
	INTO steps, means, deviations, positions
	FROM promise.corrected_estimates(source, minimum) AS c
	JOIN promise.step_estimate AS e ON e.source = path_estimates.source AND e.step = c.step;
END
$$;
COMMENT ON FUNCTION promise.path_estimates(text, boolean, integer) IS
'the estimates of the steps of a source: mean, standard deviation, and where the mean lies within the range';

CREATE FUNCTION promise.project_tasks(
	source text,
	quantity numeric,
	start_at timestamptz DEFAULT NULL,
	steps integer[] DEFAULT NULL,
	means interval[] DEFAULT NULL,
	deviations interval[] DEFAULT NULL,
	positions double precision[] DEFAULT NULL,
	OUT step integer,
	OUT begins interval,
	OUT ends interval,
	OUT waits_for integer,
	OUT critical boolean
) RETURNS SETOF record
	AS 'MODULE_PATHNAME', 'project_tasks'
	LANGUAGE C STABLE PARALLEL RESTRICTED COST 1000 ROWS 10;
COMMENT ON FUNCTION promise.project_tasks(text, numeric, timestamptz, integer[], interval[], interval[], double precision[]) IS
'when the steps of a source begin and end if each takes its mean, by the calendars of who does them, or by none if start_at is NULL';

CREATE FUNCTION promise.project_runs(
	source text,
	quantity numeric,
	start_at timestamptz DEFAULT NULL,
	steps integer[] DEFAULT NULL,
	means interval[] DEFAULT NULL,
	deviations interval[] DEFAULT NULL,
	positions double precision[] DEFAULT NULL,
	runs integer DEFAULT 10000,
	seed bigint DEFAULT 1,
	within interval DEFAULT NULL,
	OUT run_steps integer[],
	OUT critical integer[],
	OUT mean interval,
	OUT deviation interval,
	OUT in_5_of_10 interval,
	OUT in_8_of_10 interval,
	OUT in_9_of_10 interval,
	OUT done integer
) RETURNS record
	AS 'MODULE_PATHNAME', 'project_runs'
	LANGUAGE C STABLE PARALLEL RESTRICTED COST 1000000;
COMMENT ON FUNCTION promise.project_runs(text, numeric, timestamptz, integer[], interval[], interval[], double precision[], integer, bigint, interval) IS
'the same with drawn times, many times: the time from begin to end, in how many runs each step was critical, and how many were done within so much';

/*
 * The path with the greatest sum of means and lags.  Means of estimated steps are
 * those of their estimates; other steps take what they say, for sure.
 */
CREATE FUNCTION promise.path_estimate(
	source text,
	within interval DEFAULT NULL,
	quantity numeric DEFAULT 1,
	corrected boolean DEFAULT true,
	minimum integer DEFAULT 10,
	OUT steps integer[],
	OUT estimated bigint,
	OUT mean interval,
	OUT deviation interval,
	OUT in_8_of_10 interval,
	OUT probability numeric
) RETURNS record
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 20000
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_variable
DECLARE
	e record;
	seconds numeric;
	variance numeric;
BEGIN
	e := promise.path_estimates(source, corrected, minimum);
	WITH RECURSIVE tasks AS MATERIALIZED (
		SELECT *
		FROM promise.project_tasks(source, quantity, NULL, e.steps, e.means, e.deviations, e.positions)
	), path (place, step, waits_for) AS (
		(SELECT 1, t.step, t.waits_for FROM tasks AS t ORDER BY t.ends DESC, t.step LIMIT 1)
		UNION ALL
		SELECT p.place + 1, t.step, t.waits_for
		FROM path AS p
		JOIN tasks AS t ON t.step = p.waits_for
	)
	SELECT array_agg(p.step ORDER BY p.place DESC), count(d.step), (SELECT max(t.ends) FROM tasks AS t),
		   COALESCE(sum(extract(epoch FROM d.deviation) ^ 2), 0)
	INTO steps, estimated, mean, variance
	FROM path AS p
	LEFT JOIN unnest(e.steps, e.deviations) AS d (step, deviation) ON d.step = p.step;
	IF steps IS NULL THEN
		estimated := NULL;
		RETURN;
	END IF;

	seconds := extract(epoch FROM mean);
	deviation := make_interval(secs => round(sqrt(variance))::double precision);
	in_8_of_10 := make_interval(secs => round(seconds + 0.8416212 * sqrt(variance))::double precision);
	probability := CASE WHEN variance > 0
						THEN round(promise.normal_probability(((extract(epoch FROM within) - seconds)
															   / sqrt(variance))::double precision)::numeric, 4)
						ELSE (within >= mean)::integer END;
END
$$;
COMMENT ON FUNCTION promise.path_estimate(text, interval, numeric, boolean, integer) IS
'working time and lags along the critical path of a source by its estimates, and how likely it is done within so much; PERT, with all that ignores';

/*
 * The same steps on a calendar, each by its mean.
 */
CREATE FUNCTION promise.path_dates(
	source text,
	begin_at timestamptz DEFAULT NULL,
	quantity numeric DEFAULT 1,
	corrected boolean DEFAULT true,
	minimum integer DEFAULT 10,
	OUT step integer,
	OUT start_at timestamptz,
	OUT end_at timestamptz,
	OUT critical boolean
) RETURNS SETOF record
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 20000 ROWS 10
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	begun constant timestamptz := COALESCE(begin_at, promise.now());
	e record;
BEGIN
	e := promise.path_estimates(source, corrected, minimum);
	RETURN QUERY
	SELECT t.step, begun + t.begins, begun + t.ends, t.critical
	FROM promise.project_tasks(source, quantity, begun, e.steps, e.means, e.deviations, e.positions) AS t
	ORDER BY t.begins, t.step;
END
$$;
COMMENT ON FUNCTION promise.path_dates(text, timestamptz, numeric, boolean, integer) IS
'when the steps of a source begin and end by their estimates, lags and calendars if it is begun then, and which of them decide the end';

/*
 * How often each step was critical, in the order of the steps.
 */
CREATE FUNCTION promise.criticality(
	INOUT steps integer[],
	critical integer[],
	runs integer,
	OUT criticality numeric[]
) RETURNS record
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
	RETURN (SELECT ROW(pg_catalog.array_agg(u.step ORDER BY u.step),
					   pg_catalog.array_agg(pg_catalog.round(u.n::numeric OPERATOR(pg_catalog./) runs, 4)
											ORDER BY u.step))
			FROM ROWS FROM (pg_catalog.unnest(steps), pg_catalog.unnest(critical)) AS u (step, n));
COMMENT ON FUNCTION promise.criticality(integer[], integer[], integer) IS
'of so many runs, the part in which each step was critical';

CREATE FUNCTION promise.simulate_path(
	source text,
	within interval DEFAULT NULL,
	runs integer DEFAULT 10000,
	seed bigint DEFAULT 1,
	quantity numeric DEFAULT 1,
	corrected boolean DEFAULT true,
	minimum integer DEFAULT 10,
	OUT steps integer[],
	OUT criticality numeric[],
	OUT mean interval,
	OUT deviation interval,
	OUT in_5_of_10 interval,
	OUT in_8_of_10 interval,
	OUT in_9_of_10 interval,
	OUT probability numeric
) RETURNS record
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 1000000
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_variable
DECLARE
	e record;
BEGIN
	e := promise.path_estimates(source, corrected, minimum);
	SELECT c.steps, c.criticality, date_trunc('second', r.mean), date_trunc('second', r.deviation),
		   date_trunc('second', r.in_5_of_10), date_trunc('second', r.in_8_of_10),
		   date_trunc('second', r.in_9_of_10), round(r.done::numeric / runs, 4)
	INTO steps, criticality, mean, deviation, in_5_of_10, in_8_of_10, in_9_of_10, probability
	FROM promise.project_runs(source, quantity, NULL, e.steps, e.means, e.deviations, e.positions,
							  runs, seed, within) AS r
	CROSS JOIN promise.criticality(r.run_steps, r.critical, runs) AS c;
END
$$;
COMMENT ON FUNCTION promise.simulate_path(text, interval, integer, bigint, numeric, boolean, integer) IS
'working time and lags of a source by its estimates, drawn many times: how likely all paths are done within so much, and how often each step decides';

CREATE FUNCTION promise.simulate_dates(
	source text,
	due promise.due DEFAULT NULL,
	begin_at timestamptz DEFAULT NULL,
	runs integer DEFAULT 10000,
	seed bigint DEFAULT 1,
	quantity numeric DEFAULT 1,
	corrected boolean DEFAULT true,
	minimum integer DEFAULT 10,
	OUT steps integer[],
	OUT criticality numeric[],
	OUT in_5_of_10 timestamptz,
	OUT in_8_of_10 timestamptz,
	OUT in_9_of_10 timestamptz,
	OUT probability numeric
) RETURNS record
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 1000000
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_variable
DECLARE
	begun constant timestamptz := COALESCE(begin_at, promise.now());
	within constant interval := due::timestamptz - begun;
	e record;
BEGIN
	e := promise.path_estimates(source, corrected, minimum);
	SELECT c.steps, c.criticality, date_trunc('second', begun + r.in_5_of_10),
		   date_trunc('second', begun + r.in_8_of_10), date_trunc('second', begun + r.in_9_of_10),
		   CASE WHEN within < '0' THEN 0 ELSE round(r.done::numeric / runs, 4) END
	INTO steps, criticality, in_5_of_10, in_8_of_10, in_9_of_10, probability
	FROM promise.project_runs(source, quantity, begun, e.steps, e.means, e.deviations, e.positions,
							  runs, seed, greatest(within, '0')) AS r
	CROSS JOIN promise.criticality(r.run_steps, r.critical, runs) AS c;
END
$$;
COMMENT ON FUNCTION promise.simulate_dates(text, promise.due, timestamptz, integer, bigint, numeric, boolean, integer) IS
'the same by the calendars of who does the steps, if it is begun then: how likely it is done when it is due';
