#!/usr/bin/env bash
# test/peers/projects.t: schedules of PSPLIB's projects are right, none is below a
# proven bound, and on average they are about as good as is known to be possible.
# The same with stock that activities consume and yield: the set KSD30_ConsProd.
# PROMISE_PEERS_ALL=1 also tries 5,000 schedules on the large ones.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. test/tap.sh

# at_most SET WHAT LIMIT: an average in the summaries of the last run
at_most() {
	local average

	average=$(sed -nE "s/^$1: .* ([0-9.]+) % above the $2.*/\1/p" <<<"$output")
	awk -v a="${average:-none}" -v l="$3" 'BEGIN { exit !(a != "none" && a <= l) }'
	result $? "$1: on average ${average:-?} % above the $2, at most $3 %"
}

# projects SCHEDULES SET...
projects() {
	output=$(bench/projects "$@")
	result $? "every schedule of $(IFS=' '; echo "${*:2}") keeps the rules and the bounds, of $1 tried"
}

if [ ! -d "$PROMISE_SHARED/data/psplib" ]; then
	skip "projects" "there is no psplib in $PROMISE_SHARED"
else
	# what a quote does if nothing else is said
	projects 300 j30 j60 j120
	at_most j30 'best known' 6
	at_most j60 'best known' 6
	at_most j120 'best known' 13

	projects 5000 j30
	at_most j30 optimum 0.5
	if [ "${PROMISE_PEERS_ALL:-0}" = 1 ]; then
		projects 5000 j60 j120
		at_most j120 'critical path' 34
	else
		skip "5,000 schedules of the large projects" "only with PROMISE_PEERS_ALL=1"
	fi
fi

if [ ! -d "$PROMISE_SHARED/data/rcpsp-cpr" ]; then
	skip "projects with stock" "there is no rcpsp-cpr in $PROMISE_SHARED"
else
	output=$(bench/stock_projects 300 | tail -n 1)
	result $? "schedules of projects with stock keep the rules, and there are none where none can be"
	solved=$(sed -nE 's/.* solved ([0-9]+) of \1 .*/all/p' <<<"$output")
	is "$solved" all "each of the others is solved"
	echo "# $output"
fi
done_testing
