#!/usr/bin/env bash
# Measures the reader through the real pipeline and prints its goals beside what it reaches.
#
#   training/goals.sh [DIR] [MODEL]    DIR keeps pages, documents and reports (default: /tmp/recto-goals); MODEL is another reader
#   RECTO=path PYTHON=path             the program and the Python (training/requirements.txt, samples/requirements.txt) to use
#
# `recto eval` reads 20 clean and 20 worn pages in the held-out families (pages.py) and 200 held-out documents
# (samples/make_documents.py); an A4 page of 2,500 characters is timed. Printed pages that others made: bench/born-digital.
set -euo pipefail
cd "$(dirname "$0")/.."
recto=${RECTO:-.build/release/recto}
python=${PYTHON:-python3}
folder=${1:-/tmp/recto-goals}
model=(${2:+--model "$2"})
mkdir -p "$folder"

draw() { # SET ARGUMENTS...
    if [ ! -f "$folder/$1/pages.json" ]; then "$python" training/pages.py --output "$folder/$1" "${@:2}"; fi
}
draw clean
draw worn --worn
draw timed --count 3 --seed 2 --characters 2450
if [ ! -f "$folder/documents/documents.json" ]; then
    "$python" samples/make_documents.py --output "$folder/documents"
fi
for set in clean worn documents; do
    "$recto" eval "$folder/$set" "${model[@]}" --json >"$folder/$set.json"
done
for round in 1 2 3; do
    for page in "$folder"/timed/transcribe/*.png; do
        start=$(date +%s.%N)
        "$recto" run "$page" --pipeline transcribe "${model[@]}" >/dev/null
        echo "$(basename "$page" .png) $round $(date +%s.%N) $start"
    done
done >"$folder/timed.txt"
"$python" training/goals.py "$folder"
