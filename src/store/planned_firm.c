/*
 * planned_firm.c - handing lots over to the orders of the business.
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "store/planned_access.h"
#include "store/planned_firm.h"

/* columns of promise.firmed */
#define NUM_FIRMED_COLUMNS 16

/* parameters of the statements, in this order; some take only the first few */
enum
{
	PARAM_REF,
	PARAM_COMPONENTS,
	PARAM_LOADS,
	PARAM_PLANS,
	PARAM_LOTS,
	NUM_MARK_PARAMS,
	PARAM_KINDS = NUM_MARK_PARAMS,
	PARAM_ITEMS,
	PARAM_LOCATIONS,
	PARAM_SUPPLIERS,
	PARAM_FROM_LOCATIONS,
	NUM_PUT_PARAMS
};

static const Oid param_types[NUM_PUT_PARAMS] = {
	TEXTOID, BOOLOID, BOOLOID, INT8ARRAYOID, INT4ARRAYOID,
	TEXTARRAYOID, TEXTARRAYOID, TEXTARRAYOID, TEXTARRAYOID, TEXTARRAYOID
};

#define CHOSEN \
	"ROWS FROM (pg_catalog.unnest($4), pg_catalog.unnest($5))" \
	" AS chosen (plan, lot)"

/* what a lot is for has one row for each need, what it yields or takes several */
static const char put_query[] =
"WITH chosen AS ("
"SELECT c.* FROM ROWS FROM (pg_catalog.unnest($4), pg_catalog.unnest($5),"
" pg_catalog.unnest($6), pg_catalog.unnest($7), pg_catalog.unnest($8),"
" pg_catalog.unnest($9), pg_catalog.unnest($10))"
" AS c (plan, lot, kind, item, location, supplier, from_location)"
"), flow AS ("
"SELECT f.plan, f.lot,"
" pg_catalog.sum(f.quantity) FILTER (WHERE f.quantity > 0 AND f.item = c.item"
" AND f.location = c.location) AS quantity,"
" pg_catalog.array_agg(ROW(f.item, f.location, f.quantity, f.at)::promise.firmed_part"
" ORDER BY f.at, f.item, f.location, f.quantity, f.id)"
" FILTER (WHERE f.quantity > 0 AND (f.item <> c.item OR f.location <> c.location)) AS yields,"
" pg_catalog.array_agg(ROW(f.item, f.location, - f.quantity, f.at)::promise.firmed_part"
" ORDER BY f.at, f.item, f.location, f.need, f.id) FILTER (WHERE f.quantity < 0 AND $2) AS components"
" FROM chosen AS c JOIN promise.planned_flow AS f ON f.plan = c.plan AND f.lot = c.lot"
" WHERE f.ref = $1 GROUP BY f.plan, f.lot"
"), load AS ("
"SELECT o.plan, o.lot,"
" pg_catalog.array_agg(ROW(o.step, o.resource, o.units, o.during, o.setup_state, o.changeover)"
"::promise.firmed_load ORDER BY o.during, o.step, o.use, o.id) AS loads"
" FROM chosen AS c JOIN promise.planned_load AS o ON o.plan = c.plan AND o.lot = c.lot"
" WHERE o.ref = $1 AND $3 GROUP BY o.plan, o.lot"
")"
" SELECT l.ref, l.plan, l.lot, n.lot, c.kind, c.item, c.location,"
" pg_catalog.trim_scale(flow.quantity), l.source, c.supplier, c.from_location,"
" l.start_at, l.end_at,"
" COALESCE(flow.yields, '{}'), COALESCE(flow.components, '{}'),"
" COALESCE(load.loads, '{}')"
" FROM chosen AS c"
" JOIN promise.planned_lot AS l ON l.plan = c.plan AND l.lot = c.lot"
" LEFT JOIN promise.planned_flow AS n"
" ON n.ref = $1 AND n.plan = l.plan AND n.need = l.need"
" LEFT JOIN flow ON flow.plan = l.plan AND flow.lot = l.lot"
" LEFT JOIN load ON load.plan = l.plan AND load.lot = l.lot"
" WHERE l.ref = $1"
" ORDER BY l.start_at, l.plan, l.lot";

static const char mark_lots[] =
"UPDATE promise.planned_lot AS l SET firm = true FROM " CHOSEN
" WHERE l.ref = $1 AND l.plan = chosen.plan AND l.lot = chosen.lot"
" AND NOT l.firm";

static const char mark_flows[] =
"UPDATE promise.planned_flow AS f"
" SET handed_over = f.quantity > 0 OR $2, kept = NOT (f.quantity > 0 OR $2)"
" FROM " CHOSEN
" WHERE f.ref = $1 AND f.plan = chosen.plan AND f.lot = chosen.lot";

static const char mark_loads[] =
"UPDATE promise.planned_load AS o SET handed_over = $3, kept = NOT $3 FROM " CHOSEN
" WHERE o.ref = $1 AND o.plan = chosen.plan AND o.lot = chosen.lot";

static void fill_params(const FirmLots *firm, Datum *values);
static Datum text_array(const FirmLots *firm, Size offset);

void
planned_firm_put(const FirmLots *firm, ReturnSetInfo *result)
{
	Datum		params[NUM_PUT_PARAMS];
	OwnerRights before;

	fill_params(firm, params);
	planned_enter(&before);
	planned_execute(put_query, param_types, params, NUM_PUT_PARAMS, SPI_OK_SELECT);
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		Datum		values[NUM_FIRMED_COLUMNS];
		bool		nulls[NUM_FIRMED_COLUMNS];

		for (int j = 0; j < NUM_FIRMED_COLUMNS; j++)
			values[j] = SPI_getbinval(SPI_tuptable->vals[i],
									  SPI_tuptable->tupdesc, j + 1, &nulls[j]);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	planned_leave(&before);
}

void
planned_firm_mark(const FirmLots *firm)
{
	Datum		params[NUM_PUT_PARAMS];
	OwnerRights before;

	fill_params(firm, params);
	planned_enter(&before);
	planned_execute(mark_lots, param_types, params, NUM_MARK_PARAMS, SPI_OK_UPDATE);

	/* they were read as they are now */
	if (SPI_processed != firm->nlots)
		ereport(ERROR,
				(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
				 errmsg("could not serialize access due to concurrent update"),
				 errdetail("What is planned for \"%s\" has changed since this transaction began.",
						   firm->ref),
				 errhint("The transaction might succeed if retried.")));
	planned_execute(mark_flows, param_types, params, NUM_MARK_PARAMS, SPI_OK_UPDATE);
	planned_execute(mark_loads, param_types, params, NUM_MARK_PARAMS, SPI_OK_UPDATE);
	planned_leave(&before);
}

static void
fill_params(const FirmLots *firm, Datum *values)
{
	Datum	   *plans = palloc(firm->nlots * sizeof(Datum));
	Datum	   *lots = palloc(firm->nlots * sizeof(Datum));

	for (int i = 0; i < firm->nlots; i++)
	{
		plans[i] = Int64GetDatum(firm->lots[i].plan);
		lots[i] = Int32GetDatum(firm->lots[i].lot);
	}
	values[PARAM_REF] = CStringGetTextDatum(firm->ref);
	values[PARAM_COMPONENTS] = BoolGetDatum(firm->components);
	values[PARAM_LOADS] = BoolGetDatum(firm->loads);
	values[PARAM_PLANS] =
		PointerGetDatum(construct_array(plans, firm->nlots, INT8OID,
										sizeof(int64), FLOAT8PASSBYVAL,
										TYPALIGN_DOUBLE));
	values[PARAM_LOTS] =
		PointerGetDatum(construct_array(lots, firm->nlots, INT4OID,
										sizeof(int32), true, TYPALIGN_INT));
	values[PARAM_KINDS] = text_array(firm, offsetof(FirmLot, kind));
	values[PARAM_ITEMS] = text_array(firm, offsetof(FirmLot, item));
	values[PARAM_LOCATIONS] = text_array(firm, offsetof(FirmLot, location));
	values[PARAM_SUPPLIERS] = text_array(firm, offsetof(FirmLot, supplier));
	values[PARAM_FROM_LOCATIONS] = text_array(firm,
											  offsetof(FirmLot, from_location));
}

/* one of the texts of every lot */
static Datum
text_array(const FirmLots *firm, Size offset)
{
	Datum	   *values = palloc(firm->nlots * sizeof(Datum));
	bool	   *nulls = palloc(firm->nlots * sizeof(bool));
	int			dimensions[1] = {firm->nlots};
	int			bounds[1] = {1};

	for (int i = 0; i < firm->nlots; i++)
	{
		const char *text =
		*(const char *const *) ((const char *) &firm->lots[i] + offset);

		nulls[i] = text == NULL;

		values[i] = nulls[i] ? (Datum) 0 : CStringGetTextDatum(text);
	}
	return PointerGetDatum(construct_md_array(values, nulls, 1, dimensions,
											  bounds, TEXTOID, -1, false,
											  TYPALIGN_INT));
}
