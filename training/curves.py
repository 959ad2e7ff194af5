"""Prints the curves of a run as a Markdown table.

usage: curves.py RUN_FOLDER [--every PROMPTS]
"""

import argparse
import json
from pathlib import Path

COLUMNS = ["glyph", "aligned", "ctc", "lm", "patch_accuracy", "latent_accuracy", "token_accuracy", "per_second"]


def table(log: Path, every: int) -> list[str]:
    """One row for every so many prompts, and one for the end of each stage."""
    points = [json.loads(line) for line in log.read_text().splitlines()]
    rows = ["| stage | prompts | " + " | ".join(COLUMNS) + " |", "|---" * (len(COLUMNS) + 2) + "|"]
    due = 0
    for point, following in zip(points, [*points[1:], None], strict=True):
        last = following is None or following["stage"] != point["stage"]
        if point["prompts"] >= due or last:
            values = [f"{point[name]:.3g}" if name in point else "" for name in COLUMNS]
            rows.append(f"| {point['stage']} | {point['prompts']} | " + " | ".join(values) + " |")
            due = point["prompts"] + every
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description="Print the curves of a run as a Markdown table.")
    parser.add_argument("run", type=Path)
    parser.add_argument("--every", type=int, default=10_000)
    arguments = parser.parse_args()
    print("\n".join(table(arguments.run / "log.jsonl", arguments.every)))


if __name__ == "__main__":
    main()
