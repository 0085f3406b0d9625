/*
 * query_fields.c - which columns of a role a query returns.
 */
#include "postgres.h"

#include "store/query_fields.h"

static const FieldDef stocking_fields[] = {
	{FIELD_SAFETY_STOCK, "safety_stock", USE_ALWAYS},
	{FIELD_HORIZON, "horizon", USE_ALWAYS},
	{FIELD_LEAD_TIME, "replenishment_lead_time", USE_ALWAYS},
	{FIELD_OVERDUE_AFTER, "overdue_after", USE_ALWAYS},
	{FIELD_OVERDUE_COUNTS, "overdue_counts", USE_ALWAYS},
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
	{0, NULL}
};

static const FieldDef planned_flow_fields[] = {
	{FIELD_AT, "at", USE_ALWAYS},
	{FIELD_QUANTITY, "quantity", USE_ALWAYS},
	{FIELD_REF, "ref", USE_DETAIL},
	{FIELD_KIND, "kind", USE_DETAIL},
	{FIELD_FOR_REF, "for_ref", USE_DETAIL},
	{FIELD_EXPIRES_AT, "expires_at", USE_DETAIL},
	{FIELD_PRIORITY, "priority", USE_DETAIL},
	{FIELD_ACCEPTED_AT, "accepted_at", USE_DETAIL},
	{0, NULL}
};

static const FieldDef resource_fields[] = {
	{FIELD_QUANTITY, "units", USE_ALWAYS},
	{FIELD_FINITE, "finite", USE_ALWAYS},
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
	{0, NULL}
};

static const FieldDef planned_load_fields[] = {
	{FIELD_DURING, "during", USE_ALWAYS},
	{FIELD_QUANTITY, "units", USE_ALWAYS},
	{FIELD_REF, "ref", USE_ALWAYS},
	{FIELD_EXPIRES_AT, "expires_at", USE_ALWAYS},
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
		default:
			return no_fields;
	}
}
