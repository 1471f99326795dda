"""MNIST and Fashion-MNIST as Kaggle passes them on: a CSV table a split, in each row a label and 784 pixels."""

from pathlib import Path

import numpy as np

from ganlib.data.images import Images, Labels
from ganlib.data.reader import unusable

SIDE = 28


def find(folder: Path, split: str) -> tuple[Path, ...] | None:
    """Name the table in `folder`, such as `mnist_train.csv` or `fashion-mnist_train.csv`; None if it is not there."""
    named = [folder / f"{name}_{split}.csv" for name in ("mnist", "fashion-mnist")]
    # Kaggle's digit recogniser: its `test.csv` has no labels.
    found = [file for file in [*named, folder / f"{split}.csv"] if file.is_file()]
    return (found[0],) if found else None


def read(files: tuple[Path, ...], split: str) -> tuple[Images, Labels]:
    """Read one table: images, bytes N x 28 x 28 x 1, and N labels; see `Reader.read`."""
    (file,) = files
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
        has_header = bool(lines) and not lines[0].split(",")[0].strip().isdigit()
        if not lines[has_header:]:
            raise ValueError("no rows")
        table = np.loadtxt(lines[has_header:], np.uint8, delimiter=",", ndmin=2)
    except (OSError, ValueError, OverflowError) as error:
        raise unusable(file, "incomplete, or not a table of whole numbers from 0 to 255") from error
    if table.shape[1] == SIDE * SIDE:
        raise unusable(file, "it has pixels but no column of labels, as Kaggle's competition leaves its test.csv")
    if table.shape[1] != 1 + SIDE * SIDE:
        raise unusable(file, f"a label and {SIDE * SIDE} pixels are expected in each row, not {table.shape[1]} numbers")
    return np.ascontiguousarray(table[:, 1:]).reshape(-1, SIDE, SIDE, 1), table[:, 0].astype(np.int64)
