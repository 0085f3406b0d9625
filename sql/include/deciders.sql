/*
 * Kim asks for exceptions; Sam decides for sales, Olga for operations.
 */
SET promise.clock = '2026-11-23 10:00+00';	-- a Monday
SET TimeZone = 'UTC';
SET DateStyle = 'ISO, YMD';
\set SHOW_CONTEXT never
ALTER SEQUENCE promise.exception_exception_seq RESTART;
ALTER SEQUENCE promise.exception_entry_entry_seq RESTART;

CREATE ROLE regress_promise_kim LOGIN;
CREATE ROLE regress_promise_sam LOGIN;
CREATE ROLE regress_promise_olga LOGIN;
DO $$
DECLARE
	statement text;
BEGIN
	FOR statement IN
		SELECT promise.grant_script(r.kind, r.role)
		FROM (VALUES ('seller', 'regress_promise_kim'::name), ('seller', 'regress_promise_sam'),
					 ('operations', 'regress_promise_olga')) AS r (kind, role)
	LOOP
		EXECUTE statement;
	END LOOP;
END
$$;
