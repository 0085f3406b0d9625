/*
 * sources.c - the ways to replenish an item, as a plan would see them.
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/json.h"
#include "utils/jsonb.h"
#include "utils/timestamp.h"

#include "api/question.h"
#include "core/quantity.h"
#include "store/network.h"
#include "store/nodes.h"
#include "types/instant_range.h"
#include "types/quantity_numeric.h"

PG_FUNCTION_INFO_V1(sources_list);

#define NUM_SOURCE_COLUMNS 15

static void put_sources(ReturnSetInfo *result, const PlanNode *node);
static Datum outputs_json(const PlanSource *source);
static Datum components_json(const PlanSource *source);
static Datum steps_json(const PlanSource *source);
static void add_step(StringInfo json, const PlanSource *source,
					 const PlanStep *step);
static void begin_member(StringInfo json, const char *name);
static void add_text(StringInfo json, const char *name, const char *value);
static void add_quantity(StringInfo json, const char *name, Quantity value);
static void add_time(StringInfo json, const char *name, int64 time);
static Datum make_json(StringInfo json);
static Datum range_datum(Span span);
static void set_quantity(Datum *value, bool *is_null, Quantity quantity);

/*
 * promise.sources(item text, location text)
 */
Datum
sources_list(PG_FUNCTION_ARGS)
{
	NetworkQuery query = {.limit = INSTANT_END};
	PlanNetwork *network;
	const char *item;
	NetworkLocation location = {0};
	NetworkLocation *locations = &location;
	int			nlocations = 1;

	InitMaterializedSRF(fcinfo, 0);
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();

	query.now = nodes_now();
	network = network_open(&query);
	item = text_to_cstring(PG_GETARG_TEXT_PP(0));
	location.name = question_text(fcinfo, 1);
	if (location.name == NULL)
		locations = network_locations(network, item, &nlocations);

	for (int i = 0; i < nlocations; i++)
	{
		PlanNode   *node = network->find_node(network, item,
											  locations[i].name);

		network->read_node(network, node);
		put_sources((ReturnSetInfo *) fcinfo->resultinfo, node);
	}
	PG_RETURN_NULL();
}

static void
put_sources(ReturnSetInfo *result, const PlanNode *node)
{
	static const char *const kinds[] = {
		[PLAN_MAKE] = "make",[PLAN_BUY] = "buy",
		[PLAN_MOVE] = "move",[PLAN_KIT] = "kit"
	};

	for (int i = 0; i < node->nsources; i++)
	{
		const PlanSource *source = node->sources[i];
		Datum		values[NUM_SOURCE_COLUMNS];
		bool		nulls[NUM_SOURCE_COLUMNS] = {false};
		Interval   *lead_time = palloc0(sizeof(Interval));

		lead_time->day = source->lead_time.days;
		lead_time->time = source->lead_time.time;
		values[0] = CStringGetTextDatum(node->location);
		values[1] = CStringGetTextDatum(source->name);
		values[2] = CStringGetTextDatum(kinds[source->kind]);
		values[3] = Int32GetDatum(source->priority);
		values[4] = TimestampTzGetDatum(source->first_start);
		values[5] = IntervalPGetDatum(lead_time);
		set_quantity(&values[6], &nulls[6], source->lot_minimum);
		set_quantity(&values[7], &nulls[7], source->lot_multiple);
		set_quantity(&values[8], &nulls[8], source->lot_maximum);
		set_quantity(&values[9], &nulls[9], source->cost);
		nulls[10] = source->currency == NULL;
		values[10] = nulls[10] ? (Datum) 0 : CStringGetTextDatum(source->currency);
		values[11] = range_datum(source->effective);
		values[12] = outputs_json(source);
		values[13] = components_json(source);
		values[14] = steps_json(source);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
}

static Datum
outputs_json(const PlanSource *source)
{
	StringInfoData json;

	initStringInfo(&json);
	appendStringInfoChar(&json, '[');
	for (int i = 0; i < source->noutputs; i++)
	{
		const PlanOutput *output = &source->outputs[i];

		appendStringInfoString(&json, i > 0 ? ", {" : "{");
		add_text(&json, "item", output->node->item);
		add_quantity(&json, "quantity", output->quantity);
		if (output->fixed > 0)
			add_quantity(&json, "quantity_fixed", output->fixed);
		if (output->after_step > 0)
			appendStringInfo(&json, ", \"step\": %d",
							 source->steps[output->after_step - 1].step);
		appendStringInfoChar(&json, '}');
	}
	return make_json(&json);
}

static Datum
components_json(const PlanSource *source)
{
	StringInfoData json;

	initStringInfo(&json);
	appendStringInfoChar(&json, '[');
	for (int i = 0; i < source->ncomponents; i++)
	{
		const PlanComponent *component = &source->components[i];

		appendStringInfoString(&json, i > 0 ? ", {" : "{");
		add_text(&json, "item", component->node->item);
		add_text(&json, "location", component->node->location);
		add_quantity(&json, "quantity", component->quantity);
		if (component->fixed > 0)
			add_quantity(&json, "quantity_fixed", component->fixed);
		if (component->scrap > 0)
			add_quantity(&json, "scrap", component->scrap);
		if (source->nsteps > 0)
			appendStringInfo(&json, ", \"step\": %d",
							 source->steps[component->step].step);
		if (component->choice > 0)
			appendStringInfo(&json, ", \"choice\": %d, \"priority\": %d",
							 component->choice, component->priority);
		if (component->effective.start != INSTANT_BEGIN ||
			component->effective.end != INSTANT_END)
			add_text(&json, "effective",
					 OidOutputFunctionCall(F_RANGE_OUT,
										   range_datum(component->effective)));
		appendStringInfoChar(&json, '}');
	}
	return make_json(&json);
}

static Datum
steps_json(const PlanSource *source)
{
	StringInfoData json;

	initStringInfo(&json);
	appendStringInfoChar(&json, '[');
	for (int i = 0; i < source->nsteps; i++)
	{
		appendStringInfoString(&json, i > 0 ? ", {" : "{");
		add_step(&json, source, &source->steps[i]);
		appendStringInfoChar(&json, '}');
	}
	return make_json(&json);
}

static void
add_step(StringInfo json, const PlanSource *source, const PlanStep *step)
{
	appendStringInfo(json, "\"step\": %d", step->step);
	if (step->setup > 0)
		add_time(json, "setup", step->setup);
	if (step->run > 0)
		add_time(json, "run", step->run);
	if (step->batch > 0)
		add_quantity(json, "batch", step->batch);
	if (!step->pauses)
		appendStringInfoString(json, ", \"pauses\": false");
	if (step->setup_state != NULL)
		add_text(json, "setup_state", step->setup_state);

	appendStringInfoString(json, ", \"after\": [");
	for (int i = 0; i < step->nbefore; i++)
	{
		appendStringInfo(json, "%s{\"step\": %d", i > 0 ? ", " : "",
						 source->steps[step->before[i].step].step);
		if (step->before[i].lag > 0)
			add_time(json, "lag", step->before[i].lag);
		appendStringInfoChar(json, '}');
	}
	appendStringInfoString(json, "], \"uses\": [");
	for (int i = 0; i < step->nuses; i++)
	{
		const PlanUse *use = &step->uses[i];

		appendStringInfoString(json, i > 0 ? ", {" : "{");
		add_quantity(json, "units", use->units);
		appendStringInfoString(json, ", \"resources\": [");
		for (int j = 0; j < use->nchoices; j++)
		{
			appendStringInfoString(json, j > 0 ? ", " : "");
			escape_json(json, use->choices[j]->name);
		}
		appendStringInfoString(json, "]}");
	}
	appendStringInfoChar(json, ']');
}

/* members of an object, which is begun */
static void
begin_member(StringInfo json, const char *name)
{
	if (json->data[json->len - 1] != '{')
		appendStringInfoString(json, ", ");
	appendStringInfo(json, "\"%s\": ", name);
}

static void
add_text(StringInfo json, const char *name, const char *value)
{
	begin_member(json, name);
	escape_json(json, value);
}

static void
add_quantity(StringInfo json, const char *name, Quantity value)
{
	begin_member(json, name);
	quantity_append_text(json, value);
}

static void
add_time(StringInfo json, const char *name, int64 time)
{
	Interval	interval = {.time = time};

	add_text(json, name,
			 DatumGetCString(DirectFunctionCall1(interval_out,
												 IntervalPGetDatum(&interval))));
}

/* of an array, which is complete but for its end */
static Datum
make_json(StringInfo json)
{
	appendStringInfoChar(json, ']');
	return DirectFunctionCall1(jsonb_in, CStringGetDatum(json->data));
}

static Datum
range_datum(Span span)
{
	return RangeTypePGetDatum(instant_range_make(span.start, span.end, false));
}

static void
set_quantity(Datum *value, bool *is_null, Quantity quantity)
{
	*is_null = quantity == 0;
	*value = *is_null ? (Datum) 0 :
		NumericGetDatum(quantity_get_numeric(quantity));
}
