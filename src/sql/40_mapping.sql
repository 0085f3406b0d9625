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
	AS 'MODULE_PATHNAME' LANGUAGE C;
COMMENT ON FUNCTION promise.mapping_changed() IS
'makes every backend read the mappings again';
REVOKE EXECUTE ON FUNCTION promise.mapping_changed() FROM PUBLIC;

CREATE TRIGGER mapping_changed
	AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON promise.mapping
	FOR EACH STATEMENT EXECUTE FUNCTION promise.mapping_changed();
ALTER TABLE promise.mapping ENABLE ALWAYS TRIGGER mapping_changed;
COMMENT ON TRIGGER mapping_changed ON promise.mapping IS
'makes every backend read the mappings again';

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
	OUT relation text
) RETURNS SETOF record
	AS 'MODULE_PATHNAME', 'events_list' LANGUAGE C STABLE PARALLEL RESTRICTED COST 1000 ROWS 100;
COMMENT ON FUNCTION promise.events(text, text, text[]) IS
'the supply (positive) and demand (negative) of an item that every answer is computed from';
REVOKE EXECUTE ON FUNCTION promise.events(text, text, text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION promise.events(text, text, text[]) TO @extowner@ WITH GRANT OPTION;
