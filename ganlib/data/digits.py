"""The digits that come with scikit-learn: 1,797 real handwritten ones, 8x8, in 17 grey levels.

They are the test set of "Optical Recognition of Handwritten Digits" (Alpaydin and Kaynak, 1998) and have no
published split, so one is made here: always the same, with every class in the same proportion in both splits.
"""

from pathlib import Path

import numpy as np

from ganlib.catalog import datasets
from ganlib.data.images import Images, Labels

ORIGIN = "scikit-learn"


def find(folder: Path, split: str) -> tuple[Path, ...]:
    """Name no file: the images are part of an installed package, so they are always available."""
    return ()


def read(files: tuple[Path, ...], split: str) -> tuple[Images, Labels]:
    """Read one split, in the published order: bytes N x 8 x 8 x 1, levels 0 to 16 stretched to 0 to 255; N labels."""
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    published = load_digits()
    labels = published.target.astype(np.int64)
    counts = datasets.get("digits").counts
    train, test = train_test_split(
        np.arange(len(labels)), train_size=counts["train"], test_size=counts["test"], stratify=labels, random_state=0
    )
    chosen = np.sort({"train": train, "test": test}[split])
    images = np.rint(published.images[chosen] * (255 / 16)).astype(np.uint8)
    return images[..., np.newaxis], labels[chosen]
