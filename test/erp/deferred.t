#!/usr/bin/env bash
# Tryton with a queue: a sale stays confirmed until a worker, here nobody,
# processes it; the guard checks at commit.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
sell tryton_deferred true True
