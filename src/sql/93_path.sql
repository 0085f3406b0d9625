/*
 * 93_path.sql - how likely a project is done in time: the critical path of PERT.
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
 * The path with the greatest sum of means.  Means of estimated steps are those of
 * their estimates; other steps take what they say, for sure.
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
	numbers integer[];
	times numeric[];
	variances numeric[];
	are_estimated boolean[];
	befores integer[];					-- positions
	afters integer[];
	ends numeric[];						-- of the longest path up to each step
	via integer[];						-- the step before it there; 0: none
	previous integer;
	last integer;
	seconds numeric := 0;
	variance numeric := 0;
BEGIN
	SELECT array_agg(s.step ORDER BY s.step), array_agg(s.seconds ORDER BY s.step),
		   array_agg(s.variance ORDER BY s.step), array_agg(s.is_estimated ORDER BY s.step)
	INTO numbers, times, variances, are_estimated
	FROM (SELECT t.step, e.step IS NOT NULL AS is_estimated,
				 extract(epoch FROM COALESCE(CASE WHEN corrected THEN e.corrected ELSE e.stated END, max(t.setup))
						 + promise.run_time(max(t.run), max(t.batch), quantity)) AS seconds,
				 COALESCE(extract(epoch FROM CASE WHEN corrected THEN e.corrected_deviation
												  ELSE e.stated_deviation END), 0) ^ 2 AS variance
		  FROM promise.step AS t
		  LEFT JOIN promise.corrected_estimates(source, minimum) AS e ON e.step = t.step
		  WHERE t.source = source
		  GROUP BY t.step, e.step, e.corrected, e.stated, e.corrected_deviation, e.stated_deviation) AS s;
	IF numbers IS NULL THEN
		RETURN;
	END IF;

	SELECT array_agg(array_position(numbers, p.before)), array_agg(array_position(numbers, p.after))
	INTO befores, afters
	FROM promise.precedence AS p
	WHERE p.source = source;
	IF befores IS NULL THEN
		-- nothing is said: one after the other
		befores := ARRAY(SELECT i FROM generate_series(1, cardinality(numbers) - 1) AS i);
		afters := ARRAY(SELECT i + 1 FROM unnest(befores) AS i);
	ELSIF array_position(befores || afters, NULL) IS NOT NULL THEN
		RAISE SQLSTATE 'PR005' USING
			MESSAGE = format('a precedence of source "%s" names a step that it does not have', source);
	END IF;

	-- each round settles the steps whose predecessors are settled
	ends := array_fill(NULL::numeric, ARRAY[cardinality(numbers)]);
	via := array_fill(0, ARRAY[cardinality(numbers)]);
	WHILE array_position(ends, NULL) IS NOT NULL LOOP
		last := 0;
		FOR i IN 1 .. cardinality(numbers) LOOP
			CONTINUE WHEN ends[i] IS NOT NULL
				OR EXISTS (SELECT FROM unnest(befores, afters) AS p (before, after)
						   WHERE p.after = i AND ends[p.before] IS NULL);
			last := i;
			SELECT p.before INTO previous
			FROM unnest(befores, afters) AS p (before, after)
			WHERE p.after = i
			ORDER BY ends[p.before] DESC, p.before
			LIMIT 1;
			via[i] := COALESCE(previous, 0);
			ends[i] := times[i] + COALESCE(ends[previous], 0);
		END LOOP;
		IF last = 0 THEN
			RAISE SQLSTATE 'PR005' USING MESSAGE = format('steps of source "%s" wait for each other', source);
		END IF;
	END LOOP;

	SELECT i INTO last FROM generate_series(1, cardinality(numbers)) AS i ORDER BY ends[i] DESC, i LIMIT 1;
	steps := '{}';
	estimated := 0;
	WHILE last > 0 LOOP
		steps := numbers[last] || steps;
		estimated := estimated + are_estimated[last]::integer;
		seconds := seconds + times[last];
		variance := variance + variances[last];
		last := via[last];
	END LOOP;
	mean := make_interval(secs => round(seconds, 6)::double precision);
	deviation := make_interval(secs => round(sqrt(variance))::double precision);
	in_8_of_10 := make_interval(secs => round(seconds + 0.8416212 * sqrt(variance))::double precision);
	probability := CASE WHEN variance > 0
						THEN round(promise.normal_probability(((extract(epoch FROM within) - seconds)
															   / sqrt(variance))::double precision)::numeric, 4)
						ELSE (within >= mean)::integer END;
END
$$;
COMMENT ON FUNCTION promise.path_estimate(text, interval, numeric, boolean, integer) IS
'working time along the critical path of a source by its estimates, and how likely it is done within so much; PERT, with all that ignores';
