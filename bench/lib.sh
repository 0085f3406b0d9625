# lib.sh - what the measurements share; to be sourced, with $bench set.

baselines=${PROMISE_BASELINES:-$bench/../../shared/baselines}
if [ ! -f "$baselines/20_lines.sql" ]; then
	echo "bench: there are no baselines in $baselines; PROMISE_BASELINES may name their folder" >&2
	exit 1
fi

# run_sql [ARG ...]: psql that says nothing of its own and stops at an error
run_sql() {
	PGOPTIONS="${PGOPTIONS:-} -c client_min_messages=warning" \
		psql -X -q -v ON_ERROR_STOP=1 -P pager=off "$@"
}

# baseline TITLE: the SQL that follows a title in 20_lines.sql, as text to be
# executed: without the EXPLAIN and the last semicolon
baseline() {
	awk -v title="--- $1" '
		/^\\echo/ { wanted = index($0, title) > 0; next }
		wanted && !/^EXPLAIN/ { print }' "$baselines/20_lines.sql" |
		sed -e '/^BEGIN;/,$d' -e '$s/;[[:blank:]]*$//'
}
