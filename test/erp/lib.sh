# lib.sh - Tryton's database and server for the tests here; to be sourced, under
# test/cluster.  ERP_WORK is a temporary folder, removed by who made it.

erp_python=(/usr/bin/python3 -W ignore)
erp_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
erp_top=$erp_dir/../..

# Tryton's user owns its databases and is no superuser
erp_uri() {
	echo "postgresql://tryton@/${1:-}?host=$PGHOST"
}

# configure FILE PORT QUEUE: Tryton's settings.
configure() {
	cat >"$1" <<-CONF
		[database]
		uri = $(erp_uri)
		list = False
		[password]
		passlib = $ERP_WORK/passlib
		[web]
		listen = localhost:$2
		[queue]
		worker = $3
	CONF
}

# An empty database of the ERP, with the modules: some 280 tables.  For every one
# Tryton asks the information schema for its foreign keys, which takes seconds if
# the planner does not see the query as a whole.  The servers verify the password
# with every call, so that must not be made hard on purpose.
make_template() {
	cat >"$ERP_WORK/passlib" <<-CONF
		[passlib]
		schemes = pbkdf2_sha256
		pbkdf2_sha256__default_rounds = 1
	CONF
	configure "$ERP_WORK/admin.conf" 0 False
	echo admin >"$ERP_WORK/password"
	psql -X -q -v ON_ERROR_STOP=1 -c 'CREATE ROLE tryton LOGIN' \
		-c 'CREATE DATABASE tryton OWNER tryton' &&
		PGOPTIONS='-c geqo=off -c join_collapse_limit=20 -c from_collapse_limit=20' \
		TRYTONPASSFILE=$ERP_WORK/password "${erp_python[@]}" /usr/bin/trytond-admin \
			-c "$ERP_WORK/admin.conf" -d tryton --all --email admin@example.com \
			-u sale_supply production --activate-dependencies
}

load_plant() {
	"${erp_python[@]}" "$erp_dir/tryton/plant.py" "$(erp_uri tryton)"
}

# guard DATABASE DEFERRED: a copy of the plant whose sales are guarded, as the
# guide says.
guard() {
	psql -X -q -v ON_ERROR_STOP=1 -c "CREATE DATABASE $1 TEMPLATE tryton OWNER tryton" \
		-c "ALTER DATABASE $1 SET promise.timezone = 'UTC'" &&
		psql -X -q -v ON_ERROR_STOP=1 -U tryton -d "$1" -c 'CREATE EXTENSION promise' \
			-f "$erp_top/doc/tryton.sql" &&
		psql -X -q -v ON_ERROR_STOP=1 -U tryton -d "$1" -v deferred="$2" \
			-f "$erp_top/doc/tryton_guard.sql"
}

# serve DATABASE QUEUE: start Tryton's server, on a port of the loopback that is
# free, and leave its process in erp_server and its address in erp_url.
serve() {
	local port

	port=$("${erp_python[@]}" -c 'import socket
with socket.socket() as s:
	s.bind(("localhost", 0))
	print(s.getsockname()[1])')
	configure "$ERP_WORK/$1.conf" "$port" "$2"
	setpriv --pdeathsig TERM "${erp_python[@]}" /usr/bin/trytond \
		-c "$ERP_WORK/$1.conf" -d "$1" >"$ERP_WORK/$1.log" 2>&1 </dev/null &
	erp_server=$!
	erp_url=http://admin:admin@localhost:$port/$1/
	for _ in $(seq 300); do
		(: <>"/dev/tcp/localhost/$port") 2>/dev/null && return
		kill -0 "$erp_server" 2>/dev/null || break
		sleep 0.2
	done
	sed 's/^/# /' "$ERP_WORK/$1.log"
	echo "Bail out!  Tryton's server does not start"
	exit 1
}

# sell DATABASE DEFERRED QUEUE: the test of one way to guard and one to process.
sell() {
	local status after=processing

	guard "$1" "$2" >"$ERP_WORK/$1.guard" 2>&1 || {
		sed 's/^/# /' "$ERP_WORK/$1.guard"
		echo "not ok 1 - the sales are guarded"
		exit 1
	}
	[ "$3" = False ] || after=confirmed
	serve "$1" "$3"
	timeout 300 "${erp_python[@]}" "$erp_dir/tryton/scenarios.py" "$erp_url" \
		"$(erp_uri "$1")" "$after"
	status=$?
	kill "$erp_server"
	wait "$erp_server" 2>/dev/null
	exit "$status"
}
