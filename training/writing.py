"""Lines of the kinds that stand on printed papers, piece by piece: running text, rows of numbers, headings, repeats."""

import random
from collections.abc import Callable, Iterator

import languages
import text
from languages import Language

Pieces = Iterator[str]
DOUBLED = """
committee accommodation successfully balloon bookkeeper assessment Mississippi unnecessary address coffee possess
Tennessee aggressive addressee vacuum keenness Schifffahrt Stoffflasche Bestellliste Schlussstrich Kaffeeersatz Wasser
Balletttänzer commissionnaire occurrence zoeëven meeëten appelle successivement acción llave perro carrozzeria
mezzanotte
pittoresco villaggio voorraad grootte zeeën
""".split()


def mixed(r: random.Random, language: Language) -> Pieces:
    """Anything beside anything."""
    while True:
        yield text.piece(r, language)


def sentences(r: random.Random, language: Language) -> Pieces:
    """A stretch of running text; the reader must not be able to guess the words."""
    listed = languages.words(language.code)
    opening = r.random() < 0.35
    if not opening and r.random() < 0.1:  # the rest of a word cut at the end of the line above
        yield r.choice(listed)[-r.randint(2, 6) :]
    while True:
        w = r.choice(language.frequent if r.random() < 0.42 else listed)
        x = r.random()
        if x < 0.03:
            w = r.choice(
                [
                    text.amount,
                    text.measure,
                    text.code,
                    lambda r: text.date(r, language),
                    lambda r: str(r.randint(1, 99)),
                ]
            )(r)
        elif x < 0.045:
            w = f"{w}{r.choice([' – ', '—', ' — ', '-', '/'])}{r.choice(listed)}"
        elif x < 0.075:
            w = text.quoted(r, w, language)
        elif x < 0.09:
            w = f"({w})"
        elif x < 0.105:
            w += r.choice(["’s", "’s", "’t", "’", "’re"])
        elif x < 0.12:  # a name of a program, which papers about programs set in a typewriter face
            w = r.choice([f"{w}_{r.choice(listed)}", f"{w}()", f"std::{w}", f"{w}.{r.choice(listed)[:3]}"]).lower()
        elif x < 0.13:
            w += r.choice(
                ["¹", "²", "³", "*", "™", "®", "†", " [12]", f" [{r.randint(1, 99)}]", f" ({r.randint(1980, 2026)})"]
            )
        if opening:
            w = w[:1].upper() + w[1:]
        y = r.random()
        opening = y < 0.06
        yield w + (r.choice(".....?!") if opening else "," if y < 0.14 else r.choice(";:") if y < 0.155 else "")


def quotes(r: random.Random, language: Language) -> Pieces:
    """Running text full of quotes and apostrophes: whether they are curly or straight only the ink tells."""
    for word in sentences(r, language):
        x = r.random()
        if x < 0.25 and word.isalpha():
            word = text.quoted(r, word, language) + r.choice(["", "", ",", "."])
        elif x < 0.45 and word.isalpha():
            word += r.choice(["’s", "’s", "’t", "’re", "’", "’ll"])
        elif x < 0.5 and word.isalpha():
            word = r.choice("“‘") + word  # the quotation ends in another line
        yield word


def numbers(r: random.Random, language: Language) -> Pieces:
    """A dense row of figures as in a table, all of one notation, now and then with empty cells."""
    comma = r.random() < (0.3 if language.code == "en" else 0.8)
    size, places = r.randint(1, 7), r.choice([0, 0, 1, 2, 2, 3])
    lead = r.choice(["", "", "", "$", "€", "+"])
    if r.random() < 0.4:
        yield text.word(r, language)
    while True:
        x = r.random()
        if x < 0.05:
            yield r.choice(["-", "–", "—", "n/a", "0", "*", "%"])
            continue
        whole = int(text.digits(r, r.randint(max(1, size - 2), size)))
        number = f"{whole:,}" if r.random() < 0.8 else str(whole)
        number += f".{text.digits(r, places)}" if places else ""
        number = number.translate(str.maketrans(",.", ".,")) if comma else number
        yield f"({number})" if x < 0.12 else f"{number}%" if x < 0.18 else lead + number


def _group(r: random.Random) -> str:
    return r.choice(["000", "000", text.digits(r, 3), r.choice("123456789") * 3, text.digits(r, 2), text.digits(r, 4)])


def repeat(r: random.Random) -> str:
    """Equal characters in a row or a group said again: what a reader drops or doubles."""
    group, times = _group(r), r.randint(2, 5)
    digit, sign = r.choice("0123456789"), r.choice("-–—_*.=·#~+X")
    kind = r.randrange(10)
    if kind == 0:
        body = f"{r.randint(1, 999)}," + ",".join([r.choice(["000", group])] * r.randint(1, 3))
        number = body + r.choice([".00", "", ".50", f".{digit}{digit}"])
        number = number.translate(str.maketrans(",.", r.choice([".,", ",.", " ,"])))
        return r.choice(["", "", "$", "€ "]) + number
    if kind == 1:
        return r.choice("-–./ :").join([digit if r.random() < 0.5 else group] * times)
    if kind == 2:
        return " ".join([group] * times)
    if kind == 3:
        return sign * r.randint(2, 14)
    if kind == 4:
        return f"{sign} " * (times - 1) + sign
    if kind == 5:
        country = r.choice(["DE", "FR", "ES", "IT", "NL", "AT", "BE"]) + text.digits(r, 2)
        four = r.choice(["0000", text.digits(r, 4), digit * 4])
        return " ".join(
            [country, *(four if r.random() < 0.7 else text.digits(r, 4) for _ in range(4)), text.digits(r, 2)]
        )
    if kind == 6:
        return r.choice(DOUBLED)
    if kind == 7:
        return digit * r.randint(2, 9)
    if kind == 8:
        return r.choice(
            ["0.00", "1.00", "100.00", "10.00", f"{digit}{digit}.{digit}{digit}", "0,00", "1 000 000", "1001"]
        )
    w = r.choice(text.words())
    return r.choice([f"{w} {w}", f"{w}, {w}", f"{w[:3] * 2}", f"{w}-{w}", f"{w} {w} {w}"])


def repeats(r: random.Random, language: Language) -> Pieces:
    """Repeated groups, with a word between now and then."""
    while True:
        yield repeat(r) if r.random() < 0.75 else text.piece(r, language)


def capitals(r: random.Random, language: Language) -> Pieces:
    """A line in capitals."""
    while True:
        w = r.choice(languages.words(language.code)) if r.random() < 0.8 else text.piece(r, language)
        upper = w.upper()
        yield upper if len(upper) == len(w) else w


def heading(r: random.Random, language: Language) -> Pieces:
    """A numbered heading or an item of a list."""
    level = ".".join(str(min(r.randint(1, 24), r.randint(1, 24))) for _ in range(r.randint(1, 4)))
    letter = r.choice("abcdefABCDEF")
    roman = r.choice(["i", "ii", "iii", "iv", "vi", "ix", "I", "II", "III", "IV", "VII", "XI"])
    yield r.choice(
        [
            level,
            level + ".",
            level + ")",
            f"({letter})",
            f"{letter})",
            f"({roman})",
            f"{roman}.",
            "•",
            "–",
            "-",
            "*",
            "✓",
            "→",
            f"§ {level}",
            f"Art. {r.randint(1, 99)}",
            f"[{r.randint(1, 120)}]",
            f"{r.randint(1, 40)}.",
        ]
    )
    for number in range(1000):
        w = r.choice(language.frequent if number and r.random() < 0.3 else languages.words(language.code))
        yield w[:1].upper() + w[1:] if number == 0 or r.random() < 0.3 else w


def codes(r: random.Random, language: Language) -> Pieces:
    """Addresses of the net, paths, serial numbers, words of programs."""
    while True:
        a, b, c = (r.choice(text.words()).lower().replace("'", "") for _ in range(3))
        top = r.choice(["com", "org", "net", "de", "fr", "co.uk", "io", "eu", "es", "it", "nl"])
        hexadecimal = "".join(r.choice("0123456789abcdef") for _ in range(r.randint(4, 12)))
        serial = "".join(r.choice("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789") for _ in range(r.randint(5, 12)))
        yield r.choice(
            [
                text.email(r),
                text.email(r),
                f"www.{a}.{top}",
                f"https://{a}.{top}/{b}",
                f"http://www.{a}-{b}.{top}/{c}?id={r.randint(1, 9999)}",
                f"/{a}/{b}/{c}.{r.choice(['txt', 'pdf', 'csv', 'xml'])}",
                f"C:\\\\{a.title()}\\\\{b}.{r.choice(['doc', 'xls', 'pdf'])}",
                f"{a}_{b}",
                f"{a}({b}, {c})",
                f"{a}{b.title()}",
                f"--{a}={r.randint(0, 99)}",
                f"{a}.{b}()",
                f"${{{a}}}",
                f"<{a}>",
                f"{a}[{r.randint(0, 20)}]",
                hexadecimal,
                serial,
                f"0x{hexadecimal[:8]}",
                "-".join(serial[i : i + 4] for i in range(0, len(serial), 4)),
                text.iban(r),
                text.phone(r),
            ]
        )


def program(r: random.Random, language: Language) -> Pieces:
    """Lines of programs: names, calls, quotes, brackets, paired and lonely signs."""
    while True:
        a, b = (r.choice(text.words()).lower().replace("'", "") for _ in range(2))
        name = r.choice([a, f"{a}_{b}", f"{a}{b.title()}", a.title(), f"std::{a}", f"{a}.{b}", f"{a}->{b}", f"{a[:1]}"])
        yield r.choice(
            [
                name,
                f"{name}({b});",
                f"{name}();",
                f'{name}("{b}")',
                f"{name}['{b}']",
                f"{name} = {r.randint(0, 999)};",
                f"{r.choice(['int', 'char *', 'const', 'double', 'void', 'auto', 'let', 'var', 'return', 'if'])} {name}",
                f"{name}[{r.choice(['i', 'j', '0', '1', 'n - 1'])}]",
                f'"{a} {b}"',
                f"'{b[:4]}'",
                f"// {a} {b}",
                f"# {a}",
                f"/* {a} */",
                f"<{a}>",
                f"</{b}>",
                f"#include <{a}.h>",
                f"-{a[:1]} {b}",
                f"--{a}",
                f"${a.upper()}",
                f"%{r.choice('dsfx')}",
                f"\\{r.choice('nt')}",
                r.choice(["{", "}", "()", "[]", "{}", "};", "==", "!=", "<=", ">=", "&&", "||", "+=", "=>", "->", "::", "|", "&", "..."]),
            ]
        )


def options(r: random.Random, language: Language) -> Pieces:
    """Lines of programs' manuals: options with their meanings, what is left out or chosen among, commands."""
    listed = languages.words(language.code)
    while True:
        a, b = (r.choice(text.words()).lower().replace("'", "") for _ in range(2))
        letter = r.choice("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
        yield r.choice(
            [
                f"-{letter}",
                f"-{letter},",
                f"-{letter}, --{a}",
                f"--{a}",
                f"--{a}-{b}",
                f"--{a}={r.choice([b.upper(), str(r.randint(0, 99))])}",
                f"[-{letter}]",
                f"[-{letter} {b.upper()}]",
                f"[{a.upper()}]",
                f"[--{a}|--{b}]",
                f"<{a.upper()}>",
                f"{{{a}|{b}}}",
                a.upper(),
                f"{a}({r.randint(1, 8)})",
                f"{a.upper()[:3]}/{r.choice(['IP', 'IPs', 'IPv6', 'PORTs', 'ID', 'I/O'])}/{b.upper()[:4]}",
                f"| {a} {r.randint(0, 255)}.{r.randint(0, 255)}.0.{r.randint(0, 9)}",
                f"$ {a} ~/{b}",
                f"~/.{a}",
                f"./{a}",
                " ".join(r.choice(listed) for _ in range(r.randint(2, 4))),
                " ".join(r.choice(listed) for _ in range(r.randint(2, 4))) + ".",
            ]
        )


def labelled(r: random.Random, language: Language) -> Pieces:
    """Labels with their values."""
    while True:
        yield r.choice(languages.phrases(language.code)) + r.choice([":", ":", ":", "", " ="])
        yield r.choice([text.amount, text.date, text.code, text.phone, lambda r: text.word(r, language), text.measure])(
            r
        )


def references(r: random.Random, language: Language) -> Pieces:
    """Notes and references: small marks, brackets, years, signs."""
    yield r.choice(["¹", "²", "³", "*", "**", "†", "‡", "[1]", f"[{r.randint(1, 150)}]", f"{r.randint(1, 60)}."])
    while True:
        w = text.word(r, language).capitalize()
        yield r.choice(
            [
                w,
                w,
                f"{w},",
                f"{w[:1]}.",
                f"({r.randint(1950, 2026)})",
                f"pp. {r.randint(1, 400)}–{r.randint(401, 999)}",
                "et al.",
                "&",
                "ibid.",
                f"vol. {r.randint(1, 60)}",
                f"{w}¹",
                f"{w}²",
                f"{w}³",
                f"{w}®",
                f"{w}™",
                f"© {r.randint(1990, 2026)}",
                f"§ {r.randint(1, 300)}",
                f"[{r.randint(1, 120)}, {r.randint(1, 120)}]",
                f"{r.randint(2, 99)} × {r.randint(2, 99)}",
                f"± {r.randint(1, 99)} %",
                f"< {text.measure(r)}",
                f"{r.randint(1, 12)}th",
                f"{r.choice(['1st', '2nd', '3rd', '21st'])}",
            ]
        )


def leader(r: random.Random, language: Language) -> tuple[str, str, str]:
    """An entry of a table of contents: its words, the character or pair of the leader, its page or sum."""
    opening = " ".join(r.choice(languages.words(language.code)) for _ in range(r.randint(1, 3)))
    return (
        opening[:1].upper() + opening[1:],
        r.choice([".", ".", ".", ". ", "_", "-"]),
        r.choice([str(r.randint(1, 400)), text.amount(r)]),
    )


KINDS: dict[str, tuple[float, Callable[[random.Random, Language], Pieces]]] = {
    "mixed": (0.12, mixed),
    "sentences": (0.18, sentences),
    "quotes": (0.10, quotes),
    "numbers": (0.09, numbers),
    "repeats": (0.07, repeats),
    "labelled": (0.07, labelled),
    "capitals": (0.05, capitals),
    "heading": (0.05, heading),
    "codes": (0.06, codes),
    "program": (0.10, program),
    "options": (0.05, options),
    "references": (0.03, references),
}
LEADER = 0.03  # a third of them finds no room and becomes mixed


def choose(r: random.Random) -> str:
    """A kind of line, each by its share; "leader" is the one that is set to the width."""
    return r.choices([*KINDS, "leader"], [*(share for share, _ in KINDS.values()), LEADER])[0]
