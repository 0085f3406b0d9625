#!/usr/bin/env bash
# test/peers/misalignment.t: 6,507 real deliveries: modes of shipment and vendors that
# break promises more often than the rest, as plain SQL over the original rows finds
# them with logarithms of factorials and the step-up procedure word by word.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
. ../tap.sh

data=$PROMISE_SHARED/data/scms/deliveries_to_2012.csv
if [ ! -f "$data" ]; then
	skip "patterns in real deliveries" "there is no scms in $PROMISE_SHARED"
	done_testing
	exit
fi
query -c 'DROP DATABASE IF EXISTS scms' -c 'CREATE DATABASE scms' || exit 1
export PGDATABASE=scms
query -c 'CREATE EXTENSION promise' || exit 1
succeeds "the deliveries are loaded" psql -X -q -v ON_ERROR_STOP=1 -v data="$data" -f scoreboard_load.sql

# plain_patterns COLUMN:NAME...: every group with at least 30 lines in and out of it,
# counted in the original rows, with its p and whether it is found at 0.05
plain_patterns() {
	local union='' pair

	for pair; do
		union+="${union:+ UNION ALL }SELECT '${pair#*:}' AS grouped_by, ${pair%:*} AS name, count(*) AS n,
			count(*) FILTER (WHERE delivered > scheduled) AS k FROM scms GROUP BY ${pair%:*}"
	done
	cat <<-SQL
		WITH factor AS MATERIALIZED (
			SELECT n, sum(CASE WHEN n = 0 THEN 0 ELSE ln(n::numeric) END) OVER (ORDER BY n) AS log FROM generate_series(0, 6507) AS n
		), pattern AS (
			SELECT u.*, a.n AS all_n, a.k AS all_k
			FROM ($union) AS u, (SELECT count(*) AS n, count(*) FILTER (WHERE delivered > scheduled) AS k FROM scms) AS a
			WHERE u.n >= 30 AND a.n - u.n >= 30 AND u.name IS NOT NULL
		), tested AS (
			SELECT t.grouped_by, t.name, t.n, t.k, t.all_n, t.all_k, sum(t.probability) AS p
			FROM (
				SELECT p.*, j, exp(sum(f.log * s.sign)) AS probability
				FROM pattern AS p, generate_series(p.k, least(p.n, p.all_k)) AS j,
					LATERAL (VALUES (p.n, 1), (p.all_n - p.n, 1), (p.all_k, 1), (p.all_n - p.all_k, 1), (p.all_n, -1),
						(j, -1), (p.n - j, -1), (p.all_k - j, -1), (p.all_n - p.n - p.all_k + j, -1)) AS s (n, sign)
				JOIN factor AS f ON f.n = s.n
				GROUP BY p.grouped_by, p.name, p.n, p.k, p.all_n, p.all_k, j) AS t
			GROUP BY 1, 2, 3, 4, 5, 6
		), place AS (
			SELECT t.*, row_number() OVER (ORDER BY p) AS i, count(*) OVER () AS m FROM tested AS t
		), judged AS (
			SELECT p.*, p.i <= COALESCE((SELECT max(o.i) FROM place AS o WHERE o.p <= o.i * 0.05 / o.m), 0) AS found FROM place AS p
		)
	SQL
}

# same WHAT QUESTION PLAIN: both queries have the same rows, and some
same() {
	local got wanted

	got=$(query -c "$2") && wanted=$(query -c "$3")
	is "$got" "$wanted" "$1"
	[ "$(wc -l <<<"$wanted")" -gt 1 ]
	result $? "... of $(wc -l <<<"$wanted") rows"
}

same "every mode and vendor with enough lines, how many of them were late, and how likely that is by chance" \
	"SELECT DISTINCT grouped_by, name, lines, broken, round(p_value, 5), looks
	 FROM promise.misalignments('{channel,seller}', level => NULL, together => 'order') ORDER BY 1, name" \
	"$(plain_patterns shipment_mode:channel vendor:seller)
	 SELECT grouped_by, name, n, k, round(p, 5), m FROM judged ORDER BY 1, name"
same "modes and vendors that stand out, by the value lost" \
	"SELECT currency, rank, grouped_by, name, lost FROM promise.misalignments('{channel,seller}', together => 'order')" \
	"$(plain_patterns shipment_mode:channel vendor:seller), amount AS (
		SELECT j.grouped_by, j.name, c.currency,
			   round(sum(s.line_value * ((s.delivered > s.scheduled)::integer - (j.all_k - j.k)::numeric / (j.all_n - j.n))), 2) AS lost
		FROM judged AS j, scms AS s, LATERAL (SELECT CASE WHEN s.id % 5 = 0 THEN 'EUR' ELSE 'USD' END) AS c (currency)
		WHERE j.found AND j.name = CASE j.grouped_by WHEN 'seller' THEN s.vendor ELSE s.shipment_mode END
		GROUP BY 1, 2, 3)
	 SELECT currency, (SELECT count(*) + 1 FROM amount AS o WHERE o.currency = a.currency AND o.lost > a.lost), grouped_by, name, lost
	 FROM amount AS a ORDER BY 1, 2"
same "items and sites" \
	"SELECT DISTINCT grouped_by, name FROM promise.misalignments('{item,site}', together => 'order') ORDER BY 1, name" \
	"$(plain_patterns item:item site:site) SELECT grouped_by, name FROM judged WHERE found ORDER BY 1, name"
same "weekdays" \
	"SELECT name, lines, broken FROM promise.misalignments('{weekday}', level => NULL, together => 'order') WHERE currency = 'USD' ORDER BY name" \
	"$(plain_patterns "to_char(scheduled, 'FMDay')":weekday) SELECT name, n, k FROM judged ORDER BY name"
same "vendors, by what their days are worth" \
	"SELECT DISTINCT name, effective_orders, effective_broken, rest_effective_orders, rest_effective_broken
	 FROM promise.misalignments('{seller}', level => NULL) ORDER BY name" \
	"WITH day AS (
		SELECT v.vendor, s.vendor = v.vendor AS inside, s.scheduled, count(*) AS n, count(*) FILTER (WHERE s.delivered > s.scheduled) AS k
		FROM (SELECT vendor FROM scms GROUP BY vendor HAVING count(*) >= 30) AS v, scms AS s GROUP BY 1, 2, 3
	 ), side AS (
		SELECT d.*, sum(n) OVER w AS side_n, sum(k) OVER w AS side_k, count(*) OVER w AS days FROM day AS d WINDOW w AS (PARTITION BY vendor, inside)
	 ), worth AS (
		SELECT vendor, inside, side_n, side_k,
			   CASE WHEN days = 1 OR side_k IN (0, side_n) THEN side_n / days
					ELSE greatest(1, days / (days - 1.0) * sum((k - n * side_k / side_n) ^ 2) / (side_k * (1 - side_k / side_n))) END AS effect
		FROM side GROUP BY vendor, inside, side_n, side_k, days
	 )
	 SELECT a.vendor, ceil(a.side_n / a.effect), floor(a.side_k / a.effect), floor(b.side_n / b.effect),
			least(ceil(b.side_k / b.effect), floor(b.side_n / b.effect))
	 FROM worth AS a JOIN worth AS b ON b.vendor = a.vendor AND a.inside AND NOT b.inside ORDER BY a.vendor"
query -c "SELECT currency, rank, grouped_by, name, lost, lines, broken, share, rest_share, effective_orders, q_value FROM promise.misalignments('{channel,seller}')" | sed 's/^/# /'
query -d postgres -c 'DROP DATABASE scms'
done_testing
