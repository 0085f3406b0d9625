/*
 * nearest_yes.c - what could be promised instead of what is refused.
 */
#include "postgres.h"

#include "lib/stringinfo.h"

#include "api/nearest_yes.h"
#include "store/fetch.h"
#include "types/wording.h"

/* a part of a way, whether it is there or planned */
typedef struct Portion
{
	Quantity	quantity;
	Instant		at;
	const char *location;		/* NULL: it goes without saying */
} Portion;

static char *way_text(const WaysSearch *search, const Way *way);
static Portion portion_of(const WaysSearch *search, const Way *way, int part);
static bool goes_without_saying(const WaysSearch *search, const Way *way,
								const char *location);

char *
nearest_yes(const WaysSearch *search, const Ways *ways)
{
	const Way  *whole = NULL;
	const Way  *parts = NULL;

	for (int i = 0; i < ways->nways; i++)
	{
		const Way  *way = &ways->ways[i];

		if (way->nparts == 0)
			continue;
		if (way->nparts == 1 && way->missing == 0)
			whole = whole == NULL ? way : whole;
		else
			parts = parts == NULL ? way : parts;
	}
	if (whole != NULL && parts != NULL)
		return psprintf("Promise %s, or all of it by %s.",
						way_text(search, parts), way_text(search, whole));
	if (whole != NULL)
		return psprintf("Promise it by %s.", way_text(search, whole));
	if (parts != NULL)
		return psprintf(parts->missing == 0 ? "Promise %s." :
						"Promise at most %s.", way_text(search, parts));
	return NULL;
}

/* "3 by ... and 2 more by ... from location "north"", or the date alone */
static char *
way_text(const WaysSearch *search, const Way *way)
{
	StringInfoData text;

	initStringInfo(&text);
	for (int i = 0; i < way->nparts; i++)
	{
		Portion		portion = portion_of(search, way, i);

		if (way->nparts > 1 || way->missing > 0)
			appendStringInfo(&text, "%s%s%s by ", i > 0 ? " and " : "",
							 wording_quantity(portion.quantity),
							 i > 0 ? " more" : "");
		appendStringInfoString(&text, wording_instant(portion.at));
		if (portion.location != NULL)
			appendStringInfo(&text, " from location \"%s\"", portion.location);
	}
	return text.data;
}

/*
 * What is planned is named by the date that it is planned for: sooner it might
 * take more.
 */
static Portion
portion_of(const WaysSearch *search, const Way *way, int part)
{
	Portion		result;

	if (way->stock != NULL)
	{
		const OfferPart *offered = &way->stock->parts[part];

		result.quantity = offered->quantity;
		result.at = offered->available_at;
		result.location = way->ledgers[offered->ledger].curve->location;
	}
	else
	{
		const CapablePlan *plan = &way->plans[part];

		result.quantity = plan->quantity;
		result.at = plan->answer.at;
		result.location = plan->location;
	}
	if (goes_without_saying(search, way, result.location))
		result.location = NULL;
	return result;
}

static bool
goes_without_saying(const WaysSearch *search, const Way *way,
					const char *location)
{
	if (search->request.location != NULL)
		return strcmp(location, search->request.location) == 0;
	if (way->stock != NULL)
		return search->nledgers == 1;
	return strcmp(location, FETCH_DEFAULT_LOCATION) == 0;
}
