#!/usr/bin/env python3
"""Chooses the pages of born-digital.json from a folder of Debian packages.

    apt-get install apt-file poppler-utils wamerican && apt-file update
    apt-file search -x '\\.pdf(\\.gz)?$' | cut -d: -f1 | sort -u      # packages with PDFs; `apt-get download` those up to 2.2 MB
    python3 choose_born_digital.py DIR > born-digital.json

One page for each program that wrote a PDF (its name in the PDF without versions): of its documents, in the order of the
SHA-256 of package and path and never two of one package, the first that has a fitting page among its first twelve; of this
document the first such page. A page fits when it is upright, 400 to 620 points wide and 500 to 860 high, has 500 to 4,500
characters other than white space, of which 98.5 % are Latin and 70 % letters, when 60 % of its words are in the word list,
when 70 % of its lines have fifteen characters and more (no diagrams and formulas), and no word has more than 60.
"""

import gzip
import hashlib
import json
import pathlib
import re
import subprocess
import sys
import tempfile

LATIN = re.compile("[\x21-\x7e\u00a1-\u00ff\u2013\u2014\u2018\u2019\u201c\u201d\u2022\u2026\u20ac\ufb00-\ufb04]")
WORDS = pathlib.Path("/usr/share/dict/american-english")
DOCUMENTS_PER_PACKAGE, DOCUMENTS_PER_PROGRAM, PAGES_PER_DOCUMENT = 12, 40, 12


def main() -> None:
    words = {word.lower() for word in WORDS.read_text().split()}
    with tempfile.TemporaryDirectory() as scratch:
        documents = [
            document for package in sorted(pathlib.Path(sys.argv[1]).glob("*.deb"))
            for document in unpacked(package, pathlib.Path(scratch))
        ]
        by_program: dict[str, list[dict]] = {}
        for document in documents:
            by_program.setdefault(program(document["producer"]), []).append(document)
        chosen, taken = [], set()
        for name in sorted(filter(None, by_program)):
            ordered = sorted(by_program[name], key=lambda d: hashlib.sha256((d["package"] + d["file"]).encode()).digest())
            for document in ordered[:DOCUMENTS_PER_PROGRAM]:
                page = None if document["package"] in taken else fitting_page(document, words)
                if page:
                    taken.add(document["package"])
                    content = document["path"].read_bytes()
                    entry = {key: document[key] for key in ("package", "version", "file")}
                    chosen.append(entry | {"page": page, "producer": document["producer"],
                                           "sha256": hashlib.sha256(content).hexdigest()})
                    break
    print(json.dumps({"pages": chosen}, indent=1, ensure_ascii=False))


def unpacked(package: pathlib.Path, scratch: pathlib.Path) -> list[dict]:
    """The PDFs of a package that can be read, laid out under the scratch folder."""
    name, version = package.name.split("_")[:2]
    listing = subprocess.run(["dpkg-deb", "--contents", package], capture_output=True, text=True, check=True).stdout
    files = [line.split(" ./", 1)[1] for line in listing.splitlines()
             if line.startswith("-") and re.search(r"\.pdf(\.gz)?$", line)][:DOCUMENTS_PER_PACKAGE]
    folder = scratch / name
    folder.mkdir(exist_ok=True)
    if files:
        archive = subprocess.run(["dpkg-deb", "--fsys-tarfile", package], capture_output=True, check=True).stdout
        subprocess.run(["tar", "-x", "-C", folder, "--no-same-owner", *[f"./{file}" for file in files]], input=archive, check=True)
    documents = []
    for file in files:
        path = folder / file
        if path.suffix == ".gz":
            content = gzip.decompress(path.read_bytes())
            path = path.with_suffix("")
            path.write_bytes(content)
        info = subprocess.run(["pdfinfo", path], capture_output=True, text=True, errors="replace").stdout
        pages, producer = re.search(r"^Pages:\s+(\d+)", info, re.M), re.search(r"^Producer:\s+(.*)$", info, re.M)
        if pages and producer:
            documents.append({"package": name, "version": version.replace("%3a", ":"), "file": file, "path": path,
                              "pages": int(pages[1]), "producer": producer[1].strip()})
    return documents


def program(producer: str) -> str:
    """The name of the program that wrote a PDF, without version, copyright and the like."""
    name = re.sub(r"®|@\(#\)", "", producer)
    name = re.sub(r"\[.*|\(.*|,.*|http.*|Copyright.*|;.*", "", name)
    name = re.sub(r"[Vv]er(sion)? ?", "", name)
    name = re.sub(r"\d+(\.\d+)*[a-z]*\S*", "", name)
    name = re.sub(r"\b(RELEASE CANDIDATE|SVN PRE-RELEASE|GIT PRERELEASE|for Windows|für Windows|Professional.*)\b", "", name)
    return " ".join(re.sub(r"[^A-Za-z: +]+", " ", name).split()).lower()


def fitting_page(document: dict, words: set[str]) -> int | None:
    pages = range(1, min(document["pages"], PAGES_PER_DOCUMENT) + 1)
    return next((page for page in pages if fits(document["path"], str(page), words)), None)


def fits(path: pathlib.Path, page: str, words: set[str]) -> bool:
    info = subprocess.run(["pdfinfo", "-f", page, "-l", page, path], capture_output=True, text=True, errors="replace").stdout
    size, turn = re.search(r"Page.*size:\s+([\d.]+) x ([\d.]+)", info), re.search(r"Page.*rot:\s+(\d+)", info)
    if not size or (turn and turn[1] != "0"):
        return False
    if not (400 <= float(size[1]) <= 620 and 500 <= float(size[2]) <= 860):
        return False
    text = subprocess.run(["pdftotext", "-f", page, "-l", page, path, "-"], capture_output=True).stdout.decode(errors="replace")
    characters = [c for c in text if not c.isspace()]
    if not 500 <= len(characters) <= 4500:
        return False
    latin, letters = sum(bool(LATIN.match(c)) for c in characters), sum(c.isalpha() for c in characters)
    if latin < 0.985 * len(characters) or letters < 0.7 * len(characters):
        return False
    found = re.findall("[A-Za-zÀ-ÿ]{2,}", text)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return (sum(word.lower() in words for word in found) >= 0.6 * len(found)
            and sum(len(line) >= 15 for line in lines) >= 0.7 * len(lines)
            and max(len(word) for word in text.split()) <= 60)


if __name__ == "__main__":
    main()
