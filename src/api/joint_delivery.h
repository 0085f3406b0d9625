/*
 * joint_delivery.h - lines that are delivered together.
 */
#ifndef PROMISE_JOINT_DELIVERY_H
#define PROMISE_JOINT_DELIVERY_H

#include "postgres.h"

#include "api/line_batch.h"

extern void joint_delivery_answer(Competition *competition,
								  RequestLine *lines, int nlines);

#endif							/* PROMISE_JOINT_DELIVERY_H */
