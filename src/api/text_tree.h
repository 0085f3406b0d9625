/*
 * text_tree.h - an indented tree of text, one row a line, as EXPLAIN writes it.
 */
#ifndef PROMISE_TEXT_TREE_H
#define PROMISE_TEXT_TREE_H

#include "postgres.h"

#include "lib/stringinfo.h"
#include "nodes/execnodes.h"

typedef struct TextTree
{
	ReturnSetInfo *rsinfo;
	StringInfoData line;
} TextTree;

extern void text_tree_init(TextTree *tree, ReturnSetInfo *rsinfo);
extern void text_tree_line(TextTree *tree, int depth, const char *format,...) pg_attribute_printf(3, 4);

#endif							/* PROMISE_TEXT_TREE_H */
