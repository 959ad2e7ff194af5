"""Fits the weights of a field's confidence (ConfidenceSignals.swift) to what `recto eval --signals` wrote.

    python calibrate.py --fit fit.jsonl fit-repeated.jsonl --test test.jsonl [--write ../Sources/.../ConfidenceSignals.swift]

`refit.sh` makes the documents, has them read and calls this: that is the one command after the reader was changed.

Logistic regression with a small L2 penalty, by Newton's method. Prints the weights in the order of the Swift file and, for
every file, before and after: the expected calibration error in ten bins, the Brier score, the mean log-likelihood, and the area
under the ROC curve, that is how often a right answer has a higher confidence than a wrong one. Then what each term is worth:
the log-likelihood and the area on the tested files with the term left out of the fit.
"""

import argparse
import json
import re

import numpy as np

NAMES = [
    "start", "sureness", "least", "confirmed", "doubted", "labelMisfit", "otherLabel", "takenFromBeside", "apart", "unnamed",
    "supported", "rivalled",
]


def read(path):
    with open(path) as file:
        return [json.loads(line) for line in file]


def inputs(rows):
    """One row for each answer: what the weights are multiplied with, as ConfidenceSignals.confidence does."""
    return np.array([
        [
            1,
            min(8, -np.log(max(1e-6, 1 - row["probability"]))),
            row["least_probability"],
            row["match"] == "exact" and not row["elsewhere"],
            row["elsewhere"] or row["match"] in ("fuzzy", "none"),
            1 - row["label_fit"],
            row["label_fit"] < 0.95,
            row["taken_from_beside"],
            row["apart"],
            row["glyph_share"] is not None and row["glyph_share"] < 0.5,
            row["supporters"] > 0,
            row["rival_score"],
        ]
        for row in rows
    ], dtype=float)


def fit(x, right, penalty=1.0):
    """The weights that make the answers' outcomes most probable; the first is not penalised."""
    weights = np.zeros(x.shape[1])
    penalties = penalty * np.diag([0] + [1] * (x.shape[1] - 1))
    for _ in range(100):
        share = 1 / (1 + np.exp(-x @ weights))
        gradient = x.T @ (share - right) + penalties @ weights
        curvature = (x * (share * (1 - share))[:, None]).T @ x + penalties
        weights -= np.linalg.solve(curvature, gradient)
    return weights


def calibration_error(confidence, right):
    """The mean distance between confidence and share of right answers over ten bins, each by its size."""
    bins = np.minimum((confidence * 10).astype(int), 9)
    gaps = [abs(confidence[bins == b].sum() - right[bins == b].sum()) for b in range(10)]
    return sum(gaps) / len(confidence)


def ranking(confidence, right):
    """The area under the ROC curve (Mann and Whitney 1947): equal confidences count as half."""
    _, place, count = np.unique(confidence, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(count) - (count - 1) / 2)[place]
    rights = right.sum()
    return (ranks[right > 0].sum() - rights * (rights + 1) / 2) / (rights * (len(right) - rights))


def likelihood(confidence, right):
    """The mean logarithm of the probability that was given to what really was the case."""
    given = np.where(right > 0, confidence, 1 - confidence)
    return np.log(np.maximum(given, 1e-9)).mean()


def outcome(x, weights):
    return 1 / (1 + np.exp(-x @ weights))


def measure(confidence, right):
    brier = np.mean((confidence - right) ** 2)
    return (
        f"calibration error {calibration_error(confidence, right):.4f}, Brier {brier:.4f}, "
        f"log-likelihood {likelihood(confidence, right):.4f}, ROC area {ranking(confidence, right):.4f}"
    )


def rights(rows):
    return np.array([row["right"] for row in rows], dtype=float)


def write(path, weights):
    """Puts the weights into the Swift file."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    body = ", ".join(f"{name}: {weight:.3f}" for name, weight in zip(NAMES, weights))
    text, count = re.subn(r"(private static let weights = \()[^)]*\)", lambda found: f"{found[1]}\n        {body}\n    )", text)
    if count != 1:
        raise SystemExit(f"{path} has no weights to replace")
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def main():
    parser = argparse.ArgumentParser(description="Fits the weights of a field's confidence.")
    parser.add_argument("--fit", nargs="+", required=True, help="files of recto eval --signals to fit to, taken together")
    parser.add_argument("--test", nargs="+", required=True, help="files of other documents to measure on")
    parser.add_argument("--write", help="ConfidenceSignals.swift: its weights are replaced")
    arguments = parser.parse_args()
    fitted = [row for path in arguments.fit for row in read(path)]
    x, right = inputs(fitted), rights(fitted)
    weights = fit(x, right)
    for name, weight, column in zip(NAMES, weights, x.T):
        print(f"{name}: {weight:.3f}   (not 0 in {np.count_nonzero(column)} of {len(x)} answers)")
    for path in arguments.fit + arguments.test:
        rows = read(path)
        for what, confidence in (
            ("written", np.array([row["confidence"] for row in rows])),
            ("fitted", outcome(inputs(rows), weights)),
        ):
            print(f"{path}, {what}: {measure(confidence, rights(rows))}, {len(rows)} answers")
    tested = [row for path in arguments.test for row in read(path)]
    for index in range(1, len(NAMES)):
        kept = [column for column in range(len(NAMES)) if column != index]
        fewer = fit(x[:, kept], right)
        for what, rows in (("fit", fitted), ("test", tested)):
            confidence = outcome(inputs(rows)[:, kept], fewer)
            print(f"without {NAMES[index]}, {what}: {measure(confidence, rights(rows))}")
    if arguments.write:
        write(arguments.write, weights)


if __name__ == "__main__":
    main()
