"""What stands beside a label: values of the kinds that ``fields.txt`` names."""

import random
from collections.abc import Callable

import languages
import text

FIRST_NAMES = (
    "Anna James Maria Peter Sofia Thomas Léa Jürgen Emma Carlos Ingrid David Chloé Björn Sarah Michael Zoë Paul"
).split()
TERMS = [
    "Net 30 days",
    "Net 14",
    "30 days net",
    "Due on receipt",
    "14 Tage netto",
    "Cash on delivery",
    "2% 10, net 30",
    "Prepaid",
    "60 days",
    "30 jours fin de mois",
    "à réception",
    "60 días",
    "30 gg d.f.",
    "14 dagen",
    "sofort ohne Abzug",
]
STREETS = [
    "Main Street",
    "High Street",
    "Oak Avenue",
    "Hauptstraße",
    "Rue de la Paix",
    "Park Lane",
    "Via Roma",
    "Station Road",
    "Calle Mayor",
    "Dorpsstraat",
    "Bahnhofstr.",
    "avenue Foch",
    "Piazza Dante",
    "Rosenweg",
]
COMPANIES = [
    "GmbH",
    "Ltd.",
    "Inc.",
    "LLC",
    "AG",
    "SARL",
    "& Sons",
    "Corp.",
    "S.p.A.",
    "S.L.",
    "B.V.",
    "GmbH & Co. KG",
    "S.A.",
    "plc",
]
METHODS = [
    "Cash",
    "VISA",
    "Card",
    "Bank transfer",
    "PayPal",
    "Debit card",
    "Cheque",
    "Überweisung",
    "Virement",
    "Bonifico",
    "EC-Karte",
    "Transferencia",
    "iDEAL",
    "Lastschrift",
]


def _name(r: random.Random) -> str:
    return r.choice(languages.words(languages.choose(r).code)).capitalize()


def person(r: random.Random) -> str:
    """A first name and a last one."""
    return f"{r.choice(FIRST_NAMES)} {_name(r)}"


def _company(r: random.Random) -> str:
    return f"{_name(r)} {r.choice(COMPANIES)}"


def address(r: random.Random) -> str:
    """A house number and a street."""
    return f"{r.randint(1, 400)} {r.choice(STREETS)}"


def _city(r: random.Random) -> str:
    return text.town(r, _name(r))


def _period(r: random.Random) -> str:
    year, quarter = r.randint(2000, 2030), r.randint(1, 4)
    month, first, last = (text.month(r) for _ in range(3))
    return r.choice([f"Q{quarter} {year}", f"{month} {year}", f"{year}/{year + 1}", f"{first[:3]} - {last[:3]} {year}"])


def words(r: random.Random) -> str:
    """One to four words."""
    listed = languages.words(languages.choose(r).code)
    return " ".join(r.choice(listed) for _ in range(r.randint(1, 4))).capitalize()


def date(r: random.Random) -> str:
    """A date in one of the usual notations of a language."""
    return text.date(r, languages.choose(r))


def amount(r: random.Random) -> str:
    """A sum; now and then one whose groups repeat."""
    if r.random() < 0.85:
        return text.amount(r)
    number = (
        f"{r.randint(1, 999)}"
        + f",{r.choice(['000', '000', text.digits(r, 3)])}" * r.randint(1, 3)
        + r.choice([".00", ".00", "", ".99"])
    )
    return r.choice(["", "", "$", "€ "]) + number.translate(str.maketrans(",.", r.choice([",.", ".,", " ,"])))


def _iban(r: random.Random) -> str:
    if r.random() < 0.7:
        return text.iban(r)
    four = r.choice(["0000", text.digits(r, 4)])
    groups = [four if r.random() < 0.7 else text.digits(r, 4) for _ in range(4)]
    return " ".join([r.choice(["DE", "FR", "ES", "NL", "AT"]) + text.digits(r, 2), *groups, text.digits(r, 2)])


def _digits(r: random.Random) -> str:
    return text.digits(r, r.randint(1, 9))


def number(r: random.Random) -> str:
    """A reference; now and then one whose groups repeat."""
    if r.random() < 0.1:
        group = r.choice(["00", "000", text.digits(r, 2), text.digits(r, 3)])
        return r.choice(["", "", "INV-", "A"]) + r.choice("-./ ").join([group] * r.randint(2, 3))
    return r.choice([text.code, text.code, _digits])(r)


def _rate(r: random.Random) -> str:
    return r.choice([f"{r.randint(0, 30)}%", f"{r.randint(0, 30)} %", f"{r.randint(0, 30)}.{r.randint(0, 9)}%"])


KINDS: dict[str, Callable[[random.Random], str]] = {
    "number": number,
    "date": date,
    "amount": amount,
    "rate": _rate,
    "currency": lambda r: r.choice(text.CURRENCIES),
    "iban": _iban,
    "bic": lambda r: "".join(r.choice("ABCDEFGHIKLMNOPRSTUWX") for _ in range(8)),
    "terms": lambda r: r.choice(TERMS),
    "method": lambda r: r.choice(METHODS),
    "person": person,
    "first-name": lambda r: r.choice(FIRST_NAMES),
    "surname": _name,
    "company": _company,
    "phone": text.phone,
    "email": text.email,
    "address": address,
    "city": _city,
    "period": _period,
    "words": words,
    "count": lambda r: str(r.randint(1, 500)),
}
