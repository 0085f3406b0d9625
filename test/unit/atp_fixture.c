/*
 * atp_fixture.c - random nodes for the tests of the engine.
 */
#include "atp_fixture.h"

FlowEvent	events[MAX_EVENTS];
FlowDetail	details[MAX_EVENTS];
StockNode	node;

/*
 * A node whose rows have no details.
 */
void
atp_fixture_node(int maxquantity)
{
	memset(&node, 0, sizeof(node));
	node.item = "ITEM";
	node.location = "main";
	node.events = events;
	node.nevents = (int) unit_random(0, MAX_EVENTS);
	node.rules.safety_stock = unit_random(0, 3) == 0 ? unit_random(0, 5) : 0;
	node.rules.horizon_end = INSTANT_END;
	node.rules.lead_end = unit_random(0, 3) == 0 ?
		unit_random(NOW, GRID - 1) : INSTANT_END;
	node.rules.overdue_at = unit_random(0, 3) == 0 ? INSTANT_END :
		unit_random(NOW, NOW + 4);

	for (int i = 0; i < node.nevents; i++)
	{
		events[i].at = unit_random(0, GRID - 1);
		events[i].delta = unit_random(-maxquantity, maxquantity);
		if (events[i].delta > 0 && unit_random(0, 3) == 0)
			events[i].at = INSTANT_BEGIN;
		events[i].detail = NULL;
	}
}

/*
 * Let some of the supply spoil.
 */
void
atp_fixture_expiry(void)
{
	for (int i = 0; i < node.nevents; i++)
	{
		memset(&details[i], 0, sizeof(FlowDetail));
		details[i].is_supply = events[i].delta > 0;
		details[i].expires_at = unit_random(0, 1) == 0 ? INSTANT_END :
			unit_random(NOW, GRID + 2);
		events[i].detail = &details[i];
	}
}
