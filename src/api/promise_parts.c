/*
 * promise_parts.c - promises that are kept in parts.
 */
#include "postgres.h"

#include "api/guard_check.h"
#include "api/promise_parts.h"
#include "api/reserve.h"
#include "api/seen.h"
#include "store/commitment_bulk.h"
#include "types/report.h"

/* what is to be written at once */
typedef struct PartsToWrite
{
	const Commitment *rows;
	int			nrows;
	const PromiseParts *known;
	LedgerCause cause;
	const Decision *decision;
	bool		written;
	LedgerEntries entries;
} PartsToWrite;

static void write_parts(void *arg);
static void keep_seen(const PartsToWrite *write);
static const CapablePlan *plan_of(const Decision *decision, int part);
static void write_plan(const Commitment *row, const CapablePlan *planned);
static _Noreturn void report_name(const Commitment *row);

void
promise_parts_lock(const char *ref, PromiseParts *parts)
{
	promise_parts_lock_rest(commitment_lock(ref), parts);
}

/*
 * A part has no parts.
 */
void
promise_parts_lock_rest(Commitment *first, PromiseParts *parts)
{
	Commitment **others = NULL;
	int			nothers = 0;

	if (first != NULL && first->part_of == NULL)
		others = commitment_lock_parts(first->ref, &nothers);
	parts->nrows = first == NULL ? 0 : 1 + nothers;
	parts->rows = palloc((Size) (1 + nothers) * sizeof(Commitment *));
	parts->refs = palloc((Size) (1 + nothers) * sizeof(char *));
	for (int i = 0; i < parts->nrows; i++)
	{
		parts->rows[i] = i == 0 ? first : others[i - 1];
		parts->refs[i] = parts->rows[i]->ref;
	}
}

Quantity
promise_parts_open(const PromiseParts *parts)
{
	Quantity	sum = 0;

	for (int i = 0; i < parts->nrows; i++)
	{
		if (pg_add_s64_overflow(sum, parts->rows[i]->quantity, &sum))
			promise_check(PROMISE_QUANTITY_OVERFLOW);
	}
	return sum;
}

/* a row that does not say what was requested stands for what is open */
Quantity
promise_parts_requested(const PromiseParts *parts)
{
	Quantity	sum = 0;

	for (int i = 0; i < parts->nrows; i++)
	{
		const Commitment *row = parts->rows[i];

		if (pg_add_s64_overflow(sum, row->has_requested_quantity ?
								row->requested_quantity : row->quantity,
								&sum))
			promise_check(PROMISE_QUANTITY_OVERFLOW);
	}
	return sum;
}

/* what was a part only of a hold that has expired is none */
void
promise_parts_offer(const PromiseParts *parts, OfferList *list)
{
	int			nparts = parts->nrows;

	while (nparts > 1 && parts->rows[nparts - 1]->has_requested_quantity &&
		   parts->rows[nparts - 1]->requested_quantity == 0)
		nparts--;
	for (int i = 0; i < nparts; i++)
		promising_offer_part(parts->rows[i], i + 1, nparts, list);
}

int
promise_parts_make(const Commitment *row, const DecidedPart *parts, int nparts,
				   Commitment **rows)
{
	*rows = palloc((Size) Max(nparts, 1) * sizeof(Commitment));
	if (nparts == 0)
	{
		(*rows)[0] = *row;
		return 1;
	}
	for (int i = 0; i < nparts; i++)
	{
		Commitment *part = &(*rows)[i];

		*part = *row;
		part->location = parts[i].location;
		part->at = parts[i].at;
		part->available_at = parts[i].available_at;
		part->quantity = parts[i].quantity;
		part->requested_quantity = parts[i].quantity;
		if (i > 0)
		{
			part->ref = psprintf("%s part %d", row->ref, i + 1);
			part->part_of = row->ref;
		}
	}
	return nparts;
}

bool
promise_parts_write(const Commitment *rows, int nrows,
					const PromiseParts *known, LedgerCause cause,
					const Decision *decision)
{
	PartsToWrite write = {
		.rows = rows,
		.nrows = nrows,
		.known = known,
		.cause = cause,
		.decision = decision
	};

	if (nrows == 1 && known->nrows <= 1)
		return reserve_write(rows, known->nrows == 0 ? PROMISING_INSERT :
							 PROMISING_RENEW, cause, decision);
	ledger_entries_init(&write.entries);
	guard_together(write_parts, &write);
	if (write.written)
		keep_seen(&write);
	return write.written;
}

/*
 * The rows first: if somebody else has written the ref meanwhile, then there is
 * nothing to plan for.
 */
static void
write_parts(void *arg)
{
	PartsToWrite *write = arg;

	write->written = true;
	for (int i = 0; i < Max(write->nrows, write->known->nrows); i++)
	{
		if (i >= write->nrows)
		{
			write->known->rows[i]->quantity = 0;
			write->known->rows[i]->requested_quantity = 0;
			(void) promising_write(write->known->rows[i], PROMISING_RENEW,
								   write->cause, &write->entries);
		}
		else if (i < write->known->nrows)
			(void) promising_write(&write->rows[i], PROMISING_RENEW,
								   write->cause, &write->entries);
		else if (!promising_write(&write->rows[i], PROMISING_INSERT,
								  write->cause, &write->entries))
		{
			if (i > 0)
				report_name(&write->rows[i]);
			write->written = false;
			return;
		}
	}

	for (int i = 0; i < write->nrows; i++)
	{
		const CapablePlan *planned = plan_of(write->decision, i);

		if (planned != NULL)
			write_plan(&write->rows[i], planned);
	}
}

/*
 * Keep the offers with the rows, which were written in this order.
 */
static void
keep_seen(const PartsToWrite *write)
{
	const Decision *decision = write->decision;
	Seen	   *seen = palloc((Size) write->nrows * sizeof(Seen));
	OfferList	list;

	offer_list_init(&list);
	for (int i = 0; i < write->nrows; i++)
		promising_offer_part(&write->rows[i], i + 1, write->nrows, &list);
	for (int i = 0; i < write->nrows; i++)
		seen[i] = (Seen)
	{
		.offer = &list.offers[i],
			.decided_at = decision->now != 0 ? decision->now : decide_now(),
			.planned = plan_of(decision, i)
	};
	seen_keep(seen, write->nrows, &write->entries);
}

static const CapablePlan *
plan_of(const Decision *decision, int part)
{
	if (decision->nparts > 0)
		return decision->parts[part].planned;
	return part == 0 ? decision->planned : NULL;
}

static void
write_plan(const Commitment *row, const CapablePlan *planned)
{
	PlanToWrite *plans;
	int			nplans = reserve_plans(planned, row->ref, &plans);

	reserve_write_plans(plans, nplans);
}

void
promise_parts_check_names(const Commitment *rows, int nrows)
{
	const char **refs = palloc((Size) Max(nrows, 1) * sizeof(char *));
	const bool *known;

	for (int i = 1; i < nrows; i++)
		refs[i - 1] = rows[i].ref;
	known = commitment_bulk_known(refs, nrows - 1);
	for (int i = 1; i < nrows; i++)
	{
		if (known[i - 1])
			report_name(&rows[i]);
	}
}

static void
report_name(const Commitment *row)
{
	ereport(ERROR,
			(errcode(ERRCODE_PROMISE_REF),
			 errmsg("ref \"%s\" is promised already", row->ref),
			 errdetail("A part of \"%s\" would have this name.", row->part_of),
			 errhint("Promise \"%s\" in fewer parts, or with another ref.",
					 row->part_of)));
}
