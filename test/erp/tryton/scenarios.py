#!/usr/bin/python3
"""scenarios.py URL DATABASE-URI confirmed|processing: sell from the plant of
plant.py through a running server of Tryton, and tell what came of it, as TAP.

URL names the server's XML-RPC interface, DATABASE-URI the database behind it,
of which promise is asked.  The last argument says where a sale is once it has
been confirmed: with a queue of its own, Tryton leaves the processing to a worker
(here nobody), else it follows at once, in a second transaction.
"""
import datetime
import re
import sys
import threading
from decimal import Decimal
from xmlrpc.client import Fault

import psycopg2
from proteus import Model, config

RACES = 8

# what a refusal says: the database's own words reach the client
REFUSED = r'^cannot promise \d+ of item "\d+" at location "\d+"'


class Tap:
    def __init__(self):
        self.count = self.failures = 0

    def ok(self, passed, name, said=None):
        self.count += 1
        print('ok' if passed else 'not ok', self.count, '-', name)
        if not passed:
            self.failures += 1
            for line in str(said).splitlines():
                print('#  ', line)
        sys.stdout.flush()

    def equal(self, got, wanted, name):
        self.ok(got == wanted, name, 'got %r, wanted %r' % (got, wanted))

    def passes(self, action, name):
        self.equal(attempt(action), None, name)

    def refused(self, action, name, pattern=REFUSED):
        said = attempt(action)
        self.ok(said is not None and re.search(pattern, said), name, said)
        return said or ''

    def done(self):
        print('1..%d' % self.count)
        return self.failures == 0


class Books:
    """What promise says of the ERP's database."""

    def __init__(self, uri):
        self.connection = psycopg2.connect(uri)
        self.connection.autocommit = True

    def rows(self, query, *values):
        with self.connection.cursor() as cursor:
            cursor.execute(query, values)
            return cursor.fetchall()

    def promised(self, code):
        """Quantity and day of every promise of a product."""
        return self.rows('''
            SELECT sum(d.quantity)::integer, d.at - current_date
            FROM promise_tryton.promised AS d
            JOIN product_product AS p ON p.id = d.item
            WHERE p.code = %s GROUP BY d.at ORDER BY d.at''', code)

    def balance(self, code):
        """The least that is left of a product, ever."""
        (least,), = self.rows('''
            SELECT min(a.balance)::integer FROM product_product AS p
            CROSS JOIN LATERAL promise.availability(p.id::text) AS a
            WHERE p.code = %s''', code)
        return least

    def state(self, sale):
        (state,), = self.rows('SELECT state FROM sale_sale WHERE id = %s', sale.id)
        return state

    def conflicts(self):
        """The promises that cannot be kept."""
        return self.rows('SELECT ref, missing::integer FROM promise.conflicts()')

    def troubles(self):
        """What a sound book has none of."""
        return (self.conflicts() + self.rows('SELECT * FROM promise.shortage')
            + self.rows('SELECT * FROM promise.verify()'))


def attempt(action):
    """Nothing, or what the user is told instead."""
    try:
        action()
    except Fault as fault:
        return fault.faultString


def day(days):
    return datetime.date.today() + datetime.timedelta(days=days)


def log_in(url):
    """A session of the thread that calls."""
    client = config.set_xmlrpc(url)
    client._context = Model.get('res.user').get_preferences(True, client.context)


def find(model, *domain):
    record, = Model.get(model).find(list(domain))
    return record


def quotation(date, *lines):
    sale = Model.get('sale.sale')(
        party=find('party.party', ('name', '=', 'Customer')),
        invoice_method='manual', shipping_date=date)
    for quantity, code, *unit in lines:
        line = sale.lines.new(
            product=find('product.product', ('code', '=', code)),
            quantity=quantity, unit_price=Decimal(10))
        if unit:
            line.unit = find('product.uom', ('name', '=', unit[0]))
    sale.click('quote')
    return sale


def confirmed(date, *lines):
    sale = quotation(date, *lines)
    sale.click('confirm')
    return sale


def reschedule(record, **date):
    """A field of the header and nothing else."""
    record.reload()
    for name, value in date.items():
        setattr(record, name, value)
    record.save()


def deliver(shipment):
    shipment.reload()
    for button in ('assign_force', 'pick', 'pack', 'done'):
        shipment.click(button)


def cancel(sale):
    """As its user would who has been called by the customer."""
    sale.reload()
    if sale.state == 'processing':
        for shipment in sale.shipments:
            shipment.click('cancel')
    else:
        sale.click('draft')
        sale.click('cancel')


def race(url, sales):
    """Confirm the sales at the same time, each in a session of its own."""
    start = threading.Barrier(len(sales))
    said = [None] * len(sales)

    def confirm(i):
        log_in(url)
        sale = Model.get('sale.sale')(sales[i].id)
        start.wait(timeout=60)
        said[i] = attempt(lambda: sale.click('confirm'))

    threads = [threading.Thread(target=confirm, args=(i,)) for i in range(len(sales))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said


def main(url, uri, after):
    tap = Tap()
    books = Books(uri)
    log_in(url)

    tap.equal(books.rows('SELECT * FROM promise.guard_problems()'), [], 'the sales are guarded')

    # 10 pumps are there, 20 come in seven days
    large = quotation(day(2), (100, 'PUMP'))
    tap.equal(books.state(large), 'quotation', 'a quotation may offer what is not there')
    said = tap.refused(lambda: large.click('confirm'), 'it cannot be confirmed')
    tap.ok('DETAIL:' in said and 'HINT:' in said, 'and the user is told why, and what to do', said)
    tap.equal(books.state(large), 'quotation', 'it is a quotation still')

    tap.refused(lambda: confirmed(day(2), (12, 'PUMP')), 'two too many: some later, or all',
        r'HINT:  Promise 10 by %s and the other 2 by %s, or all 12 by %s\.$'
        % (day(2), day(7), day(7)))

    small = confirmed(day(2), (4, 'PUMP'))
    tap.equal(books.state(small), after, 'a sale of what is there is confirmed')
    tap.equal(books.promised('PUMP'), [(4, 2)], 'and promised once')
    tap.equal(books.troubles(), [], 'every promise can be kept')

    if after == 'confirmed':
        tap.passes(lambda: small.click('process'), 'it is processed')
        tap.equal(books.state(small), 'processing', 'and has moves')
        tap.equal(books.promised('PUMP'), [(4, 2)], 'and is promised once, still')

    twice = quotation(day(2), (3, 'PUMP'), (4, 'PUMP'))
    tap.refused(lambda: twice.click('confirm'), 'two lines of a sale are judged by their sum')
    mixed = quotation(day(2), (1, 'PUMP'), (1, 'STATION'))
    tap.refused(lambda: mixed.click('confirm'), 'a sale is refused for one of its lines')

    # units: 100 screws are there
    tap.passes(lambda: confirmed(day(1), (8, 'SCREW', 'Dozen')), 'eight dozens of 100')
    tap.equal(books.promised('SCREW'), [(96, 1)], 'are 96')
    tap.refused(lambda: confirmed(day(1), (5, 'SCREW')), 'five more are too many')
    tap.passes(lambda: confirmed(day(1), (4, 'SCREW')), 'four are not')

    # productions: valves for the stations, which are there in five days
    tap.refused(lambda: confirmed(day(1), (1, 'VALVE')), 'what a production needs is not for sale')
    tap.refused(lambda: confirmed(day(4), (1, 'STATION')), 'what it makes neither, before it is made')
    tap.passes(lambda: confirmed(day(5), (2, 'STATION')), 'but then')
    tap.refused(lambda: confirmed(day(9), (1, 'STATION')), 'and no more than that')
    tap.equal(books.troubles(), [], 'every promise can be kept')

    # the date of the header: 6 pumps are left, 26 in seven days
    late = confirmed(day(9), (15, 'PUMP'))
    if after == 'confirmed':
        tap.refused(lambda: reschedule(late, shipping_date=day(3)),
            'the date of a sale is moved before the receipt')
        tap.equal(books.promised('PUMP'), [(4, 2), (15, 9)], 'and stays where it was')
        tap.passes(lambda: reschedule(late, shipping_date=day(7)), 'not before it')
        tap.passes(lambda: reschedule(late, shipping_date=day(9)), 'back again')
        late.click('process')
    late.reload()
    shipment, = late.shipments
    tap.refused(lambda: reschedule(shipment, planned_date=day(3)),
        'the date of a shipment is moved before the receipt')
    tap.equal(books.promised('PUMP'), [(4, 2), (15, 9)], 'and stays where it was')
    tap.passes(lambda: reschedule(shipment, planned_date=day(12)), 'it is moved later')
    tap.passes(lambda: reschedule(shipment, planned_date=day(7)), 'and earlier, to the day of the receipt')
    tap.equal(books.promised('PUMP'), [(4, 2), (15, 7)], 'the promise has moved with it')

    # supply may always change; what it does to promises is known at once
    receipt = find('stock.move', ('product.code', '=', 'PUMP'),
        ('from_location.type', '=', 'supplier'))
    tap.passes(lambda: reschedule(receipt, planned_date=day(20)), 'the supplier is late')
    tap.equal(books.conflicts(), [('sale.line,%d' % late.lines[0].id, 9)],
        'one promise cannot be kept')
    tap.refused(lambda: confirmed(day(30), (12, 'PUMP')), 'no more is promised than will be there')
    tap.passes(lambda: confirmed(day(30), (3, 'PUMP')),
        'but what will, though others are short until then')
    tap.passes(lambda: reschedule(receipt, planned_date=day(7)), 'he is in time, after all')
    tap.equal(books.troubles(), [], 'every promise can be kept')

    # cancelling
    other = quotation(day(2), (8, 'PUMP'))
    tap.refused(lambda: other.click('confirm'), 'eight pumps, while four are promised')
    tap.passes(lambda: cancel(small), 'the sale of the four is cancelled')
    tap.equal(books.promised('PUMP'), [(15, 7), (3, 30)], 'and promised no more')
    other.reload()
    tap.passes(lambda: other.click('confirm'), 'now the eight can be confirmed')
    tap.equal(books.promised('PUMP'), [(8, 2), (15, 7), (3, 30)], 'and are promised')
    back = confirmed(day(2), (2, 'PUMP'))
    if after == 'confirmed':
        tap.passes(lambda: cancel(back), 'a sale that was not processed yet is cancelled')
        other.click('process')
    other.reload()
    shipment, = other.shipments
    tap.passes(lambda: deliver(shipment), 'they are delivered')
    tap.equal(books.promised('PUMP')[-2:], [(15, 7), (3, 30)], 'and promised no more')
    tap.equal(books.troubles(), [], 'every promise can be kept')

    # two sessions, one unit
    for i in range(1, RACES + 1):
        code = 'LAST-%d' % i
        said = race(url, [quotation(day(1), (1, code)) for _ in range(2)])
        losers = [text for text in said if text is not None]
        tap.ok(len(losers) == 1 and re.search(REFUSED, losers[0]),
            'one of two sessions gets the last unit, round %d' % i, said)
        tap.equal((books.promised(code), books.balance(code)), ([(1, 1)], 0), 'and it is sold once')
    tap.equal(books.troubles(), [], 'every promise can be kept')

    return 0 if tap.done() else 1


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
