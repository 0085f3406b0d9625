/*
 * verdict_test.c - the rule of the guard against references that try every
 * instant.
 */
#include "image_fixture.h"

#include "engine/quote.h"
#include "engine/verdict.h"

extern void test_verdict(void);

static void test_simple(void);
static void test_general(void);
static void test_promises_are_kept(void);
static void test_who_passes(void);
static void test_cases(void);
static void test_nearest_yes(void);
static bool yes_passes(const Image *before, const StockNode *rest,
					   const ClaimChange *claim, Instant at,
					   Quantity quantity);
static void check_verdict(const Image *before, const Image *after,
						  const bool *broken, const Verdict *verdict);

void
test_verdict(void)
{
	test_cases();
	test_simple();
	test_general();
	test_who_passes();
	test_promises_are_kept();
	test_nearest_yes();
}

/*
 * Compare what a verdict says of where and who with a list of instants.
 */
static void
check_verdict(const Image *before, const Image *after, const bool *broken,
			  const Verdict *verdict)
{
	const NodeRules *rules = &after->node.rules;
	Quantity	level[NEVER + 1];
	int			from = NEVER;
	int			nrose = 0;
	Instant		until = rules->lead_end;
	Quantity	missing = 0;

	for (int s = LAST; s >= NOW; s--)
		from = broken[s] ? s : from;
	CHECK(verdict->broken == (from < NEVER));
	if (from == NEVER || !verdict->broken)
		return;

	image_balance(after, rules, level);
	for (int s = from; s < Min(NEVER, rules->lead_end); s++)
	{
		if (level[s] >= 0)
		{
			until = s;
			break;
		}
		missing = Max(missing, -level[s]);
	}
	CHECK_INT(verdict->from, from);
	CHECK_INT(verdict->until, until);
	CHECK_INT(verdict->missing, missing);
	CHECK(level[verdict->deepest_at] == -missing);

	for (int r = 0; r < NUM_REFS; r++)
	{
		Quantity	most = 0;
		bool		named = false;

		for (int s = NOW; s <= LAST; s++)
		{
			if (broken[s])
				most = Max(most,
						   image_claims(after, rules, image_refs[r], s) -
						   image_claims(before, rules, image_refs[r], s));
		}
		nrose += most > 0;
		for (int k = 0; k < verdict->nclaims; k++)
		{
			const ClaimChange *claim = &verdict->claims[k];

			if (claim->ref == NULL || strcmp(claim->ref, image_refs[r]) != 0)
				continue;
			named = true;
			if (most > 0)
				CHECK_INT(claim->after - claim->before, most);
		}
		if (most > 0)
			CHECK(named);
		nrose += named && most == 0 ? -1 : 0;
	}
	/* those who did not rise are named only if nobody else can be */
	if (nrose > 0)
	{
		for (int k = 0; k < verdict->nclaims; k++)
			CHECK(verdict->claims[k].after > verdict->claims[k].before);
	}
	for (int k = 1; k < verdict->nclaims; k++)
		CHECK(verdict->claims[k - 1].at <= verdict->claims[k].at);
	CHECK(verdict->nclaims > 0);
}

/*
 * Where no supply is bound and none spoils: the words of the design, with the
 * sum of the claims.
 */
static void
test_simple(void)
{
	const Spice spice = {.planned = true};
	int			nbroken = 0;
	int			nshort = 0;

	for (int trial = 0; trial < UNIT_TRIALS / 2; trial++)
	{
		Image		before;
		Image		after;
		Verdict		verdict;
		Quantity	pa[NEVER + 1];
		Quantity	pb[NEVER + 1];
		bool		broken[NEVER + 1] = {false};
		bool		is_short;
		bool		naive_short = false;

		image_random(&before, spice);
		image_copy(&after, &before);
		image_change(&after, spice, true, true);

		image_balance(&before, &before.node.rules, pb);
		image_balance(&after, &after.node.rules, pa);
		for (int s = NOW; s < Min(NEVER, after.node.rules.lead_end); s++)
		{
			Quantity	dc = image_claims(&after, &after.node.rules, NULL, s) -
			image_claims(&before, &before.node.rules, NULL, s);

			broken[s] = pa[s] < 0 && pa[s] - pb[s] < 0 && dc > 0;
			naive_short |= pa[s] < 0;
		}

		CHECK(verdict_is_short(&after.node, NOW, &is_short) == PROMISE_OK);
		CHECK(is_short == naive_short);
		CHECK(verdict_of_stock(&before.node, &after.node, NOW,
							   &verdict) == PROMISE_OK);
		check_verdict(&before, &after, broken, &verdict);
		nbroken += verdict.broken;
		nshort += is_short;
	}
	CHECK(nbroken > UNIT_TRIALS / 50);
	CHECK(nshort - nbroken > UNIT_TRIALS / 50);
}

/*
 * With all there is: what the claims do to the balance is what it loses
 * against the same supply with the old claims.
 */
static void
test_general(void)
{
	const Spice spice = {.planned = true,.binds = true,.spoils = true};
	int			nbroken = 0;
	int			npassed = 0;

	for (int trial = 0; trial < UNIT_TRIALS / 2; trial++)
	{
		Image		before;
		Image		after;
		Image		mixed;
		Verdict		verdict;
		Quantity	pa[NEVER + 1];
		Quantity	pb[NEVER + 1];
		Quantity	pm[NEVER + 1];
		bool		broken[NEVER + 1] = {false};
		bool		is_short;
		bool		naive_short = false;

		image_random(&before, spice);
		image_copy(&after, &before);
		image_change(&after, spice, true, true);
		if (unit_random(0, 9) == 0)
			after.node.rules.overdue_at = INSTANT_END;

		image_copy(&mixed, &after);
		for (int i = mixed.node.nevents - 1; i >= 0; i--)
		{
			if (image_is_claim(&mixed, i))
				image_remove(&mixed, i);
		}
		for (int i = 0; i < before.node.nevents; i++)
		{
			FlowDetail *detail = &mixed.details[mixed.node.nevents];

			if (!image_is_claim(&before, i) || mixed.node.nevents == MAX_ROWS)
				continue;
			(void) image_add(&mixed, FLOW_DEMAND, before.events[i].at,
							 before.events[i].delta, NULL);
			*detail = before.details[i];
		}

		image_balance(&before, &before.node.rules, pb);
		image_balance(&after, &after.node.rules, pa);
		image_balance(&mixed, &after.node.rules, pm);
		for (int s = NOW; s < Min(NEVER, after.node.rules.lead_end); s++)
		{
			broken[s] = pa[s] < 0 && pa[s] - pb[s] < 0 && pm[s] - pa[s] > 0;
			naive_short |= pa[s] < 0;
		}
		if (!image_asks_more(&before, &after))
			memset(broken, 0, sizeof(broken));

		CHECK(verdict_is_short(&after.node, NOW, &is_short) == PROMISE_OK);
		CHECK(is_short == naive_short);
		CHECK(verdict_of_stock(&before.node, &after.node, NOW,
							   &verdict) == PROMISE_OK);
		check_verdict(&before, &after, broken, &verdict);
		nbroken += verdict.broken;
		npassed += is_short && !verdict.broken;
	}
	CHECK(nbroken > UNIT_TRIALS / 50);
	CHECK(npassed > UNIT_TRIALS / 50);
}

/*
 * Whatever reduces claims passes, and so does any change of supply alone, in
 * whatever shortage.
 */
static void
test_who_passes(void)
{
	const Spice spice = {.planned = true,.binds = true,.spoils = true};
	int			nshort = 0;

	for (int trial = 0; trial < UNIT_TRIALS / 4; trial++)
	{
		Image		before;
		Image		after;
		Verdict		verdict;
		bool		is_short;

		image_random(&before, spice);
		image_copy(&after, &before);
		if (trial % 2 == 0)
			image_change(&after, spice, true, false);
		else
		{
			for (int i = after.node.nevents - 1; i >= 0; i--)
			{
				if (after.details[i].origin != FLOW_DEMAND ||
					unit_random(0, 1) == 0)
					continue;
				if (after.events[i].delta < -1 && unit_random(0, 1) == 0)
					after.events[i].delta++;
				else
					image_remove(&after, i);
			}
		}
		CHECK(verdict_is_short(&after.node, NOW, &is_short) == PROMISE_OK);
		CHECK(verdict_of_stock(&before.node, &after.node, NOW,
							   &verdict) == PROMISE_OK);
		CHECK(!verdict.broken);
		nshort += is_short;
	}
	CHECK(nshort > UNIT_TRIALS / 200);
}

/*
 * However many transactions have passed, every promise is met if it was in the
 * beginning: each unit that is owed is there when it is owed.
 */
static void
test_promises_are_kept(void)
{
	const Spice spice = {.planned = true,.binds = true,.spoils = true};
	int			npassed = 0;
	int			nrefused = 0;
	int			nless = 0;
	int			nharmed = 0;

	for (int trial = 0; trial < UNIT_TRIALS / 20; trial++)
	{
		Image		image;
		bool		met = true;

		image_init(&image);
		for (int i = 0; i < 5; i++)
			image_add_random(&image, spice, true, false);
		for (int i = 0; i < image.node.nevents; i++)
			image.events[i].delta = Max(image.events[i].delta, -image.events[i].delta);

		for (int step = 0; step < 10; step++)
		{
			Image		after;
			Verdict		verdict;
			Quantity	level[NEVER + 1];

			image_copy(&after, &image);
			image_change(&after, spice, false, true);
			CHECK(verdict_of_stock(&image.node, &after.node, NOW,
								   &verdict) == PROMISE_OK);
			nrefused += verdict.broken;
			npassed += !verdict.broken;
			if (verdict.broken)
				continue;
			if (!image_asks_more(&image, &after))
				nless++;
			image_balance(&after, &after.node.rules, level);
			for (int s = NOW; s < NEVER; s++)
				met &= level[s] >= 0;
			/* see verdict_of_stock(): nobody promised anything */
			if (!met && !image_asks_more(&image, &after))
			{
				nharmed++;
				met = true;
				break;
			}
			image_copy(&image, &after);
		}
		CHECK(met);
	}
	CHECK(npassed > UNIT_TRIALS / 10);
	CHECK(nrefused > UNIT_TRIALS / 50);
	CHECK(nharmed * 1000 < nless);
}

/*
 * What is said of the plainest cases, word for word.
 */
static void
test_cases(void)
{
	Image		before;
	Image		after;
	Verdict		verdict;

	/* stock 5, 4 promised at 10, a receipt of 10 at 20; 3 more at 8 */
	image_init(&before);
	(void) image_add(&before, FLOW_SUPPLY, INSTANT_BEGIN, 5, NULL);
	(void) image_add(&before, FLOW_DEMAND, 10, -4, "A");
	(void) image_add(&before, FLOW_SUPPLY, 20, 10, "PO");
	image_copy(&after, &before);
	(void) image_add(&after, FLOW_DEMAND, 8, -3, "B");

	CHECK(verdict_of_stock(&before.node, &after.node, NOW,
						   &verdict) == PROMISE_OK);
	CHECK(verdict.broken);
	CHECK_INT(verdict.from, 10);
	CHECK_INT(verdict.until, 20);
	CHECK_INT(verdict.deepest_at, 10);
	CHECK_INT(verdict.missing, 2);
	CHECK_INT(verdict.missing_before, 0);
	CHECK(verdict.binds != NULL && verdict.binds->detail == &after.details[1]);
	CHECK(verdict.frees != NULL && verdict.frees->detail == &after.details[2]);
	if (CHECK_INT(verdict.nclaims, 1))
	{
		CHECK(strcmp(verdict.claims[0].ref, "B") == 0);
		CHECK_INT(verdict.claims[0].at, 8);
		CHECK_INT(verdict.claims[0].before, 0);
		CHECK_INT(verdict.claims[0].after, 3);
	}

	/* two rows without ref that say the same are two claims, one is new */
	image_init(&before);
	(void) image_add(&before, FLOW_DEMAND, 8, -3, NULL);
	image_copy(&after, &before);
	(void) image_add(&after, FLOW_DEMAND, 8, -3, NULL);
	CHECK(verdict_of_stock(&before.node, &after.node, NOW,
						   &verdict) == PROMISE_OK);
	CHECK_INT(verdict.missing, 6);
	CHECK_INT(verdict.missing_before, 3);
	if (CHECK_INT(verdict.nclaims, 1))
	{
		ClaimSet	set;
		StockNode	rest;

		CHECK_INT(verdict.claims[0].after, 3);
		claim_set_init(&set, verdict.claims, verdict.nclaims);
		rest = claim_leave_out_of_stock(&after.node, &set);
		CHECK_INT(rest.nevents, 1);
	}

	/* what is planned for a hold serves nobody else */
	image_init(&before);
	image_copy(&after, &before);
	(void) image_add(&after, FLOW_DEMAND, 8, -5, "H");
	(void) image_add(&after, FLOW_PLANNED, 8, 8, "H");
	after.details[1].for_ref = "H";
	CHECK(verdict_of_stock(&before.node, &after.node, NOW,
						   &verdict) == PROMISE_OK);
	CHECK(!verdict.broken);
	(void) image_add(&after, FLOW_DEMAND, 9, -3, "A");
	CHECK(verdict_of_stock(&before.node, &after.node, NOW,
						   &verdict) == PROMISE_OK);
	CHECK(verdict.broken);
	if (CHECK_INT(verdict.nclaims, 1))
		CHECK(strcmp(verdict.claims[0].ref, "A") == 0);
	after.details[1].for_ref = NULL;
	CHECK(verdict_of_stock(&before.node, &after.node, NOW,
						   &verdict) == PROMISE_OK);
	CHECK(!verdict.broken);

	/* to come later may let a lot spoil that another then lacks */
	image_init(&before);
	(void) image_add(&before, FLOW_SUPPLY, INSTANT_BEGIN, 5, NULL);
	before.details[0].expires_at = 6;
	(void) image_add(&before, FLOW_SUPPLY, INSTANT_BEGIN, 5, NULL);
	(void) image_add(&before, FLOW_DEMAND, 5, -5, "A");
	(void) image_add(&before, FLOW_DEMAND, 9, -5, "B");
	image_copy(&after, &before);
	after.events[2].at = 8;
	CHECK(verdict_of_stock(&before.node, &after.node, NOW,
						   &verdict) == PROMISE_OK);
	CHECK(verdict.broken);
	if (CHECK_INT(verdict.nclaims, 1))
		CHECK(strcmp(verdict.claims[0].ref, "A") == 0);

	/* beyond what a quantity can hold */
	image_init(&before);
	image_copy(&after, &before);
	(void) image_add(&after, FLOW_DEMAND, 8, -QUANTITY_MAX, "A");
	(void) image_add(&after, FLOW_DEMAND, 8, -QUANTITY_MAX, "B");
	CHECK(verdict_of_stock(&before.node, &after.node, NOW,
						   &verdict) == PROMISE_QUANTITY_OVERFLOW);
}

/*
 * What a quote offers to a refused promise beside the others passes: the whole
 * at the date offered, and what is there at the date asked for.  Not a unit
 * more does, where nothing else is short.
 */
static void
test_nearest_yes(void)
{
	int			nwhole = 0;
	int			nless = 0;

	for (int trial = 0; trial < UNIT_TRIALS / 4; trial++)
	{
		const Spice spice = {.planned = true,.binds = trial % 2 == 0,
		.spoils = trial % 4 >= 2};
		Image		before;
		Image		after;
		Verdict		verdict;
		ClaimSet	set;
		StockNode	rest;
		AtpCurve	curve;
		AtpLedger	ledger;
		Quantity	there;
		Instant		whole_at;
		bool		was_short;
		const ClaimChange *claim;

		image_random(&before, spice);
		before.node.rules.safety_stock = 0;
		image_copy(&after, &before);
		(void) image_add(&after, FLOW_DEMAND, unit_random(0, LAST - 4),
						 -unit_random(1, 6), "NEW");
		CHECK(verdict_of_stock(&before.node, &after.node, NOW,
							   &verdict) == PROMISE_OK);
		if (!verdict.broken || !CHECK_INT(verdict.nclaims, 1))
			continue;
		claim = &verdict.claims[0];
		CHECK(strcmp(claim->ref, "NEW") == 0);

		claim_set_init(&set, claim, 1);
		rest = claim_leave_out_of_stock(&after.node, &set);
		CHECK_INT(rest.nevents, before.node.nevents);
		CHECK(atp_curve_build(&rest, NOW, ATP_LOOKAHEAD, &curve) == PROMISE_OK);
		atp_ledger_init(&ledger, &curve);
		whole_at = quote_earliest(&ledger, claim->after, claim->at);
		there = atp_available(&ledger, claim->at);

		if (whole_at != INSTANT_END)
		{
			CHECK(yes_passes(&before, &rest, claim, whole_at, claim->after));
			nwhole++;
		}
		if (there > 0)
		{
			CHECK(there < claim->after);
			CHECK(yes_passes(&before, &rest, claim, claim->at, there));
			nless++;
		}
		CHECK(verdict_is_short(&before.node, NOW, &was_short) == PROMISE_OK);
		if (!was_short)
			CHECK(!yes_passes(&before, &rest, claim, claim->at, there + 1));
	}
	CHECK(nwhole > UNIT_TRIALS / 200);
	CHECK(nless > UNIT_TRIALS / 200);
}

/* does the claim pass with that date and quantity? */
static bool
yes_passes(const Image *before, const StockNode *rest,
		   const ClaimChange *claim, Instant at, Quantity quantity)
{
	FlowEvent	asked[MAX_ROWS + 1];
	FlowDetail	detail = {.origin = FLOW_DEMAND,.ref = claim->ref,
	.relation = claim->relation,.expires_at = INSTANT_END};
	StockNode	after = *rest;
	Verdict		verdict;

	memcpy(asked, rest->events, sizeof(FlowEvent) * rest->nevents);
	asked[rest->nevents].at = at;
	asked[rest->nevents].delta = -quantity;
	asked[rest->nevents].detail = &detail;
	after.events = asked;
	after.nevents = rest->nevents + 1;
	CHECK(verdict_of_stock(&before->node, &after, NOW, &verdict) == PROMISE_OK);
	return !verdict.broken;
}
