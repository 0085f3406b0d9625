/*
 * 84_people.sql - who somebody is, whose scope something is in, and what they
 * have written that stays as it is.
 */
CREATE FUNCTION promise.acts_as(who text, role_name text) RETURNS boolean
	LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 10
BEGIN ATOMIC
	SELECT who OPERATOR(pg_catalog.=) role_name
		OR EXISTS (SELECT FROM pg_catalog.pg_roles AS w, pg_catalog.pg_roles AS r
				   WHERE w.rolname OPERATOR(pg_catalog.=) who
					 AND r.rolname OPERATOR(pg_catalog.=) role_name
					 AND NOT w.rolsuper
					 AND pg_catalog.pg_has_role(w.oid, r.oid, 'MEMBER'));
END;
COMMENT ON FUNCTION promise.acts_as(text, text) IS
'is a role this one, or a member of it; a superuser is a member of everything and speaks for nobody but itself';

/*
 * NULL in promise.signatory is all.  Callers look up families and resources only
 * for those who speak for one; the planner puts this expression in its place.
 */
CREATE FUNCTION promise.in_scope(
	signatory promise.signatory,
	item text,
	family text,
	location text,
	resources text[]
) RETURNS boolean
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
	RETURN ((signatory).item IS NULL OR (signatory).item OPERATOR(pg_catalog.=) in_scope.item)
	   AND ((signatory).family IS NULL OR (signatory).family OPERATOR(pg_catalog.=) in_scope.family)
	   AND ((signatory).location IS NULL OR (signatory).location OPERATOR(pg_catalog.=) in_scope.location)
	   AND ((signatory).resource IS NULL OR (signatory).resource OPERATOR(pg_catalog.=) ANY (resources));
COMMENT ON FUNCTION promise.in_scope(promise.signatory, text, text, text, text[]) IS
'does a row of promise.signatory speak for this item, family, location and one of these resources';

/*
 * Somebody has to put rows back as they were when a dump is restored.
 */
CREATE FUNCTION promise.is_superuser() RETURNS boolean
	LANGUAGE sql STABLE PARALLEL SAFE COST 10
BEGIN ATOMIC
	SELECT r.rolsuper FROM pg_catalog.pg_roles AS r WHERE r.rolname OPERATOR(pg_catalog.=) CURRENT_USER;
END;
COMMENT ON FUNCTION promise.is_superuser() IS 'is the current role a superuser';

CREATE FUNCTION promise.may_restore() RETURNS boolean
	LANGUAGE sql STABLE PARALLEL SAFE COST 10
BEGIN ATOMIC
	SELECT promise.is_superuser()
		OR EXISTS (SELECT FROM pg_catalog.pg_extension AS x
				   WHERE x.extname OPERATOR(pg_catalog.=) 'promise'
					 AND pg_catalog.pg_get_userbyid(x.extowner) OPERATOR(pg_catalog.=) CURRENT_USER);
END;
COMMENT ON FUNCTION promise.may_restore() IS
'may the current role write rows as they once were: a superuser, or the owner of the extension';

CREATE FUNCTION promise.history_keep() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF EXISTS (SELECT FROM pg_roles AS r WHERE r.rolname = current_user AND r.rolsuper) THEN
		RETURN NULL;
	END IF;
	RAISE insufficient_privilege USING
		MESSAGE = format('entries of "%s" cannot be changed', TG_TABLE_NAME),
		HINT = 'Add another entry.';
END
$$;
COMMENT ON FUNCTION promise.history_keep() IS
'refuses to change or delete entries to everybody but a superuser';
