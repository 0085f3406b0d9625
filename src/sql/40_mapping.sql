/*
 * 40_mapping.sql - reading the tables of an existing business in place.
 */

/*
 * What promise.map has recorded.  The backend keeps a copy of it, which the
 * trigger below declares out of date.
 */
CREATE TABLE promise.mapping (
	role text NOT NULL,
	relation regclass NOT NULL,
	name text NOT NULL DEFAULT '',
	columns text[] NOT NULL,
	expressions text[] NOT NULL
		CHECK (cardinality(expressions) = cardinality(columns)),
	filter text,
	PRIMARY KEY (role, relation, name)
);
COMMENT ON TABLE promise.mapping IS
'what promise.map has recorded; change it with promise.map and promise.unmap only';
COMMENT ON COLUMN promise.mapping.role IS 'role that the rows are added to';
COMMENT ON COLUMN promise.mapping.relation IS 'table or view whose rows they are';
COMMENT ON COLUMN promise.mapping.name IS
'tells mappings of the same relation to the same role apart';
COMMENT ON COLUMN promise.mapping.columns IS 'columns of the role';
COMMENT ON COLUMN promise.mapping.expressions IS
'the expression over the relation''s row for each of them';
COMMENT ON COLUMN promise.mapping.filter IS 'condition that rows must meet; NULL: none';

SELECT pg_catalog.pg_extension_config_dump('promise.mapping', '');
GRANT ALL ON promise.mapping TO @extowner@ WITH GRANT OPTION;

CREATE FUNCTION promise.mapping_changed() RETURNS trigger
	AS 'MODULE_PATHNAME', 'map_changed' LANGUAGE C;
COMMENT ON FUNCTION promise.mapping_changed() IS
'makes every backend read the mappings again';

CREATE TRIGGER mapping_changed
	AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON promise.mapping
	FOR EACH STATEMENT EXECUTE FUNCTION promise.mapping_changed();
ALTER TABLE promise.mapping ENABLE ALWAYS TRIGGER mapping_changed;
COMMENT ON TRIGGER mapping_changed ON promise.mapping IS
'makes every backend read the mappings again';

/*
 * Mapping: one parameter for every column of every role.  The C function knows
 * them by their names, so that a column is added here and in role.c, nowhere
 * else.
 */
CREATE FUNCTION promise.map(
	role text,
	relation regclass,
	item text DEFAULT NULL,
	location text DEFAULT NULL,
	at text DEFAULT NULL,
	quantity text DEFAULT NULL,
	ref text DEFAULT NULL,
	kind text DEFAULT NULL,
	status text DEFAULT NULL,
	for_ref text DEFAULT NULL,
	lot text DEFAULT NULL,
	expires_at text DEFAULT NULL,
	group_ref text DEFAULT NULL,
	priority text DEFAULT NULL,
	accepted_at text DEFAULT NULL,
	requested_at text DEFAULT NULL,
	customer text DEFAULT NULL,
	channel text DEFAULT NULL,
	zone text DEFAULT NULL,
	fixed text DEFAULT NULL,
	seller text DEFAULT NULL,
	price text DEFAULT NULL,
	unit text DEFAULT NULL,
	family text DEFAULT NULL,
	safety_stock text DEFAULT NULL,
	horizon text DEFAULT NULL,
	replenishment_lead_time text DEFAULT NULL,
	overdue_after text DEFAULT NULL,
	overdue_counts text DEFAULT NULL,
	unlimited text DEFAULT NULL,
	resource text DEFAULT NULL,
	calendar text DEFAULT NULL,
	units text DEFAULT NULL,
	finite text DEFAULT NULL,
	pool text DEFAULT NULL,
	bucketed text DEFAULT NULL,
	initial_setup text DEFAULT NULL,
	during text DEFAULT NULL,
	changeover text DEFAULT NULL,
	from_setup text DEFAULT NULL,
	to_setup text DEFAULT NULL,
	duration text DEFAULT NULL,
	source text DEFAULT NULL,
	lead_time text DEFAULT NULL,
	supplier text DEFAULT NULL,
	from_location text DEFAULT NULL,
	lot_minimum text DEFAULT NULL,
	lot_multiple text DEFAULT NULL,
	lot_maximum text DEFAULT NULL,
	fence text DEFAULT NULL,
	cost text DEFAULT NULL,
	currency text DEFAULT NULL,
	effective text DEFAULT NULL,
	quantity_fixed text DEFAULT NULL,
	scrap text DEFAULT NULL,
	choice text DEFAULT NULL,
	step text DEFAULT NULL,
	skill text DEFAULT NULL,
	setup text DEFAULT NULL,
	run text DEFAULT NULL,
	batch text DEFAULT NULL,
	pauses text DEFAULT NULL,
	setup_state text DEFAULT NULL,
	before text DEFAULT NULL,
	after text DEFAULT NULL,
	lag text DEFAULT NULL,
	transit text DEFAULT NULL,
	cutoff text DEFAULT NULL,
	substitute text DEFAULT NULL,
	ratio text DEFAULT NULL,
	filter text DEFAULT NULL,
	name text DEFAULT NULL
) RETURNS void
	AS 'MODULE_PATHNAME', 'map_relation' LANGUAGE C VOLATILE PARALLEL UNSAFE COST 10000;
COMMENT ON FUNCTION promise.map IS
'adds the rows of a table or view to a role of the network: every parameter is an SQL expression over a row for the column of its name';

CREATE FUNCTION promise.unmap(
	role text,
	relation regclass,
	name text DEFAULT NULL
) RETURNS boolean
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	DELETE FROM promise.mapping AS m
	WHERE m.role OPERATOR(pg_catalog.=) unmap.role
	  AND m.relation OPERATOR(pg_catalog.=) unmap.relation
	  AND m.name OPERATOR(pg_catalog.=) COALESCE(unmap.name, '');
	RETURN FOUND;
END
$$;
COMMENT ON FUNCTION promise.unmap(text, regclass, text) IS
'forgets what promise.map has recorded under these names; false if there was nothing';

CREATE FUNCTION promise.mapping_query(
	role text,
	relation regclass,
	name text DEFAULT NULL
) RETURNS text
	AS 'MODULE_PATHNAME', 'map_query' LANGUAGE C STABLE PARALLEL RESTRICTED COST 1000;
COMMENT ON FUNCTION promise.mapping_query(text, regclass, text) IS
'the query by key that reads a mapping, for EXPLAIN; NULL if there is no such mapping';

/* starts a subtransaction for each mapping */
CREATE FUNCTION promise.mapping_problems(
	relation regclass DEFAULT NULL,
	OUT role text,
	OUT relation regclass,
	OUT name text,
	OUT key text,
	OUT ref text,
	OUT problem text
) RETURNS SETOF record
	AS 'MODULE_PATHNAME', 'map_problems' LANGUAGE C VOLATILE PARALLEL UNSAFE
	COST 100000 ROWS 100;
COMMENT ON FUNCTION promise.mapping_problems(regclass) IS
'rows of a mapped relation, or of all, that cannot be read, and why; reads every row';

CREATE VIEW promise.mapping_problems AS
	SELECT p.role, p.relation, p.name, p.key, p.ref, p.problem
	FROM promise.mapping_problems() AS p;
COMMENT ON VIEW promise.mapping_problems IS
'rows of mapped relations that cannot be read, and why; reads every row of them';
COMMENT ON COLUMN promise.mapping_problems.role IS 'role that the relation is mapped to';
COMMENT ON COLUMN promise.mapping_problems.relation IS 'the relation';
COMMENT ON COLUMN promise.mapping_problems.name IS 'name of the mapping';
COMMENT ON COLUMN promise.mapping_problems.key IS
'item (location, source, resource) of the row; NULL: it has none, or no row can be read';
COMMENT ON COLUMN promise.mapping_problems.ref IS 'ref of the row';
COMMENT ON COLUMN promise.mapping_problems.problem IS 'what is wrong, and what is assumed';

CREATE VIEW promise.mappings AS
	SELECT m.role, m.relation, m.name,
		   pg_catalog.jsonb_object(m.columns, m.expressions) AS columns,
		   m.filter
	FROM promise.mapping AS m;
COMMENT ON VIEW promise.mappings IS 'what is mapped';
COMMENT ON COLUMN promise.mappings.role IS 'role that the rows are added to';
COMMENT ON COLUMN promise.mappings.relation IS 'table or view whose rows they are';
COMMENT ON COLUMN promise.mappings.name IS
'tells mappings of the same relation to the same role apart';
COMMENT ON COLUMN promise.mappings.columns IS 'the expression for each column of the role';
COMMENT ON COLUMN promise.mappings.filter IS 'condition that rows must meet; NULL: none';

GRANT SELECT ON promise.mappings, promise.mapping_problems TO @extowner@ WITH GRANT OPTION;

/*
 * The list that every answer is computed from
 */
CREATE FUNCTION promise.events(
	item text,
	location text DEFAULT NULL,
	exclude text[] DEFAULT NULL,
	OUT item text,
	OUT location text,
	OUT at timestamptz,
	OUT quantity numeric,
	OUT ref text,
	OUT kind text,
	OUT for_ref text,
	OUT relation text,
	OUT role text,
	OUT expires_at timestamptz,
	OUT priority integer,
	OUT accepted_at timestamptz
) RETURNS SETOF record
	AS 'MODULE_PATHNAME', 'events_list' LANGUAGE C STABLE PARALLEL RESTRICTED COST 1000 ROWS 100;
COMMENT ON FUNCTION promise.events(text, text, text[]) IS
'the supply (positive) and demand (negative) of an item that every answer is computed from';

CREATE FUNCTION promise.demanded(
	item text,
	location text DEFAULT NULL,
	unaccepted boolean DEFAULT false,
	OUT ref text,
	OUT location_name text,
	OUT at timestamptz,
	OUT quantity numeric,
	OUT kind text,
	OUT group_ref text,
	OUT customer text,
	OUT channel text,
	OUT zone text,
	OUT seller text,
	OUT price numeric,
	OUT cost numeric,
	OUT currency text,
	OUT relation text
) RETURNS SETOF record
	AS 'MODULE_PATHNAME', 'demanded_list' LANGUAGE C STABLE PARALLEL RESTRICTED COST 1000 ROWS 100;
COMMENT ON FUNCTION promise.demanded(text, text, boolean) IS
'the demand for an item that counts, own and mapped, with all that its rows say, in order of date and ref; with orders whose exceptions nobody has approved, if they are asked for';

CREATE FUNCTION promise.families(
	items text[],
	OUT item text,
	OUT family text
) RETURNS SETOF record
	AS 'MODULE_PATHNAME', 'attributes_families' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 1000 ROWS 10;
COMMENT ON FUNCTION promise.families(text[]) IS
'the family of each item, own or mapped; NULL: no row says it';

CREATE FUNCTION promise.resource_calendars(
	resources text[],
	OUT resource text,
	OUT calendar text
) RETURNS SETOF record
	AS 'MODULE_PATHNAME', 'attributes_calendars' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 1000 ROWS 10;
COMMENT ON FUNCTION promise.resource_calendars(text[]) IS
'the calendar of each resource, own or mapped, as text; NULL: it is always open';
