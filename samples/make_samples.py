#!/usr/bin/env python3
"""Makes the documents of this folder, each beside NAME.expected.json, the `fields` that should be read from it.

usage: make_samples.py      (needs requirements.txt, Debian's poppler-utils, fonts-liberation, fonts-dejavu, fonts-crosextra-carlito)

Everything is invented and seeded: the same versions give the same files. Scans are the clean documents rendered at
200 dpi, leaned, blurred, speckled and compressed, with no text layer.
"""
import io
import json
import os
import subprocess
import tempfile

import numpy as np
from PIL import Image, ImageFilter
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen import canvas

HERE = os.path.dirname(os.path.abspath(__file__))
FONTS = {
    "Sans": "liberation/LiberationSans-Regular.ttf",
    "SansBold": "liberation/LiberationSans-Bold.ttf",
    "Serif": "liberation/LiberationSerif-Regular.ttf",
    "SerifBold": "liberation/LiberationSerif-Bold.ttf",
    "Carlito": "crosextra/Carlito-Regular.ttf",
    "CarlitoBold": "crosextra/Carlito-Bold.ttf",
    "DejaVu": "dejavu/DejaVuSans.ttf",
    "DejaVuBold": "dejavu/DejaVuSans-Bold.ttf",
    "Mono": "dejavu/DejaVuSansMono.ttf",
}


class Sheet:
    """A page with its origin at the top left, in points."""

    def __init__(self, name, size=A4):
        self.path = os.path.join(HERE, name + ".pdf")
        self.width, self.height = size
        self.canvas = canvas.Canvas(self.path, pagesize=size, invariant=1)
        self.canvas.setTitle(name)
        self.canvas.setCreator("samples/make_samples.py")

    def text(self, x, y, text, font="Sans", size=10, align="left"):
        self.canvas.setFont(font, size)
        draw = {"left": self.canvas.drawString, "right": self.canvas.drawRightString,
                "centre": self.canvas.drawCentredString}[align]
        draw(x, self.height - y, text)

    def lines(self, x, y, rows, font="Sans", size=10, leading=14, align="left"):
        for row in rows:
            self.text(x, y, row, font, size, align)
            y += leading
        return y

    def rule(self, x0, y0, x1, y1, width=0.6):
        self.canvas.setLineWidth(width)
        self.canvas.line(x0, self.height - y0, x1, self.height - y1)

    def box(self, x, y, width, height):
        self.canvas.setLineWidth(0.6)
        self.canvas.rect(x, self.height - y - height, width, height)

    def next_page(self):
        self.canvas.showPage()

    def save(self):
        self.canvas.save()


def expect(name, fields):
    with open(os.path.join(HERE, name + ".expected.json"), "w") as file:
        json.dump(fields, file, indent=2, ensure_ascii=False)
        file.write("\n")


def items(rows):
    return [dict(zip(["description", "quantity", "unit_price", "amount"], row)) for row in rows]


def invoice():
    """Label and value side by side on the left, totals at the bottom right."""
    sheet = Sheet("invoice")
    sheet.text(60, 70, "Harbour Lane Supplies", "CarlitoBold", 20)
    sheet.lines(60, 90, ["14 Harbour Lane", "Bristol BS1 5TY"], "Carlito", 11)
    sheet.text(60, 150, "INVOICE", "CarlitoBold", 16)
    facts = [("Invoice number:", "HL-20417"), ("Invoice date:", "14 March 2025"), ("Due date:", "13 April 2025"),
             ("Customer number:", "C-3308"), ("Order number:", "PO-77812")]
    for index, (label, value) in enumerate(facts):
        sheet.text(60, 180 + 18 * index, label, "Carlito", 12)
        sheet.text(165, 180 + 18 * index, value, "Carlito", 12)
    sheet.lines(340, 180, ["Bill to", "Northfield Joinery", "3 Mill Street", "Leeds LS2 7EW"], "Carlito", 12, 18)
    columns = [60, 330, 430, 535]
    for x, head, align in zip(columns, ["Description", "Quantity", "Price", "Amount"], ["left"] + ["right"] * 3):
        sheet.text(x, 300, head, "CarlitoBold", 12, align)
    sheet.rule(60, 306, 535, 306)
    rows = [("Oak board 2.4 m", "12", "18.50", "222.00"), ("Brass hinge", "40", "3.20", "128.00"),
            ("Wood glue 1 l", "6", "9.75", "58.50"), ("Delivery", "1", "25.00", "25.00")]
    for index, row in enumerate(rows):
        for x, cell, align in zip(columns, row, ["left"] + ["right"] * 3):
            sheet.text(x, 324 + 18 * index, cell, "Carlito", 12, align)
    sheet.rule(60, 392, 535, 392)
    totals = [("Subtotal:", "433.50"), ("Tax:", "86.70"), ("Total:", "520.20")]
    for index, (label, value) in enumerate(totals):
        font = "CarlitoBold" if label == "Total:" else "Carlito"
        sheet.text(400, 414 + 18 * index, label, font, 12)
        sheet.text(535, 414 + 18 * index, value, font, 12, "right")
    sheet.text(60, 520, "Payment terms:", "Carlito", 12)
    sheet.text(165, 520, "30 days net", "Carlito", 12)
    sheet.text(60, 538, "Currency:", "Carlito", 12)
    sheet.text(165, 538, "GBP", "Carlito", 12)
    sheet.text(60, 790, "Thank you for your order.", "Carlito", 10)
    sheet.save()
    expect("invoice", {"invoice_number": "HL-20417", "invoice_date": "14 March 2025", "due_date": "13 April 2025",
                       "customer_number": "C-3308", "order_number": "PO-77812", "subtotal": "433.50", "tax": "86.70",
                       "total": "520.20", "currency": "GBP", "payment_terms": "30 days net",
                       "items": items(rows)})


def invoice_right_block():
    """A block of facts at the top right, labels above their values; no order number."""
    sheet = Sheet("invoice-block")
    sheet.text(56, 70, "Meridian Print Works", "SerifBold", 18)
    sheet.lines(56, 88, ["Unit 5, Canal Yard", "Oxford OX1 2JD"], "Serif", 11)
    sheet.text(540, 70, "Invoice", "SerifBold", 18, "right")
    facts = [("Invoice number", "2025-0093"), ("Invoice date", "02/05/2025"), ("Due date", "01/06/2025"),
             ("Customer number", "48120")]
    for index, (label, value) in enumerate(facts):
        x, y = 330 + 110 * (index % 2), 120 + 44 * (index // 2)
        sheet.text(x, y, label, "SerifBold", 11)
        sheet.text(x, y + 16, value, "Serif", 12)
    sheet.lines(56, 130, ["Fenwick & Sons", "21 Station Road", "Reading RG1 1LZ"], "Serif", 12, 16)
    sheet.rule(56, 240, 540, 240)
    columns = [56, 390, 540]
    for x, head, align in zip(columns, ["Item", "Quantity", "Amount"], ["left", "right", "right"]):
        sheet.text(x, 256, head, "SerifBold", 12, align)
    sheet.rule(56, 262, 540, 262)
    rows = [("Business cards, matt", "500", "84.00"), ("Letterhead A4", "1000", "132.00"),
            ("Folded leaflet, six pages", "2500", "415.00")]
    for index, row in enumerate(rows):
        for x, cell, align in zip(columns, row, ["left", "right", "right"]):
            sheet.text(x, 282 + 18 * index, cell, "Serif", 12, align)
    sheet.rule(340, 346, 540, 346)
    for index, (label, value) in enumerate([("Subtotal", "631.00"), ("Tax", "126.20"), ("Total", "757.20")]):
        font = "SerifBold" if label == "Total" else "Serif"
        sheet.text(340, 364 + 18 * index, label, font, 12)
        sheet.text(540, 364 + 18 * index, value, font, 12, "right")
    sheet.save()
    expect("invoice-block", {"invoice_number": "2025-0093", "invoice_date": "02/05/2025", "due_date": "01/06/2025",
                             "customer_number": "48120", "order_number": None, "subtotal": "631.00", "tax": "126.20",
                             "total": "757.20", "currency": None, "payment_terms": None,
                             "items": items([(item, quantity, None, amount) for item, quantity, amount in rows])})


def receipt():
    """A narrow till receipt in a typewriter face."""
    sheet = Sheet("receipt", (80 * mm, 120 * mm))
    centre = sheet.width / 2
    sheet.text(centre, 26, "CORNER CAFE", "Mono", 12, "centre")
    sheet.text(centre, 40, "8 Market Square", "Mono", 8, "centre")
    facts = [("Receipt number:", "004512"), ("Date:", "2025-06-21"), ("Cashier:", "Maria")]
    for index, (label, value) in enumerate(facts):
        sheet.text(14, 66 + 13 * index, label, "Mono", 9)
        sheet.text(110, 66 + 13 * index, value, "Mono", 9)
    sheet.rule(14, 104, 213, 104)
    for index, (item, price) in enumerate([("Espresso", "2.40"), ("Flat white", "3.60"), ("Carrot cake", "4.25"),
                                           ("Orange juice", "3.10")]):
        sheet.text(14, 118 + 13 * index, item, "Mono", 9)
        sheet.text(213, 118 + 13 * index, price, "Mono", 9, "right")
    sheet.rule(14, 164, 213, 164)
    for index, (label, value) in enumerate([("Total:", "13.35"), ("Amount paid:", "20.00"), ("Change:", "6.65")]):
        sheet.text(14, 180 + 14 * index, label, "Mono", 10)
        sheet.text(213, 180 + 14 * index, value, "Mono", 10, "right")
    sheet.text(centre, 240, "Please come again", "Mono", 9, "centre")
    sheet.save()
    expect("receipt", {"receipt_number": "004512", "date": "2025-06-21", "cashier": "Maria", "total": "13.35",
                       "amount_paid": "20.00", "change": "6.65"})


def letter():
    """A business letter with a few labelled facts."""
    sheet = Sheet("letter")
    sheet.text(70, 80, "Ashdown Water Company", "SansBold", 16)
    sheet.lines(70, 98, ["Customer Services", "PO Box 210, Lewes BN7 1XX"], "Sans", 10)
    sheet.lines(70, 160, ["Mrs Helen Porter", "9 Orchard Close", "Uckfield TN22 1AB"], "Sans", 11, 15)
    for index, (label, value) in enumerate([("Date:", "3 February 2025"), ("Reference:", "AW/55201"),
                                            ("Subject:", "Meter reading")]):
        sheet.text(70, 230 + 17 * index, label, "Sans", 11)
        sheet.text(140, 230 + 17 * index, value, "Sans", 11)
    sheet.lines(70, 310, ["Dear Mrs Porter,", "", "Thank you for sending us the reading of your water meter.",
                          "We have changed your account and the next bill will be lower.",
                          "You do not need to do anything.", "",
                          "If you have a question, please call us on any working day",
                          "between eight and six and give the reference above.", "", "Yours sincerely,"],
                "Sans", 11, 17)
    sheet.lines(70, 520, ["James Whitlock", "Head of Customer Services"], "Sans", 11, 16)
    sheet.save()
    expect("letter", {"date": "3 February 2025", "reference": "AW/55201", "subject": "Meter reading",
                      "due_date": None})


def form():
    """A form with boxes: the label stands above the box that holds the value."""
    sheet = Sheet("form")
    sheet.text(60, 70, "Application for a library card", "DejaVuBold", 16)
    fields = [("First name", "Thomas"), ("Last name", "Underwood"), ("Date of birth", "1987-11-05"),
              ("Phone", "01865 240113"), ("Email", "t.underwood@mail.test"), ("Policy number", "LB-90021")]
    for index, (label, value) in enumerate(fields):
        x, y = 60 + 245 * (index % 2), 120 + 66 * (index // 2)
        sheet.text(x, y, label, "DejaVu", 10)
        sheet.box(x, y + 7, 225, 26)
        sheet.text(x + 8, y + 25, value, "DejaVu", 11)
    sheet.lines(60, 350, ["I have read the rules of the library and will keep to them.",
                          "The card may not be given to another person."], "DejaVu", 10, 16)
    sheet.save()
    expect("form", {"first_name": "Thomas", "last_name": "Underwood", "date_of_birth": "1987-11-05",
                    "phone": "01865 240113", "email": "t.underwood@mail.test", "policy_number": "LB-90021"})


def report():
    """Three pages with headings, paragraphs and a table."""
    sheet = Sheet("report")
    sheet.text(70, 90, "Quarterly Safety Report", "SerifBold", 22)
    for index, (label, value) in enumerate([("Report number:", "QS-118"), ("Prepared by:", "Anna Lindqvist"),
                                            ("Period:", "April to June 2025")]):
        sheet.text(70, 130 + 18 * index, label, "Serif", 12)
        sheet.text(170, 130 + 18 * index, value, "Serif", 12)
    paragraph = ["This report covers all sites of the company. Every site was visited",
                 "at least once, and two of them were visited twice. The number of",
                 "accidents went down, and no person had to stay away from work for",
                 "more than three days. The details stand on the next two pages."]
    sheet.text(70, 220, "1 Summary", "SerifBold", 15)
    sheet.lines(70, 244, paragraph, "Serif", 12, 17)
    sheet.next_page()
    sheet.text(70, 90, "2 Visits", "SerifBold", 15)
    columns = [70, 280, 440]
    for x, head in zip(columns, ["Site", "Date of visit", "Findings"]):
        sheet.text(x, 120, head, "SerifBold", 12)
    sheet.rule(70, 126, 530, 126)
    rows = [("Harbour store", "2025-04-09", "2"), ("Mill workshop", "2025-04-23", "5"), ("Main office", "2025-05-14", "0"),
            ("Canal depot", "2025-06-03", "3"), ("Harbour store", "2025-06-18", "1")]
    for index, row in enumerate(rows):
        for x, cell in zip(columns, row):
            sheet.text(x, 144 + 18 * index, cell, "Serif", 12)
    sheet.next_page()
    sheet.text(70, 90, "3 What comes next", "SerifBold", 15)
    sheet.lines(70, 116, ["The workshop gets new guards on both saws before August.",
                          "All fire doors are to be checked once a month.",
                          "The next report will be written in October."], "Serif", 12, 17)
    sheet.save()
    expect("report", {"report_number": "QS-118", "prepared_by": "Anna Lindqvist", "period": "April to June 2025"})


STATEMENT = [
    ("02 May 2025", "Salary, Northfield Joinery", None, "2,450.00"), ("03 May 2025", "Rent", "980.00", None),
    ("05 May 2025", "Card payment to Corner Cafe, Market Square", "13.35", None), ("06 May 2025", "Water bill", "41.20", None),
    ("08 May 2025", "Cash withdrawal", "60.00", None), ("09 May 2025", "Refund, Harbour Lane Supplies", None, "58.50"),
    ("12 May 2025", "Card payment to Mill Street Garage for tyres", "212.00", None), ("14 May 2025", "Telephone", "18.99", None),
    ("15 May 2025", "Insurance", "33.40", None), ("16 May 2025", "Card payment", "7.80", None),
    ("19 May 2025", "Transfer from Helen Porter", None, "120.00"), ("20 May 2025", "Groceries", "84.16", None),
    ("22 May 2025", "Train ticket", "46.70", None), ("23 May 2025", "Library card", "5.00", None),
    ("26 May 2025", "Card payment to Meridian Print Works, Oxford", "84.00", None), ("28 May 2025", "Interest", None, "1.12"),
    ("30 May 2025", "Account fee", "4.00", None),
]


def statement():
    """An account over three pages: heads on the first two, sums carried forward, descriptions of two lines."""
    sheet = Sheet("statement")
    columns = [56, 140, 395, 465, 540]
    aligns = ["left", "left", "right", "right", "right"]

    def line(y, cells, font="Sans"):
        for x, cell, align in zip(columns, cells, aligns):
            sheet.text(x, y, cell or "", font, 10, align)

    def heads(y):
        line(y, ["Date", "Details", "Paid out", "Paid in", "Balance"], "SansBold")
        sheet.rule(56, y + 5, 540, y + 5)

    sheet.text(56, 70, "Halden Bank", "SansBold", 18)
    sheet.lines(56, 100, ["Thomas Underwood", "9 Orchard Close", "Uckfield TN22 1AB"], "Sans", 10, 14)
    for index, (label, value) in enumerate([("Account number:", "20417733"), ("Period:", "May 2025")]):
        sheet.text(330, 100 + 16 * index, label, "Sans", 10)
        sheet.text(440, 100 + 16 * index, value, "Sans", 10)
    balance, y, expected = 50000, 196, []
    heads(180)
    line(y, [None, "Balance brought forward", None, None, "500.00"])
    for index, (date, details, paid_out, paid_in) in enumerate(STATEMENT):
        if index in (6, 13):
            line(y + 18, [None, "Carried forward", None, None, f"{balance / 100:,.2f}"])
            sheet.next_page()
            sheet.text(56, 60, "Halden Bank", "SansBold", 11)
            sheet.text(540, 60, f"Page {2 if index == 6 else 3}", "Sans", 9, "right")
            if index == 6:
                heads(90)
            y = 90
            line(y + 18, [None, "Brought forward", None, None, f"{balance / 100:,.2f}"])
            y += 18
        balance += sum(int(text.replace(",", "").replace(".", "")) * sign for text, sign in ((paid_out, -1), (paid_in, 1)) if text)
        y += 18
        words = details.split(" ")
        line(y, [date, " ".join(words[:5]), paid_out, paid_in, f"{balance / 100:,.2f}"])
        if words[5:]:
            y += 12
            line(y, [None, " ".join(words[5:]), None, None, None])
        expected.append({"date": date, "details": details, "paid_out": paid_out, "paid_in": paid_in,
                         "balance": f"{balance / 100:,.2f}"})
    sheet.rule(56, y + 5, 540, y + 5)
    sheet.text(395, y + 30, "Closing balance:", "SansBold", 10, "right")
    sheet.text(540, y + 30, f"{balance / 100:,.2f}", "SansBold", 10, "right")
    sheet.save()
    expect("statement", {"account_number": "20417733", "period": "May 2025", "closing_balance": f"{balance / 100:,.2f}",
                         "transactions": expected})


def scan(name, lean, seed):
    """The clean document as a scanner would have delivered it."""
    generator = np.random.default_rng(seed)
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["pdftoppm", "-r", "200", "-gray", "-png", os.path.join(HERE, name + ".pdf"), folder + "/page"],
                       check=True)
        pages = [Image.open(os.path.join(folder, file)).convert("L") for file in sorted(os.listdir(folder))]
    out = None
    for page in pages:
        size = (page.width * 72 / 200, page.height * 72 / 200)
        page = page.rotate(lean, Image.Resampling.BICUBIC, fillcolor=255).filter(ImageFilter.GaussianBlur(0.5))
        pixels = np.asarray(page, dtype=np.float32)
        shade = np.linspace(0, 8, page.width)[None, :]
        pixels = 246 - (255 - pixels) * 0.9 - shade + generator.normal(0, 3.5, pixels.shape)
        pixels[generator.random(pixels.shape) < 0.0001] = 70
        picture = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
        compressed = io.BytesIO()
        picture.save(compressed, "JPEG", quality=55)
        if out is None:
            out = canvas.Canvas(os.path.join(HERE, name + "-scan.pdf"), pagesize=size, invariant=1)
        out.setPageSize(size)
        out.drawImage(ImageReader(io.BytesIO(compressed.getvalue())), 0, 0, *size)
        out.showPage()
    out.save()
    with open(os.path.join(HERE, name + ".expected.json")) as file:
        expect(name + "-scan", json.load(file))


def main():
    for name, file in FONTS.items():
        pdfmetrics.registerFont(TTFont(name, "/usr/share/fonts/truetype/" + file))
    for make in (invoice, invoice_right_block, receipt, letter, form, report, statement):
        make()
    scan("invoice", 0.6, 1)
    scan("receipt", -0.8, 2)
    scan("letter", 0.4, 3)


if __name__ == "__main__":
    main()
