/*
 * record.h - rows put into a table of records, below SQL.
 *
 * As an index gets its entries: no privilege is asked for, and none could be,
 * because nobody has the right to change what is recorded.  So there is neither
 * a function that runs with the owner's rights nor a plan to keep.  It is for
 * rows that are not the caller's to say.
 */
#ifndef PROMISE_RECORD_H
#define PROMISE_RECORD_H

#include "postgres.h"

typedef struct Record Record;

/* a table of the extension, to write to within one statement */
extern Record *record_open(const char *table);
extern void record_close(Record *record);

/* who owns it */
extern Oid	record_owner(const Record *record);

/* for what is made of one row; the caller resets it */
extern MemoryContext record_memory(const Record *record);

/* one value for each of its columns */
extern void record_add(Record *record, const Datum *values, const bool *nulls);

#endif							/* PROMISE_RECORD_H */
