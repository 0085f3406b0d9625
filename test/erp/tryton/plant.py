#!/usr/bin/python3
"""plant.py DATABASE-URI: load the plant that scenarios.py sells from.

It goes through proteus, the ERP's own client library, as its users would.

PUMP     10 in stock, 20 more in seven days, bought
VALVE    12 in stock, all of them needed for the stations
STATION  none in stock, 2 in five days, each made of 6 valves
SCREW    100 in stock, sold by the dozen too
LAST-n   1 in stock: what is raced for
"""
import datetime
import sys
from decimal import Decimal

from proteus import Model, config

RACES = 8


def main(uri):
    client = config.set_trytond(uri)
    found_company(client)

    customer = create('party.party', name='Customer')
    supplier = create('party.party', name='Supplier')
    customer.save()
    supplier.save()

    pump = product('PUMP', purchasable=True)
    valve = product('VALVE')
    station = product('STATION', producible=True)
    screw = product('SCREW')
    last = [product('LAST-%d' % i) for i in range(1, RACES + 1)]
    dozen()

    take_stock([(pump, 10), (valve, 12), (screw, 100)] + [(p, 1) for p in last])
    buy(supplier, pump, 20, day(7))
    make(station, 2, [(valve, 6)], day(5))


def day(days):
    return datetime.date.today() + datetime.timedelta(days=days)


def create(model, /, **values):
    return Model.get(model)(**values)


def find(model, *domain):
    record, = Model.get(model).find(list(domain))
    return record


def found_company(client):
    """The administrator works for it from here on."""
    party = create('party.party', name='Plant')
    party.save()
    euro = create('currency.currency', name='Euro', code='EUR', symbol='€',
        rounding=Decimal('0.01'))
    euro.rates.new(date=datetime.date(2020, 1, 1), rate=Decimal(1))
    euro.save()
    company = create('company.company', party=party, currency=euro)
    company.save()

    User = Model.get('res.user')
    user = User(client.user)
    user.companies.append(company)
    user.company = company
    user.save()
    client._context = User.get_preferences(True, client.context)


def product(code, **can):
    """Goods counted in units that anybody may buy."""
    template = create('product.template', name=code.capitalize(),
        type='goods', default_uom=find('product.uom', ('name', '=', 'Unit')),
        list_price=Decimal(10), salable=True, **can)
    variant, = template.products
    variant.suffix_code = code
    template.save()
    variant, = template.products
    return variant


def dozen():
    unit = find('product.uom', ('name', '=', 'Unit'))
    create('product.uom', name='Dozen', symbol='doz', category=unit.category,
        factor=12.0, rate=round(1 / 12, 12), rounding=1.0, digits=0).save()


def take_stock(quantities):
    inventory = create('stock.inventory',
        location=find('stock.location', ('code', '=', 'STO')))
    for what, quantity in quantities:
        inventory.lines.new(product=what, quantity=quantity)
    inventory.click('confirm')


def buy(supplier, what, quantity, date):
    """An order that the supplier has confirmed."""
    purchase = create('purchase.purchase', party=supplier,
        invoice_method='manual', delivery_date=date)
    purchase.lines.new(product=what, quantity=quantity, unit_price=Decimal(5))
    for button in ('quote', 'confirm', 'process'):
        if purchase.state != 'processing':
            purchase.click(button)


def make(what, quantity, inputs, date):
    """A production that waits for its components."""
    bom = create('production.bom', name=what.code)
    for component, needed in inputs:
        bom.inputs.new(product=component, quantity=needed)
    bom.outputs.new(product=what, quantity=1)
    bom.save()
    what.boms.new(bom=bom)
    what.save()

    production = create('production', product=what, bom=bom, quantity=quantity,
        planned_date=date, planned_start_date=date)
    production.save()
    production.click('wait')


if __name__ == '__main__':
    main(*sys.argv[1:])
