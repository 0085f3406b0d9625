/*
 * time_journal.c - a step function of time that changes often: taking back.
 */
#include "core/time_tree_nodes.h"

typedef struct JournalEntry
{
	TimeTree   *tree;
	Instant		from;
	Instant		until;
	Quantity	quantity;
} JournalEntry;

struct TimeJournal
{
	JournalEntry *entries;
	Size		nentries;
	Size		maxentries;
};

TimeJournal *
time_journal_create(void)
{
	TimeJournal *journal = palloc(sizeof(TimeJournal));

	journal->nentries = 0;
	journal->maxentries = 64;
	journal->entries = palloc(journal->maxentries * sizeof(JournalEntry));
	return journal;
}

TimeMark
time_journal_mark(const TimeJournal *journal)
{
	return journal->nentries;
}

void
time_journal_undo(TimeJournal *journal, TimeMark mark)
{
	Assert(mark <= journal->nentries);

	while (journal->nentries > mark)
	{
		JournalEntry entry = journal->entries[--journal->nentries];

		time_tree_change(entry.tree, entry.from, entry.until, -entry.quantity);
	}
}

void
time_journal_free(TimeJournal *journal)
{
	pfree(journal->entries);
	pfree(journal);
}

void
time_journal_record(TimeJournal *journal, TimeTree *tree,
					Instant from, Instant until, Quantity quantity)
{
	JournalEntry *entry;

	if (journal->nentries == journal->maxentries)
	{
		journal->entries = repalloc(journal->entries,
									2 * journal->maxentries * sizeof(JournalEntry));
		journal->maxentries *= 2;
	}
	entry = &journal->entries[journal->nentries++];
	entry->tree = tree;
	entry->from = from;
	entry->until = until;
	entry->quantity = quantity;
}
