/*
 * role.c - the roles of the network and their columns.
 */
#include "postgres.h"

#include "store/role.h"

/* of own commitments: what is settled stays in the table and says nothing */
#define OPEN	"commitment.quantity OPERATOR(pg_catalog.>) 0"
#define HOLD	"commitment.kind OPERATOR(pg_catalog.=) 'hold'"
#define PART	"commitment.part_of IS NOT NULL"

/* of plans: what was handed over counts as an order of the business */
#define PLANNED(table) "NOT " table ".handed_over"

/* the commitment that a row of a plan belongs to, if it is open */
#define JOIN_COMMITMENT \
	"LEFT JOIN promise.commitment" \
	" ON commitment.ref OPERATOR(pg_catalog.=) planned_flow.ref AND " OPEN

static const RoleColumn item_columns[] = {
	{"item", COLUMN_KEY, true},
	{"unit", COLUMN_TEXT},
	{"family", COLUMN_TEXT},
	{NULL}
};

static const RoleColumn location_columns[] = {
	{"location", COLUMN_KEY, true},
	{"zone", COLUMN_TEXT},
	{"priority", COLUMN_INTEGER},
	{NULL}
};

static const RoleColumn stocking_columns[] = {
	{"item", COLUMN_KEY, true},
	{"location", COLUMN_KEY},
	{"safety_stock", COLUMN_NUMBER},
	{"horizon", COLUMN_INTERVAL},
	{"replenishment_lead_time", COLUMN_INTERVAL},
	{"overdue_after", COLUMN_INTERVAL},
	{"overdue_counts", COLUMN_BOOLEAN},
	{"unlimited", COLUMN_BOOLEAN},
	{NULL}
};

static const RoleColumn supply_columns[] = {
	{"item", COLUMN_KEY, true},
	{"location", COLUMN_KEY},
	{"at", COLUMN_INSTANT},
	{"quantity", COLUMN_NUMBER, true},
	{"ref", COLUMN_KEY},
	{"kind", COLUMN_TEXT},
	{"status", COLUMN_TEXT},
	{"for_ref", COLUMN_KEY},
	{"lot", COLUMN_TEXT},
	{"expires_at", COLUMN_INSTANT},
	{NULL}
};

static const RoleColumn demand_columns[] = {
	{"item", COLUMN_KEY, true},
	{"location", COLUMN_KEY},
	{"at", COLUMN_INSTANT},
	{"quantity", COLUMN_NUMBER, true},
	{"ref", COLUMN_KEY},
	{"kind", COLUMN_TEXT},
	{"group_ref", COLUMN_KEY},
	{"priority", COLUMN_INTEGER},
	{"accepted_at", COLUMN_INSTANT},
	{"requested_at", COLUMN_INSTANT},
	{"customer", COLUMN_KEY},
	{"channel", COLUMN_TEXT},
	{"zone", COLUMN_TEXT},
	{"expires_at", COLUMN_INSTANT},
	{"fixed", COLUMN_BOOLEAN},
	{"seller", COLUMN_TEXT},
	{"price", COLUMN_NUMBER},
	{"cost", COLUMN_NUMBER},
	{"currency", COLUMN_TEXT},
	{NULL}
};

/*
 * What is planned for a hold is bound to it and expires with it; a promise has
 * its plan served in its own order.
 */
static const RoleColumn planned_flow_columns[] = {
	{"item", COLUMN_KEY, true},
	{"location", COLUMN_KEY},
	{"at", COLUMN_INSTANT},
	{"quantity", COLUMN_NUMBER, true},
	{"ref", COLUMN_KEY},
	{"kind", COLUMN_TEXT},
	{"for_ref", COLUMN_KEY, false, "CASE WHEN " HOLD " THEN planned_flow.ref END"},
	{"expires_at", COLUMN_INSTANT, false, "commitment.expires_at"},
	{"priority", COLUMN_INTEGER, false, "commitment.priority"},
	{"accepted_at", COLUMN_INSTANT, false, "commitment.accepted_at"},
	{"kept", COLUMN_BOOLEAN},
	{NULL}
};

static const RoleColumn resource_columns[] = {
	{"resource", COLUMN_KEY, true},
	{"location", COLUMN_KEY},
	{"calendar", COLUMN_TEXT},
	{"units", COLUMN_NUMBER},
	{"finite", COLUMN_BOOLEAN},
	{"pool", COLUMN_KEY},
	{"bucketed", COLUMN_BOOLEAN},
	{"changeover", COLUMN_KEY},
	{"initial_setup", COLUMN_TEXT},
	{NULL}
};

static const RoleColumn resource_change_columns[] = {
	{"resource", COLUMN_KEY, true},
	{"during", COLUMN_RANGE, true},
	{"units", COLUMN_NUMBER, true},
	{NULL}
};

static const RoleColumn load_columns[] = {
	{"resource", COLUMN_KEY, true},
	{"during", COLUMN_RANGE, true},
	{"units", COLUMN_NUMBER},
	{"ref", COLUMN_KEY},
	{"setup_state", COLUMN_TEXT},
	{"changeover", COLUMN_INTERVAL},
	{NULL}
};

static const RoleColumn planned_load_columns[] = {
	{"resource", COLUMN_KEY, true},
	{"during", COLUMN_RANGE, true},
	{"units", COLUMN_NUMBER},
	{"ref", COLUMN_KEY},
	{"setup_state", COLUMN_TEXT},
	{"changeover", COLUMN_INTERVAL},
	{"kept", COLUMN_BOOLEAN},
	{NULL}
};

static const RoleColumn resource_skill_columns[] = {
	{"resource", COLUMN_KEY, true},
	{"skill", COLUMN_KEY, true},
	{"priority", COLUMN_INTEGER},
	{NULL}
};

static const RoleColumn changeover_columns[] = {
	{"changeover", COLUMN_KEY, true},
	{"from_setup", COLUMN_TEXT},
	{"to_setup", COLUMN_TEXT},
	{"duration", COLUMN_INTERVAL, true},
	{NULL}
};

static const RoleColumn source_columns[] = {
	{"source", COLUMN_KEY, true},
	{"item", COLUMN_KEY, true},
	{"location", COLUMN_KEY},
	{"kind", COLUMN_TEXT, true},
	{"priority", COLUMN_INTEGER},
	{"lead_time", COLUMN_INTERVAL},
	{"calendar", COLUMN_TEXT},
	{"supplier", COLUMN_KEY},
	{"from_location", COLUMN_KEY},
	{"lot_minimum", COLUMN_NUMBER},
	{"lot_multiple", COLUMN_NUMBER},
	{"lot_maximum", COLUMN_NUMBER},
	{"fence", COLUMN_INTERVAL},
	{"cost", COLUMN_NUMBER},
	{"currency", COLUMN_TEXT},
	{"effective", COLUMN_RANGE},
	{NULL}
};

static const RoleColumn component_columns[] = {
	{"source", COLUMN_KEY, true},
	{"item", COLUMN_KEY, true},
	{"quantity", COLUMN_NUMBER, true},
	{"quantity_fixed", COLUMN_NUMBER},
	{"scrap", COLUMN_NUMBER},
	{"step", COLUMN_INTEGER},
	{"effective", COLUMN_RANGE},
	{"choice", COLUMN_TEXT},
	{"priority", COLUMN_INTEGER},
	{NULL}
};

static const RoleColumn output_columns[] = {
	{"source", COLUMN_KEY, true},
	{"item", COLUMN_KEY, true},
	{"quantity", COLUMN_NUMBER},
	{"quantity_fixed", COLUMN_NUMBER},
	{"step", COLUMN_INTEGER},
	{NULL}
};

static const RoleColumn step_columns[] = {
	{"source", COLUMN_KEY, true},
	{"step", COLUMN_INTEGER, true},
	{"resource", COLUMN_KEY},
	{"skill", COLUMN_KEY},
	{"units", COLUMN_NUMBER},
	{"setup", COLUMN_INTERVAL},
	{"run", COLUMN_INTERVAL},
	{"batch", COLUMN_NUMBER},
	{"pauses", COLUMN_BOOLEAN},
	{"setup_state", COLUMN_TEXT},
	{"choice", COLUMN_TEXT},
	{"priority", COLUMN_INTEGER},
	{NULL}
};

static const RoleColumn precedence_columns[] = {
	{"source", COLUMN_KEY, true},
	{"before", COLUMN_INTEGER, true},
	{"after", COLUMN_INTEGER, true},
	{"lag", COLUMN_INTERVAL},
	{NULL}
};

static const RoleColumn lane_columns[] = {
	{"location", COLUMN_KEY},
	{"zone", COLUMN_KEY, true},
	{"transit", COLUMN_INTERVAL, true},
	{"calendar", COLUMN_TEXT},
	{"cutoff", COLUMN_TIME},
	{"resource", COLUMN_KEY},
	{NULL}
};

static const RoleColumn substitute_columns[] = {
	{"item", COLUMN_KEY, true},
	{"substitute", COLUMN_KEY, true},
	{"ratio", COLUMN_NUMBER},
	{"priority", COLUMN_INTEGER},
	{"effective", COLUMN_RANGE},
	{NULL}
};

static const RoleColumn delivery_columns[] = {
	{"ref", COLUMN_KEY, true},
	{"at", COLUMN_INSTANT, true},
	{"quantity", COLUMN_NUMBER, true},
	{"cost", COLUMN_NUMBER},
	{"location", COLUMN_KEY},
	{NULL}
};

static const RoleColumn hold_columns[] = {
	{"kind", COLUMN_KEY, true},
	{"ref", COLUMN_KEY, true},
	{"expires_at", COLUMN_INSTANT},
	{NULL}
};

static const RoleColumn part_columns[] = {
	{"ref", COLUMN_KEY, true},
	{"part_of", COLUMN_KEY, true},
	{NULL}
};

const Role	role_list[NUM_ROLES] = {
	[ROLE_ITEM] = {"item", "item", true, item_columns, "item"},
	[ROLE_LOCATION] = {"location", "location", true, location_columns, "location"},
	[ROLE_STOCKING] = {"stocking", "stocking", true, stocking_columns, "item"},
	[ROLE_SUPPLY] = {"supply", "supply", true, supply_columns, "item"},
	[ROLE_DEMAND] = {"demand", "commitment", true, demand_columns, "item", "ref", NULL, OPEN},
	[ROLE_PLANNED_FLOW] = {"planned_flow", "planned_flow", false, planned_flow_columns, "item", NULL, JOIN_COMMITMENT, PLANNED("planned_flow")},
	[ROLE_RESOURCE] = {"resource", "resource", true, resource_columns, "resource", "pool"},
	[ROLE_RESOURCE_CHANGE] = {"resource_change", "resource_change", true, resource_change_columns, "resource"},
	[ROLE_LOAD] = {"load", "load", true, load_columns, "resource"},
	[ROLE_PLANNED_LOAD] = {"planned_load", "planned_load", false, planned_load_columns, "resource", NULL, NULL, PLANNED("planned_load")},
	[ROLE_RESOURCE_SKILL] = {"resource_skill", "resource_skill", true, resource_skill_columns, "skill"},
	[ROLE_CHANGEOVER] = {"changeover", "changeover", true, changeover_columns, "changeover"},
	[ROLE_SOURCE] = {"source", "source", true, source_columns, "item", "source"},
	[ROLE_COMPONENT] = {"component", "component", true, component_columns, "source"},
	[ROLE_OUTPUT] = {"output", "output", true, output_columns, "source", "item"},
	[ROLE_STEP] = {"step", "step", true, step_columns, "source"},
	[ROLE_PRECEDENCE] = {"precedence", "precedence", true, precedence_columns, "source"},
	[ROLE_LANE] = {"lane", NULL, true, lane_columns, "zone"},
	[ROLE_SUBSTITUTE] = {"substitute", "substitute", true, substitute_columns, "item"},
	[ROLE_DELIVERY] = {"delivery", NULL, true, delivery_columns, "ref"},
	[ROLE_HOLD] = {"hold", "commitment", false, hold_columns, "kind", NULL, NULL, OPEN " AND " HOLD},
	[ROLE_PART] = {"part", "commitment", false, part_columns, "ref", NULL, NULL, PART},
};

/*
 * The role of a name; false if there is none.
 */
bool
role_find(const char *name, RoleId *id)
{
	for (int i = 0; i < NUM_ROLES; i++)
	{
		if (strcmp(role_list[i].name, name) == 0)
		{
			*id = (RoleId) i;
			return true;
		}
	}
	return false;
}

/*
 * The position of a column in its role; -1 if the role has none of that name.
 */
int
role_column(RoleId id, const char *column)
{
	const RoleColumn *columns = role_list[id].columns;

	for (int i = 0; columns[i].name != NULL; i++)
	{
		if (strcmp(columns[i].name, column) == 0)
			return i;
	}
	return -1;
}
