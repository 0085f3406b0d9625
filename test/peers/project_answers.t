#!/usr/bin/env bash
# test/peers/project_answers.t: a project of PSPLIB in the own tables is promised for
# the day on which the schedule of bench/projects ends, and never before a proven
# bound.  Under test/cluster; PROMISE_SHARED has the projects.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. test/tap.sh

library=$PROMISE_SHARED/data/psplib
instances=(j301_1 j305_3 j3029_1)
database=promise_projects

# The rows of a project: a job is a step, a period an hour.
project_rows() {
	awk -v project="$1" '
		$1 == "PRECEDENCE" { part = "links" }
		$1 ~ /^REQUESTS/ { part = "jobs" }
		$1 ~ /^RESOURCEAVAILABILITIES/ { part = "resources" }
		$1 !~ /^[0-9]+$/ { next }
		part == "links" {
			for (i = 4; i <= NF; i++)
				printf "INSERT INTO promise.precedence VALUES (\047%s\047, %d, %d);\n", project, $1, $i
		}
		part == "jobs" {
			step = sprintf("\047%s\047, %d, \047%d hours\047", project, $1, $3)
			nuses = 0
			for (i = 4; i <= NF; i++) {
				if ($i == 0)
					continue
				nuses++
				printf "INSERT INTO promise.step (source, step, setup, resource, units) VALUES (%s, \047%s R%d\047, %d);\n",
					step, project, i - 3, $i
			}
			if (nuses == 0)
				printf "INSERT INTO promise.step (source, step, setup) VALUES (%s);\n", step
		}
		part == "resources" {
			for (i = 1; i <= NF; i++)
				printf "INSERT INTO promise.resource (resource, units) VALUES (\047%s R%d\047, %d);\n", project, i, $i
		}' "$library/j30/$1.sm"
}

# the hours from now until a project could be had
hours_of() {
	query -d "$database" -v project="$1" <<-'SQL'
		SET promise.clock = '2026-12-01 00:00+00';
		SELECT extract(epoch FROM promise.earliest(:'project', 1) - promise.now())::bigint / 3600;
	SQL
}

if [ ! -d "$library/j30" ]; then
	skip "promises for projects" "there is no psplib in $PROMISE_SHARED"
	done_testing
	exit
fi

psql -X -q -v ON_ERROR_STOP=1 -c "CREATE DATABASE $database" &&
	psql -X -q -v ON_ERROR_STOP=1 -d "$database" -c 'CREATE EXTENSION promise'
result $? "a database for the projects"
# the schedules that are tried if nothing else is said
output=$(bench/projects 300 j30)
result $? "schedules of the projects"

for instance in "${instances[@]}"; do
	{
		echo "BEGIN;"
		echo "INSERT INTO promise.source (source, item, kind) VALUES (:'project', :'project', 'make');"
		project_rows "$instance"
		echo "COMMIT;"
	} | query -d "$database" -v project="$instance" -f -
	result $? "$instance is in the tables"
	read -r length bound < <(awk -v name="$instance" '$1 == name { print $2, $4 }' <<<"$output")
	hours=$(hours_of "$instance")
	is "$hours" "$length" "$instance is promised for when its schedule ends"
	[ "${hours:-0}" -ge "$bound" ]
	result $? "$instance is not promised for before its bound, $bound"
	is "$(hours_of "$instance")" "$hours" "$instance is promised for the same again"
	is "$(query -d "$database" -v project="$instance" <<-'SQL'
		SET promise.clock = '2026-12-01 00:00+00';
		INSERT INTO promise.commitment (ref, item, quantity, at) SELECT :'project', :'project', 1, promise.earliest(:'project', 1);
		SELECT count(DISTINCT step) FROM promise.plan(:'project', 1, exclude => ARRAY[:'project']) WHERE step IS NOT NULL;
	SQL
	)" 32 "$instance has a plan for each of its steps"
done
query -c "DROP DATABASE $database"
done_testing
