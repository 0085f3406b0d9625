/*
 * pin.h - settings of the session that must not change an answer.
 */
#ifndef PROMISE_PIN_H
#define PROMISE_PIN_H

extern int	pin_settings(void);
extern int	pin_expressions(void);
extern int	pin_no_compilation(void);
extern int	pin_index_scans(void);
extern int	pin_covering_indexes(void);
extern void pin_release(int nest_level);

#endif							/* PROMISE_PIN_H */
