/*
 * record.c - rows put into a table of records, below SQL.
 */
#include "postgres.h"

#include "access/table.h"
#include "catalog/namespace.h"
#include "commands/trigger.h"
#include "executor/executor.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "store/record.h"

struct Record
{
	Relation	relation;
	EState	   *estate;
	ResultRelInfo *target;
	TupleTableSlot *slot;
};

Record *
record_open(const char *table)
{
	Record	   *record = palloc(sizeof(Record));
	Oid			oid = get_relname_relid(table, get_namespace_oid("promise", false));

	record->relation = table_open(oid, RowExclusiveLock);
	record->estate = CreateExecutorState();
	record->target = makeNode(ResultRelInfo);
	InitResultRelInfo(record->target, record->relation, 0, NULL, 0);
	ExecOpenIndices(record->target, false);
	record->slot = MakeSingleTupleTableSlot(RelationGetDescr(record->relation),
											&TTSOpsVirtual);

	/* triggers that somebody has put on the table run at the end */
	AfterTriggerBeginQuery();
	return record;
}

void
record_close(Record *record)
{
	AfterTriggerEndQuery(record->estate);
	ExecDropSingleTupleTableSlot(record->slot);
	ExecCloseIndices(record->target);
	ExecCloseResultRelations(record->estate);
	FreeExecutorState(record->estate);
	table_close(record->relation, NoLock);
	pfree(record);
}

Oid
record_owner(const Record *record)
{
	return record->relation->rd_rel->relowner;
}

MemoryContext
record_memory(const Record *record)
{
	return GetPerTupleMemoryContext(record->estate);
}

void
record_add(Record *record, const Datum *values, const bool *nulls)
{
	TupleTableSlot *slot = record->slot;
	int			ncolumns = RelationGetDescr(record->relation)->natts;

	ExecClearTuple(slot);
	memcpy(slot->tts_values, values, sizeof(Datum) * ncolumns);
	memcpy(slot->tts_isnull, nulls, sizeof(bool) * ncolumns);
	ExecStoreVirtualTuple(slot);
	ExecSimpleRelationInsert(record->target, record->estate, slot);
}
