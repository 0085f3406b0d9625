/*
 * row_reader.c - what a mapping says about rows that are at hand.
 *
 * A reader is made once for a guard and a table and kept in the backend.  It is
 * made anew if the mapping, one of the relations or any function may have
 * changed, and if an error interrupted it: what functions keep between calls
 * may then be in any state.
 */
#include "postgres.h"

#include "access/tupconvert.h"
#include "access/xact.h"
#include "catalog/pg_type.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/analyze.h"
#include "parser/parser.h"
#include "storage/lmgr.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/catcache.h"
#include "utils/datum.h"
#include "utils/fmgroids.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/syscache.h"

#include "store/fetch.h"
#include "store/guards.h"
#include "store/owner.h"
#include "store/pin.h"
#include "store/query.h"
#include "store/row_reader.h"
#include "store/value.h"
#include "types/compat.h"
#include "types/report.h"
#include "types/timezone_setting.h"

/* One expression of the mapping's inner SELECT. */
typedef struct RowValue
{
	ExprState  *expression;
	int16		length;			/* of its type */
	bool		by_value;
	bool		is_numeric;		/* 1 and 1.0 are the same quantity */
} RowValue;

/* hashed byte by byte */
typedef struct ReaderKey
{
	int			guard;			/* its number */
	int			purpose;
	Oid			relation;		/* of the rows */
} ReaderKey;

struct RowReader
{
	MemoryContext context;		/* holds all of it */
	ReaderKey	key;
	RoleId		role;
	Oid			mapped;			/* relation of the mapping */
	const char *label;			/* its name, for people */
	uint64		generation;		/* of the mappings when it was made */
	uint64		functions;		/* of functions when it was made */
	pg_tz	   *zone;			/* promise.timezone when it was made */
	bool		stale;			/* a relation may have changed since */
	bool		pinned;			/* evaluated under pin_settings */
	bool		with_facts;		/* made when limits asked for facts, too */

	Key			keys[ROLE_MAX_COLUMNS];
	Oid			types[ROLE_MAX_COLUMNS];
	int			first_value[ROLE_MAX_COLUMNS];	/* of the column; -1: none */
	RowValue   *values;
	int			nvalues;
	ExprState  *filter;			/* NULL: every row */
	TupleConversionMap *map;	/* from a child's row to the parent's; NULL */
	TupleTableSlot *parent_slot;
	ExprContext *econtext;

	/* while rows are read */
	bool		busy;
	SubTransactionId began_in;
	OwnerRights before;
	int			guc_level;
	ErrorContextCallback error_context;
};

typedef struct ReaderEntry
{
	ReaderKey	key;
	RowReader  *reader;
} ReaderEntry;

static RowReader *find_reader(const ReaderKey *key, RoleId role, Oid mapped,
							  const char *name, Relation rel);
static bool is_fresh(const RowReader *reader, Oid mapped);
static RowReader *make_reader(const ReaderKey *key, RoleId role, Oid mapped,
							  const char *name, Relation rel);
static const Mapping *find_mapping(RoleId role, Oid mapped, const char *name);
static void compile(RowReader *reader, const Mapping *mapping,
					const char *inner);
static ExprState *prepare_expression(Node *expression, Relation rel);
static bool has_limits(void);
static bool is_of_row(Node *expression);
static void map_to_parent(RowReader *reader, Relation rel);
static bool row_counts(RowReader *reader, const MappedRow *row);
static char *part_text(const KeyPart *part, Datum value);
static void name_mapping(void *arg);
static void relation_changed(Datum arg, Oid relation);
static void function_changed(Datum arg, int cache, uint32 hash);
static void at_subtransaction_end(SubXactEvent event, SubTransactionId mine,
								  SubTransactionId parent, void *arg);

/* by guard and relation, in CacheMemoryContext */
static HTAB *readers = NULL;

/* counts what may have changed in functions, in this backend */
static uint64 function_generation = 0;

RowReader *
row_reader_begin(ReaderPurpose purpose, int guard, RoleId role, Oid mapped,
				 const char *name, Relation rel)
{
	ReaderKey	key = {
		.guard = guard,
		.purpose = purpose,
		.relation = RelationGetRelid(rel)
	};
	OwnerRights before;
	RowReader  *reader;

	if (mapped != key.relation)
		LockRelationOid(mapped, AccessShareLock);
	owner_enter(mapped, &before);

	reader = find_reader(&key, role, mapped, name, rel);
	reader->busy = true;
	reader->began_in = GetCurrentSubTransactionId();
	reader->before = before;
	reader->error_context.callback = name_mapping;
	reader->error_context.arg = reader;
	reader->error_context.previous = error_context_stack;
	error_context_stack = &reader->error_context;
	if (reader->pinned)
		reader->guc_level = pin_settings();
	return reader;
}

void
row_reader_end(RowReader *reader)
{
	/* lets functions release what they hold */
	ReScanExprContext(reader->econtext);
	if (reader->pinned)
		pin_release(reader->guc_level);
	error_context_stack = reader->error_context.previous;
	owner_leave(&reader->before);
	reader->busy = false;
}

/*
 * Evaluate the mapping over a row.
 */
void
row_reader_read(RowReader *reader, TupleTableSlot *slot, MappedRow *row)
{
	ExprContext *econtext = reader->econtext;
	MemoryContext old;

	CHECK_FOR_INTERRUPTS();

	if (reader->map != NULL)
		slot = execute_attr_map_slot(reader->map->attrMap, slot, reader->parent_slot);
	econtext->ecxt_scantuple = slot;

	old = MemoryContextSwitchTo(econtext->ecxt_per_tuple_memory);
	row->values = palloc(reader->nvalues * sizeof(Datum));
	row->nulls = palloc(reader->nvalues * sizeof(bool));
	row->counts = reader->filter == NULL;
	if (!row->counts)
	{
		bool		is_null;
		Datum		passes = ExecEvalExpr(reader->filter, econtext, &is_null);

		row->counts = !is_null && DatumGetBool(passes);
	}
	if (row->counts)
	{
		for (int i = 0; i < reader->nvalues; i++)
		{
			RowValue   *value = &reader->values[i];

			if (value->expression != NULL)
				row->values[i] = ExecEvalExpr(value->expression, econtext,
											  &row->nulls[i]);
			else
				row->nulls[i] = true;
		}
		row->counts = row_counts(reader, row);
	}
	MemoryContextSwitchTo(old);
}

/*
 * Do two rows say the same promise?
 */
bool
row_reader_same(const RowReader *reader, const MappedRow *a, const MappedRow *b)
{
	if (a->counts != b->counts)
		return false;
	if (!a->counts)
		return true;
	for (int i = 0; i < reader->nvalues; i++)
	{
		const RowValue *value = &reader->values[i];

		if (a->nulls[i] != b->nulls[i])
			return false;
		if (!a->nulls[i] &&
			!datum_image_eq(a->values[i], b->values[i], value->by_value,
							value->length) &&
			!(value->is_numeric &&
			  DatumGetBool(DirectFunctionCall2(numeric_eq, a->values[i],
											   b->values[i]))))
			return false;
	}
	return true;
}

void
row_reader_next(RowReader *reader)
{
	ResetExprContext(reader->econtext);
}

const char *
row_reader_key(RowReader *reader, const MappedRow *row, const char *column)
{
	int			position = role_column(reader->role, column);
	const Key  *key;
	Datum		texts[KEY_MAX_PARTS];
	int			first;
	MemoryContext old;
	char	   *result;

	if (position < 0 || reader->keys[position].nparts == 0)
		return strcmp(column, "location") == 0 ? FETCH_DEFAULT_LOCATION : NULL;

	key = &reader->keys[position];
	first = reader->first_value[position];
	for (int i = 0; i < key->nparts; i++)
	{
		if (row->nulls[first + i])
			return NULL;
	}

	old = MemoryContextSwitchTo(reader->econtext->ecxt_per_tuple_memory);
	if (!key->composed)
		result = part_text(&key->parts[0], row->values[first]);
	else
	{
		for (int i = 0; i < key->nparts; i++)
			texts[i] = CStringGetTextDatum(part_text(&key->parts[i],
													 row->values[first + i]));
		result = OidOutputFunctionCall(F_ARRAY_OUT,
									   PointerGetDatum(construct_array(texts, key->nparts,
																	   TEXTOID, -1, false,
																	   TYPALIGN_INT)));
	}
	MemoryContextSwitchTo(old);
	return result;
}

bool
row_reader_value(const RowReader *reader, const MappedRow *row,
				 const char *column, Datum *value, Oid *type)
{
	int			position = role_column(reader->role, column);
	int			first = reader->first_value[position];

	if (first < 0 || row->nulls[first])
		return false;
	*value = row->values[first];
	*type = reader->types[position];
	return true;
}

LocalInstant
row_reader_instant(const RowReader *reader, const MappedRow *row,
				   const char *column)
{
	LocalInstant result = {.is_known = false};
	Datum		value;
	Oid			type;

	if (row_reader_value(reader, row, column, &value, &type))
	{
		result.is_known = true;
		result.at = value_instant(value, type, &result.clock);
	}
	return result;
}

/*
 * The reader for these names, made anew if need be.
 */
static RowReader *
find_reader(const ReaderKey *key, RoleId role, Oid mapped, const char *name,
			Relation rel)
{
	ReaderEntry *entry;
	bool		found;
	RowReader  *reader;

	if (readers == NULL)
	{
		HASHCTL		control = {
			.keysize = sizeof(ReaderKey),
			.entrysize = sizeof(ReaderEntry),
			.hcxt = CacheMemoryContext
		};

		if (CacheMemoryContext == NULL)
			CreateCacheMemoryContext();
		readers = hash_create("promise row readers", 16, &control,
							  HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
		CacheRegisterRelcacheCallback(relation_changed, (Datum) 0);
		CacheRegisterSyscacheCallback(PROCOID, function_changed, (Datum) 0);
		RegisterSubXactCallback(at_subtransaction_end, NULL);
	}

	/* what is out of date is known only when messages have been read */
	(void) mapping_catalogue();
	entry = hash_search(readers, key, HASH_FIND, NULL);
	if (entry != NULL && !entry->reader->busy && is_fresh(entry->reader, mapped))
		return entry->reader;

	reader = make_reader(key, role, mapped, name, rel);

	/* nothing can fail any more */
	entry = hash_search(readers, key, HASH_ENTER, &found);
	if (found && !entry->reader->busy)
		MemoryContextDelete(entry->reader->context);
	else if (found)
	{
		/*
		 * An error interrupted it, or a function in one of its expressions
		 * has changed rows of the same table: then it is still in use.  It is
		 * left to the end of the transaction.
		 */
		MemoryContextSetParent(entry->reader->context, TopTransactionContext);
	}
	MemoryContextSetParent(reader->context, CacheMemoryContext);
	entry->reader = reader;
	return reader;
}

static bool
is_fresh(const RowReader *reader, Oid mapped)
{
	return !reader->stale && reader->mapped == mapped &&
		reader->generation == mapping_generation() &&
		reader->functions == function_generation &&
		reader->with_facts == has_limits() &&
		reader->zone == timezone_setting_get();
}

static RowReader *
make_reader(const ReaderKey *key, RoleId role, Oid mapped, const char *name,
			Relation rel)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext,
												  "promise row reader",
												  ALLOCSET_SMALL_SIZES);
	MemoryContext scratch = AllocSetContextCreate(CurrentMemoryContext,
												  "promise row reader analysis",
												  ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = MemoryContextSwitchTo(context);
	RowReader  *reader = palloc0(sizeof(RowReader));

	reader->context = context;
	reader->key = *key;
	reader->role = role;
	reader->mapped = mapped;
	reader->zone = timezone_setting_get();
	reader->with_facts = has_limits();

	mapping_enter();
	PG_TRY();
	{
		const Mapping *mapping = find_mapping(role, mapped, name);
		MappedColumns columns;
		int			path_level;
		int			guc_level;

		/* from here on, what changes counts against what is made */
		reader->generation = mapping_generation();
		reader->functions = function_generation;
		reader->label = mapping_label(mapping);

		MemoryContextSwitchTo(scratch);
		path_level = compat_pin_search_path();
		guc_level = pin_settings();
		query_analyze(mapping, &columns);
		memcpy(reader->keys, columns.keys, sizeof(reader->keys));
		memcpy(reader->types, columns.types, sizeof(reader->types));
		compile(reader, mapping, columns.inner);
		pin_release(guc_level);
		compat_unpin_search_path(path_level);
	}
	PG_FINALLY();
	{
		mapping_leave();
	}
	PG_END_TRY();

	MemoryContextSwitchTo(context);
	if (RelationGetRelid(rel) != mapped)
		map_to_parent(reader, rel);
	reader->econtext = CreateStandaloneExprContext();
	MemoryContextSwitchTo(old);
	MemoryContextDelete(scratch);
	return reader;
}

static const Mapping *
find_mapping(RoleId role, Oid mapped, const char *name)
{
	const Mapping *result = mapping_find(role, mapped, name);
	const Catalogue *catalogue;

	if (result != NULL)
		return result;

	catalogue = mapping_catalogue();
	for (int i = 0; i < catalogue->nmappings; i++)
	{
		const Mapping *mapping = &catalogue->mappings[i];

		if (mapping->own && mapping->role == role && mapping->relation == mapped)
			return mapping;
	}
	ereport(ERROR,
			(errcode(ERRCODE_PROMISE_MAPPING),
			 errmsg("protected relation %s is not mapped as %s any more",
					get_rel_name(mapped) != NULL ?
					quote_identifier(get_rel_name(mapped)) : "?",
					role_list[role].name),
			 errhint("Map it again with promise.map, or call promise.unprotect.")));
	pg_unreachable();
}

/*
 * Take the expressions out of the inner SELECT.  Called in a context that is
 * given up afterwards.
 */
static void
compile(RowReader *reader, const Mapping *mapping, const char *inner)
{
	const RoleColumn *columns = role_list[reader->role].columns;
	List	   *statements = raw_parser(inner, RAW_PARSE_DEFAULT);
	Query	   *query;
	Relation	rel;
	ListCell   *cell;
	Node	   *quals;
	MemoryContext old;

	query = parse_analyze_fixedparams(linitial_node(RawStmt, statements), inner,
									  NULL, 0, NULL);
	rel = RelationIdGetRelation(reader->mapped);
	reader->nvalues = list_length(query->targetList);
	reader->values = MemoryContextAllocZero(reader->context,
											Max(reader->nvalues, 1) *
											sizeof(RowValue));

	/* the inner SELECT has the columns in the order of the role */
	cell = list_head(query->targetList);
	for (int i = 0; columns[i].name != NULL; i++)
	{
		int			n = reader->keys[i].nparts > 0 ? reader->keys[i].nparts :
		OidIsValid(reader->types[i]) ? 1 : 0;

		reader->first_value[i] = -1;
		for (int j = 0; j < n; j++)
		{
			TargetEntry *target = lfirst_node(TargetEntry, cell);
			int			position = target->resno - 1;
			RowValue   *value = &reader->values[position];

			if (j == 0)
				reader->first_value[i] = position;
			get_typlenbyval(exprType((Node *) target->expr), &value->length,
							&value->by_value);
			value->is_numeric = reader->types[i] == NUMERICOID;
			if (row_column_is_read(columns[i].name, reader->key.purpose,
								   reader->with_facts) &&
				is_of_row((Node *) target->expr))
			{
				reader->pinned |= contain_mutable_functions((Node *) target->expr);
				old = MemoryContextSwitchTo(reader->context);
				value->expression = prepare_expression((Node *) target->expr, rel);
				MemoryContextSwitchTo(old);
			}
			cell = lnext(query->targetList, cell);
		}
	}
	Assert(cell == NULL);

	quals = query->jointree->quals;
	if (quals != NULL)
	{
		reader->pinned |= contain_mutable_functions(quals);
		old = MemoryContextSwitchTo(reader->context);
		reader->filter = prepare_expression(quals, rel);
		MemoryContextSwitchTo(old);
	}
	RelationClose(rel);
}

/*
 * The tree belongs to a context that is given up: planning copies its nodes,
 * but not the values of constants.
 */
static ExprState *
prepare_expression(Node *expression, Relation rel)
{
	expression = compat_expand_generated(copyObject(expression), rel);
	return ExecInitExpr(expression_planner((Expr *) expression), NULL);
}

/* is there anybody to whom it matters who is promised, and at what price? */
static bool
has_limits(void)
{
	int			nlimits;

	(void) guards_limits(&nlimits);
	return nlimits > 0;
}

/*
 * Does it follow from the row alone?  Own tables may be read joined to others,
 * after them.
 */
static bool
is_of_row(Node *expression)
{
	return bms_is_subset(pull_varnos(NULL, expression), bms_make_singleton(1));
}

/*
 * The rows are those of a partition or child, whose columns may be others, in
 * another order.
 */
static void
map_to_parent(RowReader *reader, Relation rel)
{
	Relation	parent = RelationIdGetRelation(reader->mapped);
	TupleDesc	desc = CreateTupleDescCopy(RelationGetDescr(parent));

	RelationClose(parent);
	reader->map = convert_tuples_by_name(CreateTupleDescCopy(RelationGetDescr(rel)),
										 desc);
	if (reader->map != NULL)
		reader->parent_slot = MakeSingleTupleTableSlot(desc, &TTSOpsVirtual);
}

/*
 * Does a row that passes the filter say anything?  What the reader of questions
 * passes over, it does not.
 */
static bool
row_counts(RowReader *reader, const MappedRow *row)
{
	int			quantity = role_column(reader->role, "quantity");
	const char *lookup = role_list[reader->role].lookup;

	if (row_reader_key(reader, row, lookup) == NULL ||
		(strcmp(lookup, "item") == 0 &&
		 row_reader_key(reader, row, "location") == NULL))
		return false;

	if (quantity >= 0 && reader->first_value[quantity] >= 0)
	{
		int			value = reader->first_value[quantity];
		Quantity	number;

		if (row->nulls[value])
			return false;
		/* what cannot be counted is an error when it is read */
		if (!value_quantity(row->values[value], reader->types[quantity], &number) ||
			reader->key.purpose == READ_FOR_HISTORY)
			return true;
		return reader->role == ROLE_DEMAND ? number > 0 : number != 0;
	}
	return true;
}

/*
 * A part of a key as text: what a cast to text makes of it.
 */
static char *
part_text(const KeyPart *part, Datum value)
{
	char	   *result;

	switch (part->type)
	{
		case KEY_TEXT:
		case KEY_OTHER:
			return TextDatumGetCString(value);
		case KEY_NAME:
			return pstrdup(NameStr(*DatumGetName(value)));
		case KEY_BPCHAR:
			{
				size_t		length;

				result = TextDatumGetCString(value);
				length = strlen(result);
				while (length > 0 && result[length - 1] == ' ')
					result[--length] = '\0';
				return result;
			}
		case KEY_INT2:
		case KEY_INT4:
		case KEY_INT8:
		case KEY_UUID:
			return value_key(CurrentMemoryContext, value, key_part_type(part));
		case KEY_NUMERIC:
			return value_number_text(value, NUMERICOID);
	}
	pg_unreachable();
}

/* error context: whose expression was it? */
static void
name_mapping(void *arg)
{
	const RowReader *reader = arg;

	errcontext("promise mapping of relation %s as %s", reader->label,
			   role_list[reader->role].name);
}

static void
relation_changed(Datum arg, Oid relation)
{
	HASH_SEQ_STATUS scan;
	ReaderEntry *entry;

	hash_seq_init(&scan, readers);
	while ((entry = hash_seq_search(&scan)) != NULL)
	{
		if (!OidIsValid(relation) || entry->reader->key.relation == relation ||
			entry->reader->mapped == relation)
			entry->reader->stale = true;
	}
}

static void
function_changed(Datum arg, int cache, uint32 hash)
{
	function_generation++;
}

/*
 * A reader that an aborted subtransaction was using is made anew when it is next
 * needed, and can go then.
 */
static void
at_subtransaction_end(SubXactEvent event, SubTransactionId mine,
					  SubTransactionId parent, void *arg)
{
	HASH_SEQ_STATUS scan;
	ReaderEntry *entry;

	if (event != SUBXACT_EVENT_ABORT_SUB)
		return;
	hash_seq_init(&scan, readers);
	while ((entry = hash_seq_search(&scan)) != NULL)
	{
		if (entry->reader->busy && entry->reader->began_in == mine)
		{
			entry->reader->busy = false;
			entry->reader->stale = true;
		}
	}
}
