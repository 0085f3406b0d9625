#!/usr/bin/env bash
# The database of a Tryton ERP, mapped by doc/tryton.sql.  Under test/cluster;
# PROMISE_SHARED has the dump.
#
# tryton/*.sql are run in it one after the other, each leaving it as it was,
# and compared with tryton/*.out.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$here/../..
. "$top/test/tap.sh"

data=$PROMISE_SHARED/data/tryton
if [ ! -f "$data/small.dump" ]; then
	echo "1..0 # SKIP there is no data/tryton/small.dump in the folder \"shared\""
	exit 0
fi

work=$(mktemp -d "${TMPDIR:-/tmp}/promise-tryton.XXXXXX")
trap 'rm -rf "$work"' EXIT

# Tryton's own schema, object by object in the order of their names: pg_dump
# puts those first on which others depend, such as views in another schema
erp_schema() {
	pg_dump -s -n public | grep -vE '^(SET .*;|\\(un)?restrict .*|)$' |
		perl -0777 -ne 'print sort grep { /^-- Name: / } split /^--\n(?=-- Name: )/m'
}

# and its rows: how many there are in each of its tables, and the last
# transaction that wrote one
erp_rows() {
	query -c "SELECT format('SELECT %L, count(*), max(xmin::text::bigint) FROM %s;', c.oid::regclass, c.oid::regclass)
		FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
		ORDER BY c.oid::regclass::text" | query -f -
}

# Errors and notices are part of what is compared, but not where they arose.
run() {
	psql -X -q -a -v VERBOSITY=terse -f "$here/tryton/$1.sql" 2>&1 | sed -E 's/^psql:[^ ]* //'
}

# everything is done by a user who owns the database and is no superuser, as
# Tryton's is; only the clock has to be given away
query -c "CREATE ROLE promise_erp LOGIN" -c "CREATE ROLE seller LOGIN" \
	-c "CREATE DATABASE promise_tryton OWNER promise_erp" \
	-c "ALTER DATABASE promise_tryton SET promise.clock = '2026-11-22 00:00+00'" \
	-c "GRANT SET ON PARAMETER promise.clock TO promise_erp" \
	-c "ALTER DATABASE promise_tryton SET TimeZone = 'UTC'" \
	-c "ALTER DATABASE promise_tryton SET DateStyle = 'ISO, YMD'" || exit 1
superuser=$PGUSER
export PGDATABASE=promise_tryton PGUSER=promise_erp
succeeds "the dump is restored" pg_restore --exit-on-error -O -x -d promise_tryton "$data/small.dump"
erp_schema >"$work/schema"
erp_rows >"$work/rows"

succeeds "the extension is created" query -c 'CREATE EXTENSION promise'
is "$(query -o /dev/null -f "$top/doc/tryton.sql" 2>&1)" "" "doc/tryton.sql says nothing"
is "$(query -o /dev/null -f "$top/doc/tryton.sql" 2>&1)" "" "and nothing if run again"
fails "it refuses the stock of two companies" "stock of this database belongs to several companies" \
	query -c 'BEGIN' -c 'INSERT INTO company_company (id, party, currency) VALUES (2, 2, 1)' \
	-c 'UPDATE stock_move SET company = 2 WHERE id = 1' -f "$top/doc/tryton.sql"

# the dates that the ERP has stored are those of the list beside the dump
is "$(query -F , -c "
	SELECT m.id, p.code, m.quantity, f.type, f.code, t.type, m.planned_date, e.early_date
	FROM stock_quantity_early_plan e JOIN stock_move m ON e.origin = 'stock.move,' || m.id
	JOIN product_product p ON p.id = m.product
	JOIN stock_location f ON f.id = m.from_location JOIN stock_location t ON t.id = m.to_location
	ORDER BY m.id")" "$(tail -n +2 "$data/small_early_dates.csv")" "the ERP's nine early dates"

for test in dates lines naive changes index; do
	is "$(run $test)" "$(cat "$here/tryton/$test.out")" "tryton/$test.sql"
done

# what was derived by hand stands in the guide
is "$(query -F ' | ' -f "$here/tryton/nine.sql")" \
	"$(sed -nE 's/^\| ([0-9]+ \| [A-Z-]+ \| [^|]* \| [^|]* \| [^|]* \| [^|]*[^| ]) \|.*/\1/p' "$top/doc/tryton.md")" \
	"the nine dates as derived by hand in doc/tryton.md"

# and so do statements, which are run in one transaction
{
	echo 'BEGIN;'
	awk '/^```sql$/ { block = 1; next } /^```$/ { block = 0 } block' "$top/doc/tryton.md"
	echo 'ROLLBACK;'
} >"$work/guide.sql"
is "$(grep -c . "$work/guide.sql" | awk '{ print ($1 > 40) }')" 1 "the guide has statements"
succeeds "and they run" query -f "$work/guide.sql"

# a seller may ask about the lines, and read nothing of the ERP's
awk '/^```sql$/ { block = ""; next } /^```$/ { if (block ~ /TO seller/) print block; block = "" } { block = block $0 "\n" }' \
	"$top/doc/tryton.md" >"$work/grant.sql"
query -f "$work/grant.sql"
is "$(PGUSER=seller query -c "SELECT count(*) FROM promise_tryton.open_line AS l
	CROSS JOIN LATERAL promise.quote(l.item, l.quantity, l.due, l.location, exclude => ARRAY[l.ref])")" 4 \
	"a seller may ask once it is granted"
fails "but reads nothing of the ERP's" "permission denied for table sale_line" \
	env PGUSER=seller psql -X -c "SELECT * FROM sale_line"

# the same at the other end of the world, and however the tables are read
PGOPTIONS="-c TimeZone=Pacific/Kiritimati -c search_path=pg_temp -c enable_nestloop=off -c enable_indexscan=off -c enable_bitmapscan=off -c jit=off" \
	query -F ' | ' -f "$here/tryton/nine.sql" >"$work/elsewhere" 2>&1
is "$(cat "$work/elsewhere")" "$(query -F ' | ' -f "$here/tryton/nine.sql")" "whatever the session's settings"

erp_schema >"$work/schema.after"
erp_rows >"$work/rows.after"
is "$(cat "$work/schema.after")" "$(cat "$work/schema")" "nothing in the ERP's schema is altered"
is "$(grep -c '; Type: TABLE;' "$work/schema")" 241 "with all its tables"
is "$(cat "$work/rows.after")" "$(cat "$work/rows")" "no row of the ERP's is added, removed or written"
is "$(grep -c . "$work/rows")" 241 "in any of its tables"

export PGDATABASE=postgres PGUSER=$superuser
query -c "DROP DATABASE promise_tryton" -c "REVOKE SET ON PARAMETER promise.clock FROM promise_erp" \
	-c "DROP ROLE promise_erp" -c "DROP ROLE seller"
done_testing
