/*
 * 89_lead_time_apply.sql - what was proposed is stated from then on.
 *
 * Own tables are ours to write.  A mapped relation belongs to the business, and what
 * else has to happen there when a value changes only the business knows: it is
 * never written to.  The statement that would do it is handed over, and whoever
 * runs it needs the rights for it.
 */
CREATE FUNCTION promise.operand(expression text) RETURNS text
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	-- a line feed ends the comment that an expression may end with
	SELECT CASE WHEN expression OPERATOR(pg_catalog.~) '^(\w+|"[^"]+")$' THEN expression
				WHEN expression OPERATOR(pg_catalog.~) '--' THEN pg_catalog.format(E'(%s\n)', expression)
				ELSE pg_catalog.format('(%s)', expression) END;
END;
COMMENT ON FUNCTION promise.operand(text) IS
'an expression of promise.mapping as part of a larger one';

CREATE FUNCTION promise.key_condition(expression text, key text) RETURNS text
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	-- a key of several parts is written as an array of expressions
	SELECT CASE WHEN expression OPERATOR(pg_catalog.~) '^\s*\{'
				THEN (SELECT pg_catalog.format('ARRAY[%s]::text = %L',
											   pg_catalog.string_agg(pg_catalog.format('%s::text', promise.operand(p.part)), ', ' ORDER BY p.number), key)
					  FROM pg_catalog.unnest(expression::text[]) WITH ORDINALITY AS p (part, number))
				ELSE pg_catalog.format('%s::text = %L', promise.operand(expression), key) END;
END;
COMMENT ON FUNCTION promise.key_condition(text, text) IS
'the condition that an expression of promise.mapping has this key';

CREATE FUNCTION promise.proposed_literal(property text, proposed numeric) RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
SET intervalstyle = 'postgres'
AS $$
	SELECT quote_literal(CASE property WHEN 'yield' THEN trim_scale(proposed)::text
									   WHEN 'lead_time' THEN make_interval(days => proposed::integer)::text
									   WHEN 'lead_hours' THEN make_interval(secs => (proposed * 3600)::double precision)::text
									   ELSE make_interval(secs => proposed::double precision)::text END)
$$;
COMMENT ON FUNCTION promise.proposed_literal(text, numeric) IS
'a value of promise.propose_lead_times() as it is written where it is stated';

/*
 * Of a step the rows change that say the longest time, and those that would then
 * say a longer one.
 */
CREATE FUNCTION promise.proposed_update(
	relation regclass,
	mapping text,
	source text,
	item text,
	step integer,
	property text,
	stated numeric,
	proposed numeric
) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 1000
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	role_name constant text := CASE property WHEN 'yield' THEN 'output'
											 WHEN 'setup' THEN 'step' WHEN 'run' THEN 'step' ELSE 'source' END;
	column_name constant text := CASE role_name WHEN 'output' THEN 'quantity'
												WHEN 'step' THEN property ELSE 'lead_time' END;
	expressions jsonb := '{"source": "source", "item": "item", "step": "step"}';
	filter text;
	target text;
BEGIN
	expressions := expressions || jsonb_build_object(column_name, column_name);
	IF mapping IS NOT NULL THEN
		SELECT jsonb_object(m.columns, m.expressions), m.filter
		INTO expressions, filter
		FROM promise.mapping AS m
		WHERE m.role = role_name AND m.relation = proposed_update.relation AND m.name = proposed_update.mapping;
	END IF;

	-- a plain column that can be written to, of a type that takes the value as it is
	SELECT quote_ident(a.attname)
	INTO target
	FROM pg_attribute AS a
	WHERE a.attrelid = proposed_update.relation AND a.attnum > 0 AND NOT a.attisdropped
	  AND expressions ->> column_name IN (quote_ident(a.attname), format('"%s"', a.attname))
	  AND a.atttypid IN ('interval'::regtype, 'numeric'::regtype, 'real'::regtype, 'double precision'::regtype)
	  AND pg_column_is_updatable(a.attrelid, a.attnum, true);
	IF target IS NULL THEN
		RETURN NULL;
	END IF;

	RETURN format('UPDATE %s SET %s = %s WHERE %s', relation, target, promise.proposed_literal(property, proposed),
		concat_ws(' AND ',
			promise.key_condition(expressions ->> 'source', source),
			CASE role_name WHEN 'output' THEN promise.key_condition(expressions ->> 'item', item)
						   WHEN 'step' THEN promise.key_condition(expressions ->> 'step', step::text) END,
			CASE WHEN role_name = 'step' AND proposed < stated
				 THEN format('%s > %s', target, promise.proposed_literal(property, proposed))
				 WHEN role_name = 'step'
				 THEN format('COALESCE(%s, ''0'') = %s', target, promise.proposed_literal(property, stated)) END,
			promise.operand(filter)));
END
$$;
COMMENT ON FUNCTION promise.proposed_update(regclass, text, text, text, integer, text, numeric, numeric) IS
'the statement that writes what is proposed where it is stated; NULL: that is no plain column that can be written to';

CREATE FUNCTION promise.apply_lead_times(
	sources text[] DEFAULT NULL,
	quantile numeric DEFAULT 0.9,
	minimum integer DEFAULT 20,
	during tstzrange DEFAULT NULL,
	OUT source text,
	OUT step integer,
	OUT property text,
	OUT stated numeric,
	OUT proposed numeric,
	OUT relation regclass,
	OUT written boolean,
	OUT statement text
) RETURNS SETOF record
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 100000 ROWS 100
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	p record;
BEGIN
	FOR p IN WITH asked AS MATERIALIZED (
				 SELECT l.*
				 FROM promise.propose_lead_times(quantile, minimum, during) AS l
				 WHERE (sources IS NULL OR l.source = ANY (sources))
				   -- nothing yields nothing: that is no yield to plan with
				   AND (l.property <> 'yield' OR l.proposed > 0)
			 )
			 SELECT a.*, s.item
			 FROM asked AS a
			 LEFT JOIN promise.stated_sources(ARRAY(SELECT y.source FROM asked AS y WHERE y.property = 'yield')) AS s
				ON s.source = a.source AND a.property = 'yield'
			 ORDER BY a.source COLLATE "C", a.property COLLATE "C", a.step,
					  a.relation::text COLLATE "C", a.mapping COLLATE "C"
	LOOP
		source := p.source;
		step := p.step;
		property := p.property;
		stated := p.stated;
		proposed := p.proposed;
		relation := p.relation;
		written := p.mapping IS NULL;
		IF written AND property = 'yield' THEN
			-- without a row a lot yields as much as it is large
			statement := format('INSERT INTO promise.output (source, item, quantity) VALUES (%L, %L, %s) '
								'ON CONFLICT (source, item) DO UPDATE SET quantity = excluded.quantity',
								source, p.item, promise.proposed_literal(property, proposed));
		ELSE
			statement := promise.proposed_update(relation, p.mapping, source, p.item, step, property, stated, proposed);
		END IF;
		IF written THEN
			EXECUTE statement;
		END IF;
		RETURN NEXT;
	END LOOP;
END
$$;
COMMENT ON FUNCTION promise.apply_lead_times(text[], numeric, integer, tstzrange) IS
'writes what promise.propose_lead_times() proposes, for these sources or all, into the own network, and lists it; with it the statements for mapped relations, which are not written to';
