"""The kinds of document: each prints invented facts on a sheet, in one of several layouts, and returns what it printed."""

import unicodedata

from reportlab.lib.pagesizes import A4, LETTER
from reportlab.lib.units import mm

import document_sheet as lay
from document_facts import BODY, FORMS, GREETING, SETTLE, SMALL_PRINT, SUBJECTS


def _entry(facts, expected, field, value, style=None, share=0.15):
    """A labelled fact, noted as expected."""
    expected[field] = value
    return field, facts.label(field, share), value, style or {}


def _others(r, facts, most):
    seen = {}
    for _ in range(r.randint(0, most)):
        label, value = facts.other()
        seen[label] = (None, label, value, {})
    return list(seen.values())


def _paragraph(sheet, x, y, width, text, field=None, value=None):
    """Running text in lines of at most `width`; the one with `value` in it is the field's place."""
    line = ""
    rows = []
    for word in text.split(" "):
        if line and sheet.wide(line + " " + word) > width:
            rows.append(line)
            line = word
        else:
            line = (line + " " + word).strip()
    rows.append(line)
    if value and not any(value in row for row in rows):
        raise lay.DoesNotFit
    for row in rows:
        if value and value in row:
            before, after = row.split(value, 1)
            sheet.text(x, y, value, field=field, before=before, after=after)
        else:
            sheet.text(x, y, row)
        y += sheet.points * 1.45
    return y


def _head(sheet, r, facts, title):
    """The sender and the document's name, in one of four arrangements; returns the next free y."""
    left, end, big = 56, sheet.width - 56, sheet.points + r.randint(4, 10)
    company, address = facts.company(), facts.address() + ([facts.phone()] if r.random() < 0.4 else [])
    style = r.randrange(4)
    if style == 0:
        sheet.text(left, 70, company, bold=True, points=big)
        sheet.text(end, 70, title, bold=True, points=big, align="right")
        return sheet.lines(left, 70 + big, address) + 24
    if style == 1:
        sheet.text(sheet.width / 2, 66, company, bold=True, points=big, align="centre")
        y = sheet.lines(sheet.width / 2, 66 + big, [" · ".join(address)], align="centre") + 4
        sheet.rule(left, y, end, y)
        sheet.text(left, y + 14 + big, title, bold=True, points=big)
        return y + 2.6 * big + 14
    if style == 2:
        sheet.text(left, 70, title, bold=True, points=big)
        y = sheet.lines(end, 70, [company] + address, align="right")
        return y + 22
    sheet.text(left, 66, company, bold=True, points=big)
    y = sheet.lines(left, 66 + big, address)
    sheet.text(left, y + big + 16, title, bold=True, points=big)
    return y + 2.2 * big + 24


MEMBERS = ["description", "quantity", "unit_price", "amount"]


def _items(sheet, facts, y, rows):
    """The table of what is charged: text, quantity, price, amount."""
    r, left, end = facts.r, 56, sheet.width - 56
    columns = [left + 4, end - (end - left) * 0.38, end - (end - left) * 0.2, end - 4]
    heads, sides = facts.words["heads"], ["left", "right", "right", "right"]
    lines = r.choice(["head", "rows", "shade"])
    step = sheet.points * r.choice([1.6, 1.9])
    if lines == "shade":
        sheet.box(left, y - sheet.points * 1.15, end - left, step, fill=0.85)
    for x, head, side in zip(columns, heads, sides):
        sheet.text(x, y, head, bold=True, align=side)
    for row in rows:
        if lines == "rows" or row is rows[0]:
            sheet.rule(left, y + sheet.points * 0.4, end, y + sheet.points * 0.4)
        y += step
        for member, x, cell, side in zip(MEMBERS, columns, row, sides):
            sheet.text(x, y, cell, align=side, field=f"items/{rows.index(row)}/{member}")
    sheet.rule(left, y + sheet.points * 0.4, end, y + sheet.points * 0.4)
    return y + step * 1.3


def _totals(sheet, facts, entries, y):
    r, left, end = facts.r, 56, sheet.width - 56
    way = r.choice([lay.right, lay.right, lay.ruled, lay.strip, lay.beside])
    if way is lay.strip:
        return lay.strip(sheet, entries, left, y + 8, end - left)
    if way is lay.right:
        width = max(sheet.wide(label) + sheet.wide(value, **style) for _, label, value, style in entries) + r.randint(14, 90)
        return lay.right(sheet, entries, end - width - 4, y, width)
    return way(sheet, entries, r.choice([left, sheet.width / 2]), y, 150)


def _other_value(facts, field, value):
    """Another value of the same form."""
    if "date" in field:
        return facts.date(-facts.r.randint(20, 400))
    if field in ("subtotal", "tax", "total", "amount_paid", "change"):
        return facts.amount(facts.price(2, 900), value[0].isdigit() and value[-1].isdigit())
    return facts.number() if any(character.isdigit() for character in value) and "@" not in value else None


def repeat(sheet, r, facts, expected):
    """One or two further pages that repeat what the first ones say; some are of an earlier document and say something else."""
    for _ in range(r.choice([1, 1, 2])):
        is_earlier = r.random() < 0.3
        entries = []
        for field in facts.labels:
            value = expected[field]
            if value is None or r.random() < 0.35:
                continue
            if is_earlier and r.random() < 0.7:
                other = _other_value(facts, field, value)
                if other and other != value:
                    entries.append((None, facts.label(field), other, {}))
                continue
            entries.append((field, facts.label(field), value, {}))
        if not entries:
            continue
        sheet.next_page()
        left = 16 if sheet.width < 400 else 56
        sheet.text(left, 60, facts.company(), bold=True)
        way = r.choice([lay.beside, lay.inline] if sheet.width < 400 else lay.WIDE)
        way(sheet, entries, left, 60 + sheet.points * 3, sheet.width - 2 * left)


def invoice(sheet, r, facts):
    expected = dict.fromkeys(facts.labels)
    bold = {"bold": True} if r.random() < 0.2 else {}
    chance = {"invoice_number": 0.95, "invoice_date": 0.94, "due_date": 0.7, "customer_number": 0.6, "order_number": 0.55}
    after = r.choice([7, 14, 30, 45])
    values = {
        "invoice_number": facts.number,
        "invoice_date": facts.date,
        "due_date": lambda: facts.date(after),
        "customer_number": facts.number,
        "order_number": facts.number,
    }
    head = [_entry(facts, expected, field, values[field](), bold) for field, share in chance.items() if r.random() < share]
    foot = []
    if r.random() < 0.4:
        (head if r.random() < 0.4 else foot).append(_entry(facts, expected, "currency", facts.currency))
    if r.random() < 0.55:
        (head if r.random() < 0.4 else foot).append(_entry(facts, expected, "payment_terms", r.choice(facts.words["terms"])))
    head += _others(r, facts, 2)
    if r.random() < 0.3:
        r.shuffle(head)

    bare = r.random() < 0.5  # the lines carry no currency sign, the totals do
    rows, subtotal = [], 0
    for item in r.sample(facts.words["items"], r.randint(1, 7)):
        count, price = r.choice([1, 1, 2, 3, 5, 10, 12, 40]), facts.price(2, 400)
        subtotal += count * price
        rows.append((item, str(count), facts.amount(price, bare), facts.amount(count * price, bare)))
    expected["items"] = [dict(zip(MEMBERS, row)) for row in rows]
    tax = int(round(subtotal * facts.rate / 100, 0 if facts.decimal else -2))
    sums = []
    if r.random() < 0.8:
        sums.append(_entry(facts, expected, "subtotal", facts.amount(subtotal, bare)))
    if r.random() < 0.78:
        sums.append(_entry(facts, expected, "tax", facts.amount(tax, bare)))
    if r.random() < 0.97:
        sums.append(
            _entry(facts, expected, "total", facts.amount(subtotal + tax), {"bold": True} if r.random() < 0.6 else {})
        )

    left, end = 56, sheet.width - 56
    y = _head(sheet, r, facts, r.choice(facts.words["invoice"]))
    to = [
        row
        for row in [
            r.choice(facts.words["to"]),
            facts.company(),
            facts.person() if r.random() < 0.3 else "",
            *facts.address(),
        ]
        if row
    ]
    arrangement = r.choice(["facts right", "facts right", "facts left", "whole width"])
    if head and arrangement == "facts right":
        x = left + (end - left) * r.uniform(0.5, 0.58)
        y = max(sheet.lines(left, y, to), r.choice(lay.NARROW)(sheet, head, x, y, end - x)) + 24
    elif head and arrangement == "facts left":
        x = left + (end - left) * 0.62
        y = max(sheet.lines(x, y, to), r.choice(lay.NARROW)(sheet, head, left, y, (end - left) * 0.5)) + 24
    else:
        y = sheet.lines(left, y, to) + 20
        y = (r.choice(lay.WIDE)(sheet, head, left, y, end - left) if head else y) + 20
    y = _items(sheet, facts, y, rows)
    if r.random() < 0.06:
        sheet.next_page()
        y = 80
    if sums:
        y = _totals(sheet, facts, sums, y)
    if foot:
        y = r.choice([lay.beside, lay.inline, lay.above])(sheet, foot, left, y + 22, end - left) + 4
    if r.random() < 0.5:
        digits = "".join(r.choice("0123456789") for _ in range(18))
        sheet.text(
            left,
            sheet.height - 60,
            f"IBAN DE{digits[:2]} {digits[2:6]} {digits[6:10]} {digits[10:14]}  ·  {facts.phone()}",
            points=8,
        )
    sheet.text(sheet.width / 2, sheet.height - 40, r.choice(facts.words["thanks"]), points=8, align="centre")
    return expected


def receipt(sheet, r, facts):
    expected = dict.fromkeys(facts.labels)
    left, end, step = 16, sheet.width - 16, sheet.points * 1.45
    y = 30
    sheet.text(sheet.width / 2, y, facts.company().upper(), bold=True, points=sheet.points + 1, align="centre")
    y = sheet.lines(sheet.width / 2, y + step, facts.address(), align="centre") + 8
    head = []
    if r.random() < 0.85:
        head.append(_entry(facts, expected, "receipt_number", facts.number()))
    if r.random() < 0.92:
        if r.random() < 0.75:
            head.append(_entry(facts, expected, "date", facts.date()))
        else:  # as tills do it: the date and the time, no label
            expected["date"] = facts.date()
            sheet.text(left, y, expected["date"], field="date", after="  " + facts.clock() if r.random() < 0.6 else "")
            y += step
    if r.random() < 0.65:
        head.append(_entry(facts, expected, "cashier", r.choice([facts.person(), facts.person().split()[0]])))
    head += _others(r, facts, 2)
    if head:
        way = r.choice([lay.beside, lay.inline, lay.right, lay.inline])
        y = way(sheet, head, left, y, end - left) + 2
    sheet.rule(left, y - step * 0.6, end, y - step * 0.6)
    y += 4
    total = 0
    for item in r.sample(facts.words["food"], r.randint(1, 7)):
        price = facts.price(1, 30)
        total += price
        sheet.text(left, y, item)
        sheet.text(end, y, facts.amount(price, True), align="right")
        y += step
    sheet.rule(left, y - step * 0.6, end, y - step * 0.6)
    y += 8
    bare = r.random() < 0.5
    paid = total if r.random() < 0.4 else -(-total // 1000) * 1000
    sums = []
    if r.random() < 0.95:
        sums.append(_entry(facts, expected, "total", facts.amount(total, bare), {"bold": True} if r.random() < 0.5 else {}))
    if r.random() < 0.65:
        sums.append(_entry(facts, expected, "amount_paid", facts.amount(paid, bare)))
        if r.random() < 0.75:
            sums.append(_entry(facts, expected, "change", facts.amount(paid - total, bare)))
    if sums:
        y = r.choice([lay.right, lay.right, lay.beside])(sheet, sums, left, y, end - left)
    sheet.text(sheet.width / 2, y + 14, r.choice(facts.words["thanks"]).split(".")[0], points=8, align="centre")
    return expected


def letter(sheet, r, facts):
    expected = dict.fromkeys(facts.labels)
    left, width = 70, sheet.width - 140
    sheet.text(left, 80, facts.company(), bold=True, points=sheet.points + 5)
    y = sheet.lines(left, 98, facts.address()) + 34
    head, subject_line, settle = [], None, None
    if r.random() < 0.92:
        if r.random() < 0.8:
            head.append(_entry(facts, expected, "date", facts.date()))
        else:  # as letters do it: the town and the date, no label
            expected["date"] = facts.date()
            sheet.text(
                sheet.width - 70,
                y,
                expected["date"],
                align="right",
                field="date",
                before=r.choice(["", "Bristol, ", "Kiel, "]),
            )
    if r.random() < 0.8:
        head.append(_entry(facts, expected, "reference", facts.number()))
    if r.random() < 0.8:
        value = r.choice(SUBJECTS[facts.language])
        if r.random() < 0.85:
            head.append(_entry(facts, expected, "subject", value))
        else:
            expected["subject"] = subject_line = value
    if r.random() < 0.5:
        if r.random() < 0.75:
            head.append(_entry(facts, expected, "due_date", facts.date(30)))
        else:
            expected["due_date"] = settle = facts.date(30)
    head += _others(r, facts, 2)
    y = sheet.lines(left, y + (sheet.points * 1.5 if expected["date"] else 0), [facts.person(), *facts.address()]) + 26
    if head:
        y = (
            r.choice([lay.beside, lay.beside_bold, lay.inline, lay.halves, lay.strip, lay.above])(
                sheet, head, left, y, width
            )
            + 18
        )
    if subject_line:
        sheet.text(left, y, subject_line, bold=True, field="subject")
        y += sheet.points * 2.4
    sheet.text(left, y, GREETING[facts.language][0])
    y += sheet.points * 2.4
    body = r.sample(BODY[facts.language], r.randint(3, 5))
    for index in range(0, len(body), 2):
        text = " ".join(body[index : index + 2]).format(date=facts.date(-11), amount=facts.amount(facts.price(10, 900)))
        y = _paragraph(sheet, left, y, width, text) + sheet.points * 0.8
    if settle:
        y = _paragraph(sheet, left, y, width, SETTLE[facts.language] + settle + ".", "due_date", settle) + sheet.points * 0.8
    sheet.text(left, y + 8, GREETING[facts.language][1])
    sheet.text(left, y + 60, facts.person())
    return expected


def form(sheet, r, facts):
    expected = dict.fromkeys(facts.labels)
    first, last = facts.person().split()
    birth = facts.date(-r.randint(7000, 25000))
    plain = unicodedata.normalize("NFKD", f"{first[0]}.{last}".lower().replace("ß", "ss")).encode("ascii", "ignore").decode()
    email = f"{plain.replace(chr(39), '')}@{r.choice(['mail.test', 'post.example', 'home.example'])}"
    values = {
        "first_name": first,
        "last_name": last,
        "date_of_birth": birth,
        "phone": facts.phone(),
        "email": email,
        "policy_number": facts.number(),
    }
    hand = {"face": "LiberationMono"} if r.random() < 0.3 else {}
    entries = []
    for field, value in values.items():
        x = r.random()
        if x < 0.8:
            entries.append(_entry(facts, expected, field, value, hand))
        elif x < 0.9:  # asked for on the form and left empty
            entries.append((None, facts.label(field), "", {}))
    entries += _others(r, facts, 3)
    if r.random() < 0.25:
        r.shuffle(entries)
    left, end = 60, sheet.width - 60
    sheet.text(left, 70, r.choice(FORMS[facts.language]), bold=True, points=sheet.points + 6)
    sheet.text(left, 92, facts.company())
    y = 130
    way = r.choice(["boxes below labels", "lines beside labels", "ruled", "halves", "boxes beside labels"])
    if way == "ruled":
        y = lay.ruled(sheet, entries, left, y, end - left)
    elif way == "halves":
        y = lay.halves(sheet, entries, left, y, end - left)
    elif way == "boxes below labels":
        columns, high = r.choice([1, 2, 2]), sheet.points * 2.2
        cell = (end - left) / columns
        for index, (field, label, value, style) in enumerate(entries):
            x, top = left + cell * (index % columns), y + (high + sheet.points * 2.4) * (index // columns)
            sheet.text(x, top, label)
            sheet.box(x, top + 5, cell - 18, high)
            if sheet.wide(value, **style) > cell - 30:
                raise lay.DoesNotFit
            sheet.text(x + 7, top + 5 + high * 0.66, value, field=field, **style)
        y += (high + sheet.points * 2.4) * -(-len(entries) // columns)
    else:
        column = left + max(sheet.wide(label) for _, label, _, _ in entries) + 16
        for field, label, value, style in entries:
            sheet.text(left, y, label)
            if way == "lines beside labels":
                sheet.rule(column, y + 4, end, y + 4)
            else:
                sheet.box(column, y - sheet.points * 1.2, end - column, sheet.points * 1.8)
            sheet.text(column + 6, y, value, field=field, **style)
            y += sheet.points * 2.4
    for index, line in enumerate(SMALL_PRINT[facts.language]):
        sheet.text(left, y + 24 + 34 * index, line)
    return expected


# How often a kind is made, its page sizes and the sizes of its type.
KINDS = {
    "invoice": (invoice, 50, [A4, A4, LETTER], (8, 13)),
    "receipt": (receipt, 18, [(80 * mm, 150 * mm), (100 * mm, 160 * mm)], (8, 10)),
    "letter": (letter, 16, [A4, LETTER], (9, 13)),
    "form": (form, 16, [A4, LETTER], (9, 12.5)),
}
