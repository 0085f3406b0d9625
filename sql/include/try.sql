/*
 * pg_temp.try(statement): run a statement, and say what became of it.
 */
CREATE FUNCTION pg_temp.try(statement text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	detail text;
	hint text;
BEGIN
	EXECUTE statement;
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
	RETURN NEXT SQLSTATE || ' ' || SQLERRM;
	RETURN NEXT '  DETAIL ' || detail;
	RETURN NEXT '  HINT ' || hint;
END $$;
