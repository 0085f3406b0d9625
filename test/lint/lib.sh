# lib.sh - what the lints share; to be sourced.
#
# A lint looks at the tree it is started in, prints one line for each
# violation, and fails if there was one.

# complain is the last of a pipe and sets a variable
shopt -s lastpipe nullglob

lint_status=0

# complain: print the violations on standard input, one a line, each with what
# is wrong about it
complain() {
	local line

	while IFS= read -r line; do
		printf '%s: %s\n' "$line" "$1"
		lint_status=1
	done
}
