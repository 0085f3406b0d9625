/*
 * quote_test.c - the ways to deliver, and lines that are delivered together.
 */
#include "atp_fixture.h"

#include "engine/quote.h"
#include "engine/together.h"

extern void test_quote(void);

static void test_options(void);
static void test_together(void);

void
test_quote(void)
{
	test_options();
	test_together();
}

/*
 * Options: sums are right, every option can be taken from fresh ledgers, the
 * first is never worse than any other, and no single location has the whole
 * before the first option says.
 */
static void
test_options(void)
{
	int			across = 0;
	int			parts = 0;

	for (int trial = 0; trial < UNIT_TRIALS; trial++)
	{
		static const char *const names[] = {"east", "main", "west"};
		AtpCurve	curves[3];
		AtpLedger	ledgers[3];
		QuoteRequest request;
		QuoteOptions result;
		Instant		whole_at = INSTANT_END;
		int			nlocations = (int) unit_random(1, 3);

		for (int i = 0; i < nlocations; i++)
		{
			atp_fixture_node(6);
			node.location = names[i];
			node.priority = (int) unit_random(0, 1);
			if (trial % 4 == 0)
				atp_fixture_expiry();
			if (unit_random(0, 4) == 0)
				node.rules.horizon_end = unit_random(NOW, GRID - 1);
			(void) atp_curve_build(&node, NOW, ATP_LOOKAHEAD, &curves[i]);
			atp_ledger_init(&ledgers[i], &curves[i]);
		}
		request.quantity = unit_random(1, 20);
		request.due = unit_random(0, 1) ? unit_random(NOW, GRID - 1) : INSTANT_END;
		request.after = unit_random(0, 3) ? INSTANT_BEGIN : unit_random(NOW, GRID - 1);
		request.location = unit_random(0, 1) ? "main" : NULL;
		request.parts_max = (int) unit_random(1, 4);
		request.part_minimum = unit_random(1, 4);

		for (int i = 0; i < nlocations; i++)
			whole_at = Min(whole_at, quote_earliest(&ledgers[i],
													request.quantity,
													request.after));

		quote_options(ledgers, nlocations, &request, &result);
		CHECK(result.noptions >= 1);
		CHECK(result.options[0].missing > 0 ||
			  result.options[0].completion <= whole_at);
		CHECK(whole_at == INSTANT_END || result.options[0].missing == 0);

		for (int o = 0; o < result.noptions; o++)
		{
			const QuoteOption *option = &result.options[o];
			Quantity	sum = option->missing;
			bool		sound = true;

			sound &= option->nparts <= request.parts_max;
			sound &= (option->nparts == 0) == (option->kind == OFFER_NONE);
			for (int p = 0; p < option->nparts; p++)
			{
				const OfferPart *part = &option->parts[p];
				AtpLedger  *ledger = &ledgers[part->ledger];

				sum += part->quantity;
				sound &= part->available_at >= Max(request.after, NOW);
				sound &= part->available_at <= ledger->curve->rules.horizon_end;
				sound &= option->nparts == 1 ||
					part->quantity >= request.part_minimum;
				sound &= p == 0 ||
					part->available_at >= option->parts[p - 1].available_at;
			}
			CHECK_INT(sum, request.quantity);
			CHECK(sound);

			/* take it, the last part first: all of it must be there */
			for (int p = option->nparts - 1; p >= 0; p--)
			{
				const OfferPart *part = &option->parts[p];
				AtpLedger  *ledger = &ledgers[part->ledger];

				if (CHECK(atp_available(ledger, part->available_at) >=
						  part->quantity))
					(void) atp_take(ledger, part->quantity,
									part->available_at);
				across += part->ledger != option->parts[0].ledger;
				parts += option->nparts > 1;
			}
			for (int i = 0; i < nlocations; i++)
				atp_ledger_init(&ledgers[i], &curves[i]);
		}
	}
	CHECK(across > UNIT_TRIALS / 100);
	CHECK(parts > UNIT_TRIALS / 100);
}

/*
 * Lines delivered together: the first instant of the grid at which any of all
 * the ways to deal them out fits.
 */
static void
test_together(void)
{
	int			dealt = 0;

	for (int trial = 0; trial < UNIT_TRIALS / 4; trial++)
	{
		static const char *const names[] = {"east", "main", "west"};
		AtpCurve	curves[3];
		AtpLedger	ledgers[3];
		TogetherLine lines[4];
		int			nlocations = (int) unit_random(1, 3);
		int			nlines = (int) unit_random(1, 4);
		Instant		after = unit_random(NOW, NOW + 4);
		Instant		expected = INSTANT_END;
		Instant		at;
		int			nways = 1;

		for (int i = 0; i < nlocations; i++)
		{
			atp_fixture_node(9);
			node.location = names[i];
			if (trial % 4 == 0)
				atp_fixture_expiry();
			(void) atp_curve_build(&node, NOW, ATP_LOOKAHEAD, &curves[i]);
			atp_ledger_init(&ledgers[i], &curves[i]);
		}
		for (int i = 0; i < nlines; i++)
		{
			lines[i].quantity = unit_random(1, 8);
			lines[i].only = unit_random(0, 3) == 0 ?
				(int) unit_random(0, nlocations - 1) : -1;
			nways *= nlocations;
		}

		for (Instant t = after; t < GRID && expected == INSTANT_END; t++)
		{
			for (int way = 0; way < nways && expected == INSTANT_END; way++)
			{
				Quantity	load[3] = {0};
				bool		fits = true;

				for (int i = 0, rest = way; i < nlines; i++, rest /= nlocations)
				{
					load[rest % nlocations] += lines[i].quantity;
					fits &= lines[i].only < 0 ||
						lines[i].only == rest % nlocations;
				}
				for (int i = 0; i < nlocations; i++)
					fits &= load[i] == 0 ||
						atp_available(&ledgers[i], t) >= load[i];
				if (fits)
					expected = t;
			}
		}

		at = together_earliest(ledgers, nlocations, lines, nlines, after);
		CHECK_INT(at, expected);
		if (at == INSTANT_END)
			continue;

		/* and the ledgers it names do have it */
		for (int i = 0; i < nlines; i++)
		{
			CHECK(lines[i].only < 0 || lines[i].only == lines[i].ledger);
			if (CHECK(atp_available(&ledgers[lines[i].ledger], at) >=
					  lines[i].quantity))
				(void) atp_take(&ledgers[lines[i].ledger], lines[i].quantity,
								at);
			dealt += nlocations > 1;
		}
	}
	CHECK(dealt > UNIT_TRIALS / 100);
}
