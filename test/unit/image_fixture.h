/*
 * image_fixture.h - random images of a node, for the tests of the guard, and
 * its balance by trying every instant.
 */
#ifndef PROMISE_IMAGE_FIXTURE_H
#define PROMISE_IMAGE_FIXTURE_H

#include "unit.h"

#include "engine/problem.h"

#define NOW			4
#define LAST		28			/* nothing changes after this instant */
#define NEVER		(LAST + 1)
#define MAX_ROWS	16
#define NUM_REFS	4

/* An image of a node, with room for its rows. */
typedef struct Image
{
	StockNode	node;
	FlowEvent	events[MAX_ROWS];
	FlowDetail	details[MAX_ROWS];
} Image;

/* What may be in a random image. */
typedef struct Spice
{
	bool		binds;			/* supply made for one ref */
	bool		spoils;
	bool		planned;
} Spice;

extern const char *const image_refs[NUM_REFS];

extern void image_init(Image *image);
extern void image_copy(Image *to, const Image *from);
extern FlowEvent *image_add(Image *image, FlowOrigin origin, Instant at,
							Quantity delta, const char *ref);
extern void image_remove(Image *image, int i);
extern void image_random(Image *image, Spice spice);
extern void image_add_random(Image *image, Spice spice, bool supply,
							 bool claims);
extern void image_change(Image *image, Spice spice, bool supply,
						 bool claims);
extern bool image_is_claim(const Image *image, int i);
extern void image_balance(const Image *image, const NodeRules *rules,
						  Quantity *level);
extern Quantity image_claims(const Image *image, const NodeRules *rules,
							 const char *ref, int s);
extern bool image_asks_more(const Image *before, const Image *after);

#endif							/* PROMISE_IMAGE_FIXTURE_H */
