--
-- CATALOG_SANITY
-- The extension's objects obey the rules of the house.  Every query below
-- lists violations and must return no row.
--
SET search_path = pg_catalog, pg_temp;

CREATE TEMP VIEW our AS
  SELECT d.classid, d.objid
    FROM pg_depend d
    JOIN pg_extension e ON d.refobjid = e.oid
   WHERE d.deptype = 'e'
     AND d.refclassid = 'pg_extension'::regclass
     AND e.extname = 'promise';

CREATE TEMP VIEW our_proc AS
  SELECT p.*, l.lanname
    FROM our o
    JOIN pg_proc p ON p.oid = o.objid
    JOIN pg_language l ON l.oid = p.prolang
   WHERE o.classid = 'pg_proc'::regclass;

CREATE TEMP VIEW our_operator AS
  SELECT op.*
    FROM our o
    JOIN pg_operator op ON op.oid = o.objid
   WHERE o.classid = 'pg_operator'::regclass;

-- base, enum and domain types; not arrays, nor the rows of tables
CREATE TEMP VIEW our_type AS
  SELECT t.*
    FROM our o
    JOIN pg_type t ON t.oid = o.objid
   WHERE o.classid = 'pg_type'::regclass
     AND t.typcategory <> 'A'
     AND t.typtype <> 'c';

CREATE TEMP VIEW our_class AS
  SELECT c.*
    FROM our o
    JOIN pg_class c ON c.oid = o.objid
   WHERE o.classid = 'pg_class'::regclass;

-- functions that PUBLIC may execute
CREATE TEMP VIEW public_proc AS
  SELECT p.*
    FROM our_proc p
   WHERE EXISTS (SELECT
                   FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
                  WHERE a.grantee = 0 AND a.privilege_type = 'EXECUTE');

-- functions that serve an aggregate
CREATE TEMP VIEW aggregate_support AS
  SELECT DISTINCT f.oid
    FROM pg_aggregate a
    JOIN our_proc p ON p.oid = a.aggfnoid,
    LATERAL unnest(ARRAY[a.aggtransfn, a.aggfinalfn, a.aggcombinefn,
                         a.aggserialfn, a.aggdeserialfn, a.aggmtransfn,
                         a.aggminvtransfn, a.aggmfinalfn]) AS f(oid)
   WHERE f.oid <> 0;

-- (the views above see something)
SELECT count(*) > 0 AS found FROM our;

--
-- Everything
--

-- everything lives in the schema promise
SELECT i.type, i.identity
  FROM our o, LATERAL pg_identify_object(o.classid, o.objid, 0) i
 WHERE i.schema <> 'promise'
 ORDER BY 1, 2;

-- everything has a comment
SELECT pg_describe_object(o.classid, o.objid, 0) AS no_comment
  FROM our o
 WHERE obj_description(o.objid, o.classid::regclass::name) IS NULL
   AND NOT EXISTS (SELECT
                     FROM pg_type t
                    WHERE o.classid = 'pg_type'::regclass
                      AND t.oid = o.objid
                      AND (t.typcategory = 'A'
                           OR t.typrelid IN (SELECT oid FROM pg_class
                                              WHERE relkind <> 'c')))
   -- a composite type's comment is on the type
   AND NOT EXISTS (SELECT
                     FROM pg_class c
                    WHERE o.classid = 'pg_class'::regclass
                      AND c.oid = o.objid
                      AND c.relkind IN ('c', 'S'))
 ORDER BY 1;

-- ... and so has every column of a table, view or composite type
SELECT c.oid::regclass AS relation, a.attname AS no_comment
  FROM our_class c
  JOIN pg_attribute a ON a.attrelid = c.oid
 WHERE c.relkind IN ('r', 'p', 'v', 'm', 'c')
   AND a.attnum > 0
   AND NOT a.attisdropped
   AND col_description(c.oid, a.attnum) IS NULL
 ORDER BY 1, a.attnum;

--
-- Functions
--

-- nothing runs with the rights of its owner
SELECT oid::regprocedure FROM our_proc WHERE prosecdef ORDER BY 1;

-- immutable implies parallel safe
SELECT oid::regprocedure FROM our_proc
 WHERE provolatile = 'i' AND proparallel <> 's' AND prokind <> 'a'
 ORDER BY 1;

-- what only reads says whether workers may run it
SELECT oid::regprocedure FROM our_proc
 WHERE provolatile IN ('i', 's') AND proparallel = 'u'
 ORDER BY 1;

-- what changes data does not run in workers
SELECT oid::regprocedure FROM our_proc
 WHERE provolatile = 'v' AND proparallel = 's'
 ORDER BY 1;

-- a set has an estimate of its own
SELECT oid::regprocedure FROM our_proc
 WHERE proretset AND prorows = 1000 AND prosupport = 0
 ORDER BY 1;

-- what reads tables is dearer than an addition
SELECT oid::regprocedure FROM our_proc
 WHERE lanname = 'c' AND procost <= 1
   AND oid NOT IN (SELECT oid FROM public_proc)
   AND prorettype <> 'trigger'::regtype
   AND provolatile <> 'i'
 ORDER BY 1;

-- a C function that is not strict has an argument that may be left out, or
-- belongs to an aggregate or a trigger
SELECT oid::regprocedure FROM our_proc
 WHERE lanname = 'c' AND NOT proisstrict
   AND pronargdefaults = 0
   AND pronargs > 0
   AND oid NOT IN (SELECT oid FROM aggregate_support)
 ORDER BY 1;

-- interpreted functions resolve their names where they were made
SELECT oid::regprocedure FROM our_proc
 WHERE lanname IN ('sql', 'plpgsql')
   AND prosqlbody IS NULL
   AND NOT EXISTS (SELECT FROM unnest(proconfig) c
                    WHERE c ~ '^search_path=("?pg_catalog"?|""$)')
 ORDER BY 1;

-- PUBLIC may execute what computes with values, not what reads or changes
-- data: immutable functions, and stable ones (dates are read in the session's
-- time zone, zones change) that belong to a type, a cast or an operator or
-- whose result or first argument is of a value type
SELECT oid::regprocedure FROM public_proc p
 WHERE prokind <> 'a'
   AND provolatile <> 'i'
   AND NOT (provolatile = 's'
            AND (oid IN (SELECT unnest(ARRAY[typinput, typoutput, typreceive, typsend]::oid[])
                           FROM our_type)
                 OR oid IN (SELECT castfunc FROM pg_cast)
                 OR oid IN (SELECT oprcode FROM our_operator)
                 OR prorettype IN (SELECT oid FROM our_type
                                    WHERE typtype = 'b')
                 OR proargtypes[0] IN (SELECT oid FROM our_type
                                        WHERE typtype = 'b')))
 ORDER BY 1;

-- and it is revoked with all that follows from it: nothing is granted to
-- PUBLIC on a relation, a column or the schema's making
SELECT c.oid::regclass, a.privilege_type
  FROM our_class c, LATERAL aclexplode(c.relacl) a
 WHERE a.grantee = 0
UNION ALL
SELECT c.oid::regclass, x.privilege_type
  FROM our_class c
  JOIN pg_attribute a ON a.attrelid = c.oid, LATERAL aclexplode(a.attacl) x
 WHERE x.grantee = 0
 ORDER BY 1, 2;
SELECT n.nspname, a.privilege_type
  FROM pg_namespace n, LATERAL aclexplode(n.nspacl) a
 WHERE n.nspname = 'promise' AND a.grantee = 0 AND a.privilege_type <> 'USAGE';

--
-- Types, casts and aggregates
--

-- a base type has a binary format, and all four of its functions are strict
SELECT t.oid::regtype, p.oid::regprocedure
  FROM our_type t
  LEFT JOIN pg_proc p
    ON p.oid IN (t.typinput, t.typoutput, t.typreceive, t.typsend)
 WHERE t.typtype = 'b'
   AND (NOT p.proisstrict OR t.typreceive = 0 OR t.typsend = 0)
 ORDER BY 1, 2;

-- text depends on settings and the zone database, bytes do not
SELECT t.oid::regtype
  FROM our_type t
  JOIN pg_proc r ON r.oid = t.typreceive
  JOIN pg_proc s ON s.oid = t.typsend
 WHERE t.typtype = 'b'
   AND (r.provolatile <> 'i' OR s.provolatile <> 'i')
 ORDER BY 1;

-- a type that others compare has default operator classes for btree and hash
SELECT t.oid::regtype, am.amname
  FROM our_type t
 CROSS JOIN pg_am am
 WHERE t.typtype = 'b'
   AND am.amname IN ('btree', 'hash')
   AND NOT EXISTS (SELECT FROM pg_opclass o
                    WHERE o.opcmethod = am.oid AND o.opcintype = t.oid
                      AND o.opcdefault)
 ORDER BY 1, 2;

-- casts do not write, and are strict
SELECT c.castsource::regtype, c.casttarget::regtype
  FROM our o
  JOIN pg_cast c ON c.oid = o.objid
  JOIN pg_proc p ON p.oid = c.castfunc
 WHERE o.classid = 'pg_cast'::regclass
   AND (p.provolatile = 'v' OR NOT p.proisstrict)
 ORDER BY 1, 2;

-- aggregates run in parallel, and say how: partial states are combined, and
-- one that has no type of its own travels by serial functions
SELECT a.aggfnoid
  FROM pg_aggregate a
  JOIN our_proc p ON p.oid = a.aggfnoid
 WHERE p.proparallel <> 's'
    OR a.aggcombinefn = 0
    OR (a.aggtranstype = 'internal'::regtype
        AND (a.aggserialfn = 0 OR a.aggdeserialfn = 0))
 ORDER BY 1;

--
-- Operators and operator classes
--

-- comparison operators have commutators, negators and estimators
SELECT o.oid::regoperator
  FROM our_operator o
 WHERE o.oprname IN ('=', '<>', '<', '<=', '>', '>=')
   AND (o.oprcom = 0 OR o.oprnegate = 0 OR o.oprrest = 0 OR o.oprjoin = 0)
 ORDER BY 1;

-- commutators and negators are mutual
SELECT o.oid::regoperator, c.oid::regoperator
  FROM our_operator o
  JOIN pg_operator c ON c.oid = o.oprcom
 WHERE c.oprcom <> o.oid OR c.oprleft <> o.oprright
    OR c.oprright <> o.oprleft OR c.oprresult <> o.oprresult
 ORDER BY 1;
SELECT o.oid::regoperator, n.oid::regoperator
  FROM our_operator o
  JOIN pg_operator n ON n.oid = o.oprnegate
 WHERE n.oprnegate <> o.oid OR n.oprleft <> o.oprleft
    OR n.oprright <> o.oprright
 ORDER BY 1;

-- + and * with swapped arguments are the same
SELECT o.oid::regoperator
  FROM our_operator o
 WHERE o.oprname IN ('+', '*') AND o.oprkind = 'b' AND o.oprcom = 0
 ORDER BY 1;

-- equality can be merged and hashed where its operator classes say so
SELECT o.oid::regoperator, am.amname
  FROM our_operator o
  JOIN pg_amop ao ON ao.amopopr = o.oid
  JOIN pg_am am ON am.oid = ao.amopmethod
 WHERE o.oprname = '='
   AND NOT CASE am.amname WHEN 'btree' THEN o.oprcanmerge
                          WHEN 'hash' THEN o.oprcanhash
                          ELSE true END
 ORDER BY 1, 2;

-- the function behind an operator is described as such
SELECT p.oid::regprocedure, obj_description(p.oid, 'pg_proc')
  FROM our_operator o
  JOIN our_proc p ON p.oid = o.oprcode
 WHERE obj_description(p.oid, 'pg_proc') NOT LIKE 'implementation of % operator'
 ORDER BY 1;

-- operator classes are complete (the access method looks at them)
SELECT o.opcname, am.amname
  FROM our m
  JOIN pg_opclass o ON o.oid = m.objid
  JOIN pg_am am ON am.oid = o.opcmethod
 WHERE m.classid = 'pg_opclass'::regclass
   AND NOT amvalidate(o.oid)
 ORDER BY 1, 2;

-- hash classes have the seeded function, btree ones allow deduplication
SELECT o.opcname, am.amname
  FROM our m
  JOIN pg_opclass o ON o.oid = m.objid
  JOIN pg_am am ON am.oid = o.opcmethod
 WHERE m.classid = 'pg_opclass'::regclass
   AND NOT EXISTS (SELECT FROM pg_amproc ap
                    WHERE ap.amprocfamily = o.opcfamily
                      AND ap.amproclefttype = o.opcintype
                      AND ap.amprocrighttype = o.opcintype
                      AND ap.amprocnum = CASE am.amname WHEN 'btree' THEN 4
                                                        WHEN 'hash' THEN 2
                                                        ELSE 1 END)
 ORDER BY 1, 2;

--
-- Tables
--

-- every table has a key
SELECT c.oid::regclass
  FROM our_class c
 WHERE c.relkind IN ('r', 'p')
   AND NOT EXISTS (SELECT FROM pg_index i
                    WHERE i.indrelid = c.oid AND i.indisprimary)
 ORDER BY 1;

-- pg_dump takes the rows of every table and the state of every sequence
SELECT c.oid::regclass
  FROM our_class c, pg_extension e
 WHERE e.extname = 'promise'
   AND c.relkind IN ('r', 'p', 'S')
   AND c.oid <> ALL (coalesce(e.extconfig, '{}'))
 ORDER BY 1;

-- an index finds the rows that a foreign key ties (of guards there are a few,
-- and their keys are always null)
SELECT k.conrelid::regclass, k.conname
  FROM our_class c
  JOIN pg_constraint k ON k.conrelid = c.oid
 WHERE k.contype = 'f'
   AND k.conrelid <> 'promise.guard'::regclass
   AND NOT EXISTS (SELECT FROM pg_index i
                    WHERE i.indrelid = c.oid
                      AND i.indpred IS NULL
                      AND (i.indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey)
 ORDER BY 1, 2;

--
-- The extension itself
--
SELECT extname, extrelocatable FROM pg_extension
 WHERE extname = 'promise' AND extrelocatable;

--
-- What the tests before have left: a guard, a mapping or a row would change
-- what those after them see
--
CREATE FUNCTION pg_temp.has_rows(relation regclass) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
  result boolean;
BEGIN
  EXECUTE format('SELECT EXISTS (SELECT FROM %s)', relation) INTO result;
  RETURN result;
END
$$;
SELECT c.oid::regclass FROM our_class c
 WHERE c.relkind = 'r' AND pg_temp.has_rows(c.oid)
 ORDER BY 1;
