/*
 * 88_stated.sql - what the network states, own and mapped, for reports.
 *
 * Rows with which nothing can be planned are left out; promise.mapping_problems
 * lists those of mapped relations.
 */
CREATE FUNCTION promise.stated_sources(
	sources text[] DEFAULT NULL,
	OUT source text,
	OUT item text,
	OUT kind text,
	OUT priority integer,
	OUT lead_time interval,
	OUT calendar promise.calendar,
	OUT relation regclass,
	OUT mapping text
) RETURNS SETOF record
	AS 'MODULE_PATHNAME', 'mapped_rows_sources'
	LANGUAGE C STABLE PARALLEL RESTRICTED COST 1000 ROWS 300;
COMMENT ON FUNCTION promise.stated_sources(text[]) IS
'sources, own and mapped, all or some, with the relation that states each';

CREATE FUNCTION promise.stated_outputs(
	sources text[] DEFAULT NULL,
	OUT source text,
	OUT item text,
	OUT quantity numeric,
	OUT quantity_fixed numeric,
	OUT relation regclass,
	OUT mapping text
) RETURNS SETOF record
	AS 'MODULE_PATHNAME', 'mapped_rows_outputs'
	LANGUAGE C STABLE PARALLEL RESTRICTED COST 1000 ROWS 300;
COMMENT ON FUNCTION promise.stated_outputs(text[]) IS
'what lots of sources yield, own and mapped, with the relation that states it';

CREATE FUNCTION promise.stated_steps(
	sources text[] DEFAULT NULL,
	OUT source text,
	OUT step integer,
	OUT resource text,
	OUT skill text,
	OUT setup interval,
	OUT run interval,
	OUT batch numeric,
	OUT setup_state text,
	OUT choice text,
	OUT units numeric,
	OUT priority integer,
	OUT pauses boolean,
	OUT relation regclass,
	OUT mapping text
) RETURNS SETOF record
	AS 'MODULE_PATHNAME', 'mapped_rows_steps'
	LANGUAGE C STABLE PARALLEL RESTRICTED COST 1000 ROWS 300;
COMMENT ON FUNCTION promise.stated_steps(text[]) IS
'rows of the steps of sources, own and mapped, with the relation that states each';

CREATE FUNCTION promise.stated_precedences(
	sources text[] DEFAULT NULL,
	OUT source text,
	OUT before integer,
	OUT after integer,
	OUT lag interval,
	OUT relation regclass,
	OUT mapping text
) RETURNS SETOF record
	AS 'MODULE_PATHNAME', 'mapped_rows_precedences'
	LANGUAGE C STABLE PARALLEL RESTRICTED COST 1000 ROWS 300;
COMMENT ON FUNCTION promise.stated_precedences(text[]) IS
'order of the steps of sources, own and mapped, with the relation that states it';

CREATE FUNCTION promise.stated_resources(
	OUT resource text,
	OUT pool text,
	OUT calendar promise.calendar,
	OUT relation regclass,
	OUT mapping text
) RETURNS SETOF record
	AS 'MODULE_PATHNAME', 'mapped_rows_resources'
	LANGUAGE C STABLE PARALLEL RESTRICTED COST 1000 ROWS 300;
COMMENT ON FUNCTION promise.stated_resources() IS
'resources, own and mapped, with the relation that states each';

/*
 * Steps as a plan takes them: of the rows of one the longest times count.
 *
 * What a step needs is a row of it, or one of the rows with the same choice.  Who
 * fills a need is known if there is one row for it, which names one resource and
 * neither a pool nor a skill.
 */
CREATE FUNCTION promise.routing(
	sources text[] DEFAULT NULL,
	OUT source text,
	OUT step integer,
	OUT setup interval,
	OUT run interval,
	OUT batch numeric,
	OUT has_state boolean,
	OUT is_last boolean,
	OUT last_steps bigint,
	OUT needs bigint,
	OUT open_needs bigint,
	OUT calendars promise.calendar[]
) RETURNS SETOF record
	LANGUAGE sql STABLE PARALLEL RESTRICTED COST 10000 ROWS 300
BEGIN ATOMIC
	WITH stated AS MATERIALIZED (
		SELECT s.*, pg_catalog.row_number() OVER () AS number
		FROM promise.stated_steps(sources) AS s
	), candidate AS (
		SELECT s.source, s.step, CASE WHEN s.choice IS NULL THEN s.number END AS number, s.choice, r.calendar,
			   s.skill IS NULL AND r.resource IS NOT NULL AND m.pool IS NULL AS is_one
		FROM stated AS s
		LEFT JOIN promise.stated_resources() AS r ON r.resource OPERATOR(pg_catalog.=) s.resource
		LEFT JOIN (SELECT DISTINCT p.pool FROM promise.stated_resources() AS p) AS m
			ON m.pool OPERATOR(pg_catalog.=) s.resource
		WHERE s.resource IS NOT NULL OR s.skill IS NOT NULL
	), need AS (
		SELECT c.source, c.step,
			   pg_catalog.count(*) OPERATOR(pg_catalog.=) 1 AND pg_catalog.bool_and(c.is_one) AS is_filled,
			   (pg_catalog.array_agg(c.calendar))[1] AS calendar
		FROM candidate AS c
		GROUP BY c.source, c.step, c.number, c.choice
	), needed AS (
		SELECT n.source, n.step, pg_catalog.count(*) AS needs,
			   pg_catalog.count(*) FILTER (WHERE NOT n.is_filled) AS open_needs,
			   pg_catalog.array_agg(n.calendar) FILTER (WHERE n.is_filled AND n.calendar IS NOT NULL) AS calendars
		FROM need AS n
		GROUP BY n.source, n.step
	), ordered AS (
		SELECT DISTINCT p.source FROM promise.stated_precedences(sources) AS p
	), followed AS (
		SELECT DISTINCT p.source, p.before AS step FROM promise.stated_precedences(sources) AS p
	), merged AS (
		SELECT s.source, s.step, COALESCE(pg_catalog.max(s.setup), '0') AS setup,
			   COALESCE(pg_catalog.max(s.run), '0') AS run,
			   NULLIF(pg_catalog.max(s.batch), 0) AS batch,
			   pg_catalog.count(s.setup_state) OPERATOR(pg_catalog.>) 0 AS has_state,
			   s.step OPERATOR(pg_catalog.=) pg_catalog.max(s.step) OVER (PARTITION BY s.source) AS is_highest
		FROM stated AS s
		GROUP BY s.source, s.step
	), placed AS (
		SELECT m.*, CASE WHEN o.source IS NULL THEN m.is_highest ELSE f.step IS NULL END AS is_last
		FROM merged AS m
		LEFT JOIN ordered AS o ON o.source OPERATOR(pg_catalog.=) m.source
		LEFT JOIN followed AS f ON f.source OPERATOR(pg_catalog.=) m.source AND f.step OPERATOR(pg_catalog.=) m.step
	)
	SELECT p.source, p.step, p.setup, p.run, p.batch, p.has_state, p.is_last,
		   pg_catalog.count(*) FILTER (WHERE p.is_last) OVER (PARTITION BY p.source),
		   COALESCE(n.needs, 0), COALESCE(n.open_needs, 0), COALESCE(n.calendars, '{}')
	FROM placed AS p
	LEFT JOIN needed AS n ON n.source OPERATOR(pg_catalog.=) p.source AND n.step OPERATOR(pg_catalog.=) p.step;
END;
COMMENT ON FUNCTION promise.routing(text[]) IS
'steps of sources, own and mapped, as plans take them: how long, in what order, and the calendars of those who are known to do it';
