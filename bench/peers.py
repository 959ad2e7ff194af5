#!/usr/bin/env python3
"""Measures Recto, transformers and llama.cpp side by side on random checkpoints of public geometries.

All programs take turns (A B C, A B C, …) in one run, with the same number of threads. Markdown goes to stdout, progress to
stderr. What cannot be measured, because a program is missing or its memory does not suffice, is a dash in the table.
bench/README.md says what the numbers mean.
"""

import argparse
import dataclasses
import datetime
import json
import os
import pathlib
import subprocess
import sys
import time

import checkpoints
import geometries
import gguf_files
import machine
import report
from geometries import Geometry
from programs import Peer, Recto
from report import Sample

ROOT = pathlib.Path(__file__).resolve().parent.parent
WORKS = {
    "tower": "tower, one view of {patches:,} patches, seconds",
    "prefill": f"prefill of {geometries.PROMPT_TOKENS} tokens, tokens/s",
    "decode": "decode, tokens/s",
    "decode 8": "decode of 8 sequences, tokens/s together",
}


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def parse() -> argparse.Namespace:
    names = [geometry.name for geometry in geometries.GEOMETRIES]
    parser = argparse.ArgumentParser(prog="bench/peers", description=__doc__.split("\n\n")[0])
    parser.add_argument("--venv", metavar="DIR", help="virtual environment to use or make [.build/peers-venv]")
    parser.add_argument("--recto", type=pathlib.Path, default=ROOT / ".build/release/recto", metavar="PATH")
    parser.add_argument("--threads", type=int, default=2, help="threads of every program [%(default)s]")
    parser.add_argument("--rounds", type=int, default=3, help="times that every program gets its turn [%(default)s]")
    parser.add_argument("--geometry", action="append", choices=names, help="only this one; repeat for several")
    parser.add_argument("--large", action="store_true", help="idefics2-8b as well: 21 GB on disk, tens of minutes")
    parser.add_argument("--without", action="append", default=[], choices=["transformers", "llama.cpp", "recto"])
    parser.add_argument("--patience", type=float, default=0, metavar="SECONDS",
                        help="longest wait before each measurement for other work to end [%(default)s]")
    parser.add_argument("--checkpoints", type=pathlib.Path, default=ROOT / ".build/peers-checkpoints", metavar="DIR")
    parser.add_argument("--tokenizers", type=pathlib.Path, default=ROOT.parent / "shared/reference/tokenizers",
                        metavar="DIR", help="where mistral-idefics2/tokenizer.json lies, if it does")
    parser.add_argument("--prepare", action="store_true", help="write the checkpoints, measure nothing")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="where to write all numbers")
    return parser.parse_args()


def chosen(arguments: argparse.Namespace) -> list[Geometry]:
    if arguments.geometry:
        return [geometry for geometry in geometries.GEOMETRIES if geometry.name in arguments.geometry]
    return [geometry for geometry in geometries.GEOMETRIES if arguments.large or not geometry.large]


def programs_for(geometry: Geometry, folder: pathlib.Path, arguments: argparse.Namespace) -> list[Peer | Recto]:
    """The programs that take turns on a geometry, in their order."""
    programs: list[Peer | Recto] = []
    threads = arguments.threads
    weights = sum(path.stat().st_size for path in folder.glob("*.safetensors"))
    if "transformers" not in arguments.without:
        programs.append(
            Peer("transformers bfloat16", "worker_transformers.py", [str(folder), "bfloat16"], threads, weights)
        )
        if not geometry.large:
            programs.append(
                Peer("transformers float32", "worker_transformers.py", [str(folder), "float32"], threads, 2 * weights)
            )
    if "llama.cpp" not in arguments.without:
        for kind in geometry.gguf_types:
            file = gguf_files.convert(geometry, folder, kind)
            programs.append(Peer(f"llama.cpp {kind}", "worker_llama.py", [str(file)], threads, file.stat().st_size))
    if "recto" not in arguments.without and arguments.recto.exists():
        view_size = geometry.tower.image if geometry.tower else None
        programs += [Recto(arguments.recto, folder, kind, threads, view_size) for kind in report.RECTO_WEIGHTS
                     if not (geometry.large and kind == "float32")]
    return programs


def value_of(geometry: Geometry, work: str, answer: dict) -> float | None:
    """How fast it went; nothing where a program did another amount of work than the others."""
    if work == "tower" and answer.get("patches") != geometry.tower.patches:
        return None
    if work == "prefill" and answer.get("tokens") != geometries.PROMPT_TOKENS:
        return None
    return answer.get("seconds" if work == "tower" else "tokens_per_second")


def measure(
    geometry: Geometry, programs: list[Peer | Recto], arguments: argparse.Namespace, ceilings: list[dict]
) -> list[Sample]:
    """All rounds of a geometry. Models stay in memory between rounds where all of them fit."""
    samples: list[Sample] = []
    stays = sum(program.memory_bytes for program in programs) < 0.5 * machine.available_memory() and not geometry.large
    failed: set[str] = set()
    for number in range(1, arguments.rounds + 1):
        for program in programs:
            if program.name in failed:
                continue
            if program.process is None and program.memory_bytes > 0.9 * machine.available_memory():
                say(f"  {program.name}: left out, {program.memory_bytes / 1e9:.1f} GB do not fit into memory now")
                continue
            try:
                program.start()
                machine.wait_for_quiet(arguments.patience)
                watch = machine.Watch(program.process)
                answers = program.measure(list(geometry.works))
                others = watch.others()
                if program.name in report.TRANSFORMERS:
                    ceilings.append(program.measure(["ceiling"])["ceiling"])
            except (RuntimeError, OSError, subprocess.TimeoutExpired, json.JSONDecodeError) as problem:
                say(f"  {program.name}: {problem}")
                failed.add(program.name)
                continue
            finally:
                if not stays:
                    program.close()
            words = []
            for work, answer in answers.items():
                value = value_of(geometry, work, answer)
                if value is None:
                    words.append(f"{work} {answer.get('problem') or answer or report.NOTHING}")
                    continue
                words.append(f"{work} {value:.3g}")
                samples.append(Sample(geometry.name, work, program.name, number, value, others, answer))
            say(f"  round {number} {program.name:22} {', '.join(words)}; others {others:.2f} processors")
    for program in programs:
        program.close()
    return samples


def version(path: pathlib.Path) -> str:
    commit = subprocess.run(["git", "-C", str(ROOT), "describe", "--always", "--dirty"], capture_output=True, text=True,
                            check=False).stdout.strip()
    built = datetime.datetime.fromtimestamp(path.stat().st_mtime).isoformat(timespec="minutes")
    return f"built {built}, working tree at {commit}"


def main() -> None:
    arguments = parse()
    start = time.monotonic()
    picked = chosen(arguments)
    folders = {g.name: checkpoints.make(g, arguments.checkpoints, arguments.tokenizers) for g in picked}
    if arguments.prepare:
        return
    has_recto = "recto" not in arguments.without and arguments.recto.exists()
    if not arguments.recto.exists():
        say(f"no {arguments.recto}: Recto's columns stay empty (swift build -c release, or --recto PATH)")

    facts: dict[str, str] = {}
    samples: list[Sample] = []
    recto_reports: dict[tuple[str, str], list[dict]] = {}
    ceilings: list[dict] = []
    for geometry in picked:
        say(f"{geometry.name}: {geometry.title}")
        programs = programs_for(geometry, folders[geometry.name], arguments)
        samples += measure(geometry, programs, arguments, ceilings)
        for program in programs:
            if isinstance(program, Recto):
                recto_reports[geometry.name, program.name.removeprefix("recto ")] = program.reports
            else:
                facts |= {program.name.split()[0]: "; ".join(program.facts.values()).rstrip(" |")} if program.facts else {}
    if has_recto:
        facts["recto"] = version(arguments.recto)

    host = machine.description()
    titles = {}
    for geometry in picked:
        patches = geometry.tower.patches if geometry.tower else 0
        titles |= {(geometry.name, work): f"{geometry.name}: {WORKS[work].format(patches=patches)}"
                   for work in geometry.works}
    result = report.Report(samples)
    all_reports = [one for rounds in recto_reports.values() for one in rounds]
    print(f"{host['processor']}, {arguments.threads} threads on {host['processors']} processors "
          f"({', '.join(host['features'])}); rounds: {arguments.rounds}, median (least–most).\n")
    print(result.measures(titles) + "\n")
    print(result.goals() + "\n")
    if all_reports:
        print("Recto against its own ceilings:\n\n" + report.recto_table(recto_reports) + "\n")
    print(report.ceiling_table(ceilings, [one.get("machine", {}) for one in all_reports]) + "\n")
    print(result.noise() + "\n")
    for name, fact in facts.items():
        print(f"- {name}: {fact}")
    threads = {one.get("machine", {}).get("threads", arguments.threads) for one in all_reports}
    if threads - {arguments.threads}:
        print(f"- recto ran with {', '.join(map(str, threads))} threads, not {arguments.threads}: its numbers do not compare")
    if arguments.json:
        content = {
            "machine": host | {"threads": arguments.threads, "load_average": os.getloadavg()},
            "versions": facts,
            "seconds": round(time.monotonic() - start, 1),
            "samples": [dataclasses.asdict(sample) for sample in samples],
            "torch_ceilings": ceilings,
            "recto_reports": [{"geometry": g, "weights": w, "rounds": r} for (g, w), r in recto_reports.items()],
        }
        arguments.json.write_text(json.dumps(content, indent=1) + "\n")


if __name__ == "__main__":
    main()
