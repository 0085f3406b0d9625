/*
 * time_tree_test.c - trees of time against a flat array.
 */
#include "unit.h"

#include "core/time_tree_nodes.h"

extern void test_time_tree(void);

/* the flat array: a value for each instant 0 .. CELLS - 1, and those around */
#define CELLS	40
#define TREES	3

typedef struct Flat
{
	Quantity	value[CELLS + 2];	/* [0]: before 0; [CELLS + 1]: after */
} Flat;

typedef struct Story
{
	TimeJournal *journal;
	TimeTree   *trees[TREES];
	Flat		flats[TREES];
	int			cells;			/* how many instants are in use */
} Story;

static void random_tree(Story *story, int t);
static void random_add(Story *story);
static void random_range(const Story *story, Instant *from, Instant *until);
static bool same_answers(const Story *story, int t);
static bool same_everywhere(const Story *story, int t);
static void test_growth(void);
static void test_churn(void);
static void test_edges(void);

static int
cell_of(Instant at)
{
	if (at == INSTANT_BEGIN)
		return 0;
	return at == INSTANT_END ? CELLS + 2 : (int) at + 1;
}

static Instant
cell_instant(int cell)
{
	return cell == 0 ? INSTANT_BEGIN : (Instant) cell - 1;
}

void
test_time_tree(void)
{
	for (int trial = 0; trial < UNIT_TRIALS / 100; trial++)
	{
		Story		story;
		TimeMark	marks[6];
		Flat		kept[6][TREES];
		int			nmarks = 0;
		bool		same = true;

		story.journal = time_journal_create();
		story.cells = (int) unit_random(1, CELLS);
		for (int t = 0; t < TREES; t++)
			random_tree(&story, t);

		for (int round = 0; round < 60; round++)
		{
			int			choice = (int) unit_random(0, 9);

			if (choice == 0 && nmarks < 6)
			{
				marks[nmarks] = time_journal_mark(story.journal);
				memcpy(kept[nmarks++], story.flats, sizeof(story.flats));
			}
			else if (choice == 1 && nmarks > 0)
			{
				nmarks = (int) unit_random(0, nmarks - 1);
				time_journal_undo(story.journal, marks[nmarks]);
				memcpy(story.flats, kept[nmarks], sizeof(story.flats));
				for (int t = 0; t < TREES; t++)
					same &= same_everywhere(&story, t);
			}
			else
				random_add(&story);
			for (int t = 0; t < TREES; t++)
				same &= time_tree_is_sound(story.trees[t]) && same_answers(&story, t);
		}
		CHECK(same);

		for (int t = 0; t < TREES; t++)
			time_tree_free(story.trees[t]);
		time_journal_free(story.journal);
	}
	test_growth();
	test_churn();
	test_edges();
}

static void
random_tree(Story *story, int t)
{
	TimeChange	changes[100];
	int			nchanges = (int) unit_random(0, unit_random(0, 100));
	Quantity	base = unit_random(-5, 5);

	for (int i = 0; i <= CELLS + 1; i++)
		story->flats[t].value[i] = base;
	for (int i = 0; i < nchanges; i++)
	{
		int			cell = (int) unit_random(0, story->cells);

		changes[i].at = cell_instant(cell);
		changes[i].delta = unit_random(-4, 4);
		if (unit_random(0, 20) == 0)
			changes[i].at = INSTANT_END;
		for (int j = cell_of(changes[i].at); j <= CELLS + 1; j++)
			story->flats[t].value[j] += changes[i].delta;
	}
	story->trees[t] = time_tree_create(story->journal, base, changes, nchanges);
}

static void
random_add(Story *story)
{
	int			t = (int) unit_random(0, TREES - 1);
	Quantity	quantity = unit_random(-4, 4);
	Instant		from;
	Instant		until;

	random_range(story, &from, &until);
	if (unit_random(0, 20) == 0)
		until = from;			/* nothing */
	time_tree_add(story->trees[t], from, until, quantity);
	for (int i = cell_of(from); i < cell_of(until); i++)
		story->flats[t].value[i] += quantity;
}

/* not empty */
static void
random_range(const Story *story, Instant *from, Instant *until)
{
	int			first = (int) unit_random(0, story->cells);

	*from = cell_instant(first);
	*until = cell_instant((int) unit_random(first + 1, story->cells + 1));
	if (unit_random(0, 9) == 0)
		*until = INSTANT_END;
}

/* ask everything about a random range */
static bool
same_answers(const Story *story, int t)
{
	const TimeTree *tree = story->trees[t];
	const Quantity *value = story->flats[t].value;
	Quantity	limit = unit_random(-12, 12);
	Quantity	least = QUANTITY_MAX;
	Instant		first_below = INSTANT_END;
	Instant		first_reaching = INSTANT_END;
	Instant		clear_from;
	Instant		last_reaching = INSTANT_BEGIN;
	Instant		next = INSTANT_END;
	Instant		from;
	Instant		until;

	random_range(story, &from, &until);
	clear_from = from;
	for (int i = cell_of(from); i < Min(cell_of(until), CELLS + 2); i++)
	{
		Instant		piece_end = (i <= CELLS) ? cell_instant(i + 1) : INSTANT_END;

		piece_end = Min(piece_end, until);
		least = Min(least, value[i]);
		if (value[i] < limit)
		{
			first_below = Min(first_below, Max(from, cell_instant(i)));
			clear_from = piece_end;
		}
		else
		{
			first_reaching = Min(first_reaching, Max(from, cell_instant(i)));
			last_reaching = piece_end;
		}
	}
	for (int i = CELLS + 1; i > cell_of(from); i--)
	{
		if (value[i] != value[i - 1])
			next = cell_instant(i);
	}

	return time_tree_value(tree, from) == value[cell_of(from)] &&
		time_tree_least(tree, from, until) == least &&
		time_tree_first_below(tree, from, until, limit) == first_below &&
		time_tree_first_reaching(tree, from, until, limit) == first_reaching &&
		time_tree_clear_from(tree, from, until, limit) == clear_from &&
		time_tree_last_reaching(tree, from, until, limit) == last_reaching &&
		time_tree_next(tree, from) == next;
}

static bool
same_everywhere(const Story *story, int t)
{
	const Quantity *value = story->flats[t].value;
	int			size = 0;

	for (int i = 0; i <= CELLS + 1; i++)
	{
		if (time_tree_value(story->trees[t], cell_instant(i)) != value[i])
			return false;
		size += (i > 0 && value[i] != value[i - 1]);
	}
	return time_tree_size(story->trees[t]) == size;
}

/*
 * A tree of several levels grows and shrinks to nothing, in different orders.
 */
static void
test_growth(void)
{
	enum
	{
		N = 6000
	};
	Quantity   *value = palloc(N * sizeof(Quantity));

	for (int order = 0; order < 4; order++)
	{
		TimeJournal *journal = time_journal_create();
		TimeTree   *tree = time_tree_create(journal, 0, NULL, 0);
		bool		same = true;

		memset(value, 0, N * sizeof(Quantity));
		for (int i = 0; i < N; i++)
		{
			int			at = (order == 0) ? i : (order == 1) ? N - 1 - i :
			(int) unit_random(0, N - 1);
			int			until = (order == 3) ? (int) unit_random(at + 1, N) : at + 1;
			Quantity	quantity = unit_random(1, 9);

			time_tree_add(tree, at, until, quantity);
			for (int j = at; j < until; j++)
				value[j] += quantity;
			if (i % 200 == 0)
				same &= time_tree_is_sound(tree);
		}
		for (int i = 0; i < N; i++)
		{
			int			from = (int) unit_random(0, N - 1);
			int			until = (int) unit_random(from + 1, N);
			Quantity	limit = unit_random(0, order == 3 ? 15000 : 20);
			Quantity	least = QUANTITY_MAX;
			Instant		first = INSTANT_END;
			Instant		clear = from;

			for (int j = from; j < until; j++)
			{
				least = Min(least, value[j]);
				if (value[j] < limit)
				{
					clear = j + 1;
					if (first == INSTANT_END)
						first = j;
				}
			}
			same &= time_tree_value(tree, i) == value[i];
			same &= time_tree_least(tree, from, until) == least;
			same &= time_tree_first_below(tree, from, until, limit) == first;
			same &= time_tree_clear_from(tree, from, until, limit) == clear;
		}
		CHECK(same);

		/* half of it is taken back, the rest emptied from within */
		if (order == 2)
		{
			time_journal_undo(journal, 0);
			CHECK(time_tree_is_sound(tree));
			memset(value, 0, N * sizeof(Quantity));
		}
		same = true;
		for (int i = 0; i < N; i++)
		{
			int			at = (int) ((int64) i * 7919 % N);

			time_tree_add(tree, at, at + 1, -value[at]);
			if (i % 200 == 0)
				same &= time_tree_is_sound(tree);
		}
		CHECK(same && time_tree_is_sound(tree));
		CHECK_INT(time_tree_size(tree), 0);
		CHECK_INT(time_tree_value(tree, N / 2), 0);
		CHECK_INT(tree->height, 0);
		time_tree_free(tree);
		time_journal_free(journal);
	}
	pfree(value);
}

/*
 * Breakpoints come and go, here and there, in a tree of several levels that is now
 * emptied and now filled.
 */
static void
test_churn(void)
{
	enum
	{
		N = 8000
	};
	Quantity   *value = palloc0(N * sizeof(Quantity));
	TimeTree   *tree = time_tree_create(NULL, 0, NULL, 0);
	bool		same = true;

	for (int round = 0; round < 200; round++)
	{
		int			from = (int) unit_random(0, N - 1);
		int			until = (int) unit_random(from + 1, N);
		bool		fill = unit_random(0, 1);

		for (int i = 0; i < 400; i++)
		{
			int			at = (int) unit_random(from, until - 1);
			Quantity	quantity = (fill ? unit_random(1, 9) : 0) - value[at];

			time_tree_add(tree, at, at + 1, quantity);
			value[at] += quantity;
		}
		for (int i = from; i < until && !fill; i++)
		{
			if (unit_random(0, 3) > 0)
			{
				time_tree_add(tree, i, i + 1, -value[i]);
				value[i] = 0;
			}
		}
		same &= time_tree_is_sound(tree);
	}
	for (int i = 0; i < N; i++)
		same &= time_tree_value(tree, i) == value[i];
	CHECK(same);
	time_tree_free(tree);
	pfree(value);
}

static void
test_edges(void)
{
	TimeChange	cancels[] = {{5, 3}, {5, -3}, {INSTANT_BEGIN, 2}, {INSTANT_END, 9}};
	TimeTree   *tree = time_tree_create(NULL, 1, cancels, lengthof(cancels));

	CHECK_INT(time_tree_size(tree), 0);
	CHECK_INT(time_tree_value(tree, INSTANT_BEGIN), 3);
	CHECK_INT(time_tree_value(tree, INSTANT_END), 3);
	CHECK_INT(time_tree_next(tree, INSTANT_BEGIN), INSTANT_END);
	time_tree_add(tree, INSTANT_BEGIN, INSTANT_END, 4);
	CHECK_INT(time_tree_size(tree), 0);
	CHECK_INT(time_tree_least(tree, INSTANT_BEGIN, INSTANT_END), 7);
	CHECK_INT(time_tree_clear_from(tree, INSTANT_BEGIN, INSTANT_END, 7), INSTANT_BEGIN);
	CHECK_INT(time_tree_clear_from(tree, INSTANT_BEGIN, 9, 8), 9);
	CHECK_INT(time_tree_clear_from(tree, 9, 9, 8), 9);
	CHECK_INT(time_tree_first_below(tree, 9, 9, 8), INSTANT_END);
	time_tree_free(tree);
}
