/*
 * serving_same_test.c - two images of which it is said that every claim lacks as
 * much in both, against serving both.
 */
#include "image_fixture.h"

#include "core/text_order.h"
#include "engine/serving.h"

extern void test_serving_same(void);

static void make_order(Image *image, int i);
static Quantity missing_of(const Serving *serving, const char *ref);
static bool check_pair(Spice spice);
static void test_stands(void);

void
test_serving_same(void)
{
	Spice		plain = {.planned = true};
	Spice		all = {.planned = true,.binds = true,.spoils = true};
	int			nstanding = 0;

	for (int i = 0; i < UNIT_TRIALS / 5; i++)
		nstanding += check_pair((i % 10 == 0) ? all : plain);
	CHECK(nstanding > UNIT_TRIALS / 100);
	test_stands();
}

/* claims differ in the order in which they are served, too */
static void
make_order(Image *image, int i)
{
	image->details[i].priority = (int) unit_random(0, 2);
	image->details[i].accepted_at = unit_random(0, 2);
}

static Quantity
missing_of(const Serving *serving, const char *ref)
{
	Quantity	missing = 0;

	for (int i = 0; i < serving->nclaims; i++)
	{
		if (text_order(serving->claims[i].flow->detail->ref, ref) == 0)
			missing += serving->claims[i].missing;
	}
	return missing;
}

/*
 * An image, and one that differs by what a transaction may do.  True if something
 * is missing in both, and said to be the same.
 */
static bool
check_pair(Spice spice)
{
	static Image before;
	static Image after;
	Serving		was;
	Serving		is;
	bool		same;

	image_random(&before, spice);
	for (int i = 0; i < before.node.nevents; i++)
		make_order(&before, i);
	image_copy(&after, &before);
	image_change(&after, spice, unit_random(0, 1) == 0, true);
	for (int i = 0; i < after.node.nevents; i++)
	{
		if (unit_random(0, 19) == 0)
			make_order(&after, i);
	}

	if (!CHECK(serving_is_same(&before.node, &after.node, NOW, &same) == PROMISE_OK) ||
		!CHECK(serving_build(&before.node, NOW, &was) == PROMISE_OK) ||
		!CHECK(serving_build(&after.node, NOW, &is) == PROMISE_OK))
		return false;
	if (!same)
		return false;
	for (int i = 0; i < NUM_REFS; i++)
		CHECK(missing_of(&was, image_refs[i]) == missing_of(&is, image_refs[i]));
	CHECK(missing_of(&was, NULL) == missing_of(&is, NULL));
	return is.nlosers > 0;
}

/*
 * 5 until 10, when 20 come.  A, of 6 at 8, lacks 1, whatever is promised from 10
 * on; but who is met before is not told.
 */
static void
test_stands(void)
{
	static Image before;
	static Image after;
	bool		same;

	image_init(&before);
	(void) image_add(&before, FLOW_SUPPLY, INSTANT_BEGIN, 5, NULL);
	(void) image_add(&before, FLOW_SUPPLY, 10, 20, NULL);
	(void) image_add(&before, FLOW_DEMAND, 8, -6, "A");
	image_copy(&after, &before);
	(void) image_add(&after, FLOW_DEMAND, 10, -19, "B");
	CHECK(serving_is_same(&before.node, &after.node, NOW, &same) == PROMISE_OK);
	CHECK(same);

	(void) image_add(&after, FLOW_DEMAND, 10, -1, "C");
	CHECK(serving_is_same(&before.node, &after.node, NOW, &same) == PROMISE_OK);
	CHECK(!same);

	image_copy(&after, &before);
	(void) image_add(&after, FLOW_DEMAND, 9, -1, "B");
	CHECK(serving_is_same(&before.node, &after.node, NOW, &same) == PROMISE_OK);
	CHECK(!same);
}
