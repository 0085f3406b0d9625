/*
 * substitutes.c - other items that would do.
 */
#include "postgres.h"

#include "api/substitutes.h"
#include "core/quantity.h"
#include "types/report.h"

static void add_substitute(const WaysSearch *search,
						   const NetworkSubstitute *substitute,
						   const AtpLedger *ledgers, int nledgers, Ways *ways);
static const AtpLedger *read_ledgers(void *arg, const char *item,
									 int *nledgers);
static bool is_sooner(const Way *way, const Ways *ways);

void
substitutes_add(const NetworkSubstitute *substitutes, int nsubstitutes,
				SubstituteLedgers ledgers, void *arg,
				const WaysSearch *search, Ways *ways)
{
	for (int i = 0; i < nsubstitutes; i++)
	{
		int			nledgers;
		const AtpLedger *of_substitute = ledgers(arg, substitutes[i].item,
												 &nledgers);

		add_substitute(search, &substitutes[i], of_substitute, nledgers, ways);
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
add_substitute(const WaysSearch *search, const NetworkSubstitute *substitute,
			   const AtpLedger *ledgers, int nledgers, Ways *ways)
{
	WaysSearch	instead = *search;
	Ways		found;

	instead.item = substitute->item;
	instead.request.parts_max = 1;
	instead.only_here = true;
	instead.may_move = false;
	promise_check(quantity_multiply_up(search->request.quantity,
									   substitute->ratio,
									   &instead.request.quantity));
	instead.ledgers = ledgers;
	instead.nledgers = nledgers;

	ways_from_stock(&instead, &found);
	if (!ways_suffice(&instead, &found))
		ways_add_plans(&instead, &found);
	if (found.nways > 0 && found.ways[0].missing == 0 &&
		found.ways[0].completion >= substitute->effective.start &&
		found.ways[0].completion < substitute->effective.end &&
		is_sooner(&found.ways[0], ways))
		ways_add_substitute(search, substitute, &instead, &found.ways[0],
							ways);
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
