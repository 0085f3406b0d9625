/*
 * first_fit_test.c - room for work against a walk over hours.
 */
#include "unit.h"
#include "work_fixture.h"

#include "core/first_fit.h"
#include "core/time_tree_nodes.h"

extern void test_first_fit(void);

#define HOURS	500				/* of the window */
#define TREES	3

/* what is free of each tree, and whether work goes on, in each hour */
typedef struct Hours
{
	Instant		begin;
	Quantity	free[TREES][HOURS];
	bool		open[HOURS];
	bool		alike;			/* questions are, so that runs are remembered */
} Hours;

typedef struct Question
{
	FitDemand	demands[TREES];
	int			which[TREES];
	int			ndemands;
	int			amount;			/* hours */
	bool		pauses;
	int			from;			/* hours after the begin */
	int			until;
} Question;

static void random_hours(Hours *hours, WorkTime **work, TimeJournal *journal,
						 TimeTree **trees);
static void random_question(const Hours *hours, TimeTree **trees,
							Question *question);
static bool naive_fits(const Hours *hours, const Question *question,
					   int start, int *end);
static bool same_forward(const Hours *hours, const Question *question,
						 WorkTime *work, Span *fit, bool *found);
static bool same_backward(const Hours *hours, const Question *question,
						  WorkTime *work);
static void test_runs(void);
static Instant naive_room_from(const Hours *hours, const RunKind *kind,
							   int amount, int from);
static Instant naive_room_until(const Hours *hours, const RunKind *kind,
								int amount, int until);
static bool is_long(const Hours *hours, const RunKind *kind, int amount,
					int from, int until);
static void test_no_work(void);

void
test_first_fit(void)
{
	int64		nfound = 0;
	int64		nremembered = 0;

	for (int trial = 0; trial < UNIT_TRIALS / 200; trial++)
	{
		TimeJournal *journal = time_journal_create();
		TimeTree   *trees[TREES];
		Hours		hours;
		Hours		kept;
		TimeMark	mark = 0;
		WorkTime   *work;
		bool		same = true;

		random_hours(&hours, &work, journal, trees);
		kept = hours;
		for (int round = hours.alike ? 500 : 60; round > 0; round--)
		{
			Question	question;
			Span		fit;
			bool		found;

			random_question(&hours, trees, &question);
			same &= same_backward(&hours, &question, work);
			same &= same_forward(&hours, &question, work, &fit, &found);
			nfound += found;
			if (unit_random(0, 9) == 0)
			{
				time_journal_undo(journal, mark);
				hours = kept;
			}
			if (unit_random(0, 9) == 0)
			{
				mark = time_journal_mark(journal);
				kept = hours;
			}
			if (!found || unit_random(0, 3) == 0)
				continue;

			/* what was found is taken, and sometimes something else freed */
			for (int i = 0; i < question.ndemands; i++)
			{
				int			t = question.which[i];
				Quantity	units = -question.demands[i].units;
				int			start = (fit.start - hours.begin) / HOUR;
				int			end = (fit.end - hours.begin) / HOUR;

				if (unit_random(0, 3) == 0)
				{
					units = 2;
					start = unit_random(0, HOURS - 1);
					end = unit_random(start + 1, HOURS);
				}
				time_tree_add(trees[t], hours.begin + start * HOUR,
							  hours.begin + end * HOUR, units);
				for (int h = start; h < end; h++)
					hours.free[t][h] += units;
			}
		}
		CHECK(same);
		for (int t = 0; t < TREES; t++)
		{
			nremembered += trees[t]->runs.nindexes;
			time_tree_free(trees[t]);
		}
		time_journal_free(journal);
	}
	CHECK(nfound > 10000);
	CHECK(nremembered > 50);
	test_runs();
	test_no_work();
}

static void
random_hours(Hours *hours, WorkTime **work, TimeJournal *journal,
			 TimeTree **trees)
{
	CalendarRules *rules = palloc(sizeof(CalendarRules));
	WorkClock  *clock = palloc(sizeof(WorkClock));

	hours->begin = unit_random(0, 5000 * 24) * HOUR;
	hours->alike = unit_random(0, 4) == 0;
	work_random_rules(rules);
	work_random_clock(clock, hours->begin);
	*work = work_time_create(rules, &clock->base, hours->begin,
							 hours->begin + HOURS * HOUR);
	if (unit_random(0, 3) == 0)
		*work = work_time_create(NULL, NULL, hours->begin,
								 hours->begin + HOURS * HOUR);
	for (int h = 0; h < HOURS; h++)
		hours->open[h] = work_time_between(*work, hours->begin + h * HOUR,
										   hours->begin + (h + 1) * HOUR) == HOUR;

	for (int t = 0; t < TREES; t++)
	{
		TimeChange	changes[300];
		int			nchanges = (int) unit_random(0, hours->alike ? 300 : 40);
		Quantity	value = 3;

		for (int i = 0; i < nchanges; i++)
		{
			changes[i].at = hours->begin + unit_random(0, HOURS) * HOUR;
			changes[i].delta = unit_random(-2, 2);
		}
		trees[t] = time_tree_create(journal, value, changes, nchanges);
		for (int h = 0; h < HOURS; h++)
			hours->free[t][h] = time_tree_value(trees[t], hours->begin + h * HOUR);
	}
}

static void
random_question(const Hours *hours, TimeTree **trees, Question *question)
{
	question->ndemands = (int) unit_random(0, 2) ? 1 : (int) unit_random(0, TREES);
	for (int i = 0; i < question->ndemands; i++)
	{
		question->which[i] = (question->ndemands == 1) ? (int) unit_random(0, TREES - 1) : i;
		question->demands[i].tree = trees[question->which[i]];
		question->demands[i].units = unit_random(0, 4);
	}
	question->amount = (int) unit_random(1, unit_random(1, 40));
	question->pauses = unit_random(0, 1);
	question->from = (int) unit_random(-3, unit_random(0, HOURS));
	question->until = (int) unit_random(Max(question->from - 1, 0), HOURS + 3);
	if (hours->alike)
	{
		for (int i = 0; i < question->ndemands; i++)
			question->demands[i].units = unit_random(2, 3);
		question->amount = (int) unit_random(2, 8);
		question->from = (int) unit_random(-1, 10);
		question->until = (int) unit_random(HOURS - 10, HOURS + 1);
	}
}

/*
 * Does the work fit if it starts in that hour?
 */
static bool
naive_fits(const Hours *hours, const Question *question, int start, int *end)
{
	int			rest = question->amount;

	if (!hours->open[start])
		return false;
	for (int h = start; h < HOURS; h++)
	{
		for (int i = 0; i < question->ndemands; i++)
		{
			if (hours->free[question->which[i]][h] < question->demands[i].units)
				return false;
		}
		if (!hours->open[h] && !question->pauses)
			return false;
		rest -= hours->open[h];
		*end = h + 1;
		if (rest == 0)
			return true;
	}
	return false;
}

static bool
same_forward(const Hours *hours, const Question *question, WorkTime *work,
			 Span *fit, bool *found)
{
	bool		expected = false;
	int			start;
	int			end = 0;

	for (start = Max(question->from, 0); start < HOURS && !expected; start++)
		expected = naive_fits(hours, question, start, &end);
	expected = expected && end <= question->until;

	*found = first_fit_forward(question->demands, question->ndemands, work,
							   question->amount * HOUR, question->pauses,
							   hours->begin + question->from * HOUR,
							   hours->begin + question->until * HOUR, fit);
	return *found == expected &&
		(!expected || (fit->start == hours->begin + (start - 1) * HOUR &&
					   fit->end == hours->begin + end * HOUR));
}

static bool
same_backward(const Hours *hours, const Question *question, WorkTime *work)
{
	bool		expected = false;
	int			start;
	int			end = 0;
	Span		fit;
	bool		found;

	for (start = HOURS - 1; start >= Max(question->from, 0) && !expected; start--)
		expected = naive_fits(hours, question, start, &end) && end <= question->until;

	found = first_fit_backward(question->demands, question->ndemands, work,
							   question->amount * HOUR, question->pauses,
							   hours->begin + question->until * HOUR,
							   hours->begin + question->from * HOUR, &fit);
	return found == expected &&
		(!expected || (fit.start == hours->begin + (start + 1) * HOUR &&
					   fit.end == hours->begin + end * HOUR));
}

/*
 * What is remembered of runs keeps up with changes, those taken back included.  Of
 * six kinds all are remembered; with more the answers are still no worse than none.
 */
static void
test_runs(void)
{
	for (int trial = 0; trial < UNIT_TRIALS / 1000; trial++)
	{
		TimeJournal *journal = time_journal_create();
		TimeTree   *trees[TREES];
		RunKind		kinds[12];
		int			nkinds = (trial % 2 == 0) ? 6 : 12;
		Hours		hours;
		WorkTime   *work;
		bool		same = true;

		/* no run begins before the window, or ends after it */
		random_hours(&hours, &work, journal, trees);
		time_tree_add(trees[0], INSTANT_BEGIN, hours.begin, -1000);
		time_tree_add(trees[0], hours.begin + HOURS * HOUR, INSTANT_END, -1000);
		for (int k = 0; k < nkinds; k++)
		{
			kinds[k].level = 1 + k / 2;
			kinds[k].work = work;
			kinds[k].pauses = k % 2;
			for (int i = 0; i < 2 * HOURS; i++)
				(void) time_runs_room_from(trees[0], &kinds[k], 1, hours.begin);
		}

		for (int round = 0; round < 200; round++)
		{
			TimeMark	mark = time_journal_mark(journal);
			Hours		kept = hours;
			const RunKind *kind = &kinds[unit_random(0, nkinds - 1)];
			int			amount = (int) unit_random(1, 12);
			int			at = (int) unit_random(0, HOURS);
			Instant		from = naive_room_from(&hours, kind, amount, at);
			Instant		until = naive_room_until(&hours, kind, amount, at);
			Instant		found_from = time_runs_room_from(trees[0], kind, amount * HOUR,
														 hours.begin + at * HOUR);
			Instant		found_until = time_runs_room_until(trees[0], kind, amount * HOUR,
														   hours.begin + at * HOUR);

			if (nkinds == 6)
				same &= found_from == from && found_until == until;
			else
				same &= found_from <= from && found_until >= until;

			for (int i = (int) unit_random(0, 12); i > 0; i--)
			{
				int			start = (int) unit_random(0, HOURS - 1);
				int			end = (int) unit_random(start + 1, Min(HOURS, start + 20));
				Quantity	units = unit_random(-2, 2);

				time_tree_add(trees[0], hours.begin + start * HOUR,
							  hours.begin + end * HOUR, units);
				for (int h = start; h < end; h++)
					hours.free[0][h] += units;
			}
			if (unit_random(0, 2) == 0)
			{
				time_journal_undo(journal, mark);
				hours = kept;
			}
		}
		CHECK(same);
		CHECK_INT(trees[0]->runs.nindexes, Min(nkinds, 8));
	}
}

static Instant
naive_room_from(const Hours *hours, const RunKind *kind, int amount, int from)
{
	for (int start = from; start < HOURS; start++)
	{
		int			end = start;

		while (end < HOURS && hours->free[0][end] >= kind->level)
			end++;
		if (is_long(hours, kind, amount, start, end))
			return hours->begin + start * HOUR;
	}
	return INSTANT_END;
}

static Instant
naive_room_until(const Hours *hours, const RunKind *kind, int amount, int until)
{
	for (int end = until; end > 0; end--)
	{
		int			start = end;

		while (start > 0 && hours->free[0][start - 1] >= kind->level)
			start--;
		if (is_long(hours, kind, amount, start, end))
			return hours->begin + end * HOUR;
	}
	return INSTANT_BEGIN;
}

static bool
is_long(const Hours *hours, const RunKind *kind, int amount, int from, int until)
{
	int			open = 0;

	for (int h = from; h < until && open < amount; h++)
	{
		if (hours->open[h])
			open++;
		else if (!kind->pauses)
			open = 0;
	}
	return open >= amount;
}

static void
test_no_work(void)
{
	TimeTree   *tree = time_tree_create(NULL, 0, NULL, 0);
	FitDemand	demand = {tree, 1};
	Span		fit;

	/* work of no amount holds nothing */
	CHECK(first_fit_forward(&demand, 1, NULL, 0, true, 7, 7, &fit));
	CHECK_INT(fit.start, 7);
	CHECK_INT(fit.end, 7);
	CHECK(!first_fit_forward(&demand, 1, NULL, 0, true, 7, 6, &fit));
	CHECK(first_fit_backward(&demand, 1, NULL, 0, true, 7, 7, &fit));
	CHECK(!first_fit_backward(&demand, 1, NULL, 0, true, 7, 8, &fit));

	/* nothing is free, ever; without work time all is open, without end */
	CHECK(!first_fit_forward(&demand, 1, NULL, 1, true, 7, INSTANT_END, &fit));
	CHECK(!first_fit_backward(&demand, 1, NULL, 1, true, 7, INSTANT_BEGIN, &fit));
	demand.units = 0;
	CHECK(first_fit_forward(&demand, 1, NULL, 5, true, 7, INSTANT_END, &fit));
	CHECK_INT(fit.end, 12);
	CHECK(first_fit_backward(&demand, 1, NULL, 5, false, 7, INSTANT_BEGIN, &fit));
	CHECK_INT(fit.start, 2);
	CHECK(!first_fit_forward(NULL, 0, NULL, 5, true, 7, 11, &fit));
	CHECK(first_fit_forward(NULL, 0, NULL, 5, false, 7, 12, &fit));
	time_tree_free(tree);
}
