# tap.sh - the few words of TAP that tests in shell need; to be sourced.
#
# Such a test runs under test/cluster, prints "ok" and "not ok" lines, and ends
# with done_testing.

tap_count=0
tap_failures=0

# result STATUS NAME: one test; 0 is success
result() {
	tap_count=$((tap_count + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $tap_count - $2"
	else
		echo "not ok $tap_count - $2"
		tap_failures=$((tap_failures + 1))
	fi
}

# is GOT WANTED NAME
is() {
	if [ "$1" = "$2" ]; then
		result 0 "$3"
	else
		result 1 "$3"
		diff <(printf '%s\n' "$2") <(printf '%s\n' "$1") | sed 's/^/#   /'
		echo "#   (< is wanted, > was got)"
	fi
}

# succeeds NAME COMMAND...: its output is shown if it fails
succeeds() {
	local name=$1 out
	shift
	if out=$("$@" 2>&1); then
		result 0 "$name"
	else
		result 1 "$name"
		printf '%s\n' "$out" | sed 's/^/#   /'
	fi
}

# fails NAME PATTERN COMMAND...: it must fail and say what PATTERN matches
fails() {
	local name=$1 pattern=$2 out
	shift 2
	if out=$("$@" 2>&1); then
		result 1 "$name"
		echo "#   it succeeded"
	elif grep -qE -- "$pattern" <<<"$out"; then
		result 0 "$name"
	else
		result 1 "$name"
		printf '%s\n' "wanted: $pattern" "$out" | sed 's/^/#   /'
	fi
}

# skip NAME REASON
skip() {
	tap_count=$((tap_count + 1))
	echo "ok $tap_count - $1 # SKIP $2"
}

# query [PSQL-OPTION...]: rows only, unaligned, stopping at the first error
query() {
	psql -X -A -t -q -v ON_ERROR_STOP=1 "$@"
}

done_testing() {
	echo "1..$tap_count"
	[ "$tap_failures" -eq 0 ]
}
