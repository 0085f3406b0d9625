/*
 * touched.c - the nodes that a transaction has touched, and whether they have
 * been checked since.
 *
 * A node, once touched, stays in memory to the end of the transaction; only its
 * state changes.  Outside of subtransactions nothing need be undone, so nothing
 * is logged: a transaction of many statements needs memory for its nodes alone.
 *
 * Everything here lives in TopTransactionContext, and goes with it.
 */
#include "postgres.h"

#include "access/xact.h"
#include "common/hashfn.h"
#include "lib/ilist.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

#include "store/touched.h"

/* What an undo restores. */
typedef struct State
{
	GuardMode	mode;
	Oid			relation;
	bool		immediate;
	bool		touched;
	bool		only_claims;
	bool		checked;
	bool		locked;
	bool		shared;
	CommandId	judged_until;
	CommandId	judged_before;
} State;

typedef struct Entry
{
	TouchedNode node;			/* first: callers have pointers to it */
	uint32		hash;
	dlist_node	link;			/* in one of the lists unless checked */
} Entry;

/* A ref whose plan may have to leave. */
typedef struct Ref
{
	const char *ref;
	uint32		hash;
	bool		immediate;
	bool		present;		/* in the list; else it was dealt with */
	dlist_node	link;
} Ref;

/* One change of a state, to be undone if its subtransaction aborts. */
typedef struct Change
{
	Entry	   *entry;			/* either this */
	Ref		   *ref;			/* or that; neither: all_locked was set */
	State		before;			/* of a ref: immediate, and locked: present */
} Change;

/* Where the log of a subtransaction begins. */
typedef struct Mark
{
	int			level;			/* nesting level of transactions */
	int			start;			/* its first entry in the log */
} Mark;

#define SH_PREFIX entrytable
#define SH_ELEMENT_TYPE EntrySlot
#define SH_KEY_TYPE const TouchedNode *
#define SH_KEY node
#define SH_HASH_KEY(table, key) ((const Entry *) (key))->hash
#define SH_EQUAL(table, a, b) is_same_node(a, b)
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
typedef struct EntrySlot
{
	const TouchedNode *node;
	char		status;
} EntrySlot;
static inline bool is_same_node(const TouchedNode *a, const TouchedNode *b);
#include "lib/simplehash.h"

#define SH_PREFIX reftable
#define SH_ELEMENT_TYPE RefSlot
#define SH_KEY_TYPE const char *
#define SH_KEY name
#define SH_HASH_KEY(table, key) \
	hash_bytes((const unsigned char *) (key), strlen(key))
#define SH_EQUAL(table, a, b) (strcmp(a, b) == 0)
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
typedef struct RefSlot
{
	const char *name;
	Ref		   *ref;
	char		status;
} RefSlot;
#include "lib/simplehash.h"

/* What a transaction has touched. */
typedef struct Touched
{
	entrytable_hash *entries;
	reftable_hash *refs;
	dlist_head	immediate;		/* unchecked nodes that an immediate guard
								 * touched */
	dlist_head	deferred;		/* the other unchecked ones */
	dlist_head	present_refs;
	Entry	   *last;			/* what was touched last is often touched next */
	int			nlocked;
	bool		all_locked;
	CommandId	early_end;		/* see touched_note_early; 0: never */

	Change	   *log;
	int			nlog;
	int			max_log;
	Mark	   *marks;			/* of growing level */
	int			nmarks;
	int			max_marks;
} Touched;

static Touched *touched_set(void);
static Entry *find_entry(Touched *set, NodeKind kind, const char *name,
						 const char *location);
static uint32 hash_node(NodeKind kind, const char *name, const char *location);
static State state_of(const Entry *entry);
static void change_state(Entry *entry, State state);
static void set_state(Entry *entry, const State *state);
static void change_ref(Ref *ref, bool immediate, bool present);
static void set_ref(Ref *ref, bool immediate, bool present);
static Change *log_change(void);
static void *grow(void *array, int *allocated, Size size);
static void undo(Touched *set, int start);
static int	compare_refs(const void *left, const void *right, void *arg);
static void at_subtransaction_end(SubXactEvent event, SubTransactionId mine,
								  SubTransactionId parent, void *arg);
static void at_transaction_end(XactEvent event, void *arg);

/* of the current transaction; NULL: nothing was touched */
static Touched *touched = NULL;

/*
 * Called once, when the library is loaded.
 */
void
touched_init(void)
{
	RegisterXactCallback(at_transaction_end, NULL);
	RegisterSubXactCallback(at_subtransaction_end, NULL);
}

/*
 * Add a node, or mark it as touched again.  The names are copied if need be.
 */
void
touched_add(NodeKind kind, const char *name, const char *location,
			GuardMode mode, bool deferred, Oid relation, bool adds_claims)
{
	Entry	   *entry = find_entry(touched_set(), kind, name, location);
	State		state = state_of(entry);

	state.only_claims = adds_claims && (state.only_claims || !state.touched);
	if (!state.touched || mode > state.mode)
	{
		state.mode = mode;
		state.relation = relation;
	}
	state.immediate |= !deferred;
	state.touched = true;
	state.checked = false;
	change_state(entry, state);
}

TouchedNode *
touched_node(NodeKind kind, const char *name, const char *location)
{
	return &find_entry(touched_set(), kind, name, location)->node;
}

bool
touched_covers(NodeKind kind, const char *name, const char *location,
			   CommandId command)
{
	const TouchedNode *node;

	if (touched == NULL)
		return false;
	node = &find_entry(touched, kind, name, location)->node;
	return node->touched && (!node->checked || node->judged_until > command);
}

/* add a ref, whose name is copied if need be */
void
touched_add_ref(const char *ref, bool deferred)
{
	Touched    *set = touched_set();
	RefSlot    *slot = reftable_lookup(set->refs, ref);

	if (slot == NULL)
	{
		MemoryContext old = MemoryContextSwitchTo(TopTransactionContext);
		Ref		   *added = palloc0(sizeof(Ref));
		bool		found;

		added->ref = pstrdup(ref);
		slot = reftable_insert(set->refs, added->ref, &found);
		slot->ref = added;
		MemoryContextSwitchTo(old);
	}
	change_ref(slot->ref, slot->ref->immediate || !deferred, true);
}

/*
 * The refs that were added and not forgotten, sorted, in the current memory
 * context: all, or only those that an immediate guard added.
 */
const char **
touched_refs(bool all, int *nrefs)
{
	const char **result;
	int			n = 0;
	dlist_iter	iter;

	*nrefs = 0;
	if (touched == NULL)
		return NULL;

	dlist_foreach(iter, &touched->present_refs)
		n++;
	result = palloc(Max(n, 1) * sizeof(char *));
	n = 0;
	dlist_foreach(iter, &touched->present_refs)
	{
		const Ref  *ref = dlist_container(Ref, link, iter.cur);

		if (all || ref->immediate)
			result[n++] = ref->ref;
	}
	qsort_interruptible(result, n, sizeof(char *), compare_refs, NULL);
	*nrefs = n;
	return result;
}

bool
touched_any_ref(bool all)
{
	dlist_iter	iter;

	if (touched == NULL)
		return false;
	dlist_foreach(iter, &touched->present_refs)
	{
		if (all || dlist_container(Ref, link, iter.cur)->immediate)
			return true;
	}
	return false;
}

void
touched_forget_refs(const char **refs, int nrefs)
{
	for (int i = 0; i < nrefs; i++)
	{
		RefSlot    *slot = reftable_lookup(touched->refs, refs[i]);

		if (slot != NULL)
			change_ref(slot->ref, false, false);
	}
}

/* the unchecked nodes, in the current memory context */
TouchedNode **
touched_unchecked(bool all, int *nnodes)
{
	dlist_head *lists[2];
	TouchedNode **result;
	int			n = 0;
	dlist_iter	iter;

	*nnodes = 0;
	if (touched == NULL)
		return NULL;

	lists[0] = &touched->immediate;
	lists[1] = &touched->deferred;
	for (int i = 0; i < (all ? 2 : 1); i++)
	{
		dlist_foreach(iter, lists[i])
			n++;
	}
	if (n == 0)
		return NULL;

	result = MemoryContextAllocHuge(CurrentMemoryContext,
									n * sizeof(TouchedNode *));
	for (int i = 0; i < (all ? 2 : 1); i++)
	{
		dlist_foreach(iter, lists[i])
			result[(*nnodes)++] = &dlist_container(Entry, link, iter.cur)->node;
	}
	return result;
}

/* is there any unchecked node? */
bool
touched_any_unchecked(bool all)
{
	return touched != NULL &&
		(!dlist_is_empty(&touched->immediate) ||
		 (all && !dlist_is_empty(&touched->deferred)));
}

void
touched_mark_locked(TouchedNode *node, bool locked)
{
	State		state = state_of((Entry *) node);

	state.locked = locked;
	change_state((Entry *) node, state);
}

void
touched_mark_shared(TouchedNode *node, bool shared)
{
	State		state = state_of((Entry *) node);

	state.shared = shared;
	change_state((Entry *) node, state);
}

void
touched_set_mode(TouchedNode *node, GuardMode mode, Oid relation)
{
	State		state = state_of((Entry *) node);

	state.mode = mode;
	state.relation = relation;
	change_state((Entry *) node, state);
}

void
touched_mark_checked(TouchedNode **nodes, int nnodes, CommandId judged_until)
{
	for (int i = 0; i < nnodes; i++)
	{
		Entry	   *entry = (Entry *) nodes[i];
		State		state = state_of(entry);

		state.checked = true;
		state.immediate = false;
		state.judged_before = state.judged_until;
		state.judged_until = judged_until;
		change_state(entry, state);
	}
}

void
touched_postpone(TouchedNode *node)
{
	State		state = state_of((Entry *) node);

	state.immediate = false;
	change_state((Entry *) node, state);
}

int
touched_nlocked(void)
{
	return touched != NULL ? touched->nlocked : 0;
}

bool
touched_all_locked(void)
{
	return touched != NULL && touched->all_locked;
}

void
touched_mark_all_locked(void)
{
	Touched    *set = touched_set();

	if (!set->all_locked)
		(void) log_change();
	set->all_locked = true;
}

void
touched_note_early(void)
{
	Touched    *set = touched_set();
	CommandId	command = GetActiveSnapshot()->curcid;

	if (command < set->early_end)
		return;
	set->early_end = command + 1;

	/* the next statement is one of a later command */
	(void) GetCurrentCommandId(true);
	CommandCounterIncrement();
}

bool
touched_is_early(void)
{
	return touched != NULL && GetActiveSnapshot()->curcid < touched->early_end;
}

static Touched *
touched_set(void)
{
	MemoryContext old;
	Touched    *set;

	if (touched != NULL)
		return touched;

	old = MemoryContextSwitchTo(TopTransactionContext);
	set = palloc0(sizeof(Touched));
	set->entries = entrytable_create(TopTransactionContext, 16, NULL);
	set->refs = reftable_create(TopTransactionContext, 4, NULL);
	dlist_init(&set->immediate);
	dlist_init(&set->deferred);
	dlist_init(&set->present_refs);
	MemoryContextSwitchTo(old);

	touched = set;
	return set;
}

/*
 * The entry of a node, which is added as one that was checked if it is new.
 */
static Entry *
find_entry(Touched *set, NodeKind kind, const char *name, const char *location)
{
	Entry		wanted = {.node = {kind, name, location}};
	EntrySlot  *slot;
	Entry	   *entry;
	MemoryContext old;
	bool		found;

	if (set->last != NULL && is_same_node(&set->last->node, &wanted.node))
		return set->last;

	wanted.hash = hash_node(kind, name, location);
	slot = entrytable_lookup(set->entries, &wanted.node);
	if (slot != NULL)
	{
		set->last = (Entry *) slot->node;
		return set->last;
	}

	old = MemoryContextSwitchTo(TopTransactionContext);
	entry = palloc0(sizeof(Entry));
	entry->node.kind = kind;
	entry->node.name = pstrdup(name);
	entry->node.location = pstrdup(location);
	entry->node.mode = GUARD_REPORT;
	entry->node.checked = true;
	entry->hash = wanted.hash;
	(void) entrytable_insert(set->entries, &entry->node, &found);
	Assert(!found);
	MemoryContextSwitchTo(old);

	set->last = entry;
	return entry;
}

static inline bool
is_same_node(const TouchedNode *a, const TouchedNode *b)
{
	return a->kind == b->kind && strcmp(a->name, b->name) == 0 &&
		strcmp(a->location, b->location) == 0;
}

static uint32
hash_node(NodeKind kind, const char *name, const char *location)
{
	uint32		hash = hash_bytes((const unsigned char *) name, strlen(name));

	hash = hash_combine(hash, hash_bytes((const unsigned char *) location,
										 strlen(location)));
	return hash_combine(hash, (uint32) kind);
}

static State
state_of(const Entry *entry)
{
	return (State)
	{
		.mode = entry->node.mode,
			.relation = entry->node.relation,
			.immediate = entry->node.immediate,
			.touched = entry->node.touched,
			.only_claims = entry->node.only_claims,
			.checked = entry->node.checked,
			.locked = entry->node.locked,
			.shared = entry->node.shared,
			.judged_until = entry->node.judged_until,
			.judged_before = entry->node.judged_before
	};
}

/* change a node's state, so that it can be undone */
static void
change_state(Entry *entry, State state)
{
	State		before = state_of(entry);
	Change	   *change;

	if (before.mode == state.mode && before.relation == state.relation &&
		before.immediate == state.immediate && before.touched == state.touched &&
		before.only_claims == state.only_claims &&
		before.checked == state.checked && before.locked == state.locked &&
		before.shared == state.shared && before.judged_until == state.judged_until &&
		before.judged_before == state.judged_before)
		return;

	change = log_change();
	if (change != NULL)
	{
		change->entry = entry;
		change->before = before;
	}
	set_state(entry, &state);
}

static void
set_state(Entry *entry, const State *state)
{
	TouchedNode *node = &entry->node;

	if (!node->checked)
		dlist_delete(&entry->link);
	touched->nlocked += (int) state->locked - (int) node->locked +
		(int) state->shared - (int) node->shared;

	node->mode = state->mode;
	node->relation = state->relation;
	node->immediate = state->immediate;
	node->touched = state->touched;
	node->only_claims = state->only_claims;
	node->checked = state->checked;
	node->locked = state->locked;
	node->shared = state->shared;
	node->judged_until = state->judged_until;
	node->judged_before = state->judged_before;
	if (!node->checked)
		dlist_push_tail(node->immediate ? &touched->immediate :
						&touched->deferred, &entry->link);
}

static void
change_ref(Ref *ref, bool immediate, bool present)
{
	Change	   *change;

	if (ref->immediate == immediate && ref->present == present)
		return;

	change = log_change();
	if (change != NULL)
	{
		change->ref = ref;
		change->before.immediate = ref->immediate;
		change->before.locked = ref->present;
	}
	set_ref(ref, immediate, present);
}

static void
set_ref(Ref *ref, bool immediate, bool present)
{
	if (ref->present)
		dlist_delete(&ref->link);
	ref->immediate = immediate;
	ref->present = present;
	if (present)
		dlist_push_tail(&touched->present_refs, &ref->link);
}

/*
 * A new entry of the log; NULL if there is nothing that it could be undone by.
 * Nothing may fail between this and the change itself.
 */
static Change *
log_change(void)
{
	int			level = GetCurrentTransactionNestLevel();
	Change	   *change;

	if (level <= 1)
		return NULL;

	if (touched->nlog == touched->max_log)
		touched->log = grow(touched->log, &touched->max_log, sizeof(Change));
	if (touched->nmarks == 0 || touched->marks[touched->nmarks - 1].level < level)
	{
		if (touched->nmarks == touched->max_marks)
			touched->marks = grow(touched->marks, &touched->max_marks,
								  sizeof(Mark));
		touched->marks[touched->nmarks++] =
			(Mark)
		{
			.level = level,.start = touched->nlog
		};
	}

	change = &touched->log[touched->nlog++];
	memset(change, 0, sizeof(Change));
	return change;
}

/* a larger array with the same contents, or the first one */
static void *
grow(void *array, int *allocated, Size size)
{
	if (array == NULL)
	{
		*allocated = 16;
		return MemoryContextAlloc(TopTransactionContext, *allocated * size);
	}
	array = repalloc_huge(array, (Size) *allocated * 2 * size);
	*allocated *= 2;
	return array;
}

/* undo what the log says from its end to this entry */
static void
undo(Touched *set, int start)
{
	while (set->nlog > start)
	{
		const Change *change = &set->log[--set->nlog];

		if (change->entry != NULL)
			set_state(change->entry, &change->before);
		else if (change->ref != NULL)
			set_ref(change->ref, change->before.immediate, change->before.locked);
		else
			set->all_locked = false;
	}
}

static int
compare_refs(const void *left, const void *right, void *arg)
{
	return strcmp(*(const char *const *) left, *(const char *const *) right);
}

/*
 * A subtransaction ends: what it did is undone, or becomes its parent's.
 */
static void
at_subtransaction_end(SubXactEvent event, SubTransactionId mine,
					  SubTransactionId parent, void *arg)
{
	int			level = GetCurrentTransactionNestLevel();
	Mark	   *last;

	if ((event != SUBXACT_EVENT_COMMIT_SUB && event != SUBXACT_EVENT_ABORT_SUB) ||
		touched == NULL || touched->nmarks == 0)
		return;
	last = &touched->marks[touched->nmarks - 1];
	if (last->level < level)
		return;

	Assert(last->level == level);
	if (event == SUBXACT_EVENT_ABORT_SUB)
	{
		undo(touched, last->start);
		touched->nmarks--;
	}
	else if (level == 2)
	{
		/* nothing is left that could undo it */
		touched->nlog = last->start;
		touched->nmarks--;
	}
	else if (touched->nmarks > 1 && last[-1].level == level - 1)
		touched->nmarks--;
	else
		last->level = level - 1;
}

static void
at_transaction_end(XactEvent event, void *arg)
{
	/* its memory goes with the transaction's */
	if (event != XACT_EVENT_PRE_COMMIT && event != XACT_EVENT_PRE_PREPARE &&
		event != XACT_EVENT_PARALLEL_PRE_COMMIT)
		touched = NULL;
}
