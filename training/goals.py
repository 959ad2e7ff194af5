"""Prints the reader's goals beside what ``goals.sh`` measured.

usage: goals.py DIR
"""

import argparse
import json
from pathlib import Path
from statistics import median
from typing import Any

KINDS = ("invoice", "receipt")


def main() -> None:
    parser = argparse.ArgumentParser(description="Print the reader's goals and what it reaches.")
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    print("| set | goal | reached |\n|---|---|---|")
    for name, goal in (("clean", "1 %"), ("worn", "4 %")):
        print(f"| {name} pages, held-out families | character error at most {goal} | {_pages(folder, name)} |")
    fields, absent = _fields(folder)
    print(f"| header fields of invoices and receipts | at least 90 % right | {fields} |")
    print(f"| absent fields of all documents | at least 95 % null | {absent} |")
    print(f"| an A4 page of 2,500 characters | at most 10 s | {_seconds(folder)} |")


def _pages(folder: Path, name: str) -> str:
    report = json.loads((folder / f"{name}.json").read_text())["transcription"]
    return f"{report['character_error_rate']:.2%} of {report['characters']:,} characters"


def _fields(folder: Path) -> tuple[str, str]:
    """Right header fields, those that are there and those under labels that the schema lists apart; and absent fields left null."""
    report = json.loads((folder / "documents.json").read_text())
    missed = {
        (Path(miss["document"]).stem, miss["pointer"].lstrip("/")) for miss in report["misses"] if not miss["normalized"]
    }
    asked, right, there, there_right, listed, listed_right, absent, null = (0,) * 8
    for about in json.loads((folder / "documents" / "documents.json").read_text()):
        name, kind = about["name"], about["kind"]
        expected: dict[str, Any] = json.loads((folder / "documents" / kind / f"{name}.expected.json").read_text())
        for field, value in expected.items():
            if isinstance(value, list):
                continue
            is_right = (name, field) not in missed
            absent, null = absent + (value is None), null + (value is None and is_right)
            if kind in KINDS:
                asked, right = asked + 1, right + is_right
                if value is not None:
                    there, there_right = there + 1, there_right + is_right
                if field not in about["unlisted"]:
                    listed, listed_right = listed + 1, listed_right + is_right
    fields = (
        f"{right / asked:.1%} of {asked:,}; {there_right / there:.1%} of the {there:,} that are there; "
        f"{listed_right / listed:.1%} of the {listed:,} whose label the schema lists"
    )
    return fields, f"{null / absent:.1%} of {absent}"


def _seconds(folder: Path) -> str:
    """The median of the pages' times, and the characters on them."""
    rows = [line.split() for line in (folder / "timed.txt").read_text().splitlines()]
    pages = json.loads((folder / "timed" / "pages.json").read_text())
    times = sorted(float(end) - float(start) for _, _, end, start in rows)
    counts = sorted(page["characters"] for page in pages)
    return f"{median(times):.2f} s ({times[0]:.2f} to {times[-1]:.2f}; {counts[0]:,} to {counts[-1]:,} characters)"


if __name__ == "__main__":
    main()
