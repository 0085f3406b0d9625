#!/usr/bin/env bash
# test/peers/frepple.t [--update]: the order-promising cases of a peer, said in
# the own tables and accepted in their order: no plan breaks a rule, and no
# promise is later than the peer's but where frepple/differences.py says why.
# With --update the table of them in doc/frepple.md is written anew.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
. ../tap.sh

cases=$PROMISE_SHARED/cases/frepple
if [ ! -f "$cases/split/index.json" ]; then
	skip "cases of the peer" "there are no cases of frePPLe in $PROMISE_SHARED"
	done_testing
	exit
fi
query -c 'DROP DATABASE IF EXISTS frepple' -c 'CREATE DATABASE frepple' || exit 1
PGDATABASE=frepple query -c 'CREATE EXTENSION promise' || exit 1
PGDATABASE=frepple PYTHONDONTWRITEBYTECODE=1 python3 frepple.py "$cases" "$@"
status=$?
query -c 'DROP DATABASE frepple'
exit $status
