/*
 * image_fixture.c - random images of a node, and its balance by trying every
 * instant.
 */
#include "image_fixture.h"

const char *const image_refs[NUM_REFS] = {"A", "B", "C", "D"};

static Instant naive_at(const Image *image, int i, const NodeRules *rules);
static void naive_account(const Image *image, const NodeRules *rules,
						  const char *owner, const Quantity *given,
						  const Quantity *taken, Quantity *level);
static bool naive_is_owned(const Image *image, int i, const char *owner);
static bool naive_is_supplied(const Image *image, const char *ref);

void
image_init(Image *image)
{
	memset(image, 0, sizeof(*image));
	image->node.item = "ITEM";
	image->node.location = "main";
	image->node.events = image->events;
	image->node.rules.horizon_end = INSTANT_END;
	image->node.rules.lead_end = INSTANT_END;
	image->node.rules.overdue_at = NOW + 2;
}

void
image_copy(Image *to, const Image *from)
{
	*to = *from;
	to->node.events = to->events;
	for (int i = 0; i < to->node.nevents; i++)
		to->events[i].detail = &to->details[i];
}

FlowEvent *
image_add(Image *image, FlowOrigin origin, Instant at, Quantity delta,
		  const char *ref)
{
	int			i = image->node.nevents++;
	FlowEvent  *event = &image->events[i];
	FlowDetail *detail = &image->details[i];

	memset(detail, 0, sizeof(*detail));
	detail->origin = origin;
	detail->is_supply = origin == FLOW_SUPPLY ||
		(origin == FLOW_PLANNED && delta > 0);
	detail->ref = ref;
	detail->relation = "t";
	detail->expires_at = INSTANT_END;
	detail->accepted_at = INSTANT_BEGIN;
	event->at = at;
	event->delta = delta;
	event->detail = detail;
	return event;
}

void
image_remove(Image *image, int i)
{
	int			last = --image->node.nevents;

	image->events[i] = image->events[last];
	image->details[i] = image->details[last];
	image->events[i].detail = &image->details[i];
}

void
image_random(Image *image, Spice spice)
{
	int			nrows = (int) unit_random(0, MAX_ROWS - 4);

	image_init(image);
	if (unit_random(0, 3) == 0)
		image->node.rules.lead_end = unit_random(NOW, LAST);
	image->node.rules.overdue_at = unit_random(0, 3) == 0 ? INSTANT_END :
		unit_random(NOW, NOW + 4);
	image->node.rules.safety_stock = unit_random(0, 5);
	for (int i = 0; i < nrows; i++)
		image_add_random(image, spice, true, true);
}

/*
 * One row of supply or of claims, whichever are wanted.
 */
void
image_add_random(Image *image, Spice spice, bool supply, bool claims)
{
	Instant		at = unit_random(0, LAST - 4);
	const char *ref = image_refs[unit_random(0, NUM_REFS - 1)];
	Quantity	quantity = unit_random(1, 6);
	FlowDetail *detail = &image->details[image->node.nevents];

	if (image->node.nevents == MAX_ROWS)
		return;
	if (supply && (!claims || unit_random(0, 1) == 0))
	{
		if (unit_random(0, 2) == 0)
			at = INSTANT_BEGIN;
		if (unit_random(0, 9) == 0)
			quantity = -quantity;
		(void) image_add(image, FLOW_SUPPLY, at, quantity, NULL);
		if (spice.binds && unit_random(0, 3) == 0)
			detail->for_ref = ref;
	}
	else if (spice.planned && unit_random(0, 2) == 0)
	{
		if (unit_random(0, 1) == 0)
			quantity = -quantity;
		(void) image_add(image, FLOW_PLANNED, at, quantity, ref);
		if (spice.binds && quantity > 0 && unit_random(0, 1) == 0)
			detail->for_ref = ref;
	}
	else
	{
		if (unit_random(0, 5) == 0)
			ref = NULL;
		(void) image_add(image, FLOW_DEMAND, at, -quantity, ref);
	}
	if (spice.spoils && detail->is_supply && unit_random(0, 1) == 0)
		detail->expires_at = unit_random(NOW - 1, LAST);
}

/*
 * What a transaction may do: insert, delete, change.
 */
void
image_change(Image *image, Spice spice, bool supply, bool claims)
{
	int			nchanges = (int) unit_random(1, 3);

	for (int n = 0; n < nchanges; n++)
	{
		int			i = (int) unit_random(0, image->node.nevents);

		if (i == image->node.nevents)
		{
			image_add_random(image, spice, supply, claims);
			continue;
		}
		if (image_is_claim(image, i) ? !claims : !supply)
			continue;
		switch (unit_random(0, 2))
		{
			case 0:
				image_remove(image, i);
				break;
			case 1:
				image->events[i].delta += (image->events[i].delta > 0) ?
					unit_random(Max(1 - image->events[i].delta, -2), 2) :
					unit_random(-2, Min(-1 - image->events[i].delta, 2));
				break;
			case 2:
				if (image->events[i].at != INSTANT_BEGIN)
					image->events[i].at = unit_random(0, LAST - 4);
				break;
		}
	}
}

bool
image_is_claim(const Image *image, int i)
{
	return image->details[i].origin != FLOW_SUPPLY;
}

/* when a row counts; NEVER */
static Instant
naive_at(const Image *image, int i, const NodeRules *rules)
{
	Instant		at = image->events[i].at;

	if (image->events[i].delta > 0 && at != INSTANT_BEGIN && at < NOW)
		at = (rules->overdue_at == INSTANT_END) ? NEVER : rules->overdue_at;
	return Max(at, NOW);
}

/*
 * The balance at each instant: each ref with supply of its own is served from
 * that first; what it lacks is taken from the others' account.
 */
void
image_balance(const Image *image, const NodeRules *rules, Quantity *level)
{
	Quantity	given[NEVER + 1] = {0};
	Quantity	taken[NEVER + 1] = {0};

	for (int r = 0; r < NUM_REFS; r++)
	{
		Quantity	own[NEVER + 1];
		Quantity	drawn = 0;

		if (!naive_is_supplied(image, image_refs[r]))
			continue;
		naive_account(image, rules, image_refs[r], NULL, NULL, own);
		for (int s = NOW; s < NEVER; s++)
		{
			Quantity	draws = Min(own[s], 0);

			given[s] += Max(draws - drawn, 0);
			taken[s] += Max(drawn - draws, 0);
			drawn = draws;
		}
	}
	naive_account(image, rules, NULL, given, taken, level);
}

/*
 * One account, instant by instant: what spoils goes, what comes is put on the
 * shelf, what is owed is served from what spoils first.
 */
static void
naive_account(const Image *image, const NodeRules *rules, const char *owner,
			  const Quantity *given, const Quantity *taken, Quantity *level)
{
	Quantity	shelf[NEVER + 1] = {0}; /* by the instant at which it spoils */
	Quantity	owed = 0;

	for (int s = NOW; s < NEVER; s++)
	{
		shelf[s] = 0;
		if (given != NULL)
			shelf[NEVER] += given[s];
		if (taken != NULL)
			owed += taken[s];
		for (int i = 0; i < image->node.nevents; i++)
		{
			Instant		spoils = Min(image->details[i].expires_at, NEVER);

			if (naive_at(image, i, rules) != s ||
				!naive_is_owned(image, i, owner))
				continue;
			if (image->events[i].delta < 0)
				owed -= image->events[i].delta;
			else if (spoils > s)
				shelf[spoils] += image->events[i].delta;
		}
		level[s] = -owed;
		for (int spoils = s + 1; spoils <= NEVER; spoils++)
		{
			Quantity	served = Min(shelf[spoils], owed);

			level[s] += shelf[spoils];
			shelf[spoils] -= served;
			owed -= served;
		}
	}
}

/* does a row belong to the account of a ref, or (NULL) to that of the rest? */
static bool
naive_is_owned(const Image *image, int i, const char *owner)
{
	const FlowDetail *detail = &image->details[i];
	const char *ref = detail->is_supply ? detail->for_ref : detail->ref;

	if (ref != NULL && !naive_is_supplied(image, ref))
		ref = NULL;
	if (owner == NULL || ref == NULL)
		return owner == NULL && ref == NULL;
	return strcmp(ref, owner) == 0;
}

static bool
naive_is_supplied(const Image *image, const char *ref)
{
	for (int i = 0; i < image->node.nevents; i++)
	{
		if (image->details[i].is_supply && image->details[i].for_ref != NULL &&
			strcmp(image->details[i].for_ref, ref) == 0)
			return true;
	}
	return false;
}

/* what is claimed up to s, by one ref or (NULL) by all rows */
Quantity
image_claims(const Image *image, const NodeRules *rules, const char *ref,
			 int s)
{
	Quantity	claims = 0;

	for (int i = 0; i < image->node.nevents; i++)
	{
		if (!image_is_claim(image, i) || naive_at(image, i, rules) > s)
			continue;
		if (ref == NULL || (image->details[i].ref != NULL &&
							strcmp(image->details[i].ref, ref) == 0))
			claims -= image->events[i].delta;
	}
	return claims;
}

/*
 * Does any ref, or do the rows without ref, claim more at some instant than
 * they did at that instant?
 */
bool
image_asks_more(const Image *before, const Image *after)
{
	const NodeRules *rules = &after->node.rules;

	for (int r = 0; r < NUM_REFS; r++)
	{
		Quantity	rise = 0;

		for (int s = NOW; s < NEVER; s++)
		{
			Quantity	next = image_claims(after, rules, image_refs[r], s) -
			image_claims(before, rules, image_refs[r], s);

			if (next > rise)
				return true;
			rise = next;
		}
	}
	for (int i = 0; i < after->node.nevents; i++)
	{
		Quantity	more = 0;

		if (!image_is_claim(after, i) || after->details[i].ref != NULL)
			continue;
		for (int k = 0; k < after->node.nevents; k++)
		{
			if (image_is_claim(after, k) && after->details[k].ref == NULL &&
				after->events[k].at == after->events[i].at)
				more -= after->events[k].delta;
		}
		for (int k = 0; k < before->node.nevents; k++)
		{
			if (image_is_claim(before, k) && before->details[k].ref == NULL &&
				before->events[k].at == after->events[i].at)
				more += before->events[k].delta;
		}
		if (more > 0)
			return true;
	}
	return false;
}
