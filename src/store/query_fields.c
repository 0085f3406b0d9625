/*
 * query_fields.c - which columns of a role a query returns.
 */
#include "postgres.h"

#include "store/query_fields.h"

static const FieldDef item_fields[] = {
	{FIELD_FAMILY, "family", USE_DETAIL},
	{0, NULL}
};

static const FieldDef stocking_fields[] = {
	{FIELD_SAFETY_STOCK, "safety_stock", USE_ALWAYS},
	{FIELD_HORIZON, "horizon", USE_ALWAYS},
	{FIELD_LEAD_TIME, "replenishment_lead_time", USE_ALWAYS},
	{FIELD_OVERDUE_AFTER, "overdue_after", USE_ALWAYS},
	{FIELD_OVERDUE_COUNTS, "overdue_counts", USE_ALWAYS},
	{FIELD_UNLIMITED, "unlimited", USE_ALWAYS},
	{0, NULL}
};

static const FieldDef location_fields[] = {
	{FIELD_ZONE, "zone", USE_ALWAYS},
	{FIELD_PRIORITY, "priority", USE_ALWAYS},
	{0, NULL}
};

static const FieldDef supply_fields[] = {
	{FIELD_AT, "at", USE_ALWAYS},
	{FIELD_QUANTITY, "quantity", USE_ALWAYS},
	{FIELD_REF, "ref", USE_DETAIL},
	{FIELD_KIND, "kind", USE_DETAIL},
	{FIELD_FOR_REF, "for_ref", USE_DETAIL},
	{FIELD_EXPIRES_AT, "expires_at", USE_DETAIL},
	{0, NULL}
};

static const FieldDef demand_fields[] = {
	{FIELD_AT, "at", USE_ALWAYS},
	{FIELD_QUANTITY, "quantity", USE_ALWAYS},
	{FIELD_EXPIRES_AT, "expires_at", USE_ALWAYS},
	{FIELD_REF, "ref", USE_DETAIL},
	{FIELD_KIND, "kind", USE_DETAIL},
	{FIELD_PRIORITY, "priority", USE_DETAIL},
	{FIELD_ACCEPTED_AT, "accepted_at", USE_DETAIL},
	{FIELD_GROUP_REF, "group_ref", USE_FACTS},
	{FIELD_CUSTOMER, "customer", USE_FACTS},
	{FIELD_CHANNEL, "channel", USE_FACTS},
	{FIELD_ZONE, "zone", USE_FACTS},
	{FIELD_SELLER, "seller", USE_FACTS},
	{FIELD_PRICE, "price", USE_FACTS},
	{FIELD_COST, "cost", USE_FACTS},
	{FIELD_CURRENCY, "currency", USE_FACTS},
	{FIELD_REQUESTED_AT, "requested_at", USE_FACTS},
	{0, NULL}
};

/* own demand always tells its ref: a mapped row may take its place */
static const FieldDef commitment_fields[] = {
	{FIELD_AT, "at", USE_ALWAYS},
	{FIELD_QUANTITY, "quantity", USE_ALWAYS},
	{FIELD_EXPIRES_AT, "expires_at", USE_ALWAYS},
	{FIELD_REF, "ref", USE_ALWAYS},
	{FIELD_KIND, "kind", USE_DETAIL},
	{FIELD_PRIORITY, "priority", USE_DETAIL},
	{FIELD_ACCEPTED_AT, "accepted_at", USE_DETAIL},
	{FIELD_GROUP_REF, "group_ref", USE_FACTS},
	{FIELD_CUSTOMER, "customer", USE_FACTS},
	{FIELD_CHANNEL, "channel", USE_FACTS},
	{FIELD_ZONE, "zone", USE_FACTS},
	{FIELD_SELLER, "seller", USE_FACTS},
	{FIELD_PRICE, "price", USE_FACTS},
	{FIELD_COST, "cost", USE_FACTS},
	{FIELD_CURRENCY, "currency", USE_FACTS},
	{0, NULL}
};

/* a row tells its ref: it may be that of a hold */
static const FieldDef planned_flow_fields[] = {
	{FIELD_AT, "at", USE_ALWAYS},
	{FIELD_QUANTITY, "quantity", USE_ALWAYS},
	{FIELD_REF, "ref", USE_ALWAYS},
	{FIELD_KIND, "kind", USE_DETAIL},
	{FIELD_FOR_REF, "for_ref", USE_DETAIL},
	{FIELD_EXPIRES_AT, "expires_at", USE_DETAIL},
	{FIELD_PRIORITY, "priority", USE_DETAIL},
	{FIELD_ACCEPTED_AT, "accepted_at", USE_DETAIL},
	{FIELD_KEPT, "kept", USE_ALWAYS},
	{0, NULL}
};

static const FieldDef resource_fields[] = {
	{FIELD_QUANTITY, "units", USE_ALWAYS},
	{FIELD_FINITE, "finite", USE_ALWAYS},
	{FIELD_RESOURCE, "resource", USE_ALWAYS},
	{FIELD_CALENDAR, "calendar", USE_DETAIL},
	{FIELD_BUCKETED, "bucketed", USE_DETAIL},
	{FIELD_CHANGEOVER, "changeover", USE_DETAIL},
	{FIELD_INITIAL_SETUP, "initial_setup", USE_DETAIL},
	{FIELD_POOL, "pool", USE_FACTS},
	{0, NULL}
};

static const FieldDef resource_change_fields[] = {
	{FIELD_DURING, "during", USE_ALWAYS},
	{FIELD_QUANTITY, "units", USE_ALWAYS},
	{0, NULL}
};

static const FieldDef load_fields[] = {
	{FIELD_DURING, "during", USE_ALWAYS},
	{FIELD_QUANTITY, "units", USE_ALWAYS},
	{FIELD_REF, "ref", USE_ALWAYS},
	{FIELD_SETUP_STATE, "setup_state", USE_DETAIL},
	{FIELD_DURATION, "changeover", USE_DETAIL},
	{0, NULL}
};

static const FieldDef planned_load_fields[] = {
	{FIELD_DURING, "during", USE_ALWAYS},
	{FIELD_QUANTITY, "units", USE_ALWAYS},
	{FIELD_REF, "ref", USE_ALWAYS},
	{FIELD_SETUP_STATE, "setup_state", USE_DETAIL},
	{FIELD_DURATION, "changeover", USE_DETAIL},
	{FIELD_KEPT, "kept", USE_ALWAYS},
	{0, NULL}
};

static const FieldDef hold_fields[] = {
	{FIELD_REF, "ref", USE_ALWAYS},
	{FIELD_EXPIRES_AT, "expires_at", USE_ALWAYS},
	{0, NULL}
};

static const FieldDef part_fields[] = {
	{FIELD_REF, "part_of", USE_ALWAYS},
	{0, NULL}
};

static const FieldDef resource_skill_fields[] = {
	{FIELD_RESOURCE, "resource", USE_ALWAYS},
	{FIELD_PRIORITY, "priority", USE_ALWAYS},
	{0, NULL}
};

static const FieldDef changeover_fields[] = {
	{FIELD_FROM_SETUP, "from_setup", USE_ALWAYS},
	{FIELD_TO_SETUP, "to_setup", USE_ALWAYS},
	{FIELD_DURATION, "duration", USE_ALWAYS},
	{0, NULL}
};

static const FieldDef source_fields[] = {
	{FIELD_SOURCE, "source", USE_ALWAYS},
	{FIELD_ITEM, "item", USE_ALWAYS},
	{FIELD_KIND, "kind", USE_ALWAYS},
	{FIELD_PRIORITY, "priority", USE_ALWAYS},
	{FIELD_LEAD_TIME, "lead_time", USE_ALWAYS},
	{FIELD_CALENDAR, "calendar", USE_ALWAYS},
	{FIELD_SUPPLIER, "supplier", USE_ALWAYS},
	{FIELD_FROM_LOCATION, "from_location", USE_ALWAYS},
	{FIELD_LOT_MINIMUM, "lot_minimum", USE_ALWAYS},
	{FIELD_LOT_MULTIPLE, "lot_multiple", USE_ALWAYS},
	{FIELD_LOT_MAXIMUM, "lot_maximum", USE_ALWAYS},
	{FIELD_FENCE, "fence", USE_ALWAYS},
	{FIELD_COST, "cost", USE_ALWAYS},
	{FIELD_CURRENCY, "currency", USE_ALWAYS},
	{FIELD_EFFECTIVE, "effective", USE_ALWAYS},
	{0, NULL}
};

static const FieldDef component_fields[] = {
	{FIELD_ITEM, "item", USE_ALWAYS},
	{FIELD_QUANTITY, "quantity", USE_ALWAYS},
	{FIELD_QUANTITY_FIXED, "quantity_fixed", USE_ALWAYS},
	{FIELD_SCRAP, "scrap", USE_ALWAYS},
	{FIELD_STEP, "step", USE_ALWAYS},
	{FIELD_EFFECTIVE, "effective", USE_ALWAYS},
	{FIELD_CHOICE, "choice", USE_ALWAYS},
	{FIELD_PRIORITY, "priority", USE_ALWAYS},
	{0, NULL}
};

static const FieldDef output_fields[] = {
	{FIELD_SOURCE, "source", USE_ALWAYS},
	{FIELD_ITEM, "item", USE_ALWAYS},
	{FIELD_QUANTITY, "quantity", USE_ALWAYS},
	{FIELD_QUANTITY_FIXED, "quantity_fixed", USE_ALWAYS},
	{FIELD_STEP, "step", USE_ALWAYS},
	{0, NULL}
};

static const FieldDef step_fields[] = {
	{FIELD_STEP, "step", USE_ALWAYS},
	{FIELD_RESOURCE, "resource", USE_ALWAYS},
	{FIELD_SKILL, "skill", USE_ALWAYS},
	{FIELD_QUANTITY, "units", USE_ALWAYS},
	{FIELD_SETUP, "setup", USE_ALWAYS},
	{FIELD_RUN, "run", USE_ALWAYS},
	{FIELD_BATCH, "batch", USE_ALWAYS},
	{FIELD_PAUSES, "pauses", USE_ALWAYS},
	{FIELD_SETUP_STATE, "setup_state", USE_ALWAYS},
	{FIELD_CHOICE, "choice", USE_ALWAYS},
	{FIELD_PRIORITY, "priority", USE_ALWAYS},
	{0, NULL}
};

static const FieldDef precedence_fields[] = {
	{FIELD_BEFORE, "before", USE_ALWAYS},
	{FIELD_AFTER, "after", USE_ALWAYS},
	{FIELD_LAG, "lag", USE_ALWAYS},
	{0, NULL}
};

static const FieldDef substitute_fields[] = {
	{FIELD_ITEM, "substitute", USE_ALWAYS},
	{FIELD_QUANTITY, "ratio", USE_ALWAYS},
	{FIELD_PRIORITY, "priority", USE_ALWAYS},
	{FIELD_EFFECTIVE, "effective", USE_ALWAYS},
	{0, NULL}
};

static const FieldDef delivery_fields[] = {
	{FIELD_AT, "at", USE_ALWAYS},
	{FIELD_QUANTITY, "quantity", USE_ALWAYS},
	{FIELD_COST, "cost", USE_ALWAYS},
	{0, NULL}
};

static const FieldDef no_fields[] = {
	{0, NULL}
};

const FieldDef *
query_fields(const Mapping *mapping)
{
	switch (mapping->role)
	{
		case ROLE_ITEM:
			return item_fields;
		case ROLE_STOCKING:
			return stocking_fields;
		case ROLE_LOCATION:
			return location_fields;
		case ROLE_SUPPLY:
			return supply_fields;
		case ROLE_DEMAND:
			return mapping->own ? commitment_fields : demand_fields;
		case ROLE_PLANNED_FLOW:
			return planned_flow_fields;
		case ROLE_RESOURCE:
			return resource_fields;
		case ROLE_RESOURCE_CHANGE:
			return resource_change_fields;
		case ROLE_LOAD:
			return load_fields;
		case ROLE_PLANNED_LOAD:
			return planned_load_fields;
		case ROLE_RESOURCE_SKILL:
			return resource_skill_fields;
		case ROLE_CHANGEOVER:
			return changeover_fields;
		case ROLE_SOURCE:
			return source_fields;
		case ROLE_COMPONENT:
			return component_fields;
		case ROLE_OUTPUT:
			return output_fields;
		case ROLE_STEP:
			return step_fields;
		case ROLE_PRECEDENCE:
			return precedence_fields;
		case ROLE_SUBSTITUTE:
			return substitute_fields;
		case ROLE_DELIVERY:
			return delivery_fields;
		case ROLE_HOLD:
			return hold_fields;
		case ROLE_PART:
			return part_fields;
		default:
			return no_fields;
	}
}
