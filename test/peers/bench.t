#!/usr/bin/env bash
# test/peers/bench.t: the measurements run, on a small data set, and what they
# measure answers as the baselines do; under test/cluster.  No time is judged.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. test/tap.sh

export PROMISE_BASELINES=$PROMISE_SHARED/baselines
if [ ! -f "$PROMISE_BASELINES/gen.c" ]; then
	skip "measurements" "there are no baselines in $PROMISE_SHARED"
else
	succeeds "bench/load makes a database" bench/load 200
	succeeds "bench/measure agrees with the baselines" bench/measure 1
	psql -X -q -c 'DROP DATABASE IF EXISTS bench'
fi
done_testing
