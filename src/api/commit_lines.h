/*
 * commit_lines.h - the lines of a query that are to become promises.
 */
#ifndef PROMISE_COMMIT_LINES_H
#define PROMISE_COMMIT_LINES_H

#include "postgres.h"

#include "store/line_reader.h"

extern RequestLine *commit_lines_read(const char *query, int *nlines);

/* raise if a line says what no promise can be */
extern void commit_lines_check(const RequestLine *line);

/* every line is a promise of its own; sorts the refs */
extern void commit_lines_check_refs(const char **refs, int nrefs);

#endif							/* PROMISE_COMMIT_LINES_H */
