/*
 * policy_lines.h - lines that are held against the guidelines in their order.
 *
 * What lines take together of shares they use up for those after them, unless they
 * are refused: src/sql/85_policy_share.sql.
 */
#ifndef PROMISE_POLICY_LINES_H
#define PROMISE_POLICY_LINES_H

#include "postgres.h"

#include "engine/plan.h"
#include "store/limits.h"

/* what guidelines have against a claim, in sentences; NULL: nothing */
typedef struct PolicyWords
{
	const char *detail;
	const char *hint;
} PolicyWords;

typedef struct PolicyLines
{
	LimitLines	asked;
	int			maxclaims;
	int		   *first_claim;	/* of each line */
	int			maxlines;
	PolicyWords *each;			/* against each claim by itself */
	PolicyWords *together;		/* beside the lines before it */
} PolicyLines;

extern void policy_lines_init(PolicyLines *lines);

/* begin a line; its number, from 0 */
extern int	policy_lines_begin(PolicyLines *lines, bool counts);

/*
 * Add a part of the last line, with what would be planned for it; NULL: nothing.
 * The number of its claim, from 0.
 */
extern int	policy_lines_add(PolicyLines *lines, const LimitClaim *part,
							 const SupplyPlan *plan);

/* ask about the claims by themselves */
extern void policy_lines_ask_each(PolicyLines *lines, Instant now,
								  bool in_guard);

/* ask what lines take together, by which of them count now */
extern void policy_lines_ask_together(PolicyLines *lines, Instant now);

/* ask so until those count that are not refused, and no others */
extern void policy_lines_settle(PolicyLines *lines, Instant now);

/* the claims of a line, [first, end) */
extern void policy_lines_claims(const PolicyLines *lines, int line, int *first,
								int *end);

/* what guidelines have against a claim, by itself and together; NULL: nothing */
extern const char *policy_lines_detail(const PolicyLines *lines, int claim);
extern const char *policy_lines_hint(const PolicyLines *lines, int claim);

/* is there anything against a line? */
extern bool policy_lines_is_refused(const PolicyLines *lines, int line);

#endif							/* PROMISE_POLICY_LINES_H */
