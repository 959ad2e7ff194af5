"""Random text of the kinds that stand on business documents. Nothing in it can be guessed from its surroundings."""

import random
from functools import cache
from pathlib import Path

from alphabet import CHARACTERS

WORD_LIST = Path("/usr/share/dict/american-english")

FOREIGN = """
Straße Größe Übergabe für über Zahlungsziel Rechnung Rechnungsnummer Lieferschein Mehrwertsteuer Umsatzsteuer zuzüglich
Gemäß Bezüge München Köln Düsseldorf Nürnberg Zürich Österreich Stück Menge Betrag Gesamtbetrag Fällig Kündigung
Geschäftsführer Prüfung Empfänger Überweisung Währung Höhe Änderung Öffnung Bürgermeister Jäger Müller Schröder Weiß
facture numéro échéance règlement société à réception été déjà où garçon façon reçu français élève première hôtel
théâtre Noël maïs naïve cœur sœur œuvre bœuf Œuvre août pièce modèle qualité quantité désignation référence crédit
débit prélèvement année mañana señor niño corazón número dirección teléfono código página año España jamón São João
coração não município endereço preço ação ações perché città più già quantità totale fattura imponibile società
smörgåsbord Malmö Århus Ærø fødselsdag København blåbær ångström Skåne žlutý Škoda Žižkov šest žena Þór Ísland ðað
""".split()

PHRASES = """
Invoice|Invoice number|Invoice no.|Invoice date|Due date|Bill to|Ship to|Payment terms|Net 30 days|Purchase order
Order number|Customer number|Account number|Sales tax|VAT 20%|Subtotal|Grand total|Total due|Amount due|Balance due
Quantity|Unit price|Description|Thank you for your business!|Please pay within 14 days|Page 1 of 3|Tax ID
Date of birth|First name|Last name|Signature|Phone|E-mail|Address|City|Postal code|Country|Policy number
Dear Sir or Madam,|Dear Ms. Carter,|Yours sincerely,|Kind regards,|To whom it may concern|Subject: delivery delay
Cash|Change|Card payment|Receipt no.|Cashier|VISA **** 4821|Approved|Store 0412|Open 8 am - 10 pm|Returns within 30 days
Quarterly report|Executive summary|Table of contents|Figure 3|Table 2|Revenue grew by 12.4 % compared to last year.
Prepared by|Report number|Reporting period|Net income|Operating costs|Gross margin|See appendix B|Confidential
Bank transfer to|IBAN|BIC/SWIFT|Account holder|Rechnungs-Nr.|Rechnungsdatum|Zwischensumme|Gesamtbetrag|MwSt. 19 %
Bitte zahlen Sie bis zum|Vielen Dank für Ihren Auftrag|Montant à payer|Facture n°|Date d'échéance|Total TTC|TVA 20 %
"""
PHRASES = [phrase for phrase in PHRASES.replace("\n", "|").split("|") if phrase]

ACCENTED = {
    "a": "àáâãäå", "c": "ç", "e": "èéêë", "i": "ìíîï", "n": "ñ", "o": "òóôõöø", "s": "šß", "u": "ùúûü", "y": "ýÿ",
    "z": "ž", "A": "ÀÁÂÃÄÅÆ", "C": "Ç", "E": "ÈÉÊË", "I": "ÌÍÎÏ", "N": "Ñ", "O": "ÒÓÔÕÖØŒ", "S": "Š", "U": "ÙÚÛÜ",
    "Y": "ÝŸ", "Z": "Ž",
}  # fmt: skip
MONTHS = "January February March April May June July August September October November December".split()
SIGNS = [*"-–—•&/+=%@#x*|§©®™…✓→", "°C", "->", "[ ]", "[x]", "No.", "Nr.", "n°"]
CURRENCIES = ["EUR", "USD", "GBP", "CHF"]


@cache
def words() -> list[str]:
    """The Debian word list, possessive forms left out."""
    lines = WORD_LIST.read_text(encoding="utf-8").split()
    return [word for word in lines if not word.endswith("'s") and set(word) <= set(CHARACTERS)]


def word(r: random.Random) -> str:
    """One word in a random case, now and then accented."""
    w = r.choice(FOREIGN if r.random() < 0.08 else words())
    x = r.random()
    w = w.capitalize() if x < 0.22 else w.upper() if x < 0.32 and w.isascii() else w
    if r.random() < 0.03:
        w = "".join(r.choice(ACCENTED[c]) if c in ACCENTED and r.random() < 0.4 else c for c in w)
    return w


def digits(r: random.Random, count: int) -> str:
    """Random digits; now and then of two kinds only, for runs of equal ones are what a reader miscounts."""
    kinds = "0123456789" if r.random() < 0.75 else "0" + r.choice("0123456789")
    return "".join(r.choice(kinds) for _ in range(count))


def amount(r: random.Random) -> str:
    """A sum of money in one of the usual notations."""
    whole = int(digits(r, r.randint(1, 6)))
    cents = 0 if r.random() < 0.25 else r.randint(0, 99)
    style = r.random()
    if style < 0.35:
        number = f"{whole:,}.{cents:02d}"
    elif style < 0.65:
        number = f"{whole}.{cents:02d}"
    elif style < 0.85:
        number = f"{whole:,}".replace(",", ".") + f",{cents:02d}"
    else:
        number = f"{whole} {cents:02d}" if style < 0.87 else f"{whole},{cents:02d}"
    mark = r.random()
    if mark < 0.2:
        return r.choice("$€£") + number
    if mark < 0.35:
        return number + " " + r.choice(["€", *CURRENCIES])
    return ("-" if mark > 0.97 else "") + number


def date(r: random.Random) -> str:
    """A date in one of the usual notations."""
    y, m, d = r.randint(1950, 2035), r.randint(1, 12), r.randint(1, 31)
    month, short = MONTHS[m - 1], MONTHS[m - 1][:3]
    return r.choice(
        [
            f"{y}-{m:02d}-{d:02d}", f"{m}/{d}/{y}", f"{m:02d}/{d:02d}/{y}", f"{d:02d}.{m:02d}.{y}", f"{d}.{m}.{y}",
            f"{d} {month} {y}", f"{month} {d}, {y}", f"{d} {short} {y}", f"{d:02d}-{short}-{y}",
        ]
    )  # fmt: skip


def code(r: random.Random) -> str:
    """A reference such as INV-20394 or 4711/B."""
    prefix = r.choice(["INV", "PO", "No", "ID", "REF", "RE", "K", "C", "SKU", "A", "R", "TX", "Z"])
    body = digits(r, r.randint(2, 8))
    if r.random() < 0.3:
        body = body[:-2] + "-" + body[-2:]
    if r.random() < 0.15:
        body += "/" + r.choice("ABCDEFGHXYZ")
    return prefix + r.choice(["-", "#", "/", ":", "", " ", "."]) + body if r.random() < 0.8 else body


def iban(r: random.Random) -> str:
    """An IBAN in groups of four."""
    whole = r.choice(["DE", "FR", "GB", "ES", "IT", "NL", "AT", "CH"]) + digits(r, r.choice([16, 18, 20]))
    return " ".join(whole[i : i + 4] for i in range(0, len(whole), 4))


def email(r: random.Random) -> str:
    """An e-mail address."""
    name = r.choice(words()).lower() + r.choice([".", "_", "-", ""]) + r.choice(words()).lower()[: r.randint(1, 8)]
    host = r.choice(words()).lower()
    ascii_only = (name + "@" + host).encode("ascii", "ignore").decode().replace("'", "")
    return ascii_only + r.choice([".com", ".org", ".net", ".de", ".fr", ".co.uk", ".io"])


def phone(r: random.Random) -> str:
    """A telephone number."""

    def n(count: int) -> str:
        return digits(r, count)

    return r.choice(
        [
            f"+{n(2)} {n(3)} {n(7)}", f"({n(3)}) {n(3)}-{n(4)}", f"{n(3)}-{n(3)}-{n(4)}", f"0{n(3)} / {n(6)}",
            f"+{n(2)} {n(2)} {n(2)} {n(2)} {n(2)}",
        ]
    )  # fmt: skip


def _punctuated(r: random.Random, w: str) -> str:
    x = r.random()
    if x < 0.14:
        return w + r.choice(",.:;!?")
    for below, marked in ((0.17, f"({w})"), (0.18, f'"{w}"'), (0.185, f"„{w}“"), (0.2, f"{w}’s")):
        if x < below:
            return marked
    return w


def piece(r: random.Random) -> str:
    """One token of a random line."""
    x = r.random()
    if x < 0.55:
        return _punctuated(r, word(r))
    if x < 0.68:
        return amount(r)
    if x < 0.75:
        return date(r)
    if x < 0.82:
        return digits(r, min(r.randint(1, 8), r.randint(1, 8)))
    if x < 0.87:
        return code(r)
    if x < 0.92:
        return r.choice(PHRASES)
    if x < 0.94:
        return r.choice([email, phone, iban])(r)
    if x < 0.97:
        return r.choice(SIGNS)
    return "".join(r.choice(CHARACTERS[1:-1]) for _ in range(r.randint(1, 6)))
