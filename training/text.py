"""Random text of the kinds that stand on business documents. Nothing in it can be guessed from its surroundings."""

import random

import languages
from alphabet import CHARACTERS
from languages import Language

# A few words of neighbouring languages, whose letters are in the alphabet too.
FOREIGN = """
œuvre bœuf Œuvre São João coração não município endereço preço ação ações smörgåsbord Malmö Århus Ærø fødselsdag
København
blåbær ångström Skåne žlutý Škoda Žižkov šest žena Þór Ísland ðað søndag året på één coöperatie señal Übergröße Maßstäbe
""".split()

ACCENTED = {
    "a": "àáâãäå",
    "c": "ç",
    "e": "èéêë",
    "i": "ìíîï",
    "n": "ñ",
    "o": "òóôõöø",
    "s": "šß",
    "u": "ùúûü",
    "y": "ýÿ",
    "z": "ž",
    "A": "ÀÁÂÃÄÅÆ",
    "C": "Ç",
    "E": "ÈÉÊË",
    "I": "ÌÍÎÏ",
    "N": "Ñ",
    "O": "ÒÓÔÕÖØŒ",
    "S": "Š",
    "U": "ÙÚÛÜ",
    "Y": "ÝŸ",
    "Z": "Ž",
}
SIGNS = [*"-–—•&/+=%@#x*|§©®™…✓→×−±÷‰¶†‡<>~^", "°C", "->", "[ ]", "[x]", "No.", "Nr.", "n°", "N°", "m²", "µm", "½", "¼"]
CURRENCIES = ["EUR", "USD", "GBP", "CHF", "SEK", "JPY"]
UNITS = [
    "kg",
    "g",
    "mm",
    "cm",
    "m",
    "m²",
    "m³",
    "km",
    "l",
    "ml",
    "h",
    "min",
    "s",
    "pcs.",
    "Stk.",
    "kWh",
    "MB",
    "°C",
    "%",
    "x",
]


def words() -> list[str]:
    """The English word list."""
    return languages.words("en")


def word(r: random.Random, language: Language | None = None) -> str:
    """One word in a random case, now and then accented."""
    listed = languages.words(language.code if language else "en")
    w = r.choice(FOREIGN if r.random() < 0.02 else listed)
    x = r.random()
    w = w.capitalize() if x < 0.22 else w.upper() if x < 0.32 and "ß" not in w and "ÿ" not in w else w
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
    if style < 0.05:
        number = f"{whole:,}.{cents:02d}".replace(",", r.choice("''’"))  # as in Switzerland
    elif style < 0.35:
        number = f"{whole:,}.{cents:02d}"
    elif style < 0.65:
        number = f"{whole}.{cents:02d}"
    elif style < 0.85:
        number = f"{whole:,}".replace(",", ".") + f",{cents:02d}"
    else:
        number = f"{whole} {cents:02d}" if style < 0.87 else f"{whole},{cents:02d}"
    mark = r.random()
    if mark < 0.2:
        return r.choice("$€£¥") + r.choice(["", "", "", " "]) + number
    if mark < 0.35:
        return number + " " + r.choice(["€", "€", *CURRENCIES])
    if mark < 0.38:
        return f"({number})"
    return (r.choice("-−–") if mark > 0.96 else "") + number


def month(r: random.Random) -> str:
    """The English name of a month."""
    return r.choice(languages.BY_CODE["en"].months)


def date(r: random.Random, language: Language | None = None) -> str:
    """A date in one of the usual notations."""
    y, m, d = r.randint(1950, 2035), r.randint(1, 12), r.randint(1, 31)
    tongue = language or languages.BY_CODE["en"]
    month, short = tongue.months[m - 1], tongue.months[m - 1][:3]
    if tongue.code != "en" and r.random() < 0.4:
        middle = {"de": ". ", "es": " de "}.get(tongue.code, " ")
        return f"{d}{middle}{month}{' de ' if tongue.code == 'es' else ' '}{y}"
    return r.choice(
        [
            f"{y}-{m:02d}-{d:02d}",
            f"{m}/{d}/{y}",
            f"{m:02d}/{d:02d}/{y}",
            f"{d:02d}.{m:02d}.{y}",
            f"{d}.{m}.{y}",
            f"{d} {month} {y}",
            f"{month} {d}, {y}",
            f"{d} {short} {y}",
            f"{d:02d}-{short}-{y}",
            f"{d:02d}/{m:02d}/{y % 100:02d}",
        ]
    )


def code(r: random.Random) -> str:
    """A reference such as INV-20394 or 4711/B."""
    prefix = r.choice(["INV", "PO", "No", "ID", "REF", "RE", "K", "C", "SKU", "A", "R", "TX", "Z"])
    body = digits(r, r.randint(2, 8))
    if r.random() < 0.3:
        body = body[:-2] + "-" + body[-2:]
    if r.random() < 0.15:
        body += "/" + r.choice("ABCDEFGHXYZ")
    return prefix + r.choice(["-", "#", "/", ":", "", " ", "."]) + body if r.random() < 0.8 else body


def town(r: random.Random, name: str) -> str:
    """A town with its postal code: where capital letters and digits that look like them stand side by side."""
    letters = "ABCDEFGHIJKLMNOPRSTUVWXYZ"
    kind = r.random()
    if kind < 0.4:
        area = "".join(r.choice(letters) for _ in range(r.randint(1, 2))) + str(r.randint(1, 29))
        return f"{name} {area} {r.randint(1, 9)}{r.choice(letters)}{r.choice(letters)}"
    if kind < 0.6:
        return f"{name}, {r.choice(letters)}{r.choice(letters)} {digits(r, 5)}"
    return f"{digits(r, r.choice([4, 5, 5]))} {name}"


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
            f"+{n(2)} {n(3)} {n(7)}",
            f"({n(3)}) {n(3)}-{n(4)}",
            f"{n(3)}-{n(3)}-{n(4)}",
            f"0{n(3)} / {n(6)}",
            f"+{n(2)} {n(2)} {n(2)} {n(2)} {n(2)}",
        ]
    )


def quoted(r: random.Random, w: str, language: Language | None = None) -> str:
    """The text in a pair of the language's quotes."""
    pair = r.choice((language or languages.BY_CODE["en"]).quotes)
    return pair.replace("…", f" {w} " if pair == "«…»" and r.random() < 0.6 else w)


def _punctuated(r: random.Random, w: str, language: Language | None) -> str:
    x = r.random()
    if x < 0.14:
        return w + r.choice(",.:;!?")
    if x < 0.17:
        return f"({w})"
    if x < 0.195:
        return quoted(r, w, language)
    return w + r.choice("’’'") + "s" if x < 0.205 else w


def measure(r: random.Random) -> str:
    """A number with a unit."""
    number = digits(r, r.randint(1, 4)) + (r.choice(".,") + digits(r, r.randint(1, 2)) if r.random() < 0.4 else "")
    return number + r.choice([" ", " ", ""]) + r.choice(UNITS)


def piece(r: random.Random, language: Language | None = None) -> str:
    """One token of a random line."""
    x = r.random()
    if x < 0.53:
        return _punctuated(r, word(r, language), language)
    if x < 0.66:
        return amount(r)
    if x < 0.73:
        return date(r, language)
    if x < 0.8:
        return digits(r, min(r.randint(1, 8), r.randint(1, 8)))
    if x < 0.83:
        return measure(r)
    if x < 0.86:
        return code(r)
    if x < 0.87:
        return town(r, r.choice(["Oxford", "Orléans", "Oslo", r.choice(words()).capitalize()]))
    if x < 0.92:
        return r.choice(languages.phrases(language.code if language else "en"))
    if x < 0.94:
        return r.choice([email, phone, iban])(r)
    if x < 0.97:
        return r.choice(SIGNS)
    return "".join(r.choice(CHARACTERS[1:-1]) for _ in range(r.randint(1, 6)))
