/*
 * The bicycle of the README: frame, wheels, two work centres, a supplier.
 */
INSERT INTO promise.resource (resource, calendar) VALUES
	('welding', 'UTC; Mon-Fri 08:00-16:00'), ('assembly', 'UTC; Mon-Fri 08:00-16:00');
INSERT INTO promise.source (source, item, kind, lead_time, calendar, lot_multiple) VALUES
	('assemble', 'BIKE', 'make', '0', NULL, 1), ('weld', 'FRAME', 'make', '0', NULL, NULL),
	('supplier', 'WHEEL', 'buy', '5 days', 'UTC; Mon-Fri 08:00-16:00', 50);
INSERT INTO promise.component (source, item, quantity, step) VALUES ('assemble', 'FRAME', 1, NULL), ('assemble', 'WHEEL', 2, 20);
INSERT INTO promise.step (source, step, resource, setup, run) VALUES
	('assemble', 10, NULL, '00:05', '0'), ('assemble', 20, 'assembly', '0', '00:20'), ('weld', 1, 'welding', '00:30', '00:10');
INSERT INTO promise.supply (item, quantity) VALUES ('BIKE', 3), ('WHEEL', 10), ('FRAME', 1);
