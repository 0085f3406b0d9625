/*
 * substitutes.c - other items that would do.
 */
#include "postgres.h"

#include "api/substitutes.h"
#include "core/quantity.h"
#include "types/report.h"

static void add_substitute(const BookQuery *query, const WaysSearch *search,
						   const NetworkSubstitute *substitute, Ways *ways);
static bool is_sooner(const Way *way, const Ways *ways);

/*
 * Offer what would do instead, where that is sooner than the item itself: whole,
 * from the location asked for if there is one.  A substitute has none of its own.
 */
void
substitutes_add(const BookQuery *query, const WaysSearch *search, Ways *ways)
{
	NetworkSubstitute *substitutes;
	int			nsubstitutes;

	substitutes = capable_substitutes(search->capable, search->item,
									  &nsubstitutes);
	for (int i = 0; i < nsubstitutes; i++)
		add_substitute(query, search, &substitutes[i], ways);
}

static void
add_substitute(const BookQuery *query, const WaysSearch *search,
			   const NetworkSubstitute *substitute, Ways *ways)
{
	WaysSearch	instead = *search;
	BookQuery	books = *query;
	const char *item = substitute->item;
	Book	   *book;
	Ways		found;

	instead.item = item;
	instead.request.parts_max = 1;
	instead.only_here = true;
	promise_check(quantity_multiply_up(search->request.quantity,
									   substitute->ratio,
									   &instead.request.quantity));
	books.items = &item;
	books.location = search->request.location;
	books.detail = true;
	book = book_read(&books);
	instead.ledgers = book->ledgers;
	instead.nledgers = book->nlocations;

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
