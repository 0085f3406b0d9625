/*
 * substitutes.c - other items that would do.
 */
#include "postgres.h"

#include "api/substitutes.h"
#include "core/quantity.h"
#include "types/report.h"

/* the best way to deliver a substitute, as if it had been asked for */
typedef struct Instead
{
	WaysSearch	search;
	Ways		ways;
} Instead;

static void find_instead(const WaysSearch *search,
						 const NetworkSubstitute *substitute, Instead *instead);
static bool will_do(const NetworkSubstitute *substitute,
					const Instead *instead, const Ways *ways);
static const AtpLedger *read_ledgers(void *arg, const char *item,
									 int *nledgers);
static bool is_sooner(const Way *way, const Ways *ways);

/*
 * Plans of others are moved for a substitute only where none is there in time
 * without that.
 */
void
substitutes_add(const NetworkSubstitute *substitutes, int nsubstitutes,
				SubstituteLedgers ledgers, void *arg,
				const WaysSearch *search, Ways *ways)
{
	Instead    *instead = palloc0(sizeof(Instead) * (Size) (nsubstitutes + 1));
	bool		in_time = false;

	for (int move = 0; move < (search->may_move ? 2 : 1) && !in_time; move++)
	{
		for (int i = 0; i < nsubstitutes; i++)
		{
			if (move == 0)
			{
				instead[i].search = *search;
				instead[i].search.ledgers = ledgers(arg, substitutes[i].item,
													&instead[i].search.nledgers);
			}
			instead[i].search.may_move = move > 0;
			find_instead(search, &substitutes[i], &instead[i]);
			in_time |= will_do(&substitutes[i], &instead[i], ways) &&
				instead[i].ways.ways[0].completion <= search->by;
		}
	}
	for (int i = 0; i < nsubstitutes; i++)
	{
		if (will_do(&substitutes[i], &instead[i], ways))
			ways_add_substitute(search, &substitutes[i], &instead[i].search,
								&instead[i].ways.ways[0], ways);
	}
}

void
substitutes_add_read(const BookQuery *query, const WaysSearch *search,
					 Ways *ways)
{
	BookQuery	books = *query;
	NetworkSubstitute *substitutes;
	int			nsubstitutes;

	books.location = search->request.location;
	books.detail = true;
	substitutes = capable_substitutes(search->capable, search->item,
									  &nsubstitutes);
	substitutes_add(substitutes, nsubstitutes, read_ledgers, &books, search,
					ways);
}

static const AtpLedger *
read_ledgers(void *arg, const char *item, int *nledgers)
{
	BookQuery	query = *(const BookQuery *) arg;
	Book	   *book;

	query.items = &item;
	query.nitems = 1;
	book = book_read(&query);
	*nledgers = book->nlocations;
	return book->ledgers;
}

static void
find_instead(const WaysSearch *search, const NetworkSubstitute *substitute,
			 Instead *instead)
{
	WaysSearch *own = &instead->search;

	own->item = substitute->item;
	own->request.parts_max = 1;
	own->only_here = true;
	promise_check(quantity_multiply_up(search->request.quantity,
									   substitute->ratio,
									   &own->request.quantity));
	ways_from_stock(own, &instead->ways);
	if (!ways_suffice(own, &instead->ways))
		ways_add_plans(own, &instead->ways);
}

static bool
will_do(const NetworkSubstitute *substitute, const Instead *instead,
		const Ways *ways)
{
	const Way  *way = instead->ways.ways;

	return instead->ways.nways > 0 && way->missing == 0 &&
		way->completion >= substitute->effective.start &&
		way->completion < substitute->effective.end && is_sooner(way, ways);
}

/* than the item itself, which may not be there at all */
static bool
is_sooner(const Way *way, const Ways *ways)
{
	for (int i = 0; i < ways->nways; i++)
	{
		if (ways->ways[i].substitute == NULL &&
			ways->ways[i].missing == 0 &&
			ways->ways[i].completion <= way->completion)
			return false;
	}
	return true;
}
