#!/usr/bin/env python3
"""How well the boxes of a record's evidence fit where the values really stand.

usage: measure_boxes.py DOCUMENTS RECORDS

    python make_documents.py --count 200 --seed 1 --output /tmp/documents
    recto run /tmp/documents/invoice/*.pdf --pipeline invoice --output /tmp/records       (likewise the other kinds)
    python measure_boxes.py /tmp/documents /tmp/records

Compares the evidence of right values (NAME.expected.json) with NAME.boxes.json, for each way of matching and locating:
mean intersection over union of the boxes, the same of their horizontal extents alone (a line tile is higher than its ink),
and the mean distance of the left and right edges in points. Evidence of more than one box is joined.
"""
import json
import sys
from pathlib import Path


def leaves(value, pointer=""):
    """Every leaf of a JSON value by its pointer."""
    if isinstance(value, dict):
        for key, member in value.items():
            yield from leaves(member, f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}")
    elif isinstance(value, list):
        for place, element in enumerate(value):
            yield from leaves(element, f"{pointer}/{place}")
    else:
        yield pointer, value


def joined(entries):
    """The page and the box around all boxes of the first entry's page; None without any."""
    boxes = [entry["box"] for entry in entries if entry["box"] and entry["page"] == entries[0]["page"]]
    if not boxes:
        return None
    return entries[0]["page"], [f(column) for f, column in zip((min, min, max, max), zip(*boxes))]


def shared(a, b, axis):
    """What two boxes share along an axis, and what they take together."""
    common = min(a[axis + 2], b[axis + 2]) - max(a[axis], b[axis])
    return max(0, common), max(a[axis + 2], b[axis + 2]) - min(a[axis], b[axis])


def fit(found, true):
    """Intersection over union of the boxes and of their horizontal extents, and the edges' distances."""
    across, along = shared(found, true, 0), shared(found, true, 1)
    common = across[0] * along[0]
    area = lambda box: (box[2] - box[0]) * (box[3] - box[1])  # noqa: E731
    union = area(found) + area(true) - common
    return common / union, across[0] / across[1], abs(found[0] - true[0]), abs(found[2] - true[2])


def main():
    documents, records = map(Path, sys.argv[1:])
    groups = {}
    for path in sorted(records.rglob("*.json")):
        source = next(documents.rglob(f"{path.stem}.boxes.json"), None)
        if source is None:
            continue
        record = json.loads(path.read_text())
        boxes = {f"/{field}": places for field, places in json.loads(source.read_text()).items()}
        expected = json.loads(source.with_name(f"{path.stem}.expected.json").read_text())
        true, read = dict(leaves(expected)), dict(leaves(record["fields"]))
        for pointer, entries in record["evidence"].items():
            place = joined(entries) if entries else None
            if pointer not in boxes or not place or pointer not in read or read[pointer] != true.get(pointer):
                continue
            target = joined(boxes[pointer])
            how = " ".join(filter(None, (entries[0]["match"], entries[0].get("located"))))
            numbers = fit(place[1], target[1]) if target and target[0] == place[0] else (0, 0, 0, 0)
            for group in {how, entries[0]["match"]}:
                groups.setdefault(group, []).append(numbers)
    print(f"{'':20} {'values':>6} {'IoU':>6} {'across':>6} {'left':>6} {'right':>6}")
    for how, rows in sorted(groups.items()):
        means = [sum(column) / len(rows) for column in zip(*rows)]
        print(f"{how:20} {len(rows):6} " + " ".join(f"{mean:6.3f}" for mean in means))


if __name__ == "__main__":
    main()
