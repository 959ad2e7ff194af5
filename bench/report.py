"""Turns rounds of measurements into medians, ratios and the Markdown that is printed.

A ratio is taken within each round, whose measurements lie close together in time, and then the median over rounds: work of
others that comes and goes slows both sides of a ratio and not one side of the table.
"""

import dataclasses
import statistics
from collections.abc import Callable, Iterable

RECTO_WEIGHTS = ("float32", "bfloat16", "q8_0", "q4_1", "q4_0")
NOTHING = "—"


@dataclasses.dataclass
class Sample:
    """One program at one kind of work in one round."""

    geometry: str
    work: str
    program: str
    round: int
    value: float
    others: float
    details: dict


@dataclasses.dataclass(frozen=True)
class Goal:
    """A ratio that Recto is to reach."""

    geometry: str
    work: str
    recto: tuple[str, ...]
    peers: tuple[str, ...]
    least: float


LLAMA = tuple(f"llama.cpp {kind}" for kind in ("Q8_0", "Q4_0", "Q4_1", "F16"))
LLAMA_4_BITS = ("llama.cpp Q4_0", "llama.cpp Q4_1")
ALL_RECTO = tuple(f"recto {weights}" for weights in RECTO_WEIGHTS)
TRANSFORMERS = ("transformers bfloat16",)
GOALS = [
    *(
        goal
        for geometry in ("siglip-b16", "so400m")
        for goal in (
            Goal(geometry, "tower", ("recto bfloat16",), TRANSFORMERS, 1.7),
            Goal(geometry, "tower", ("recto q8_0",), TRANSFORMERS, 2.8),
        )
    ),
    Goal("text-135m", "prefill", ALL_RECTO, TRANSFORMERS, 1.5),
    Goal("text-135m", "prefill", ALL_RECTO, LLAMA, 5),
    Goal("text-135m", "decode", ("recto q8_0",), ("llama.cpp Q8_0",), 2),
    Goal("text-135m", "decode", ("recto q4_0",), LLAMA_4_BITS, 2),
]
BATCH_GOAL = 5.0


class Report:
    """All samples of a run."""

    def __init__(self, samples: list[Sample]) -> None:
        self.samples = samples

    def rounds(self, geometry: str, work: str, programs: Iterable[str]) -> dict[int, float]:
        """For each round the best value among programs."""
        best: dict[int, float] = {}
        choose = min if work == "tower" else max
        names = set(programs)
        for sample in self.samples:
            if (sample.geometry, sample.work) == (geometry, work) and sample.program in names:
                best[sample.round] = choose(best.get(sample.round, sample.value), sample.value)
        return best

    def cell(self, geometry: str, work: str, program: str) -> str:
        """Median and spread of one program."""
        values = list(self.rounds(geometry, work, [program]).values())
        return _spread(values, lambda value: f"{_digits(value)} s" if work == "tower" else _digits(value))

    def ratios(self, geometry: str, work: str, recto: Iterable[str], peers: Iterable[str]) -> list[float]:
        """For each round how many times as fast as the best of the peers the best of Recto was."""
        ours, theirs = self.rounds(geometry, work, recto), self.rounds(geometry, work, peers)
        pairs = [(ours[number], theirs[number]) for number in sorted(ours.keys() & theirs.keys())]
        return [their / our if work == "tower" else our / their for our, their in pairs]

    def _ratio_cell(self, geometry: str, work: str) -> str:
        pairs = [
            ("bfloat16", "recto bfloat16", "transformers bf16", TRANSFORMERS),
            ("q8_0", "recto q8_0", "transformers bf16", TRANSFORMERS),
        ]
        if work != "tower":
            pairs += [
                ("q8_0", "recto q8_0", "llama.cpp Q8_0", ("llama.cpp Q8_0",)),
                ("q4_0", "recto q4_0", "llama.cpp Q4", LLAMA_4_BITS),
            ]
        parts = []
        for label, program, against, peers in pairs:
            if ratios := self.ratios(geometry, work, [program], peers):
                parts.append(f"{label} {_digits(statistics.median(ratios))} × {against}")
        return "<br>".join(parts) or NOTHING

    def measures(self, titles: dict[tuple[str, str], str]) -> str:
        """The table of all programs."""
        header = ["work", "transformers bf16", "transformers f32", "llama.cpp", *(f"Recto {w}" for w in RECTO_WEIGHTS),
                  "ratios"]
        rows = []
        for (geometry, work), title in titles.items():
            llama = [
                f"{name.removeprefix('llama.cpp ')} {cell}"
                for name in LLAMA
                if (cell := self.cell(geometry, work, name)) != NOTHING
            ]
            rows.append([
                title,
                self.cell(geometry, work, "transformers bfloat16"),
                self.cell(geometry, work, "transformers float32"),
                "<br>".join(llama) or NOTHING,
                *(self.cell(geometry, work, f"recto {weights}") for weights in RECTO_WEIGHTS),
                self._ratio_cell(geometry, work),
            ])
        return _table(header, rows)

    def goals(self) -> str:
        """The ratios that are to be reached, beside those that were."""
        rows = []
        measured = {sample.geometry for sample in self.samples}
        for goal in GOALS:
            if goal.geometry not in measured:
                continue
            ratios = self.ratios(goal.geometry, goal.work, goal.recto, goal.peers)
            rows.append([
                f"{goal.geometry}, {goal.work}",
                _together(goal.recto),
                _together(goal.peers),
                _digits(goal.least),
                *_verdict(ratios, goal.least),
            ])
        for weights in RECTO_WEIGHTS:
            one, eight = (self.rounds("idefics2-8b", work, [f"recto {weights}"]) for work in ("decode", "decode 8"))
            ratios = [eight[number] / one[number] for number in sorted(one.keys() & eight.keys())]
            if ratios:
                rows.append([f"idefics2-8b, decode {weights}", "batch 8", "batch 1", _digits(BATCH_GOAL),
                             *_verdict(ratios, BATCH_GOAL)])
        return _table(["work", "Recto", "against", "goal", "measured", "rounds that reach it"], rows)

    def noise(self) -> str:
        """How much other work the measurements had beside them."""
        others = [sample.others for sample in self.samples]
        if not others:
            return "Nothing was measured."
        quiet = sum(value < 0.1 for value in others)
        return (
            f"Other work kept {statistics.median(others):.2f} processors busy while these were measured "
            f"(median; most {max(others):.2f}); {quiet} of {len(others)} measurements had the machine to themselves."
        )


def recto_table(reports: dict[tuple[str, str], list[dict]]) -> str:
    """What Recto says of itself: shares of its own ceilings, time to first token, memory."""
    header = ["model", "weights", "tower", "prefill", "decode 1", "decode 8", "first token", "weights, peak memory"]
    rows = []
    for (geometry, weights), rounds in reports.items():
        def median(*path: str | int) -> float | None:
            found = [value for report in rounds if (value := _at(report, path)) is not None]
            return statistics.median(found) if found else None

        def share(*path: str | int) -> str:
            value = median(*path, "share_of_ceiling")
            return NOTHING if value is None else f"{100 * value:.0f} %"

        views, seconds = median("first_token", "views"), median("first_token", "seconds")
        sizes = [median("model", "weight_bytes"), median("peak_memory_bytes")]
        rows.append([
            geometry, weights, share("vision"), share("prefill"), share("decode", 1), share("decode", 8),
            NOTHING if seconds is None else f"{_digits(seconds)} s" + (f", {views:.0f} views" if views else ""),
            ", ".join(NOTHING if size is None else f"{size / 1e9:.2f} GB" for size in sizes),
        ])
    return _table(header, rows)


def ceiling_table(torch_rounds: list[dict], recto_rounds: list[dict]) -> str:
    """Matrix products and read bandwidth, through torch and as Recto measures them."""
    header = ["ceiling, G operations/s", "float32", "bfloat16", "int8", "reading, GB/s"]
    rows = []
    for name, rounds in (("torch (oneDNN), 1024 × 768 × 3072", torch_rounds), ("recto bench", recto_rounds)):
        row = [name]
        for path in (*(("gigaoperations_per_second", kind) for kind in header[1:4]), ("read_gigabytes_per_second",)):
            row.append(_spread([value for report in rounds if (value := _at(report, path)) is not None], _digits))
        rows.append(row)
    return _table(header, rows)


def _at(report: object, path: tuple[str | int, ...]) -> float | None:
    for key in path:
        if isinstance(report, list):
            report = next((entry for entry in report if entry.get("batch") == key), None)
        elif isinstance(report, dict):
            report = report.get(key)
    return report if isinstance(report, (int, float)) else None


def _spread(values: list[float], write: Callable[[float], str]) -> str:
    if not values:
        return NOTHING
    if len(values) == 1:
        return write(values[0])
    return f"{write(statistics.median(values))} ({_digits(min(values))}–{_digits(max(values))})"


def _verdict(ratios: list[float], least: float) -> list[str]:
    if not ratios:
        return [NOTHING, NOTHING]
    return [_spread(ratios, lambda ratio: f"{_digits(ratio)} ×"), f"{sum(r >= least for r in ratios)} of {len(ratios)}"]


def _together(names: tuple[str, ...]) -> str:
    if len(names) == 1:
        return names[0].removeprefix("recto ")
    program = names[0].split()[0]
    kinds = "all types" if names in (ALL_RECTO, LLAMA) else ", ".join(name.split()[1] for name in names)
    return f"best of {program}, {kinds}"


def _digits(value: float) -> str:
    """Three significant digits, thousands apart."""
    if abs(value) >= 100:
        return f"{round(value):,}"
    return f"{value:.3g}"


def _table(header: list[str], rows: list[list[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
