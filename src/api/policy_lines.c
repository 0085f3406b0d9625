/*
 * policy_lines.c - lines that are held against the guidelines in their order.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "api/policy_lines.h"
#include "types/report.h"

static void add_plan(PolicyLines *lines, const SupplyPlan *plan);
static int	add_claim(PolicyLines *lines, const LimitClaim *claim);
static PolicyWords *words_of(const PolicyLines *lines,
							 const LimitViolation *violations,
							 int nviolations, int first);
static const char *add_sentences(const char *sentences, const char *more);

void
policy_lines_init(PolicyLines *lines)
{
	memset(lines, 0, sizeof(PolicyLines));
	lines->maxclaims = 64;
	lines->asked.claims = palloc(lines->maxclaims * sizeof(LimitClaim));
	lines->maxlines = 64;
	lines->first_claim = palloc(lines->maxlines * sizeof(int));
	lines->asked.counts = palloc(lines->maxlines * sizeof(bool));
}

int
policy_lines_begin(PolicyLines *lines, bool counts)
{
	LimitLines *asked = &lines->asked;

	if (asked->nlines == lines->maxlines)
	{
		lines->maxlines *= 2;
		asked->counts = repalloc_huge(asked->counts,
									  lines->maxlines * sizeof(bool));
		lines->first_claim = repalloc_huge(lines->first_claim,
										   lines->maxlines * sizeof(int));
	}
	asked->counts[asked->nlines] = counts;
	lines->first_claim[asked->nlines] = asked->nclaims;
	return asked->nlines++;
}

int
policy_lines_add(PolicyLines *lines, const LimitClaim *part,
				 const SupplyPlan *plan)
{
	int			number = add_claim(lines, part);

	if (plan != NULL)
		add_plan(lines, plan);
	return number;
}

/*
 * What the plan brings is a claim of less than nothing.  What the request takes is
 * that of the part itself.
 */
static void
add_plan(PolicyLines *lines, const SupplyPlan *plan)
{
	PlanChanges changes;

	if (plan->nlots == 0)
		return;
	promise_check(plan_changes(plan, &changes));
	for (int i = 0; i < changes.nflows; i++)
	{
		const PlanFlow *flow = &changes.flows[i];
		LimitClaim	claim = {
			.item = flow->node->item,
			.location = flow->node->location,
			.at = flow->at,
			.after = -flow->delta
		};

		if (flow->lot >= 0)
			add_claim(lines, &claim);
	}
	for (int i = 0; i < changes.nloads; i++)
	{
		const PlanLoad *load = &changes.loads[i];
		LimitClaim	claim = {
			.resource = load->resource->name,
			.at = load->from,
			.until = load->until,
			.after = load->units
		};

		add_claim(lines, &claim);
	}
}

static int
add_claim(PolicyLines *lines, const LimitClaim *claim)
{
	LimitLines *asked = &lines->asked;
	int			number = asked->nclaims++;

	if (number == lines->maxclaims)
	{
		lines->maxclaims *= 2;
		asked->claims = repalloc_huge(asked->claims,
									  lines->maxclaims * sizeof(LimitClaim));
	}
	asked->claims[number] = *claim;
	asked->claims[number].ref = psprintf("%d", asked->nlines);
	return number;
}

void
policy_lines_ask_each(PolicyLines *lines, Instant now, bool in_guard)
{
	const LimitLines *asked = &lines->asked;
	int			nasked = asked->nclaims - asked->first_asked;
	int			nviolations;
	LimitViolation *violations = limits_ask_each(asked->claims + asked->first_asked,
												 nasked, now, in_guard,
												 &nviolations);

	lines->each = words_of(lines, violations, nviolations, asked->first_asked);
}

void
policy_lines_ask_together(PolicyLines *lines, Instant now)
{
	int			nviolations;
	LimitViolation *violations = limits_ask_lines(&lines->asked, now,
												  &nviolations);

	lines->together = words_of(lines, violations, nviolations, 0);
}

/* by claim; violations number them from 1 on, of which the first is that here */
static PolicyWords *
words_of(const PolicyLines *lines, const LimitViolation *violations,
		 int nviolations, int first)
{
	PolicyWords *words = palloc_extended((Size) Max(lines->asked.nclaims, 1) *
										 sizeof(PolicyWords),
										 MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);

	for (int i = 0; i < nviolations; i++)
	{
		PolicyWords *of_claim = &words[first + atoi(violations[i].ref) - 1];

		of_claim->detail = add_sentences(of_claim->detail, violations[i].detail);
		of_claim->hint = add_sentences(of_claim->hint, violations[i].hint);
	}
	return words;
}

static const char *
add_sentences(const char *sentences, const char *more)
{
	if (sentences == NULL || more == NULL)
		return sentences == NULL ? more : sentences;
	return psprintf("%s %s", sentences, more);
}

/*
 * A line's answer is right if those of all lines before it are, so each round
 * settles one more at least.
 */
void
policy_lines_settle(PolicyLines *lines, Instant now)
{
	bool		changed;

	do
	{
		CHECK_FOR_INTERRUPTS();
		changed = false;
		policy_lines_ask_together(lines, now);
		for (int i = 0; i < lines->asked.nlines; i++)
		{
			bool		counts = !policy_lines_is_refused(lines, i);

			changed |= lines->asked.counts[i] != counts;
			lines->asked.counts[i] = counts;
		}
	} while (changed);
}

void
policy_lines_claims(const PolicyLines *lines, int line, int *first, int *end)
{
	*first = lines->first_claim[line];
	*end = line + 1 < lines->asked.nlines ? lines->first_claim[line + 1] :
		lines->asked.nclaims;
}

bool
policy_lines_is_refused(const PolicyLines *lines, int line)
{
	int			first;
	int			end;

	policy_lines_claims(lines, line, &first, &end);
	for (int i = first; i < end; i++)
	{
		if (policy_lines_detail(lines, i) != NULL)
			return true;
	}
	return false;
}

const char *
policy_lines_detail(const PolicyLines *lines, int claim)
{
	return add_sentences(lines->each[claim].detail,
						 lines->together[claim].detail);
}

const char *
policy_lines_hint(const PolicyLines *lines, int claim)
{
	return add_sentences(lines->each[claim].hint,
						 lines->together[claim].hint);
}
