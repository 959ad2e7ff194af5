"""Fits the weights of a field's confidence (ConfidenceSignals.swift) to what `recto eval --signals` wrote.

    python ../samples/make_documents.py --count 200 --seed 2 --output /tmp/fit
    python ../samples/make_documents.py --count 200 --seed 1 --output /tmp/test
    recto eval /tmp/fit --signals fit.jsonl
    recto eval /tmp/test --signals test.jsonl
    python calibrate.py fit.jsonl test.jsonl

Logistic regression with a small L2 penalty, by Newton's method. Prints the weights in the order of the Swift file and, for
both files, before and after: the expected calibration error in ten bins, the Brier score, and the area under the ROC curve,
that is how often a right answer has a higher confidence than a wrong one.
"""

import json
import sys

import numpy as np

NAMES = [
    "start", "sureness", "least", "confirmed", "doubted", "labelMisfit", "otherLabel", "takenFromBeside", "apart", "unnamed",
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


def main():
    fitted, tested = read(sys.argv[1]), read(sys.argv[2])
    right = np.array([row["right"] for row in fitted], dtype=float)
    weights = fit(inputs(fitted), right)
    for name, weight in zip(NAMES, weights):
        print(f"{name}: {weight:.3f}")
    for path, rows in zip(sys.argv[1:], (fitted, tested)):
        right = np.array([row["right"] for row in rows], dtype=float)
        before = np.array([row["confidence"] for row in rows])
        after = 1 / (1 + np.exp(-inputs(rows) @ weights))
        for what, confidence in (("written", before), ("fitted", after)):
            brier = np.mean((confidence - right) ** 2)
            numbers = f"calibration error {calibration_error(confidence, right):.4f}, Brier {brier:.4f}"
            print(f"{path}, {what}: {numbers}, ROC area {ranking(confidence, right):.4f}, {len(rows)} answers")


if __name__ == "__main__":
    main()
