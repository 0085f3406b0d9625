/*
 * sequence.c - in which order the steps of a project are best placed.
 */
#include "engine/sequence.h"

#include "common/hashfn.h"
#include "common/pg_prng.h"

/* orders that are kept, at most and at least */
#define MAX_POPULATION	80
#define MIN_POPULATION	6

/* generations that the effort should suffice for: more for longer projects */
#define GENERATIONS(n)	Max(6, (n) / 4)

/* one pair of neighbours in so many changes places */
#define MUTATION		15

typedef struct Individual
{
	int		   *order;
	int64		cost;			/* smaller is better */
	uint64		print;			/* hash of its schedule */
} Individual;

typedef struct Search
{
	const Sequence *sequence;
	pg_prng_state prng;
	int			left;			/* schedules that may still be tried */
	int64		best_cost;
	int64		least_cost;		/* there is nothing better */
	int		   *best;			/* order */
	bool		found;

	int64	   *tail;			/* longest path from each step on */
	int64	   *head;			/* and to its end */
	Instant    *start;			/* of the schedule at hand */
	Instant    *end;
	int64	   *offset;			/* of its starts from the edge; scratch */
	int		   *work;			/* scratch, n each */
	int		   *other;
	bool	   *taken;
	uint64	   *weight;
} Search;

static void start_search(Search *search, const Sequence *sequence,
						 int schedules, uint64 seed);
static void end_search(Search *search);
static bool go_on(const Search *search);
static void measure_paths(Search *search);
static void draw_order(Search *search, bool greedy, int *order);
static int64 path_priority(const Search *search, int step);
static void evaluate(Search *search, Individual *individual);
static bool place(Search *search, const int *order, bool early, Instant edge,
				  int64 *cost);
static Instant reached(const Search *search, bool early);
static void note(Search *search, const int *order, int64 cost);
static void sort_order(const Search *search, const Instant *key, int *order);
static int	compare_keyed(const void *a, const void *b);
static void breed(Search *search, const Individual *mother,
				  const Individual *father, Individual *child);
static void mutate(Search *search, int *order);
static bool follows_directly(const Sequence *sequence, int before, int after);
static void shuffle(Search *search, Individual *population, int n);
static int	keep_different(Individual *population, int n, int wanted);
static int	compare_individuals(const void *a, const void *b);
static uint64 schedule_print(const Search *search);
static int	random_below(Search *search, int n);

bool
sequence_search(const Sequence *sequence, int *schedules, uint64 seed,
				int *order, Instant *reached)
{
	Search		search;
	Individual *population;
	int			size = Min(MAX_POPULATION,
						   Max(MIN_POPULATION,
							   *schedules / (3 * GENERATIONS(sequence->n))));
	int			n = 0;

	start_search(&search, sequence, *schedules, seed);
	population = palloc(2 * size * sizeof(Individual));
	for (int i = 0; i < 2 * size; i++)
		population[i].order = palloc(sequence->n * sizeof(int));

	/* the first is known or by the rule alone, the rest are by chance */
	for (; n < size && go_on(&search); n++)
	{
		if (n == 0 && sequence->known != NULL)
			memcpy(population[n].order, sequence->known,
				   sequence->n * sizeof(int));
		else
			draw_order(&search, n == 0, population[n].order);
		evaluate(&search, &population[n]);
	}
	while (n == size && go_on(&search))
	{
		int			all = size;

		shuffle(&search, population, size);
		for (int i = 0; i + 1 < size && go_on(&search); i += 2)
		{
			breed(&search, &population[i], &population[i + 1],
				  &population[all]);
			evaluate(&search, &population[all++]);
			if (!go_on(&search))
				break;
			breed(&search, &population[i + 1], &population[i],
				  &population[all]);
			evaluate(&search, &population[all++]);
		}
		n = keep_different(population, all, size);
		for (; n < size && go_on(&search); n++)
		{
			draw_order(&search, false, population[n].order);
			evaluate(&search, &population[n]);
		}
	}

	if (search.found)
	{
		memcpy(order, search.best, sequence->n * sizeof(int));
		*reached = sequence->forward ? search.best_cost : -search.best_cost;
	}
	*schedules = search.left;
	for (int i = 0; i < 2 * size; i++)
		pfree(population[i].order);
	pfree(population);
	end_search(&search);
	return search.found;
}

static void
start_search(Search *search, const Sequence *sequence, int schedules,
			 uint64 seed)
{
	int			n = sequence->n;

	memset(search, 0, sizeof(*search));
	search->sequence = sequence;
	search->left = schedules;
	search->least_cost = sequence->forward ? sequence->bound :
		-sequence->bound;
	pg_prng_seed(&search->prng, seed);
	search->best = palloc(n * sizeof(int));
	search->tail = palloc(n * sizeof(int64));
	search->head = palloc(n * sizeof(int64));
	search->start = palloc(n * sizeof(Instant));
	search->end = palloc(n * sizeof(Instant));
	search->offset = palloc(n * sizeof(int64));
	search->work = palloc(n * sizeof(int));
	search->other = palloc(n * sizeof(int));
	search->taken = palloc(n * sizeof(bool));
	search->weight = palloc(n * sizeof(uint64));
	measure_paths(search);
}

static void
end_search(Search *search)
{
	pfree(search->best);
	pfree(search->tail);
	pfree(search->head);
	pfree(search->start);
	pfree(search->end);
	pfree(search->offset);
	pfree(search->work);
	pfree(search->other);
	pfree(search->taken);
	pfree(search->weight);
}

/*
 * Is there effort left, and something to gain?
 */
static bool
go_on(const Search *search)
{
	CORE_CHECK_INTERRUPTS();
	return search->left > 0 &&
		!(search->found && search->best_cost <= search->least_cost);
}

/*
 * The longest path from the start of each step to the end of all, and from the
 * start of all to its end.  Where they would overflow, the order they give is as good
 * as any.
 */
static void
measure_paths(Search *search)
{
	const Sequence *sequence = search->sequence;

	for (int i = sequence->n - 1; i >= 0; i--)
	{
		uint64		longest = 0;

		for (int j = sequence->first_after[i]; j < sequence->first_after[i + 1]; j++)
		{
			const PlanLink *link = &sequence->after[j];

			longest = Max(longest, (uint64) link->lag +
						  (uint64) search->tail[link->step]);
		}
		search->tail[i] = (int64) (Min(longest, PG_INT64_MAX / 4) +
								   Min(sequence->length[i], PG_INT64_MAX / 4));
	}
	for (int i = 0; i < sequence->n; i++)
	{
		uint64		longest = 0;

		for (int j = sequence->first_before[i]; j < sequence->first_before[i + 1]; j++)
		{
			const PlanLink *link = &sequence->before[j];

			longest = Max(longest, (uint64) link->lag +
						  (uint64) search->head[link->step]);
		}
		search->head[i] = (int64) (Min(longest, PG_INT64_MAX / 4) +
								   Min(sequence->length[i], PG_INT64_MAX / 4));
	}
}

/*
 * An order by the longest path that is still to come; unless greedy, each of the
 * steps that may come next is drawn with a weight by how much it would be regretted
 * to leave it for later.  Orders for late schedules are drawn from their end.
 */
static void
draw_order(Search *search, bool greedy, int *order)
{
	const Sequence *sequence = search->sequence;
	const int  *first = sequence->forward ? sequence->first_before :
	sequence->first_after;
	const int  *first_next = sequence->forward ? sequence->first_after :
	sequence->first_before;
	const PlanLink *next = sequence->forward ? sequence->after :
	sequence->before;
	int		   *missing = search->other;
	int		   *ready = search->work;
	int			nready = 0;

	for (int i = 0; i < sequence->n; i++)
	{
		missing[i] = first[i + 1] - first[i];
		if (missing[i] == 0)
			ready[nready++] = i;
	}

	for (int placed = 0; placed < sequence->n; placed++)
	{
		int			pick = 0;
		int			step;
		int64		least = path_priority(search, ready[0]);

		for (int i = 1; i < nready; i++)
		{
			int64		priority = path_priority(search, ready[i]);

			if (priority > path_priority(search, ready[pick]) ||
				(priority == path_priority(search, ready[pick]) &&
				 ready[i] < ready[pick]))
				pick = i;
			least = Min(least, priority);
		}
		if (!greedy && nready > 1)
		{
			uint64		range = (uint64) (path_priority(search, ready[pick]) -
										  least);
			uint64		total = 0;
			uint64		drawn;

			/* in steps of 1/64 of the range, so that no sum overflows */
			for (int i = 0; i < nready; i++)
			{
				uint64		regret = (uint64) (path_priority(search, ready[i]) -
											   least);

				search->weight[i] = 1 + (range < 64 ? regret :
										 regret / (range / 64));
				search->weight[i] *= search->weight[i];
				total += search->weight[i];
			}
			drawn = pg_prng_uint64_range(&search->prng, 0, total - 1);
			for (pick = 0; drawn >= search->weight[pick]; pick++)
				drawn -= search->weight[pick];
		}

		step = ready[pick];
		order[sequence->forward ? placed : sequence->n - 1 - placed] = step;
		ready[pick] = ready[--nready];
		for (int i = first_next[step]; i < first_next[step + 1]; i++)
		{
			if (--missing[next[i].step] == 0)
				ready[nready++] = next[i].step;
		}
	}
}

static int64
path_priority(const Search *search, int step)
{
	return search->sequence->forward ? search->tail[step] : search->head[step];
}

/*
 * Place an order, push its schedule to the one side and back to the other, and
 * keep the order in which it then lies.
 */
static void
evaluate(Search *search, Individual *individual)
{
	bool		forward = search->sequence->forward;
	int64		cost;
	int64		ignored;

	individual->cost = PG_INT64_MAX;
	individual->print = 0;
	if (!place(search, individual->order, forward, search->sequence->edge,
			   &individual->cost))
		return;
	note(search, individual->order, individual->cost);
	individual->print = schedule_print(search);

	if (!go_on(search))
		return;
	sort_order(search, forward ? search->end : search->start,
			   individual->order);
	if (!place(search, individual->order, !forward, reached(search, forward),
			   &ignored) || !go_on(search))
		return;
	memcpy(search->work, individual->order,
		   search->sequence->n * sizeof(int));
	sort_order(search, forward ? search->start : search->end,
			   search->work);
	if (place(search, search->work, forward, search->sequence->edge, &cost) &&
		cost <= individual->cost)
	{
		memcpy(individual->order, search->work,
			   search->sequence->n * sizeof(int));
		individual->cost = cost;
		individual->print = schedule_print(search);
		note(search, individual->order, cost);
	}
}

static bool
place(Search *search, const int *order, bool early, Instant edge, int64 *cost)
{
	const Sequence *sequence = search->sequence;

	search->left--;
	if (!sequence->place(sequence->shop, order, early, edge, search->start,
						 search->end))
		return false;
	*cost = reached(search, early);
	if (!early)
		*cost = -*cost;
	return true;
}

/*
 * Where the schedule at hand ends if it is early, else where it starts.
 */
static Instant
reached(const Search *search, bool early)
{
	Instant		result = early ? search->end[0] : search->start[0];

	for (int i = 1; i < search->sequence->n; i++)
		result = early ? Max(result, search->end[i]) :
			Min(result, search->start[i]);
	return result;
}

static void
note(Search *search, const int *order, int64 cost)
{
	if (search->found && cost >= search->best_cost)
		return;
	search->found = true;
	search->best_cost = cost;
	memcpy(search->best, order, search->sequence->n * sizeof(int));
}

/* a step with what it is sorted by */
typedef struct Keyed
{
	Instant		key;
	int			place;			/* in the order so far */
	int			step;
} Keyed;

/*
 * Sort an order by where its steps lie; those at one instant keep their order, which
 * respects precedence also where steps take no time.  It is nearly sorted.
 */
static void
sort_order(const Search *search, const Instant *key, int *order)
{
	int			n = search->sequence->n;

	if (n > 300)
	{
		Keyed	   *keyed = palloc(n * sizeof(Keyed));

		for (int i = 0; i < n; i++)
		{
			keyed[i].key = key[order[i]];
			keyed[i].place = i;
			keyed[i].step = order[i];
		}
		qsort(keyed, n, sizeof(Keyed), compare_keyed);
		for (int i = 0; i < n; i++)
			order[i] = keyed[i].step;
		pfree(keyed);
		return;
	}

	for (int i = 1; i < n; i++)
	{
		int			step = order[i];
		int			j = i;

		for (; j > 0 && key[order[j - 1]] > key[step]; j--)
			order[j] = order[j - 1];
		order[j] = step;
	}
}

static int
compare_keyed(const void *a, const void *b)
{
	const Keyed *ka = a;
	const Keyed *kb = b;

	if (ka->key != kb->key)
		return ka->key < kb->key ? -1 : 1;
	return (ka->place > kb->place) - (ka->place < kb->place);
}

/*
 * A child has the beginning and the end of its mother's order, and in between what
 * comes first in its father's.
 */
static void
breed(Search *search, const Individual *mother, const Individual *father,
	  Individual *child)
{
	int			n = search->sequence->n;
	int			a = random_below(search, n);
	int			b = random_below(search, n);
	int			from = Min(a, b);
	int			until = Max(a, b);
	int			made = from;

	memset(search->taken, 0, n * sizeof(bool));
	for (int i = 0; i < from; i++)
	{
		child->order[i] = mother->order[i];
		search->taken[mother->order[i]] = true;
	}
	for (int i = 0; i < n && made < until; i++)
	{
		if (!search->taken[father->order[i]])
		{
			child->order[made++] = father->order[i];
			search->taken[father->order[i]] = true;
		}
	}
	for (int i = 0; i < n && made < n; i++)
	{
		if (!search->taken[mother->order[i]])
			child->order[made++] = mother->order[i];
	}
	mutate(search, child->order);
}

/*
 * Some neighbours change places where precedence allows it.
 */
static void
mutate(Search *search, int *order)
{
	for (int i = 0; i + 1 < search->sequence->n; i++)
	{
		int			step = order[i];

		if (random_below(search, MUTATION) != 0 ||
			follows_directly(search->sequence, step, order[i + 1]))
			continue;
		order[i] = order[i + 1];
		order[i + 1] = step;
	}
}

static bool
follows_directly(const Sequence *sequence, int before, int after)
{
	for (int i = sequence->first_after[before]; i < sequence->first_after[before + 1]; i++)
	{
		if (sequence->after[i].step == after)
			return true;
	}
	return false;
}

static void
shuffle(Search *search, Individual *population, int n)
{
	for (int i = n - 1; i > 0; i--)
	{
		int			j = random_below(search, i + 1);
		Individual	other = population[i];

		population[i] = population[j];
		population[j] = other;
	}
}

/*
 * Keep the best of those whose schedules differ, in order; returns how many.
 */
static int
keep_different(Individual *population, int n, int wanted)
{
	int			kept = 0;

	qsort(population, n, sizeof(Individual), compare_individuals);
	for (int i = 0; i < n && kept < wanted; i++)
	{
		Individual	other = population[i];

		if (kept > 0 && population[kept - 1].cost == other.cost &&
			population[kept - 1].print == other.print)
			continue;
		population[i] = population[kept];
		population[kept++] = other;
	}
	return kept;
}

static int
compare_individuals(const void *a, const void *b)
{
	const Individual *ia = a;
	const Individual *ib = b;

	if (ia->cost != ib->cost)
		return ia->cost < ib->cost ? -1 : 1;
	return (ia->print > ib->print) - (ia->print < ib->print);
}

/*
 * Schedules that differ have different ones, most likely.  They do not depend on when
 * all begins, so that the same question later finds the same order.
 */
static uint64
schedule_print(const Search *search)
{
	int			n = search->sequence->n;

	for (int i = 0; i < n; i++)
		search->offset[i] = search->start[i] - search->sequence->edge;
	return hash_bytes_extended((const unsigned char *) search->offset,
							   n * (int) sizeof(int64), 0);
}

static int
random_below(Search *search, int n)
{
	return (int) pg_prng_uint64_range(&search->prng, 0, (uint64) n - 1);
}
