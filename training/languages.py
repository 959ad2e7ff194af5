"""Words of the six languages the reader is for, from Debian's lists, and the phrases of ``phrases.txt``."""

import random
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from alphabet import CHARACTERS

WORD_LISTS = Path("/usr/share/dict")
PHRASE_LIST = Path(__file__).with_name("phrases.txt")
LONGEST = 18
# Words kept of a list: enough to be new most of the time, few enough that every worker can hold them.
MOST = 75_000


@dataclass(frozen=True)
class Language:
    """A language: its word list, its share of the lines, and how it is set."""

    code: str
    words: str
    share: float
    months: tuple[str, ...]
    quotes: tuple[str, ...]
    frequent: tuple[str, ...]


def _language(code: str, words: str, share: float, months: str, quotes: str, frequent: str) -> Language:
    return Language(code, words, share, tuple(months.split()), tuple(quotes.split()), tuple(frequent.split()))


LANGUAGES = [
    _language(
        "en",
        "american-english",
        0.6,
        "January February March April May June July August September October November December",
        "“…” ‘…’ \"…\" '…'",
        "the of and to in a is that for it was on are as with be by this at from or an have not which will has "
        "their if "
        "our you your we all may shall under any such no more than other date amount per total I he she they who its",
    ),
    _language(
        "de",
        "ngerman",
        0.12,
        "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
        '„…“ »…« ‚…‘ "…"',
        "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er hat "
        "dass sie nach wird bei einer um am sind noch wie einem über einen so zum haben nur oder aber vor zur bis "
        "wir Sie",
    ),
    _language(
        "fr",
        "french",
        0.1,
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        '«…» “…” "…"',
        "de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se ce il sont avec son aux "
        "d’un "
        "cette ou être l’on n’est été nous vous leur à même où d’une c’est s’il qu’il votre notre",
    ),
    _language(
        "es",
        "spanish",
        0.07,
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        '«…» “…” "…"',
        "de la que el en y a los del se las por un para con no una su al lo como más pero sus le ya o este sí "
        "porque esta "
        "entre cuando muy sin sobre también hasta hay donde desde todo nos durante según año días",
    ),
    _language(
        "it",
        "italian",
        0.06,
        "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
        '«…» “…” "…"',
        "di e il la che in a per un del è una dei le con non da della sono si al più come dal gli alla nel i delle "
        "su ha "
        "anche o lo ma se dell’anno l’importo nell’art. questo stato essere ai entro presso città",
    ),
    _language(
        "nl",
        "dutch",
        0.05,
        "januari februari maart april mei juni juli augustus september oktober november december",
        "‘…’ “…” „…” '…'",
        "de van het een en in is dat op te zijn met voor niet die aan er om door ook als bij uit naar tot dan of "
        "maar over "
        "wij u uw onze wordt deze heeft nog worden kan geen meer moet per dit zo’n één",
    ),
]
BY_CODE = {language.code: language for language in LANGUAGES}
_SHARES = [language.share for language in LANGUAGES]


def choose(r: random.Random) -> Language:
    """A language, each by its share."""
    return r.choices(LANGUAGES, _SHARES)[0]


@cache
def words(code: str) -> list[str]:
    """The words of a language that the alphabet can spell, thinned evenly; English possessive forms left out."""
    lines = (WORD_LISTS / BY_CODE[code].words).read_text(encoding="utf-8").split()
    known = set(CHARACTERS)
    kept = [w for w in lines if len(w) <= LONGEST and not w.endswith("'s") and known.issuperset(w)]
    return [kept[i * len(kept) // MOST] for i in range(MOST)] if len(kept) > MOST else kept


@cache
def phrases(code: str) -> list[str]:
    """What is printed again and again on papers of a language."""
    rows = [line.split(" | ", 1) for line in PHRASE_LIST.read_text().splitlines() if line and line[0] != "#"]
    return [phrase for where, row in rows if where == code for phrase in row.split("; ")]
