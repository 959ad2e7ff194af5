"""A page to print facts on, which remembers where each field's value stands; and the ways to set out labels and values."""

from PIL import ImageFont
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen import canvas

FONTS = "/usr/share/fonts/truetype/"
# A family, its regular and bold file, whether it is a typewriter face. The last ones the reader was not trained on
# (training/fonts.txt).
FACES = [
    ("LiberationSans", "liberation/LiberationSans-Regular.ttf", "liberation/LiberationSans-Bold.ttf", False),
    ("LiberationSerif", "liberation/LiberationSerif-Regular.ttf", "liberation/LiberationSerif-Bold.ttf", False),
    ("LiberationMono", "liberation/LiberationMono-Regular.ttf", "liberation/LiberationMono-Bold.ttf", True),
    ("DejaVuSans", "dejavu/DejaVuSans.ttf", "dejavu/DejaVuSans-Bold.ttf", False),
    ("DejaVuSerif", "dejavu/DejaVuSerif.ttf", "dejavu/DejaVuSerif-Bold.ttf", False),
    ("DejaVuSansMono", "dejavu/DejaVuSansMono.ttf", "dejavu/DejaVuSansMono-Bold.ttf", True),
    ("Carlito", "crosextra/Carlito-Regular.ttf", "crosextra/Carlito-Bold.ttf", False),
    ("FreeSerif", "freefont/FreeSerif.ttf", "freefont/FreeSerifBold.ttf", False),
    ("OpenSans", "open-sans/OpenSans-Regular.ttf", "open-sans/OpenSans-Bold.ttf", False),
    ("NotoSans", "noto/NotoSans-Regular.ttf", "noto/NotoSans-Bold.ttf", False),
    ("Caladea", "crosextra/Caladea-Regular.ttf", "crosextra/Caladea-Bold.ttf", False),
    ("Lato", "lato/Lato-Regular.ttf", "lato/Lato-Bold.ttf", False),
    ("FiraCode", "firacode/FiraCode-Regular.ttf", "firacode/FiraCode-Bold.ttf", True),
]
UNTRAINED = {"Caladea", "Lato", "FiraCode"}
SCALE = 200  # pixels to the em where ink is measured


def register_fonts():
    for name, regular, bold, _ in FACES:
        pdfmetrics.registerFont(TTFont(name, FONTS + regular))
        pdfmetrics.registerFont(TTFont(name + "Bold", FONTS + bold))


class DoesNotFit(Exception):
    """Two texts overlap or one leaves the page: this draw of the dice gives no document."""


class Sheet:
    """Pages with the origin at the top left, in points; `places` holds the ink of each field's value."""

    _ink = {}

    def __init__(self, path, title, size, face, points):
        self.width, self.height = size
        self.face, self.points = face, points
        self.canvas = canvas.Canvas(path, pagesize=size, invariant=1)
        self.canvas.setTitle(title)
        self.canvas.setCreator("samples/make_documents.py")
        self.page, self.places, self.printed = 1, {}, []

    def text(self, x, y, text, bold=False, points=None, align="left", field=None, before="", after="", face=None):
        """Prints `before + text + after` with its baseline at y; `text` alone is the field's value."""
        whole = before + text + after
        if not whole:
            return
        points = points or self.points
        font = (face or self.face) + ("Bold" if bold else "")
        x -= {"left": 0, "centre": 0.5, "right": 1}[align] * pdfmetrics.stringWidth(whole, font, points)
        self.canvas.setFont(font, points)
        self.canvas.drawString(x, self.height - y, whole)
        self._print(self.ink(whole, font, points, x, y))
        if field:
            start = x + pdfmetrics.stringWidth(before, font, points)
            self.places.setdefault(field, []).append((self.page, self.ink(text, font, points, start, y)))

    def wide(self, text, bold=False, points=None, face=None):
        return pdfmetrics.stringWidth(text, (face or self.face) + ("Bold" if bold else ""), points or self.points)

    def lines(self, x, y, rows, align="left", **style):
        for row in rows:
            self.text(x, y, row, align=align, **style)
            y += self.points * 1.35
        return y

    def rule(self, x0, y0, x1, y1, width=0.6):
        self.canvas.setLineWidth(width)
        self.canvas.line(x0, self.height - y0, x1, self.height - y1)

    def box(self, x, y, width, height, fill=None):
        self.canvas.setLineWidth(0.6)
        if fill is not None:
            self.canvas.setFillGray(fill)
        self.canvas.rect(x, self.height - y - height, width, height, fill=fill is not None, stroke=fill is None)
        self.canvas.setFillGray(0)

    def next_page(self):
        self.canvas.showPage()
        self.page, self.printed = self.page + 1, []

    def save(self):
        self.canvas.save()

    @classmethod
    def ink(cls, text, font, points, x, y):
        """The box of a text's ink: its outer glyphs give the sides, all of them top and bottom."""
        text_width = pdfmetrics.stringWidth(text, font, points)
        path = pdfmetrics.getFont(font).face.filename
        measure = cls._ink.setdefault(path, ImageFont.truetype(path, SCALE, layout_engine=ImageFont.Layout.BASIC))
        boxes = [measure.getbbox(character, anchor="ls") for character in text.replace(" ", "")]
        scale = points / SCALE
        tail = pdfmetrics.stringWidth(text.rstrip()[-1], font, points)
        right = x + text_width - tail + boxes[-1][2] * scale
        return [x + boxes[0][0] * scale, y + min(b[1] for b in boxes) * scale, right, y + max(b[3] for b in boxes) * scale]

    def _print(self, box):
        if box[0] < 8 or box[1] < 8 or box[2] > self.width - 8 or box[3] > self.height - 8:
            raise DoesNotFit
        for other in self.printed:
            if box[0] < other[2] + 2 and other[0] < box[2] + 2 and box[1] < other[3] and other[1] < box[3]:
                raise DoesNotFit
        self.printed.append(box)


# Ways to set out facts, each a (field or None, label, value or "", style of the value): they print from y on and return the next free y.


def beside(sheet, facts, x, y, width, gap=12):
    column = x + max(sheet.wide(label) for _, label, _, _ in facts) + gap
    for field, label, value, style in facts:
        sheet.text(x, y, label)
        sheet.text(column, y, value, field=field, **style)
        y += sheet.points * 1.5
    return y


def beside_bold(sheet, facts, x, y, width):
    column = x + max(sheet.wide(label, bold=True) for _, label, _, _ in facts) + 18
    for field, label, value, style in facts:
        sheet.text(x, y, label, bold=True)
        sheet.text(column, y, value, field=field, **style)
        y += sheet.points * 1.7
    return y


def inline(sheet, facts, x, y, width):
    for field, label, value, style in facts:
        sheet.text(x, y, value, field=field, before=label + " ", **style)
        y += sheet.points * 1.5
    return y


def right(sheet, facts, x, y, width):
    for field, label, value, style in facts:
        sheet.text(x, y, label)
        sheet.text(x + width, y, value, align="right", field=field, **style)
        y += sheet.points * 1.55
    return y


def ruled(sheet, facts, x, y, width):
    """A table of two columns with lines around every cell."""
    step = sheet.points * 1.9
    middle = x + max(sheet.wide(label) for _, label, _, _ in facts) + 12
    end = max(x + width, middle + 12 + max(sheet.wide(value, **style) for _, _, value, style in facts))
    for field, label, value, style in facts:
        sheet.box(x, y - step * 0.66, middle - x, step)
        sheet.box(middle, y - step * 0.66, end - middle, step)
        sheet.text(x + 5, y, label)
        sheet.text(middle + 5, y, value, field=field, **style)
        y += step
    return y + 4


def above(sheet, facts, x, y, width, most=3):
    """Labels above their values, in a grid."""
    cell = 16 + max(max(sheet.wide(label), sheet.wide(value, **style)) for _, label, value, style in facts)
    columns = max(1, min(most, int(width // cell)))
    cell = max(cell, width / columns * 0.8)
    for index, (field, label, value, style) in enumerate(facts):
        left, top = x + cell * (index % columns), y + sheet.points * 3.6 * (index // columns)
        sheet.text(left, top, label, bold=True, points=max(8, sheet.points - 1))
        sheet.text(left, top + sheet.points * 1.35, value, field=field, **style)
    return y + sheet.points * 3.6 * -(-len(facts) // columns)


def strip(sheet, facts, x, y, width):
    """One row of heads on a shade, the values beneath."""
    needs = [14 + max(sheet.wide(label), sheet.wide(value, **style)) for _, label, value, style in facts]
    if sum(needs) > width:
        return above(sheet, facts, x, y, width)
    spare = (width - sum(needs)) / len(facts)
    sheet.box(x, y - sheet.points * 1.1, width, sheet.points * 1.6, fill=0.88)
    left = x + 5
    for (field, label, value, style), need in zip(facts, needs):
        sheet.text(left, y, label)
        sheet.text(left, y + sheet.points * 1.8, value, field=field, **style)
        left += need + spare
    return y + sheet.points * 3.6


def halves(sheet, facts, x, y, width):
    """Two columns of labels beside values."""
    middle = (len(facts) + 1) // 2
    ends = [
        beside(sheet, part, x + offset, y, width / 2)
        for part, offset in ((facts[:middle], 0), (facts[middle:], width / 2))
        if part
    ]
    return max(ends)


NARROW = [beside, beside_bold, inline, right, ruled, above]
WIDE = [strip, halves, above, beside, ruled]
