/*
 * key.h - from the text of a key to values of a relation's own types.
 *
 * Keys are text everywhere in the extension.  A mapped relation has its own
 * types and its own indexes, so the text is turned into values of those types
 * before it is compared.  It matches only if it is the canonical text of the
 * value: '007' is not the integer 7.
 *
 * A composed key has several parts; its text is that of an array of their
 * texts, as PostgreSQL writes it: '{1,7}'.
 */
#ifndef PROMISE_KEY_H
#define PROMISE_KEY_H

#include "postgres.h"

#define KEY_MAX_PARTS 8

/* how the values of a part are compared */
typedef enum KeyType
{
	KEY_TEXT,					/* text, varchar */
	KEY_NAME,
	KEY_BPCHAR,
	KEY_INT2,
	KEY_INT4,
	KEY_INT8,
	KEY_UUID,
	KEY_NUMERIC,
	KEY_OTHER					/* by its text; no index of the type serves */
} KeyType;

typedef struct KeyPart
{
	KeyType		type;
	bool		recheck;		/* equal values may have different texts */
} KeyPart;

/* A key of a relation; without parts if the relation does not have it. */
typedef struct Key
{
	int			nparts;
	bool		composed;		/* written as an array, even of one part */
	KeyPart		parts[KEY_MAX_PARTS];
} Key;

extern bool key_part_from_type(Oid type, Oid collation, KeyPart *part);
extern Oid	key_part_type(const KeyPart *part);
extern const char *key_part_type_name(const KeyPart *part);
extern Oid	key_text_type(const Key *key);
extern bool key_parse(const Key *key, const char *text, Datum *values);
extern Datum key_array(const KeyPart *part, Datum *values, int nvalues);

#endif							/* PROMISE_KEY_H */
