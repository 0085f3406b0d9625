/*
 * commit_lines.c - the lines of a query that are to become promises.
 */
#include "postgres.h"

#include "api/commit.h"
#include "api/commit_lines.h"
#include "api/question.h"
#include "types/report.h"

#define FETCH_SIZE 2000

static int	compare_refs(const void *left, const void *right);

RequestLine *
commit_lines_read(const char *query, int *nlines)
{
	LineReader *reader = line_reader_open(query, true);
	RequestLine *lines = NULL;
	int			maxlines = 0;
	int			fetched;

	*nlines = 0;
	do
	{
		if (*nlines + FETCH_SIZE > maxlines)
		{
			maxlines = 2 * maxlines + FETCH_SIZE;
			lines = lines == NULL ?
				palloc((Size) maxlines * sizeof(RequestLine)) :
				repalloc_huge(lines, (Size) maxlines * sizeof(RequestLine));
		}
		fetched = line_reader_fetch(reader, FETCH_SIZE, lines + *nlines);
		*nlines += fetched;
	} while (fetched == FETCH_SIZE);
	line_reader_close(reader);
	return lines;
}

void
commit_lines_check(const RequestLine *line)
{
	if (line->ref == NULL || line->ref[0] == '\0')
		ereport(ERROR,
				(errcode(ERRCODE_PROMISE_INVALID),
				 errmsg("ref must not be null or empty"),
				 errhint("Give each line a column \"ref\" with a name of its own, such as the number of the order line.")));
	if (line->item == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_PROMISE_INVALID),
				 errmsg("item and quantity of commitment \"%s\" must not be null",
						line->ref)));
	if (line->due == INSTANT_BEGIN)
		ereport(ERROR,
				(errcode(ERRCODE_PROMISE_INVALID),
				 errmsg("date of commitment \"%s\" must not be -infinity",
						line->ref)));
	commit_check_kind(&line->terms->row, line->ref);
	question_check_after(line->terms->after);
	question_check_quantity(line->quantity);
}

static int
compare_refs(const void *left, const void *right)
{
	return strcmp(*(const char *const *) left, *(const char *const *) right);
}

void
commit_lines_check_refs(const char **refs, int nrefs)
{
	qsort(refs, nrefs, sizeof(char *), compare_refs);
	for (int i = 1; i < nrefs; i++)
	{
		if (strcmp(refs[i], refs[i - 1]) == 0)
			ereport(ERROR,
					(errcode(ERRCODE_PROMISE_REF),
					 errmsg("ref \"%s\" stands for several lines", refs[i]),
					 errhint("Give each line a ref of its own.")));
	}
}
