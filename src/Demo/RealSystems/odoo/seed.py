"""Fill an empty Odoo 14 database with a small B2B distributor.

usage: odoo shell --no-http --database=DATABASE <seed.py

Its customers and products are those of the Tryton seed, one customer spelled
differently.  All values are fixed; only the dates follow today's date, as the
server's own clock does.
"""
import base64
import datetime as dt
import io
import os

from PIL import Image, ImageDraw

from odoo.tests.common import Form

TODAY = dt.date.today()


def ago(days):
    return TODAY - dt.timedelta(days=days)


def moment(day):
    "Noon of that day; of today, now"
    return dt.datetime.now().replace(microsecond=0) if day == TODAY \
        else dt.datetime.combine(day, dt.time(12))


def find(model, *domain, **context):
    "The only record of the model that matches"
    record = env[model].with_context(**context).search(list(domain))
    return record.ensure_one()


# -- company, fields, accounts, users --------------------------------------

def seed_company():
    global eur
    eur = env.ref('base.EUR')
    eur.active = True
    if not env.company.chart_template_id:
        env.ref('l10n_generic_coa.configurable_chart_template').try_loading()
    env.company.write({
        'name': "Halden Industrial Supply", 'currency_id': eur.id,
        'street': "Hafenstrasse 12", 'zip': '20457', 'city': "Hamburg",
        'country_id': env.ref('base.de').id})
    env['ir.config_parameter'].set_param(
        'sale.use_quotation_validity_days', True)
    env['product.pricelist'].search([]).write(
        {'name': "List", 'currency_id': eur.id})


def seed_fields():
    "What the portal keeps in the CRM and Odoo has no field for"
    partner = env.ref('base.model_res_partner')
    lead = env.ref('crm.model_crm_lead')
    env['ir.model.fields'].create([
        {'model_id': partner.id, 'name': 'x_portal_role', 'state': 'manual',
            'field_description': "Portal role", 'ttype': 'selection',
            'selection_ids': [(0, 0, {
                'value': role, 'name': role.capitalize(), 'sequence': i})
                for i, role in enumerate(['viewer', 'buyer', 'approver'])]},
        {'model_id': partner.id, 'name': 'x_portal_order_limit',
            'state': 'manual', 'field_description': "Portal order limit",
            'ttype': 'float'},
        {'model_id': partner.id, 'name': 'x_portal_accounts',
            'state': 'manual', 'field_description': "Acts for these, too",
            'ttype': 'many2many', 'relation': 'res.partner'},
        # Of the company's own
        {'model_id': partner.id, 'name': 'x_segment', 'state': 'manual',
            'field_description': "Segment", 'ttype': 'char'},
        {'model_id': partner.id, 'name': 'x_erp_customer', 'state': 'manual',
            'field_description': "Customer in the ERP", 'ttype': 'char'},
        {'model_id': lead.id, 'name': 'x_erp_order', 'state': 'manual',
            'field_description': "Order in the ERP", 'ttype': 'char'}])


def seed_accounts():
    global vat, reduced, reverse_charge, terms
    Tax = env['account.tax']
    Tax.search([]).write({'active': False})
    vat, reduced, exempt = [Tax.create({
        'name': name, 'amount': rate, 'type_tax_use': 'sale'})
        for name, rate in [("VAT 19%", 19), ("VAT 7%", 7),
            ("VAT 0% reverse charge", 0)]]
    env.company.write({
        'account_sale_tax_id': vat.id, 'account_purchase_tax_id': False})
    reverse_charge = env['account.fiscal.position'].create({
        'name': "Reverse charge", 'tax_ids': [
            (0, 0, {'tax_src_id': tax.id, 'tax_dest_id': exempt.id})
            for tax in [vat, reduced]]})
    terms = {days: env['account.payment.term'].create({
        'name': "Net %s days" % days, 'line_ids': [
            (0, 0, {'value': 'balance', 'days': days})]})
        for days in [14, 30]}


def seed_users():
    global reps
    # What a portal needs beyond what sales people may do
    portal = env['res.groups'].create({'name': "B2B Portal"})
    for model, delete in [
            ('sale.order', True), ('sale.order.line', True),
            ('stock.warehouse', False), ('stock.location', False),
            ('stock.quant', False), ('stock.move', False),
            ('stock.move.line', False), ('stock.picking', False),
            ('stock.picking.type', False), ('delivery.carrier', False)]:
        env['ir.model.access'].create({
            'name': "B2B Portal %s" % model, 'group_id': portal.id,
            'model_id': env['ir.model']._get(model).id, 'perm_read': True,
            'perm_unlink': delete})
    # The dialogue that charges freight
    env['ir.model.access'].create({
        'name': "B2B Portal freight", 'group_id': portal.id,
        'model_id': env['ir.model']._get('choose.delivery.carrier').id,
        'perm_read': True, 'perm_write': True, 'perm_create': True})

    def user(login, name, groups, **values):
        return env['res.users'].with_context(no_reset_password=True).create({
            'login': login, 'name': name, 'email': '%s@halden.example' % login,
            'tz': 'UTC', 'notification_type': 'email',
            'groups_id': [(6, 0, [portal.id if group == 'PORTAL'
                else env.ref(group).id for group in groups])], **values})

    user('portal', "B2B Portal", [
        'base.group_user', 'base.group_partner_manager',
        'sales_team.group_sale_salesman_all_leads',
        'account.group_account_readonly', 'PORTAL'],
        password=os.environ['ODOO_PORTAL_PASSWORD'])
    user('clerk', "Back Office", [
        'base.group_user', 'base.group_partner_manager',
        'sales_team.group_sale_manager', 'stock.group_stock_manager',
        'account.group_account_manager'],
        password=os.environ['ODOO_CLERK_PASSWORD'])
    sales = ['base.group_user', 'sales_team.group_sale_salesman']
    reps = [user('anna', "Anna Brandt", sales),
        user('bjoern', "Björn Falk", sales)]
    admin = env.ref('base.user_admin')
    admin.write({'name': "Ines Vogt", 'email': 'ines@halden.example',
        'tz': 'UTC',
        'password': os.environ['ODOO_ADMIN_PASSWORD']})


# -- products and stock ----------------------------------------------------

FAMILIES = [  # code, name, item, sizes, variants, price, tax
    ('FAS', "Fasteners", "Hex bolt", 30, None, 18.0, 'vat'),
    ('ANC', "Anchors", "Wedge anchor", 20, None, 0.95, 'vat'),
    ('TOO', "Hand tools", "Ratchet", 30, None, 24.50, 'vat'),
    ('CUT', "Cutting discs", "Disc", 25, None, 2.15, 'vat'),
    ('ELE', "Electrical", "Breaker", 30, None, 11.90, 'vat'),
    ('HYD', "Hydraulics", "Hose", 25, None, 38.00, 'vat'),
    ('PPE', "Safety gloves", "Glove", 8, ['S', 'M', 'L', 'XL'], 6.40, 'vat'),
    ('MAN', "Manuals", "Manual", 10, None, 19.00, 'reduced'),
    ]


def picture(text):
    image = Image.new('RGB', (320, 240), '#e8ecf1')
    draw = ImageDraw.Draw(image)
    draw.rectangle((40, 60, 280, 180), fill='#3a5a7d')
    draw.text((60, 112), text, fill='white')
    data = io.BytesIO()
    image.save(data, 'PNG')
    return base64.b64encode(data.getvalue())


def seed_products():
    global P, categories, carriers
    unit = env.ref('uom.product_uom_unit')
    unit.rounding = 1
    box = env['uom.uom'].create({
        'name': "Box of 100", 'category_id': unit.category_id.id,
        'uom_type': 'bigger', 'factor_inv': 100, 'rounding': 1})
    taxes = {'vat': vat, 'reduced': reduced}
    goods = env['product.category'].create({'name': "Goods"})
    categories = {family[0]: env['product.category'].create({
        'name': family[1], 'parent_id': goods.id}) for family in FAMILIES}
    sizes = env['product.attribute'].create({
        'name': "Size", 'create_variant': 'always', 'value_ids': [
            (0, 0, {'name': size, 'sequence': i})
            for i, size in enumerate(['S', 'M', 'L', 'XL'])]})
    for code, _, item, count, variants, price, tax in FAMILIES:
        for size in range(1, count + 1):
            # Bolts are stocked and sold by the box
            uom = box if code == 'FAS' else unit
            values = {
                'name': "%s no. %s" % (item, size), 'type': 'product',
                'default_code': '%s-%03d' % (code, size),
                'description_sale': "%s no. %s" % (item, size),
                'categ_id': categories[code].id,
                'uom_id': uom.id, 'uom_po_id': uom.id,
                'list_price': round(price * (10 + size) / 10, 2),
                'standard_price': round(price * (10 + size) * 6 / 100, 2),
                'taxes_id': [(6, 0, taxes[tax].ids)],
                'supplier_taxes_id': [(5,)], 'invoice_policy': 'delivery'}
            if variants:
                values['attribute_line_ids'] = [(0, 0, {
                    'attribute_id': sizes.id,
                    'value_ids': [(6, 0, sizes.value_ids.ids)]})]
            if size <= 2:
                values['image_1920'] = picture("%s-%03d" % (code, size))
            template = env['product.template'].create(values)
            for variant in template.product_variant_ids if variants else []:
                variant.default_code = '%s-%03d-%s' % (code, size,
                    variant.product_template_attribute_value_ids.name)
    P = {p.default_code: p for p in env['product.product'].search([
        ('default_code', '!=', False)])}
    for code, count in [('CUT-001', 25), ('CUT-002', 25), ('ELE-003', 10)]:
        env['product.packaging'].create({
            'name': "Carton of %s" % count, 'product_id': P[code].id,
            'qty': count})
    # No longer sold
    env['product.product'].create({
        'name': "Ratchet, old", 'default_code': 'TOO-000', 'type': 'product',
        'list_price': 9.0, 'active': False})

    env['delivery.carrier'].search([]).write({'active': False})
    carriers = {code: env['delivery.carrier'].create({
        'name': name, 'delivery_type': 'fixed', 'fixed_price': price,
        'sequence': sequence, 'product_id': env['product.product'].create({
            'name': name, 'default_code': code, 'type': 'service',
            'list_price': price, 'taxes_id': [(6, 0, vat.ids)],
            'sale_ok': False, 'purchase_ok': False,
            'invoice_policy': 'order'}).id})
        for sequence, (code, name, price) in enumerate([
            ('FREIGHT', "Parcel Express", 8.90),
            ('PALLET', "Pallet Forwarding", 64.00)], 1)}


def seed_stock():
    global hamburg
    hamburg = find('stock.warehouse')
    hamburg.write({'name': "Hamburg", 'code': 'HAM'})
    munich = env['stock.warehouse'].create({'name': "Munich", 'code': 'MUC'})
    # As in Tryton's seed, where codes are sorted too
    goods = sorted(c for c in P if P[c].type == 'product')
    for warehouse, stock in [
            # Every tenth product is out of stock in Hamburg
            (hamburg, lambda i: 0 if i % 10 == 9 else 100 + i * 37 % 900),
            (munich, lambda i: i * 13 % 60 if i % 3 == 0 else 0)]:
        for i, code in enumerate(goods):
            if stock(i):
                env['stock.quant']._update_available_quantity(
                    P[code], warehouse.lot_stock_id, stock(i))

    # On its way from the supplier: forecast, not yet on hand
    supplier = env['res.partner'].create({
        'name': "Nordic Tools", 'is_company': True, 'city': "Oslo"})
    receipt = env['stock.picking'].create({
        'partner_id': supplier.id, 'picking_type_id': hamburg.in_type_id.id,
        'location_id': env.ref('stock.stock_location_suppliers').id,
        'location_dest_id': hamburg.lot_stock_id.id,
        'scheduled_date': moment(ago(-21)), 'move_lines': [(0, 0, {
            'name': P[code].name, 'product_id': P[code].id,
            'product_uom_qty': 200, 'product_uom': P[code].uom_id.id,
            'date': moment(ago(-21)),
            'location_id': env.ref('stock.stock_location_suppliers').id,
            'location_dest_id': hamburg.lot_stock_id.id})
            for code in goods[9::10]]})
    receipt.action_confirm()
    receipt.move_lines.write({'date': moment(ago(-21))})


# -- customers -------------------------------------------------------------

CUSTOMERS = [  # code, name, country, city, price list, limit, term, taxed
    ('C1001', "Elbe Maschinenbau", 'de', "Hamburg", 'KEY', 50000, 30, True),
    ('C1002', "Isar Montage", 'de', "Munich", 'TRADE', 15000, 30, True),
    # In Tryton: "Rhein Werkzeug"
    ('C1003', "Rhein-Werkzeug GmbH", 'de', "Köln", 'TRADE', 20000, 30, True),
    ('C1004', "Spree Elektro", 'de', "Berlin", None, 5000, 14, True),
    ('C1005', "Donau Technik", 'at', "Vienna", 'TRADE', 10000, 30, False),
    ('C1006', "Seine Industrie", 'fr', "Paris", 'TRADE', 12000, 30, False),
    ('C1007', "Maas Metaal", 'nl', "Maastricht", 'KEY', 0, 30, False),
    ('C1008', "Limmat Bau", 'ch', "Zurich", None, 8000, 14, False),
    ('C1009', "Weser Reparatur", 'de', "Bremen", None, 3000, 14, True),
    ('C1010', "Saale Handel", 'de', "Halle", 'TRADE', 0, 14, True),
    ]
PEOPLE = [  # customer, name, role, order limit
    ('C1001', "Petra Muster", 'buyer', 2500),
    ('C1001', "Karl Jensen", 'approver', 0),
    ('C1001', "Lena Vieweg", 'viewer', 0),
    ('C1002', "Jonas Huber", 'buyer', 0),
    ('C1003', "Marie Schmitz", 'buyer', 1000),
    ('C1003', "Tom Weber", 'approver', 0),
    ('C1004', "Ayla Demir", 'buyer', 0),
    ('C1005', "Felix Gruber", 'buyer', 0),
    ('C1006', "Claire Dubois", 'buyer', 0),
    ('C1007', "Sanne Smit", 'buyer', 0),
    ('C1008', "Reto Keller", 'buyer', 0),
    ('C1009', "Ole Petersen", 'buyer', 0),
    ('C1010', "Nina Vogel", 'buyer', 0),
    ]


def seed_customers():
    global C
    def line(applied_on, compute, value, quantity=0, **on):
        return (0, 0, {
            'applied_on': applied_on, 'compute_price': compute,
            'percent_price' if compute == 'percentage' else 'fixed_price':
            value, 'min_quantity': quantity, **on})
    fasteners = {'categ_id': categories['FAS'].id}
    lists = {
        'TRADE': env['product.pricelist'].create({
            'name': "Trade", 'currency_id': eur.id, 'item_ids': [
                line('2_product_category', 'percentage', 25, 50, **fasteners),
                line('2_product_category', 'percentage', 15, **fasteners),
                line('3_global', 'percentage', 12, 50),
                line('3_global', 'percentage', 5)]}),
        'KEY': env['product.pricelist'].create({
            'name': "Key account", 'currency_id': eur.id, 'item_ids': [
                line('0_product_variant', 'fixed', 19.90,
                    product_id=P['TOO-001'].id,
                    product_tmpl_id=P['TOO-001'].product_tmpl_id.id),
                line('3_global', 'percentage', 30, 100),
                line('3_global', 'percentage', 20)]}),
        }
    Partner = env['res.partner']
    C = {}
    for i, (code, name, country, city, pricelist, limit, term, taxed) in \
            enumerate(CUSTOMERS):
        domain = name.lower().replace(' ', '-') + '.example'
        place = {'zip': '%05d' % (10000 + len(name) * 137), 'city': city,
            'country_id': env.ref('base.' + country).id}
        company = C[code] = Partner.create({
            'name': name, 'ref': code, 'is_company': True,
            'street': "Hauptstrasse 1", **place,
            'email': 'einkauf@' + domain, 'phone': '+49 40 555 0' + code[2:],
            'website': 'https://www.' + domain, 'vat': False,
            'user_id': reps[i % 2].id, 'credit_limit': limit,
            'x_segment': "Machinery" if pricelist == 'KEY' else False,
            'property_payment_term_id': terms[term].id,
            'property_delivery_carrier_id': carriers['FREIGHT'].id,
            'property_account_position_id':
            False if taxed else reverse_charge.id,
            **({'property_product_pricelist': lists[pricelist].id}
                if pricelist else {})})
        Partner.create({'parent_id': company.id, 'type': 'delivery',
            'name': "Central store", 'street': "Lagerweg 5", **place})
        Partner.create({'parent_id': company.id, 'type': 'invoice',
            'name': "Accounts", 'street': "Postfach 12", **place})
        if code in {'C1001', 'C1002'}:
            Partner.create({'parent_id': company.id, 'type': 'delivery',
                'name': "Building site", 'street': "Baustelle 3",
                'zip': '34117', 'city': "Kassel",
                'country_id': env.ref('base.de').id})
    for code, name, role, limit in PEOPLE:
        Partner.create({'parent_id': C[code].id, 'type': 'contact',
            'name': name, 'function': "Purchasing",
            'email': '%s@%s' % (name.lower().replace(' ', '.'),
                C[code].email.split('@')[1]),
            'x_portal_role': role, 'x_portal_order_limit': limit})
    # Acts for two
    find('res.partner', ('name', '=', "Karl Jensen")).write(
        {'x_portal_accounts': [(6, 0, C['C1010'].ids)]})
    # In the CRM alone: no customer's number yet
    unlinked = C['unlinked'] = Partner.create({
        'name': "Oder Anlagenbau", 'is_company': True, 'street': "Am Kai 4",
        'zip': '15230', 'city': "Frankfurt (Oder)", 'user_id': reps[0].id,
        'country_id': env.ref('base.de').id, 'email': 'info@oder.example'})
    Partner.create({'parent_id': unlinked.id, 'type': 'contact',
        'name': "Jan Nowak", 'email': 'jan.nowak@oder.example',
        'x_portal_role': 'buyer'})
    Partner.create({'name': "Former Customer", 'ref': 'C1099',
        'is_company': True, 'city': "Kiel", 'active': False})


# -- sales -----------------------------------------------------------------

def order(customer, days, reference, *lines, **values):
    form = Form(env['sale.order'])
    form.partner_id = C[customer]
    form.client_order_ref = reference
    for code, quantity in lines:
        with form.order_line.new() as line:
            line.product_id = P[code]
            line.product_uom_qty = quantity
    sale = form.save()
    sale.write({'date_order': moment(ago(days)),
        'user_id': C[customer].user_id.id, **values})
    return sale


def confirm(sale):
    day = sale.date_order
    sale.action_confirm()
    sale.date_order = day
    return sale


def ship(sale, days, share=1.0):
    "Send this share of what waits"
    picking = sale.picking_ids.filtered(
        lambda p: p.state in ('confirmed', 'assigned'))
    picking.action_assign()
    for move in picking.move_lines:
        move.quantity_done = float(int(move.product_uom_qty * share))
    picking.write({'carrier_id': carriers['FREIGHT'].id,
        'carrier_tracking_ref': 'PX%09d' % (picking.id * 1009)})
    picking._action_done()
    picking.write({'date_done': moment(ago(days))})
    return sale


def invoice(sale, days):
    bill = sale._create_invoices()
    with Form(bill) as form:
        form.invoice_date = ago(days)
    bill.action_post()
    return bill


def pay(bill, amount=None):
    env['account.payment.register'].with_context(
        active_model='account.move', active_ids=bill.ids).create({
            'payment_date': TODAY, **({'amount': amount} if amount else {}),
            })._create_payments()


def give_back(sale, quantity):
    "The first product of the first shipment"
    picking = sale.picking_ids.filtered(lambda p: p.state == 'done')[0]
    form = Form(env['stock.return.picking'].with_context(
        active_id=picking.id, active_ids=picking.ids,
        active_model='stock.picking'))
    wizard = form.save()
    wizard.product_return_moves[1:].unlink()
    wizard.product_return_moves.write({
        'quantity': quantity, 'to_refund': True})
    return env['stock.picking'].browse(wizard.create_returns()['res_id'])


def seed_sales():
    # Done: shipped, invoiced and paid
    done = order('C1001', 60, 'EM-4500017',
        ('TOO-001', 20), ('FAS-001', 15), ('ELE-003', 40))
    pay(invoice(ship(confirm(done), 57), 55))
    sale = order('C1002', 50, 'IM-210', ('PPE-001-M', 40))
    pay(invoice(ship(confirm(sale), 49), 48))
    # Shipped and invoiced, to be paid; C1009's invoice is overdue
    invoice(ship(confirm(order('C1009', 45, 'WR-77',
        ('HYD-010', 40), ('TOO-005', 20))), 42), 40)
    bill = invoice(ship(confirm(order('C1005', 20, 'DT-5521',
        ('ELE-010', 60))), 19), 18)
    pay(bill, 200)
    # Partial shipment, invoiced for what was sent
    invoice(ship(confirm(order('C1003', 12, 'RW-0091',
        ('CUT-004', 200), ('TOO-010', 10))), 11, 0.5), 10)
    # Confirmed, nothing sent
    confirm(order('C1001', 3, 'EM-4500029', ('HYD-002', 10), ('TOO-002', 5)))
    confirm(order('C1006', 2, 'SI-88', ('ANC-003', 150)))
    confirm(order('C1007', 1, 'MM-3', ('ELE-001', 30)))
    # Quotations, a draft and a cancelled one
    for customer, reference, code in [
            ('C1002', 'IM-233', 'CUT-001'), ('C1004', 'SE-12', 'ELE-006'),
            ('C1008', 'LB-7', 'HYD-001')]:
        order(customer, 1, reference, (code, 10)).state = 'sent'
    order('C1001', 0, 'EM-DRAFT', ('TOO-003', 1))
    confirm(order('C1003', 5, 'RW-0099', ('MAN-001', 2))).action_cancel()
    # Two came back: one received, one awaited
    received = give_back(done, 2)
    received.move_lines.quantity_done = 2
    received._action_done()
    give_back(sale, 5)


def seed_opportunities():
    stages = {stage.sequence: stage for stage in
        env['crm.stage'].search([], order='sequence')}
    first, *_, last = [stages[key] for key in sorted(stages)]
    won = find('crm.stage', ('is_won', '=', True))
    for customer, name, revenue, days, stage, lines in [
            ('C1001', "New assembly line", 24000, 30, first,
                [('HYD-004', 100), ('TOO-006', 40)]),
            ('C1002', "Yearly gloves contract", 9000, 14, first,
                [('PPE-002-L', 500)]),
            ('C1003', "Workshop fitting", 5200, 60, first, []),
            ('C1004', "Switch cabinets", 3100, -3, won,
                [('ELE-004', 80), ('ELE-005', 40)]),
            ('unlinked', "First order", 1500, 21, first,
                [('CUT-003', 200)])]:
        lead = env['crm.lead'].create({
            'type': 'opportunity', 'name': name, 'partner_id': C[customer].id,
            'expected_revenue': revenue, 'date_deadline': ago(-days),
            'stage_id': stage.id, 'user_id': C[customer].user_id.id})
        if lines:
            order(customer, 2, False, *lines, opportunity_id=lead.id)


def main():
    for step in [seed_company, seed_fields, seed_accounts, seed_users,
            seed_products, seed_stock, seed_customers, seed_sales,
            seed_opportunities]:
        start = dt.datetime.now()
        step()
        env['base'].flush()
        print('%-18s %.1f s' % (step.__name__,
            (dt.datetime.now() - start).total_seconds()))
    env.cr.commit()


main()
