"""Averages the weights of exported readers of one shape (model soups, Wortsman et al. 2022, arXiv 2203.05482).

usage: average.py OUTPUT_FOLDER MODEL_FOLDER MODEL_FOLDER ...

The readers must come from each other by training on; what is not weights is taken from the last folder. ``export.py`` checks a single
reader against transformers, and averaging changes no shape.
"""

import argparse
import shutil
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file


def average(folders: list[Path]) -> dict[str, torch.Tensor]:
    """The mean of each tensor, in float16."""
    readers = [load_file(folder / "model.safetensors") for folder in folders]
    shapes = [{name: tuple(value.shape) for name, value in reader.items()} for reader in readers]
    for folder, found in zip(folders, shapes, strict=True):
        if found != shapes[0]:
            raise SystemExit(f"{folder} is not of the shape of {folders[0]}")
    return {name: torch.stack([reader[name].float() for reader in readers]).mean(0).half() for name in readers[0]}


def main() -> None:
    parser = argparse.ArgumentParser(description="Average the weights of exported readers.")
    parser.add_argument("output", type=Path)
    parser.add_argument("models", type=Path, nargs="+")
    arguments = parser.parse_args()
    weights = average(arguments.models)
    shutil.copytree(arguments.models[-1], arguments.output)
    save_file(weights, arguments.output / "model.safetensors", metadata={"format": "pt"})
    (arguments.output / "model.safetensors").chmod(0o644)


if __name__ == "__main__":
    main()
