/*
 * reader.h - the rows of a read, while they are being gathered.
 *
 * Used by nodes.c alone: it runs the queries, and makes nodes of what the
 * functions here have gathered.
 */
#ifndef PROMISE_READER_H
#define PROMISE_READER_H

#include "postgres.h"

#include "store/fetch.h"
#include "store/holds.h"
#include "store/locations.h"
#include "store/nodes.h"
#include "store/rules.h"
#include "store/value.h"

/* A row of supply or demand before its location's zone is known. */
typedef struct RawEvent
{
	int64		at;				/* as its clock says */
	int64		expires_at;		/* the same; INSTANT_END if never */
	Quantity	delta;
	FlowDetail *detail;
	int			node;
	ValueClock	at_clock;
	ValueClock	expires_clock;
	uint8		accepted_clock; /* a ValueClock, of the detail's accepted_at */
	bool		is_demand;
	bool		is_planned;		/* expires_at is that of its hold */
	bool		dropped;		/* it turned out not to count */
} RawEvent;

/* An item at a location, while its rows are being read. */
typedef struct RawNode
{
	int			item;			/* position in the query */
	int			location;		/* position in the reader */
	int			nevents;		/* that count */
	int			position;		/* of its next event in the result */
	NodeRules	rules;
} RawNode;

/* A row of stocking and the node that it is about. */
typedef struct RawStocking
{
	int			node;
	StockingRow row;
} RawStocking;

/*
 * The ref of an own commitment, or of the hold that an event is planned for,
 * which a mapped row may take over.
 */
typedef struct OwnRef
{
	int			event;
	const char *ref;
} OwnRef;

struct locationtable_hash;		/* see reader.c */
struct nodetable_hash;

typedef struct Reader
{
	const NodeQuery *query;
	MemoryContext result;		/* of the caller */
	MemoryContext scratch;		/* until the read ends */
	const char **exclude;		/* sorted */

	Fetch		fetch;			/* stops if a row turns up that asks for
								 * details */
	bool		detail;			/* read with all details */
	const Holds *holds;			/* for a read without details; NULL: none */
	int			location;		/* of rows that do not say */

	/* what the previous row said, which the next often repeats */
	const Mapping *last_mapping;
	Datum		last_datum;
	int			last_datum_location;
	int			last_item;
	int			last_location;
	int			last_node;

	bool	   *known;			/* by item */

	struct locationtable_hash *location_table;	/* by name */
	LocationInfo *locations;
	int			nlocations;
	int			max_locations;

	struct nodetable_hash *node_table;	/* by item and location */
	RawNode    *nodes;
	int			nnodes;
	int			max_nodes;

	RawEvent   *events;
	int			nevents;
	int			max_events;

	RawStocking *stocking;
	int			nstocking;
	int			max_stocking;

	OwnRef	   *own_refs;
	int			nown_refs;
	int			max_own_refs;
} Reader;

extern void reader_begin(Reader *reader, const NodeQuery *query, bool detail,
						 MemoryContext result);
extern bool reader_take_event(const PreparedQuery *query, const Datum *values,
							  const bool *nulls, void *arg);
extern bool reader_take_stocking(const PreparedQuery *query, const Datum *values,
								 const bool *nulls, void *arg);
extern bool reader_take_existence(const PreparedQuery *query, const Datum *values,
								  const bool *nulls, void *arg);
extern int	reader_find_node(Reader *reader, int item, int location);

#endif							/* PROMISE_READER_H */
