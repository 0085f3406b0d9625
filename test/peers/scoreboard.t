#!/usr/bin/env bash
# test/peers/scoreboard.t: 6,507 real deliveries, loaded as promises and deliveries:
# the scoreboard says what plain SQL over the original rows says, and lead times are
# proposed as that would.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
. ../tap.sh

data=$PROMISE_SHARED/data/scms/deliveries_to_2012.csv
if [ ! -f "$data" ]; then
	skip "real deliveries" "there is no scms in $PROMISE_SHARED"
	done_testing
	exit
fi
query -c 'DROP DATABASE IF EXISTS scms' -c 'CREATE DATABASE scms' || exit 1
export PGDATABASE=scms
query -c 'CREATE EXTENSION promise' || exit 1
succeeds "the deliveries are loaded" psql -X -q -v ON_ERROR_STOP=1 -v data="$data" -f scoreboard_load.sql

# same WHAT QUESTION PLAIN: both queries have the same rows, and some
same() {
	local got wanted

	got=$(query -c "$2") && wanted=$(query -c "$3")
	is "$got" "$wanted" "$1"
	[ "$(wc -l <<<"$wanted")" -gt 3 ] && [ -n "$wanted" ]
	result $? "... of $(wc -l <<<"$wanted") rows"
}

plain="count(*), count(*) FILTER (WHERE delivered <= scheduled), count(*) FILTER (WHERE delivered < scheduled)"
for what in seller:vendor site:site item:item customer:country; do
	same "by ${what%:*}" \
		"SELECT name, lines, kept, early FROM promise.scoreboard('${what%:*}') ORDER BY name COLLATE \"C\"" \
		"SELECT ${what#*:}, $plain FROM scms GROUP BY 1 ORDER BY ${what#*:} COLLATE \"C\""
done
same "by seller and month, of three years" \
	"SELECT name, first_day, lines, kept, early FROM promise.scoreboard('seller', '[2009-01-01,2012-01-01)', 'month')
	 ORDER BY first_day, name COLLATE \"C\"" \
	"SELECT vendor, (to_char(scheduled, 'YYYY-MM') || '-01')::date AS month, $plain FROM scms
	 WHERE extract(year FROM scheduled) BETWEEN 2009 AND 2011
	 GROUP BY vendor, month ORDER BY month, vendor COLLATE \"C\""
same "values" \
	"SELECT name, currency, round(booked), round(delivered), round(in_time), round(margin_promised)
	 FROM promise.scoreboard_value('customer') ORDER BY name COLLATE \"C\", currency" \
	"SELECT country, CASE WHEN id % 5 = 0 THEN 'EUR' ELSE 'USD' END AS currency, round(sum(line_value)), round(sum(line_value)),
			round(COALESCE(sum(line_value) FILTER (WHERE delivered <= scheduled), 0)), round(sum(line_value) / 4)
	 FROM scms GROUP BY country, currency ORDER BY country COLLATE \"C\", currency"
is "$(query -c "SELECT count(*) FROM promise.scoreboard_lines() WHERE pending OR cancelled OR kept <> first_kept OR kept <> last_kept")" \
	0 "nothing was moved, so all three promises are the same"
same "lead times that 9 of 10 orders kept" \
	"SELECT source, lots, within_stated, median, proposed FROM promise.propose_lead_times() ORDER BY source COLLATE \"C\"" \
	"SELECT vendor, n, kept, half, most FROM (
		SELECT vendor, count(*) AS n, count(*) FILTER (WHERE delivered - po_sent <= 90) AS kept,
			   (array_agg(delivered - po_sent ORDER BY delivered - po_sent))[ceil(count(*) * 0.5)] AS half,
			   (array_agg(delivered - po_sent ORDER BY delivered - po_sent))[ceil(count(*) * 0.9)] AS most
		FROM scms WHERE po_sent <= delivered GROUP BY vendor) AS v
	 WHERE n >= 20 AND most <> 90 ORDER BY vendor COLLATE \"C\""
same "who keeps promises best" \
	"SELECT name, lines, kept, lines_before FROM promise.leaderboard('seller', '[2011-01-01,2012-01-01)') ORDER BY name COLLATE \"C\"" \
	"SELECT vendor, count(*) FILTER (WHERE scheduled >= '2011-01-01'),
			count(*) FILTER (WHERE scheduled >= '2011-01-01' AND delivered <= scheduled), count(*) FILTER (WHERE scheduled < '2011-01-01')
	 FROM scms WHERE scheduled BETWEEN '2010-01-01' AND '2011-12-31' GROUP BY vendor
	 HAVING count(*) FILTER (WHERE scheduled >= '2011-01-01') > 0 ORDER BY vendor COLLATE \"C\""
query -d postgres -c 'DROP DATABASE scms'
done_testing
