/*
 * commit_foresight.c - which of many lines guidelines will refuse.
 *
 * Whether a line is refused depends on what those before it take, and that on which
 * of them are refused.  So all are planned and asked about at once, as if none were;
 * then again without those that are, until nothing changes.  The answer is final up
 * to the first line of which it does, by induction over the lines: it was planned
 * and judged behind just those that are accepted.
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "miscadmin.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

#include "api/commit_foresight.h"
#include "api/policy_lines.h"
#include "store/exceptions.h"
#include "store/guards.h"
#include "store/limits.h"

/* then what is final will do */
#define MAX_ROUNDS	8

typedef struct Foresight
{
	LinePlanner *planner;
	const RequestLine *lines;
	const bool *known;			/* of each: is there a promise of its ref? */
	int			nlines;			/* that are looked at */
	bool	   *counts;			/* of each: is it accepted, as far as is
								 * known? */
	const char **refusals;
	PolicyLines *before;		/* as it was in the last round; NULL: there
								 * was none */
	MemoryContext caller;
} Foresight;

static int	look(Foresight *foresight);
static void plan_lines(Foresight *foresight, PolicyLines *asked);
static bool plan_line(Foresight *foresight, int number, PolicyLines *asked);
static bool are_same(const PolicyLines *one, const PolicyLines *other);
static void add_row(PolicyLines *asked, const RequestLine *line,
					const Commitment *row, const CapablePlan *plan);
static int	take_answers(Foresight *foresight, const PolicyLines *asked);
static const char *refusal_of(const Foresight *foresight,
							  const PolicyLines *asked, int line);

bool
commit_foresight_helps(void)
{
	Oid			table = get_relname_relid("commitment",
										  get_namespace_oid("promise", false));
	const Guard *guard = guards_find_own(table);
	int			nlimits;
	const GuardLimit *limits = guards_limits(&nlimits);

	if (guard == NULL || guard->mode != GUARD_BLOCK || !guards_any_policy())
		return false;
	for (int i = 0; i < nlimits; i++)
	{
		if (limits_are_guidelines(&limits[i]) && limits[i].loads)
			return true;
	}
	return false;
}

int
commit_foresee(LinePlanner *planner, const RequestLine *lines,
			   const bool *known, int nlines, const char **refusals)
{
	Foresight	foresight = {
		.planner = planner,
		.lines = lines,
		.known = known,
		.nlines = nlines,
		.counts = palloc((Size) Max(nlines, 1) * sizeof(bool)),
		.refusals = refusals,
		.caller = CurrentMemoryContext
	};
	void		(*write_down) (void *) = planner->write_down;
	MemoryContext scratch = AllocSetContextCreate(CurrentMemoryContext,
												  "promise foresight",
												  ALLOCSET_DEFAULT_SIZES);
	int			changed = -1;

	memset(foresight.counts, true, nlines);
	line_planner_open(planner);
	planner->write_down = NULL;
	MemoryContextSwitchTo(scratch);
	for (int i = 0; i < MAX_ROUNDS; i++)
	{
		changed = look(&foresight);
		if (changed < 0)
			break;
	}
	MemoryContextSwitchTo(foresight.caller);
	planner->write_down = write_down;
	MemoryContextDelete(scratch);
	return changed < 0 ? foresight.nlines : changed + 1;
}

/*
 * One round: the first line of which the answer has changed; -1: none.
 */
static int
look(Foresight *foresight)
{
	Instant		now = foresight->planner->now;
	PolicyLines *asked = palloc(sizeof(PolicyLines));
	int			changed;

	policy_lines_init(asked);
	plan_lines(foresight, asked);
	if (foresight->nlines == 0)
		return -1;

	PushActiveSnapshot(GetLatestSnapshot());
	if (foresight->before != NULL && are_same(asked, foresight->before))
		asked->each = foresight->before->each;
	else
		policy_lines_ask_each(asked, now, true);
	policy_lines_ask_together(asked, now);
	changed = take_answers(foresight, asked);
	PopActiveSnapshot();
	foresight->before = asked;
	return changed;
}

/* do these claims ask for the same, in a plan that may be another? */
static bool
are_same(const PolicyLines *one, const PolicyLines *other)
{
	if (one->asked.nclaims != other->asked.nclaims)
		return false;
	for (int i = 0; i < one->asked.nclaims; i++)
	{
		const LimitClaim *a = &one->asked.claims[i];
		const LimitClaim *b = &other->asked.claims[i];

		if (a->is_demanded != b->is_demanded || a->facts != b->facts ||
			(a->is_demanded &&
			 (a->quantity != b->quantity || a->due != b->due ||
			  strcmp(a->location, b->location) != 0)))
			return false;
	}
	return true;
}

/* up to the first that cannot be planned, or must see what is written */
static void
plan_lines(Foresight *foresight, PolicyLines *asked)
{
	Capable    *capable = foresight->planner->capable;
	TimeMark	start = capable_mark(capable);

	for (int i = 0; i < foresight->nlines; i++)
	{
		TimeMark	mark = capable_mark(capable);

		CHECK_FOR_INTERRUPTS();
		if (foresight->known[i] || !plan_line(foresight, i, asked))
			foresight->nlines = i;
		else if (!foresight->counts[i])
			capable_undo(capable, mark);
	}
	capable_undo(capable, start);
}

static bool
plan_line(Foresight *foresight, int number, PolicyLines *asked)
{
	const RequestLine *line = &foresight->lines[number];
	LinePlans	plans;
	Commitment *rows;
	int			nrows;

	if (line_planner_plan(foresight->planner, line, &plans) != LINE_PLANNED)
		return false;

	nrows = line_planner_rows(foresight->planner, line, &plans, &rows);
	policy_lines_begin(asked, foresight->counts[number]);
	for (int i = 0; i < nrows; i++)
		add_row(asked, line, &rows[i], &plans.plans[i]);
	return true;
}

/* as the guard sees a row that is new */
static void
add_row(PolicyLines *asked, const RequestLine *line, const Commitment *row,
		const CapablePlan *plan)
{
	LimitClaim	claim = {
		.item = row->item,
		.location = row->location,
		.at = row->at,
		.after = row->quantity,
		.is_demanded = true,
		.quantity = row->quantity,
		.due = row->at,
		.kind = row->kind,
		.facts = line->facts
	};

	policy_lines_add(asked, &claim, &plan->answer.plan);
}

/*
 * A line for which somebody has approved an exception is left to the guard, which
 * knows what exactly that was.
 */
static int
take_answers(Foresight *foresight, const PolicyLines *asked)
{
	int			changed = -1;

	for (int i = 0; i < foresight->nlines; i++)
	{
		bool		is_refused = policy_lines_is_refused(asked, i);

		if (is_refused && exceptions_any() &&
			exceptions_is_ref_approved(foresight->lines[i].ref))
		{
			foresight->nlines = i;
			break;
		}
		foresight->refusals[i] = is_refused ?
			refusal_of(foresight, asked, i) : NULL;
		if (is_refused == foresight->counts[i] && changed < 0)
			changed = i;
		foresight->counts[i] = !is_refused;
	}
	return changed;
}

/* what is said of the first part that is outside of the guidelines */
static const char *
refusal_of(const Foresight *foresight, const PolicyLines *asked, int line)
{
	const char *detail = NULL;
	const char *hint;
	int			claim;
	int			end;

	policy_lines_claims(asked, line, &claim, &end);
	while (detail == NULL)
		detail = policy_lines_detail(asked, claim++);
	hint = policy_lines_hint(asked, claim - 1);
	return MemoryContextStrdup(foresight->caller,
							   hint == NULL ? detail :
							   psprintf("%s %s", detail, hint));
}
