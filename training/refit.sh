#!/usr/bin/env bash
# Refits the confidence of fields to the shipped reader; needed whenever the reader, the label search or the selection changed.
#
#   training/refit.sh [DIR]          DIR keeps the documents and what was read of them (default: /tmp/recto-calibration)
#   RECTO=path PYTHON=path           the program and the Python (training/requirements.txt, samples/requirements.txt) to use
#
# Documents of the seeds 2 and 3 are fitted to, those of 1 and 4 measured on; in half of 3 and 4 further pages repeat what the first
# ones say, or contradict it. Writes the weights into ConfidenceSignals.swift and prints what was measured: copy the figures
# into the comment there, build again, and check with `recto eval DIR/1`.
set -euo pipefail
cd "$(dirname "$0")/.."
recto=${RECTO:-.build/release/recto}
python=${PYTHON:-python3}
folder=${1:-/tmp/recto-calibration}
mkdir -p "$folder"

for entry in "2 200 0" "3 200 0.5" "1 200 0" "4 100 0.5"; do
    read -r seed count repeat <<<"$entry"
    if [ ! -f "$folder/$seed/documents.json" ]; then
        "$python" samples/make_documents.py --seed "$seed" --count "$count" --repeat "$repeat" --output "$folder/$seed"
    fi
    "$recto" eval "$folder/$seed" --signals "$folder/$seed.jsonl" --json >"$folder/$seed.json"
done
"$python" training/calibrate.py --fit "$folder"/{2,3}.jsonl --test "$folder"/{1,4}.jsonl \
    --write Sources/RectoExtraction/Grounding/ConfidenceSignals.swift | tee "$folder/figures.txt"
swift format -i Sources/RectoExtraction/Grounding/ConfidenceSignals.swift
