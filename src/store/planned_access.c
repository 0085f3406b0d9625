/*
 * planned_access.c - statements on what is planned.
 */
#include "postgres.h"

#include "utils/snapmgr.h"

#include "store/planned.h"
#include "store/planned_access.h"
#include "types/compat.h"

void
planned_enter(OwnerRights *before)
{
	owner_enter_to_write(planned_table(), before);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
}

void
planned_leave(const OwnerRights *before)
{
	SPI_finish();
	owner_leave(before);
}

/*
 * What only reads runs under the active snapshot; what writes is a statement of
 * its own under the latest one, whatever the isolation level: the nodes are
 * locked, and the plan of another promise may be younger than the transaction.
 */
int
planned_run(SPIPlanPtr plan, const Datum *values, bool read_only)
{
	/* SPI does not change the values, but does not say so */
	Datum	   *params = unconstify(Datum *, values);
	int			result;

	if (read_only)
		result = SPI_execute_plan(plan, params, NULL, true, 0);
	else
		result = SPI_execute_snapshot(plan, params, NULL, GetLatestSnapshot(),
									  InvalidSnapshot, false, true, 0);
	if (result < 0)
		elog(ERROR, "SPI_execute_plan failed: %s", SPI_result_code_string(result));
	return result;
}

void
planned_execute(const char *statement, const Oid *types, const Datum *values,
				int nparams, int expected)
{
	int			nest_level = compat_pin_search_path();
	SPIPlanPtr	plan = SPI_prepare(statement, nparams, unconstify(Oid *, types));
	int			result;

	if (plan == NULL)
		elog(ERROR, "SPI_prepare failed: %s", SPI_result_code_string(SPI_result));
	result = planned_run(plan, values, expected == SPI_OK_SELECT);
	if (result != expected)
		elog(ERROR, "a statement on what is planned did not do what it should: %s",
			 SPI_result_code_string(result));
	compat_unpin_search_path(nest_level);
}
