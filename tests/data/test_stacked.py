"""Stacked MNIST: digits of MNIST in the channels of one image, made of files that are there anyway."""

from dataclasses import replace

import numpy as np
import pytest

from ganlib import data
from ganlib.catalog import datasets
from ganlib.utils.errors import UserError

NAME = "stacked-mnist"


@pytest.fixture
def digits(folder, write_idx, monkeypatch):
    """A small MNIST, whose image number i is full of i in train and of 100 + i in test; few stacks are made of it."""
    few = replace(datasets.get(NAME), counts={"train": 200, "test": 40})
    monkeypatch.setitem(datasets.DATASETS.built_in, NAME, few)
    for prefix, first in (("train", 0), ("t10k", 100)):
        images = np.arange(first, first + 30, dtype=np.uint8)[:, None, None].repeat(28, 1).repeat(28, 2)
        write_idx(folder / f"mnist/{prefix}-images-idx3-ubyte.gz", images)
        write_idx(folder / f"mnist/{prefix}-labels-idx1-ubyte.gz", np.zeros(30, np.uint8))
    return folder


def test_each_channel_is_a_digit_of_the_split_of_its_own(digits):
    for split, count, first in (("train", 200, 0), ("test", 40, 100)):
        found = data.load(NAME, split)
        assert found.images.shape == (count, 28, 28, 3)
        numbers = found.images[:, 0, 0] - first
        np.testing.assert_array_equal(found.images, (numbers + first)[:, None, None].repeat(28, 1).repeat(28, 2))
        assert numbers.max() < 30
        assert len(np.unique(numbers, axis=0)) > count / 2  # no channel follows another
    assert data.load(NAME, "all").images.shape == (240, 28, 28, 3)


def test_it_is_always_the_same_and_has_no_labels(digits):
    first, again = (data.load(NAME) for _ in range(2))
    np.testing.assert_array_equal(first.images, again.images)
    assert first.labels is None
    assert data.load(NAME, grayscale=True).images.shape == (200, 28, 28, 1)


def test_it_is_where_mnist_is_and_is_missed_as_mnist_is(digits, monkeypatch):
    assert data.where(NAME, "all") == data.fetch(NAME) == digits / "mnist"
    assert "200 images in" in data.describe(NAME)
    (digits / "mnist" / "train-images-idx3-ubyte.gz").unlink()
    assert data.where(NAME) is None
    monkeypatch.setattr("ganlib.data.loading.download", _no_network)
    with pytest.raises(UserError, match="MNIST's train split is not available"):
        data.load(NAME)


def _no_network(*args):
    from ganlib.data.download import DownloadError

    raise DownloadError("no network")
