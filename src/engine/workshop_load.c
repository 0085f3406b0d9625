/*
 * workshop_load.c - loads of plans as they stand, without a look at their steps.
 */
#include "engine/workshop_state.h"

void
workshop_change_load(Workshop *workshop, const PlanLoad *load, bool give_back)
{
	ShopResource *shop = workshop_resource(workshop, load->resource);

	Assert(shop->setups == NULL);
	if (shop->free != NULL && load->from < load->until)
		time_tree_add(shop->free, load->from, load->until,
					  give_back ? load->units : -load->units);
}

bool
workshop_load_fits(Workshop *workshop, const PlanLoad *load)
{
	ShopResource *shop = workshop_resource(workshop, load->resource);

	return shop->free == NULL || load->from >= load->until ||
		time_tree_least(shop->free, load->from, load->until) >= 0;
}
