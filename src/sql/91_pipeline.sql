/*
 * 91_pipeline.sql - what is not promised yet: quotations and planned promotions,
 * checked against availability and capacity before anybody hears of them.
 */
CREATE TABLE promise.pipeline (
	ref text PRIMARY KEY,
	kind text NOT NULL DEFAULT 'quotation' CHECK (kind IN ('quotation', 'promotion')),
	group_ref text,
	item text NOT NULL,
	location text,
	quantity numeric NOT NULL
		CHECK (quantity > 0 AND quantity <= 9223372036854.775807 AND quantity = round(quantity, 6)),
	due promise.due NOT NULL,
	probability numeric NOT NULL DEFAULT 1 CHECK (probability > 0 AND probability <= 1),
	priority integer NOT NULL DEFAULT 0,
	customer text,
	channel text,
	seller text,
	price numeric CHECK (price > '-Infinity' AND price < 'Infinity'),
	cost numeric CHECK (cost > '-Infinity' AND cost < 'Infinity'),
	currency text
);
COMMENT ON TABLE promise.pipeline IS 'what may be promised soon: lines of quotations and of planned promotions';
COMMENT ON COLUMN promise.pipeline.ref IS
'name of the line; once something is promised under it, it is not in the pipeline any more';
COMMENT ON COLUMN promise.pipeline.kind IS 'quotation or promotion';
COMMENT ON COLUMN promise.pipeline.group_ref IS 'the quotation or promotion that the line belongs to';
COMMENT ON COLUMN promise.pipeline.item IS 'the item';
COMMENT ON COLUMN promise.pipeline.location IS 'where it would be delivered from; NULL: the best location';
COMMENT ON COLUMN promise.pipeline.quantity IS 'how much, if it comes to it';
COMMENT ON COLUMN promise.pipeline.due IS 'by when';
COMMENT ON COLUMN promise.pipeline.probability IS 'how likely it is to come, above 0 and up to 1';
COMMENT ON COLUMN promise.pipeline.priority IS
'who is served first, before what it is worth; smaller is served first';
COMMENT ON COLUMN promise.pipeline.customer IS 'whom it would be promised to';
COMMENT ON COLUMN promise.pipeline.channel IS 'through which channel it would be sold';
COMMENT ON COLUMN promise.pipeline.seller IS 'who would sell it';
COMMENT ON COLUMN promise.pipeline.price IS 'price of one unit';
COMMENT ON COLUMN promise.pipeline.cost IS 'cost of one unit';
COMMENT ON COLUMN promise.pipeline.currency IS 'currency of price and cost';

SELECT pg_catalog.pg_extension_config_dump('promise.pipeline', '');
GRANT ALL ON promise.pipeline TO @extowner@ WITH GRANT OPTION;

/*
 * The lines of a table or view like promise.pipeline, in the order in which they
 * are served.  Its rows travel as JSON, so that a column that it lacks is NULL and
 * a date becomes the end of its day.  Values of different currencies cannot be
 * compared, so the currencies take turns: the best of each, then the second best.
 */
CREATE FUNCTION promise.pipeline_lines(
	relation regclass DEFAULT 'promise.pipeline',
	OUT rank bigint,
	OUT ref text,
	OUT kind text,
	OUT group_ref text,
	OUT item text,
	OUT location text,
	OUT quantity numeric,
	OUT due promise.due,
	OUT probability numeric,
	OUT expected_quantity numeric,
	OUT value numeric,
	OUT customer text,
	OUT channel text,
	OUT seller text,
	OUT price numeric,
	OUT cost numeric,
	OUT currency text
) RETURNS SETOF record
LANGUAGE plpgsql STABLE STRICT PARALLEL RESTRICTED COST 10000 ROWS 100
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	lines promise.pipeline[];
	wrong text;
BEGIN
	EXECUTE format('SELECT array_agg(jsonb_populate_record(NULL::promise.pipeline, to_jsonb(t))) FROM %s AS t', relation)
	INTO lines;
	SELECT p.ref INTO wrong
	FROM unnest(lines) AS p
	GROUP BY p.ref
	HAVING count(*) > 1 OR p.ref IS NULL
		OR NOT bool_and(COALESCE(p.quantity > 0 AND COALESCE(p.probability, 1) > 0 AND COALESCE(p.probability, 1) <= 1, false))
		OR count(p.item) = 0 OR count(p.due) = 0
	ORDER BY p.ref
	LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION 'line "%" of % cannot be checked', COALESCE(wrong, 'NULL'), relation
			USING ERRCODE = 'invalid_parameter_value',
				  DETAIL = 'A line has a ref of its own, an item, a quantity above zero, a date and a probability above 0 and up to 1.';
	END IF;
	RETURN QUERY
	WITH line AS (
		SELECT p.*, COALESCE(p.priority, 0) AS served, COALESCE(p.probability, 1) AS likely,
			   COALESCE(p.probability, 1) * p.quantity * p.price AS worth
		FROM unnest(lines) AS p
		WHERE NOT EXISTS (SELECT FROM promise.commitment AS c WHERE c.ref = p.ref AND c.kind <> 'hold')
		  AND p.ref NOT IN (SELECT d.ref
							FROM (SELECT DISTINCT i.item FROM unnest(lines) AS i) AS i
							CROSS JOIN LATERAL promise.demanded(i.item) AS d
							WHERE d.ref IS NOT NULL AND d.kind IS DISTINCT FROM 'hold')
	), turn AS (
		SELECT l.*,
			   row_number() OVER (PARTITION BY l.served, l.worth IS NULL, l.currency
								  ORDER BY l.worth DESC, l.due USING OPERATOR(promise.<), l.ref COLLATE "C") AS turn
		FROM line AS l
	)
	SELECT row_number() OVER (ORDER BY t.served, t.worth IS NULL, t.turn, t.due USING OPERATOR(promise.<), t.ref COLLATE "C"),
		   t.ref, COALESCE(t.kind, 'quotation'), t.group_ref, t.item, t.location, t.quantity, t.due, t.likely,
		   trim_scale(greatest(round(t.quantity * t.likely, 6), 0.000001)), round(t.worth, 2),
		   t.customer, t.channel, t.seller, t.price, t.cost, t.currency
	FROM turn AS t
	ORDER BY 1;
END
$$;
COMMENT ON FUNCTION promise.pipeline_lines(regclass) IS
'the lines of a pipeline that are not promised yet, in the order in which they are served: by priority, then by probability times value';

/*
 * One question for all lines: what the best offer of one takes, those after it do
 * not see.  As late as its date allows, so that an early line may have the stock of
 * a late one if more comes in between.  The holds of quotations do not count beside
 * them.
 */
CREATE FUNCTION promise.pipeline_offers(
	relation regclass,
	expected boolean,
	placement text,
	OUT ref text,
	OUT way text,
	OUT feasible boolean,
	OUT available_at timestamptz,
	OUT reason promise.reason,
	OUT detail text
) RETURNS SETOF record
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE COST 1000000 ROWS 100
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT o.ref, min(o.kind),
		   bool_and(o.on_time AND o.kind NOT IN ('none', 'partial', 'substitute')),
		   CASE WHEN bool_and(o.kind NOT IN ('none', 'partial') AND o.available_at IS NOT NULL) THEN max(o.available_at) END,
		   (array_agg(o.reason ORDER BY o.part DESC) FILTER (WHERE o.reason IS NOT NULL))[1],
		   (array_agg(o.detail ORDER BY o.part DESC) FILTER (WHERE o.detail IS NOT NULL))[1]
	FROM promise.quote_query(
		format('SELECT l.ref, l.item, l.%I AS quantity, l.due, l.location, l.customer, l.channel, l.seller, l.price, l.cost, l.currency
				FROM promise.pipeline_lines(%s::pg_catalog.oid::pg_catalog.regclass) AS l ORDER BY l.rank',
			   CASE WHEN expected THEN 'expected_quantity' ELSE 'quantity' END, relation::oid),
		exclude => (SELECT array_agg(h.ref)
					FROM (SELECT l.ref FROM promise.pipeline_lines(relation) AS l
						  UNION
						  SELECT c.ref
						  FROM promise.pipeline_lines(relation) AS l
						  JOIN promise.commitment AS c ON c.part_of = l.ref) AS h),
		placement => placement) AS o
	GROUP BY o.ref;
END
$$;
COMMENT ON FUNCTION promise.pipeline_offers(regclass, boolean, text) IS
'the best offer for each line of a pipeline, all lines in one question, with their quantities or those to be expected';

CREATE FUNCTION promise.check_pipeline(
	relation regclass DEFAULT 'promise.pipeline',
	placement text DEFAULT 'jit',
	OUT rank bigint,
	OUT ref text,
	OUT kind text,
	OUT group_ref text,
	OUT item text,
	OUT quantity numeric,
	OUT due timestamptz,
	OUT probability numeric,
	OUT value numeric,
	OUT currency text,
	OUT feasible boolean,
	OUT available_at timestamptz,
	OUT way text,
	OUT reason promise.reason,
	OUT detail text,
	OUT expected_quantity numeric,
	OUT expected_feasible boolean,
	OUT expected_at timestamptz
) RETURNS SETOF record
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE COST 1000000 ROWS 100
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT l.rank, l.ref, l.kind, l.group_ref, l.item, l.quantity, l.due::timestamptz, l.probability, l.value, l.currency,
		   f.feasible, f.available_at, f.way, f.reason, f.detail, l.expected_quantity, e.feasible, e.available_at
	FROM promise.pipeline_lines(relation) AS l
	LEFT JOIN promise.pipeline_offers(relation, false, placement) AS f ON f.ref = l.ref
	LEFT JOIN promise.pipeline_offers(relation, true, placement) AS e ON e.ref = l.ref
	ORDER BY l.rank;
END
$$;
COMMENT ON FUNCTION promise.check_pipeline(regclass, text) IS
'which quotations and promotions could be delivered by their dates if all of them came, and if as much came as is to be expected; the likeliest and most valuable are served first';
