#!/usr/bin/python3
"""Fill an empty Tryton 6.0 database with a small B2B distributor.

usage: TRYTOND_DATABASE_URI=... seed.py DATABASE

Runs once: a database that already has a company is left as it is.  All values
are fixed; only the dates follow today's date, as the server's own clock does.
"""
import datetime as dt
import os
import shutil
import sys
from decimal import Decimal

from dateutil.relativedelta import relativedelta
from proteus import Model, Wizard, config as proteus_config
from trytond.exceptions import UserWarning

TODAY = dt.date.today()
USERS = {  # login: (name, environment variable of the password, groups)
    'portal': ("B2B Portal", 'TRYTON_PORTAL_PASSWORD', [
            'sale.group_sale', 'PORTAL']),
    'clerk': ("Back Office", 'TRYTON_CLERK_PASSWORD', [
            'sale.group_sale', 'sale.group_sale_admin', 'PORTAL',
            'stock.group_stock', 'stock.group_stock_force_assignment',
            'account.group_account',
            'account_credit_limit.group_credit_limit',
            'sale_stock_quantity.group_sale_stock_quantity']),
    }

config = proteus_config.set_trytond(sys.argv[1])


# -- helpers ---------------------------------------------------------------

def create(model, *values):
    "Create the records in one call, return them"
    Record = Model.get(model)
    return [Record(i)
        for i in Record._proxy.create(list(values), config.context)]


def create1(model, **values):
    return create(model, values)[0]


def write(record, **values):
    type(record)._proxy.write([record.id], values, config.context)


def find(model, *domain):
    "The only record of the model that matches"
    record, = Model.get(model).find(list(domain))
    return record


def xml_id(name):
    "The id of the record that a module declares under this name"
    module, fs_id = name.split('.')
    return find(
        'ir.model.data', ('module', '=', module), ('fs_id', '=', fs_id)).db_id


def ago(days):
    return TODAY - dt.timedelta(days=days)


def money(value):
    return Decimal(value).quantize(Decimal('0.01'))


# -- company, accounts, users ----------------------------------------------

def seed_company():
    global company, eur, countries
    eur, usd = create('currency.currency', *(
            dict(name=name, code=code, symbol=symbol, numeric_code=number,
                rates=[('create', [
                            {'date': dt.date(TODAY.year - 1, 1, 1),
                                'rate': Decimal(rate)}])])
            for name, code, symbol, number, rate in [
                ("Euro", 'EUR', '€', '978', '1'),
                ("US Dollar", 'USD', '$', '840', '1.10')]))
    countries = {c.code: c.id for c in create('country.country', *(
                dict(name=name, code=code) for name, code in [
                    ("Germany", 'DE'), ("Austria", 'AT'), ("France", 'FR'),
                    ("Netherlands", 'NL'), ("Switzerland", 'CH')]))}
    party = create1('party.party', name="Halden Industrial Supply",
        code='HALDEN', addresses=[('create', [
                    {'street': "Hafenstrasse 12", 'postal_code': '20457',
                        'city': "Hamburg", 'country': countries['DE']}])])
    company = create1('company.company', party=party.id, currency=eur.id)
    User = Model.get('res.user')
    write(User(config.user),
        companies=[('add', [company.id])], company=company.id)
    config._context = User.get_preferences(True, {})


def seed_accounts():
    global accounts, pay_method, terms, vat, reduced, reverse_charge
    wizard = Wizard('account.create_chart')
    wizard.execute('account')
    wizard.form.account_template = Model.get('account.account.template')(
        xml_id('account.account_template_root_en'))
    wizard.form.company = company
    wizard.execute('create_account')
    accounts = {name: find('account.account', ('name', '=', 'Main ' + name))
        for name in ['Receivable', 'Payable', 'Revenue', 'Expense', 'Cash',
            'Tax']}
    wizard.form.account_receivable = accounts['Receivable']
    wizard.form.account_payable = accounts['Payable']
    wizard.execute('create_properties')

    move_type = find('ir.sequence.type', ('name', '=', "Account Move"))
    invoice_type = find('ir.sequence.type', ('name', '=', "Invoice"))
    for year in [TODAY.year - 1, TODAY.year, TODAY.year + 1]:
        moves = create1('ir.sequence', name="Moves %s" % year,
            sequence_type=move_type.id, company=company.id)
        invoices = create1('ir.sequence.strict', name="Invoices %s" % year,
            sequence_type=invoice_type.id, company=company.id,
            prefix='INV%s-' % year, padding=5)
        fiscalyear = create1('account.fiscalyear', name=str(year),
            start_date=dt.date(year, 1, 1), end_date=dt.date(year, 12, 31),
            post_move_sequence=moves.id, invoice_sequences=[('create', [{
                            'company': company.id,
                            'out_invoice_sequence': invoices.id,
                            'in_invoice_sequence': invoices.id,
                            'out_credit_note_sequence': invoices.id,
                            'in_credit_note_sequence': invoices.id}])])
        fiscalyear.click('create_period')

    vat, reduced, exempt = create('account.tax', *(
            dict(name=name, description=name, type='percentage',
                rate=Decimal(rate), company=company.id,
                invoice_account=accounts['Tax'].id,
                credit_note_account=accounts['Tax'].id)
            for name, rate in [("VAT 19%", '0.19'), ("VAT 7%", '0.07'),
                ("VAT 0% reverse charge", '0')]))
    reverse_charge = create1('account.tax.rule', name="Reverse charge",
        kind='sale', company=company.id, lines=[('create', [
                    {'origin_tax': tax.id, 'tax': exempt.id}
                    for tax in [vat, reduced]])])

    terms = {days: create1('account.invoice.payment_term',
            name="Net %s days" % days, lines=[('create', [{
                            'type': 'remainder',
                            'relativedeltas': [('create', [{'days': days}])],
                            }])])
        for days in [14, 30]}
    write(Model.get('account.configuration')(1),
        default_customer_payment_term=terms[30].id)
    pay_method = create1('account.invoice.payment.method',
        name="Bank transfer", company=company.id,
        journal=find('account.journal', ('type', '=', 'cash')).id,
        credit_account=accounts['Cash'].id, debit_account=accounts['Cash'].id)
    write(Model.get('sale.configuration')(1), sale_invoice_method='shipment')
    for name, prefix in [
            ("Sale", 'SO'), ("Customer Shipment", 'SH'),
            ("Stock Package", 'PK'), ("Customer Complaint", 'RMA')]:
        write(find('ir.sequence', ('name', '=', name)),
            prefix=prefix, padding=5)


def seed_users():
    # What a portal needs to read beyond what the sales group may read
    portal = create1('res.group', name="B2B Portal", model_access=[
            ('create', [{
                        'model': find('ir.model', ('model', '=', model)).id,
                        'perm_read': True, 'perm_write': False,
                        'perm_create': False, 'perm_delete': False}
                    for model in ['stock.package', 'stock.package.type',
                        'account.move.line']])])
    for login, (name, password, groups) in USERS.items():
        create1('res.user', name=name, login=login,
            password=os.environ[password],
            companies=[('add', [company.id])], company=company.id,
            groups=[('add', [portal.id if group == 'PORTAL' else xml_id(group)
                        for group in groups])])


def seed_reports():
    # PDF where LibreOffice can convert to it, else OpenDocument.  A posted
    # invoice keeps the report it was posted with.
    if shutil.which('soffice'):
        for name in ['sale.sale', 'account.invoice',
                'stock.shipment.out.delivery_note']:
            write(find('ir.action.report', ('report_name', '=', name)),
                extension='pdf')


# -- products and stock ----------------------------------------------------

FAMILIES = [  # code, name, item, sizes, variants, price, tax
    ('FAS', "Fasteners", "Hex bolt", 30, None, '0.18', 'vat'),
    ('ANC', "Anchors", "Wedge anchor", 20, None, '0.95', 'vat'),
    ('TOO', "Hand tools", "Ratchet", 30, None, '24.50', 'vat'),
    ('CUT', "Cutting discs", "Disc", 25, None, '2.15', 'vat'),
    ('ELE', "Electrical", "Breaker", 30, None, '11.90', 'vat'),
    ('HYD', "Hydraulics", "Hose", 25, None, '38.00', 'vat'),
    ('PPE', "Safety gloves", "Glove", 8, ['S', 'M', 'L', 'XL'], '6.40',
        'vat'),
    ('MAN', "Manuals", "Manual", 10, None, '19.00', 'reduced'),
    ]


def seed_products():
    global P, categories, carrier
    unit = find('product.uom', ('name', '=', "Unit"))
    box = create1('product.uom', name="Box of 100", symbol='bx',
        category=unit.category.id, factor=100., rate=0.01, digits=0,
        rounding=1.)
    taxes = {'vat': vat, 'reduced': reduced}
    accounting = dict(zip(taxes, create('product.category', *(
                    dict(name=tax.name, accounting=True,
                        account_revenue=accounts['Revenue'].id,
                        account_expense=accounts['Expense'].id,
                        customer_taxes=[('add', [tax.id])])
                    for tax in taxes.values()))))
    categories = dict(zip((f[0] for f in FAMILIES), create('product.category',
                *(dict(name=family[1]) for family in FAMILIES))))
    templates = []
    for code, _, item, sizes, variants, price, tax in FAMILIES:
        for size in range(1, sizes + 1):
            list_price = Decimal(price) * (10 + size) / 10
            templates.append(dict(
                    name="%s no. %s" % (item, size),
                    code='%s-%03d' % (code, size), type='goods',
                    default_uom=unit.id, salable=True,
                    # Bolts are stocked by the unit and sold by the box
                    sale_uom=box.id if code == 'FAS' else unit.id,
                    list_price=list_price.quantize(Decimal('0.0001')),
                    account_category=accounting[tax].id,
                    categories=[('add', [categories[code].id])],
                    products=[('create', [{
                                    'suffix_code': v and '-' + v,
                                    'description': "%s no. %s%s" % (
                                        item, size, v and ', size ' + v or ''),
                                    'cost_price': (list_price * 6 / 10
                                        ).quantize(Decimal('0.0001')),
                                    } for v in variants or [None]])]))
    templates.append(dict(name="Freight", code='FREIGHT', type='service',
            default_uom=unit.id, salable=True, sale_uom=unit.id,
            list_price=Decimal('8.90'), account_category=accounting['vat'].id,
            products=[('create', [{'cost_price': Decimal('6.00')}])]))
    create('product.template', *templates)
    P = {p.code: p for p in Model.get('product.product').find([])}

    party = create1('party.party', name="Parcel Express", code='CARRIER')
    carrier = create1('carrier', party=party.id,
        carrier_product=P['FREIGHT'].id, selections=[('create', [{}])])
    create1('stock.package.type', name="Parcel")


def seed_stock():
    main = find('stock.location', ('type', '=', 'warehouse'))
    write(main, name="Hamburg")
    # With two warehouses, the default comes from the user's preferences
    User = Model.get('res.user')
    for user in User.find([]):
        write(user, warehouse=main.id)
    config._context = User.get_preferences(True, {})
    zones = create('stock.location', *(
            dict(name="Munich " + name, code='MUC-' + code, type='storage')
            for name, code in [
                ("Input", 'IN'), ("Output", 'OUT'), ("Storage", 'STO')]))
    create1('stock.location', name="Munich", code='MUC', type='warehouse',
        input_location=zones[0].id, output_location=zones[1].id,
        storage_location=zones[2].id,
        lost_found_location=find(
            'stock.location', ('type', '=', 'lost_found')).id)
    goods = sorted(code for code in P if code != 'FREIGHT')
    for location, stock in [
            # Every tenth product is out of stock in Hamburg
            (main.storage_location, lambda i: 0 if i % 10 == 9 else
                100 + i * 37 % 900),
            (zones[2], lambda i: i * 13 % 60 if i % 3 == 0 else 0)]:
        inventory = create1('stock.inventory', location=location.id,
            date=ago(90), lines=[('create', [{
                            'product': P[code].id,
                            # Bolts: boxes of 100
                            'quantity': stock(i) * (
                                100. if code.startswith('FAS') else 1.)}
                        for i, code in enumerate(goods) if stock(i)])])
        inventory.click('confirm')

    # On its way from the supplier: forecast, not yet on hand
    supplier = create1('party.party', name="Nordic Tools", code='SUPPLIER',
        addresses=[('create', [{'city': "Oslo"}])])
    receipt = create1('stock.shipment.in', supplier=supplier.id,
        warehouse=main.id, planned_date=TODAY + dt.timedelta(days=21))
    create('stock.move', *(dict(product=P[code].id, quantity=200.,
                uom=P[code].default_uom.id, unit_price=P[code].cost_price,
                currency=eur.id, company=company.id,
                shipment='stock.shipment.in,%s' % receipt.id,
                planned_date=TODAY + dt.timedelta(days=21),
                from_location=receipt.supplier_location.id,
                to_location=main.input_location.id)
            for code in goods[9::10]))


# -- customers -------------------------------------------------------------

CUSTOMERS = [  # code, name, country, city, price list, limit, term, taxed
    ('C1001', "Elbe Maschinenbau", 'DE', "Hamburg", 'KEY', 50000, 30, True),
    ('C1002', "Isar Montage", 'DE', "Munich", 'TRADE', 15000, 30, True),
    ('C1003', "Rhein Werkzeug", 'DE', "Cologne", 'TRADE', 20000, 30, True),
    ('C1004', "Spree Elektro", 'DE', "Berlin", None, 5000, 14, True),
    ('C1005', "Donau Technik", 'AT', "Vienna", 'TRADE', 10000, 30, False),
    ('C1006', "Seine Industrie", 'FR', "Paris", 'TRADE', 12000, 30, False),
    ('C1007', "Maas Metaal", 'NL', "Maastricht", 'KEY', None, 30, False),
    ('C1008', "Limmat Bau", 'CH', "Zurich", None, 8000, 14, False),
    ('C1009', "Weser Reparatur", 'DE', "Bremen", None, 3000, 14, True),
    ('C1010', "Saale Handel", 'DE', "Halle", 'TRADE', 0, 14, True),
    ]


def seed_customers():
    global C
    # The first line that matches sets the price
    lists = {
        'TRADE': create1('product.price_list', name="Trade",
            company=company.id, lines=[('create', [
                        {'sequence': 1, 'category': categories['FAS'].id,
                            'quantity': 5000., 'formula': 'unit_price * 0.75'},
                        {'sequence': 2, 'category': categories['FAS'].id,
                            'formula': 'unit_price * 0.85'},
                        {'sequence': 3, 'quantity': 50.,
                            'formula': 'unit_price * 0.88'},
                        {'sequence': 4, 'formula': 'unit_price * 0.95'}])]),
        'KEY': create1('product.price_list', name="Key account",
            company=company.id, lines=[('create', [
                        {'sequence': 1, 'product': P['TOO-001'].id,
                            'formula': '19.90'},
                        {'sequence': 2, 'quantity': 100.,
                            'formula': 'unit_price * 0.70'},
                        {'sequence': 3, 'formula': 'unit_price * 0.80'}])]),
        }
    german = find('ir.lang', ('code', '=', 'de'))

    def address(name, street, country, city, **usage):
        return dict(name=name, street=street, city=city,
            postal_code='%05d' % (10000 + len(name) * 137),
            country=countries[country], **usage)

    C = {}
    for code, name, country, city, price_list, limit, term, taxed in CUSTOMERS:
        domain = name.lower().replace(' ', '-') + '.example'
        places = [
            address("Head office", "Hauptstrasse 1", country, city,
                invoice=True),
            address("Central store", "Lagerweg 5", country, city,
                delivery=True)]
        if code in {'C1001', 'C1002'}:
            places.append(address(
                    "Building site", "Baustelle 3", country, "Kassel",
                    delivery=True))
        C[code] = create1('party.party', name=name, code=code,
            lang=german.id, addresses=[('create', places)],
            contact_mechanisms=[('create', [
                        {'type': 'email', 'value': 'einkauf@' + domain},
                        {'type': 'phone', 'value': '+49 40 555 0' + code[2:]},
                        ])],
            sale_price_list=price_list and lists[price_list].id,
            credit_limit_amount=limit if limit is None else Decimal(limit),
            customer_payment_term=terms[term].id,
            customer_tax_rule=None if taxed else reverse_charge.id)
    create1('party.party', name="Former Customer", code='C1099', active=False,
        addresses=[('create', [{'city': "Kiel"}])])

    # Maschinenbau orders with its own article numbers
    create('sale.product_customer', *(dict(
                template=P[code].template.id, product=P[code].id,
                party=C['C1001'].id, code='EM-' + code[-3:] + code[:3],
                name="Elbe " + P[code].template.name)
            for code in ['TOO-001', 'TOO-002', 'FAS-001', 'ELE-003']))
    reverse, = create('party.relation.type', dict(name="Subsidiary of"))
    parent, = create(
        'party.relation.type', dict(name="Parent of", reverse=reverse.id))
    write(reverse, reverse=parent.id)
    create1('party.relation.all', from_=C['C1002'].id, to=C['C1001'].id,
        type=reverse.id)


# -- sales -----------------------------------------------------------------

def order(customer, days, reference, *lines):
    Sale = Model.get('sale.sale')
    sale = Sale(party=C[customer])
    sale.sale_date = ago(days)
    sale.reference = reference
    for code, quantity in lines:
        line = sale.lines.new()
        line.product = P[code]
        line.quantity = quantity
    sale.save()
    return sale


def confirm(sale):
    sale.click('quote')
    sale.click('confirm')
    sale.reload()
    return sale


def ship(sale, share=1):
    "Send this share of what waits"
    shipment = next(s for s in sale.shipments if s.state == 'waiting')
    for move in shipment.inventory_moves:
        move.quantity = float(int(move.quantity * share))
    shipment.click('assign_try')
    shipment.click('pick')
    create1('stock.package', company=company.id,
        type=find('stock.package.type').id,
        shipment='stock.shipment.out,%s' % shipment.id,
        shipping_reference='PX%09d' % (shipment.id * 1009),
        moves=[('add', [m.id for m in shipment.outgoing_moves
                    if m.state != 'cancelled'])])
    shipment.click('pack')
    shipment.click('done')
    sale.reload()
    return sale


def invoice(sale, days):
    for record in sale.invoices:
        if record.state == 'draft':
            record.invoice_date = ago(days)
            try:
                record.click('post')
            except UserWarning as warning:  # due already: accept and repeat
                create1('res.user.warning',
                    user=config.user, name=warning.name)
                record.click('post')
    sale.reload()
    return sale


def pay(sale):
    for record in sale.invoices:
        wizard = Wizard('account.invoice.pay', [record])
        wizard.form.payment_method = pay_method
        wizard.execute('choice')
    sale.reload()
    return sale


def seed_sales():
    # Done: shipped, invoiced and paid.  Invoices are posted by date.
    done = order('C1001', 60, 'EM-4500017',
        ('TOO-001', 20), ('FAS-001', 15), ('ELE-003', 40))
    pay(invoice(ship(confirm(done)), 55))
    pay(invoice(ship(confirm(
                    order('C1002', 50, 'IM-210', ('PPE-001-M', 40)))), 48))
    # Shipped and invoiced, to be paid; C1009's invoice is overdue and above
    # its credit limit, which was higher once
    overdue = order('C1009', 45, 'WR-77', ('HYD-010', 40), ('TOO-005', 20))
    limit = C['C1009'].credit_limit_amount
    write(C['C1009'], credit_limit_amount=Decimal(10000))
    invoice(ship(confirm(overdue)), 40)
    write(C['C1009'], credit_limit_amount=limit)
    invoice(ship(confirm(
                order('C1005', 20, 'DT-5521', ('ELE-010', 60)))), 18)
    # Partial shipment, invoiced for what was sent
    invoice(ship(confirm(order('C1003', 12, 'RW-0091',
                    ('CUT-004', 200), ('TOO-010', 10))), 0.5), 10)
    # Processing, nothing sent
    confirm(order('C1001', 3, 'EM-4500029', ('HYD-002', 10), ('TOO-002', 5)))
    confirm(order('C1006', 2, 'SI-88', ('ANC-003', 150)))
    # Confirmed, waiting for a worker to process it
    from trytond.ir import queue
    queue.has_worker = True
    confirm(order('C1007', 1, 'MM-3', ('ELE-001', 30)))
    queue.has_worker = False
    # Quotations, a draft and a cancelled one
    for customer, reference, code in [
            ('C1002', 'IM-233', 'CUT-001'), ('C1004', 'SE-12', 'ELE-006'),
            ('C1008', 'LB-7', 'HYD-001')]:
        order(customer, 1, reference, (code, 10)).click('quote')
    order('C1001', 0, 'EM-DRAFT', ('TOO-003', 1))
    cancelled = order('C1003', 5, 'RW-0099', ('MAN-001', 2))
    cancelled.click('quote')
    cancelled.click('cancel')

    # A return of part of the first sale, approved, and the reasons for others
    for name, model in [("Return of an order", 'sale.sale'),
            ("Return of a line", 'sale.line')]:
        create1('sale.complaint.type', name=name,
            origin=find('ir.model', ('model', '=', model)).id)
    Complaint = Model.get('sale.complaint')
    complaint = Complaint(customer=C['C1001'])
    complaint.type = find(
        'sale.complaint.type', ('name', '=', "Return of a line"))
    complaint.origin = done.lines[0]
    complaint.description = "Wrong size"
    action = complaint.actions.new(action='sale_return')
    action.quantity = 2
    complaint.click('wait')
    complaint.click('approve')


def main():
    if Model.get('company.company').find([]):
        print("already seeded")
        return
    for step in [seed_company, seed_accounts, seed_users, seed_reports,
            seed_products, seed_stock, seed_customers, seed_sales]:
        start = dt.datetime.now()
        step()
        print('%-14s %.1f s' % (step.__name__,
                (dt.datetime.now() - start).total_seconds()))


main()
