#!/usr/bin/env bash
# Tryton as it is installed: a sale is processed as soon as it is confirmed, in a
# second transaction; the guard checks at the end of each statement.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
sell tryton_immediate false False
