/*
 * firm.c - handing what was planned for a promise over to the orders of the
 * business.
 *
 * From the same transaction on the lots do not count as planned, and the orders
 * that the business writes for them do.  Others see both or neither.  In between
 * the transaction has less than it had, so it is judged when it commits: then the
 * orders must be there, or whatever rests on the lots is refused.
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/lsyscache.h"
#include "utils/snapmgr.h"

#include "api/decide.h"
#include "api/guard_check.h"
#include "api/promising.h"
#include "api/reserve.h"
#include "engine/plan_network.h"
#include "store/network.h"
#include "store/owner.h"
#include "store/planned_firm.h"
#include "store/planned_rows.h"
#include "types/report.h"

PG_FUNCTION_INFO_V1(promise_firm);

/* which lots are asked for */
typedef struct FirmRequest
{
	const char *ref;
	bool		has_lot;
	int			lot;
	bool		has_plan;
	int64		plan;
} FirmRequest;

static void check_rights(void);
static void check_promise(const char *ref);
static FirmLot *find_lots(const FirmRequest *request, int *nlots);
static bool is_asked_for(const FirmRequest *request, const LotRow *lot);
static void check_one(const FirmRequest *request, const PlannedRows *rows);
static void describe(FirmLot *lot, PlanNetwork *network,
					 const LotRow *row, const char *ref);
static void mark(void *arg);

/*
 * firm(ref, lot, plan, components, loads)
 */
Datum
promise_firm(PG_FUNCTION_ARGS)
{
	FirmRequest request = {0};
	FirmLots	firm = {0};
	NodeSet		nodes = {0};
	ErrorContextCallback context = {
		.callback = promising_name,
		.previous = error_context_stack
	};

	InitMaterializedSRF(fcinfo, 0);
	request.ref = firm.ref = promising_text(fcinfo, 0, "ref");
	request.has_lot = !PG_ARGISNULL(1);
	if (request.has_lot)
		request.lot = PG_GETARG_INT32(1);
	request.has_plan = !PG_ARGISNULL(2);
	if (request.has_plan)
		request.plan = PG_GETARG_INT64(2);
	firm.components = PG_ARGISNULL(3) || PG_GETARG_BOOL(3);
	firm.loads = PG_ARGISNULL(4) || PG_GETARG_BOOL(4);

	check_rights();
	commitment_activate();
	context.arg = unconstify(char *, request.ref);
	error_context_stack = &context;
	check_promise(request.ref);

	reserve_lock_planned(&nodes, request.ref);
	PushActiveSnapshot(GetLatestSnapshot());
	firm.lots = find_lots(&request, &firm.nlots);
	if (firm.nlots > 0)
		planned_firm_put(&firm, (ReturnSetInfo *) fcinfo->resultinfo);
	PopActiveSnapshot();
	if (firm.nlots > 0)
		guard_later(mark, &firm, nodes.nodes, nodes.nnodes);
	error_context_stack = context.previous;
	return (Datum) 0;
}

/*
 * Plans are nobody's own.  Who may change a promise, be it some columns of it,
 * may hand over what is planned for it.
 */
static void
check_rights(void)
{
	Oid			commitments = get_relname_relid("commitment",
												get_namespace_oid("promise", false));
	AclResult	result = pg_class_aclcheck(commitments, GetUserId(), ACL_UPDATE);

	if (result != ACLCHECK_OK)
		result = pg_attribute_aclcheck_all(commitments, GetUserId(), ACL_UPDATE,
										   ACLMASK_ANY);
	if (result != ACLCHECK_OK)
		aclcheck_error(result, OBJECT_TABLE, "commitment");
}

/*
 * Lock the own promise, so that it stays as it is.  What is planned for a hold
 * ends with it, which an order of the business does not.
 */
static void
check_promise(const char *ref)
{
	const Commitment *row = commitment_lock(ref);

	if (row != NULL && row->quantity > 0 && promising_is_hold(row) &&
		!commitment_is_mapped(ref))
		ereport(ERROR,
				(errcode(ERRCODE_PROMISE_INVALID),
				 errmsg("\"%s\" is only held", ref),
				 errhint("Make it a promise with promise.commit() first.")));
}

/*
 * The lots that are asked for and not firm yet.
 */
static FirmLot *
find_lots(const FirmRequest *request, int *nlots)
{
	NetworkQuery query = {
		.now = decide_now(),
		.limit = INSTANT_END,
		.as_owner = true
	};
	PlanNetwork *network = network_open(&query);
	PlannedRows rows;
	FirmLot    *result;
	const char *ref = request->ref;
	OwnerRights before;

	owner_enter(get_relname_relid("planned_lot",
								  get_namespace_oid("promise", false)),
				&before);
	planned_rows_read(&ref, 1, &rows);
	owner_leave(&before);
	check_one(request, &rows);

	result = palloc(Max(rows.nlots, 1) * sizeof(FirmLot));
	*nlots = 0;
	for (int i = 0; i < rows.nlots; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (is_asked_for(request, &rows.lots[i]) && !rows.lots[i].firm)
			describe(&result[(*nlots)++], network, &rows.lots[i],
					 request->ref);
	}
	return result;
}

static bool
is_asked_for(const FirmRequest *request, const LotRow *lot)
{
	return (!request->has_lot || lot->lot == request->lot) &&
		(!request->has_plan || lot->plan == request->plan);
}

/*
 * Is there something to hand over?  A lot that is named must be one, and not be
 * firm; all of them may be, as when the same is asked once more.
 */
static void
check_one(const FirmRequest *request, const PlannedRows *rows)
{
	const LotRow *found = NULL;
	int			nfound = 0;

	for (int i = 0; i < rows->nlots; i++)
	{
		if (!is_asked_for(request, &rows->lots[i]))
			continue;
		found = &rows->lots[i];
		nfound++;
	}
	if (rows->nlots == 0 && commitment_lock(request->ref) == NULL &&
		!commitment_is_mapped(request->ref))
		ereport(ERROR,
				(errcode(ERRCODE_PROMISE_UNKNOWN),
				 errmsg("unknown commitment \"%s\"", request->ref)));
	if (rows->nlots == 0)
		ereport(ERROR,
				(errcode(ERRCODE_PROMISE_INVALID),
				 errmsg("nothing is planned for \"%s\"", request->ref),
				 errdetail("Whatever it takes is there or on order.")));
	if (found == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_PROMISE_INVALID),
				 errmsg("no such lot is planned for \"%s\"", request->ref),
				 errhint("Its lots are in promise.planned_lot.")));
	if (request->has_lot && nfound > 1)
		ereport(ERROR,
				(errcode(ERRCODE_PROMISE_INVALID),
				 errmsg("several plans for \"%s\" have a lot %d",
						request->ref, request->lot),
				 errhint("Name the plan, too.")));
	if (request->has_lot && found->firm)
		ereport(ERROR,
				(errcode(ERRCODE_PROMISE_INVALID),
				 errmsg("lot %d planned for \"%s\" is firm already",
						request->lot, request->ref),
				 errdetail("It was handed over to the orders of the business.")));
}

/*
 * What its source says of a lot: it is an order of what the source is for, even
 * if it was planned because of what that yields besides.
 */
static void
describe(FirmLot *lot, PlanNetwork *network, const LotRow *row,
		 const char *ref)
{
	static const char *const kinds[] = {
		[PLAN_MAKE] = "make",[PLAN_BUY] = "buy",
		[PLAN_MOVE] = "move",[PLAN_KIT] = "kit"
	};
	const PlanSource *source = network_find_source(network, row->source);

	if (source == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_PROMISE_MAPPING),
				 errmsg("what is planned for \"%s\" cannot be understood",
						ref),
				 errdetail("Source \"%s\" does not exist any more.",
						   row->source)));
	*lot = (FirmLot)
	{
		.plan = row->plan,.lot = row->lot,
			.kind = kinds[source->kind],
			.item = source->outputs[0].node->item,
			.location = source->outputs[0].node->location,
			.supplier = source->supplier
	};
	if (source->kind == PLAN_MOVE)
		lot->from_location = source->components[0].node->location;
}

static void
mark(void *arg)
{
	planned_firm_mark((const FirmLots *) arg);
}
