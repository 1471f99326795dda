import io
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from scipy.io import savemat

from ganlib import data
from ganlib.catalog import datasets
from ganlib.catalog.points import POINTS
from ganlib.data.loading import READERS
from ganlib.utils.errors import UserError

GENERATOR = np.random.default_rng(0)


def write_mnist(folder, write_idx, split, count, size=28):
    prefix = {"train": "train", "test": "t10k"}[split]
    images = GENERATOR.integers(0, 256, (count, size, size), np.uint8)
    write_idx(folder / f"{prefix}-images-idx3-ubyte.gz", images)
    write_idx(folder / f"{prefix}-labels-idx1-ubyte.gz", np.arange(count, dtype=np.uint8) % 10)
    return images


def write_svhn(folder, split, count):
    folder.mkdir(parents=True, exist_ok=True)
    images = GENERATOR.integers(0, 256, (32, 32, 3, count), np.uint8)
    savemat(folder / f"{split}_32x32.mat", {"X": images, "y": np.full((count, 1), 10, np.uint8)})
    return images


def publish(monkeypatch, name, **downloads):
    """Let a data set be published elsewhere: files per split."""
    published = datasets.get(name).downloads
    dataset = replace(datasets.get(name), downloads={**published, **downloads})
    monkeypatch.setitem(datasets.DATASETS.built_in, name, dataset)


def test_every_data_set_has_a_reader():
    own = {name for name, dataset in datasets.DATASETS.items() if not dataset.made_of}
    assert set(READERS) | set(POINTS) == own


def test_unknown_names_list_the_valid_ones():
    with pytest.raises(UserError, match="choose one of: digits, mnist"):
        data.load("cifar")
    with pytest.raises(UserError, match="'extra'; choose one of: train, test, all"):
        data.load("digits", "extra")


def test_digits_are_always_at_hand(folder):
    assert data.where("digits", "all") == "scikit-learn"
    digits = data.load("digits", "all")
    assert len(digits) == 1797
    assert (digits.shape, digits.origin, digits.classes[3]) == ((8, 8, 1), "scikit-learn", "3")


def test_all_is_train_then_test(folder, write_idx):
    train = write_mnist(folder / "mnist", write_idx, "train", 12)
    test = write_mnist(folder / "mnist", write_idx, "test", 5)
    images = data.load("mnist", "all")
    np.testing.assert_array_equal(images.images[..., 0], np.concatenate([train, test]))
    assert images.labels.tolist() == [*range(10), 0, 1, *range(5)]
    assert images.origin == folder / "mnist"


def test_data_folder_comes_before_the_cache(folder, write_idx):
    cache = folder.parent / "cache" / "mnist"
    write_mnist(cache, write_idx, "train", 3)
    assert data.where("mnist") == cache
    write_mnist(folder / "mnist", write_idx, "train", 4)
    assert data.where("mnist") == folder / "mnist"
    assert len(data.load("mnist")) == 4


@pytest.mark.parametrize(("name", "place"), [("mnist", "MNIST/raw"), ("fashion-mnist", "FashionMNIST/raw")])
def test_a_folder_of_torchvision_is_read_as_it_is(folder, write_idx, name, place):
    train = write_mnist(folder / place, write_idx, "train", 4)
    np.testing.assert_array_equal(data.load(name).images[..., 0], train)
    write_svhn(folder, "train", 3)
    assert len(data.load("svhn")) == 3


def test_keras_archive_serves_both_splits_after_one_download(folder, monkeypatch, server):
    buffer = io.BytesIO()
    arrays = {"x_train": np.zeros((6, 28, 28), np.uint8), "y_train": np.arange(6, dtype=np.uint8)}
    arrays |= {"x_test": np.ones((2, 28, 28), np.uint8), "y_test": np.arange(2, dtype=np.uint8)}
    np.savez(buffer, **arrays)
    server.content = buffer.getvalue()
    file = server.offer("good", "mnist.npz")
    publish(monkeypatch, "mnist", train=(file,), test=(file,))
    assert data.where("mnist") is None
    calls = []
    images = data.load("mnist", "all", progress=lambda done, total: calls.append((done, total)))
    assert (len(images), images.images[-1].max()) == (8, 1)
    assert images.origin == folder.parent / "cache" / "mnist"
    assert calls[-1] == (file.size, file.size)
    assert server.requests.total() == 1


def test_grayscale_makes_one_channel(folder):
    published = write_svhn(folder / "svhn", "test", 3)
    assert data.load("svhn", "test").shape == (32, 32, 3)
    grey = data.load("svhn", "test", grayscale=True)
    expected = np.tensordot([0.299, 0.587, 0.114], published, (0, 2)).transpose(2, 0, 1)
    assert grey.shape == (32, 32, 1)
    np.testing.assert_allclose(grey.images[..., 0], expected, atol=0.5001)


def test_images_can_be_written_to(folder, write_idx):
    write_mnist(folder / "mnist", write_idx, "train", 3)
    assert data.load("mnist").images.flags.writeable


@pytest.mark.parametrize("split", ["train", "all"])
def test_missing_split_names_the_one_that_is_there(folder, monkeypatch, server, split):
    write_svhn(folder / "svhn", "test", 3)
    publish(monkeypatch, "svhn", train=(server.offer("missing", "train_32x32.mat"),))
    assert data.where("svhn", split) is None
    with pytest.raises(UserError) as error:
        data.load("svhn", split)
    text = str(error.value)
    assert "SVHN's train split is not available" in text
    assert "answered 404" in text
    assert f"put train_32x32.mat into {folder / 'svhn'} (GANLIB_DATA) by hand" in text
    assert "use split=test, which is available" in text
    assert len(data.load("svhn", "test")) == 3


def test_failed_download_says_where_to_put_the_files(folder, monkeypatch, server):
    monkeypatch.delenv("GANLIB_DATA")
    files = tuple(server.offer("missing", name) for name in ("images.gz", "labels.gz"))
    publish(monkeypatch, "fashion-mnist", test=files)
    with pytest.raises(
        UserError, match=r"put images\.gz and labels\.gz into a folder fashion-mnist under GANLIB_DATA"
    ) as error:
        data.fetch("fashion-mnist", "test")
    assert "is available" not in str(error.value)
    assert "\n" not in str(error.value)


def test_damaged_file_at_hand_is_reported_not_replaced(folder, write_idx, monkeypatch, server):
    write_mnist(folder / "mnist", write_idx, "train", 30)
    file = folder / "mnist" / "train-images-idx3-ubyte.gz"
    content = file.read_bytes()[:500]
    file.write_bytes(content)
    publish(monkeypatch, "mnist", train=(server.offer("good", "mnist.npz"),))
    with pytest.raises(UserError, match=f"{file} cannot be used"):
        data.load("mnist")
    assert file.read_bytes() == content
    assert server.requests.total() == 0


def test_images_of_another_size_are_refused(folder, write_idx):
    write_mnist(folder / "mnist", write_idx, "train", 3, size=32)
    with pytest.raises(UserError, match="its images are 32x32x1; those of MNIST are 28x28x1"):
        data.load("mnist")


def test_labels_that_do_not_fit_are_refused(folder, write_idx):
    write_mnist(folder / "mnist", write_idx, "train", 3)
    file = folder / "mnist" / "train-labels-idx1-ubyte.gz"
    write_idx(file, np.zeros(4, np.uint8))
    with pytest.raises(UserError, match="3 images, but 4 labels"):
        data.load("mnist")
    write_idx(file, np.array([1, 2, 10], np.uint8))
    with pytest.raises(UserError, match=f"{file} cannot be used .a label is not one of MNIST's 10 classes"):
        data.load("mnist")


def test_empty_files_are_refused(folder, write_idx):
    write_mnist(folder / "mnist", write_idx, "train", 0)
    with pytest.raises(UserError, match="0 images"):
        data.load("mnist")


def test_description_counts_what_is_there(folder):
    write_svhn(folder / "svhn", "test", 3)
    assert data.describe("svhn").splitlines() == [
        "SVHN: 32x32, colour, 10 classes",
        "  train: not available",
        f"  test: 3 of 26,032 images in {folder / 'svhn'}",
    ]
    assert "  train: 1,500 images in scikit-learn" in data.describe("digits")


def test_import_loads_nothing_slow():
    slow = {"keras", "scipy", "sklearn", "pooch", "requests"}
    code = f"import sys, ganlib.data; print({slow} & set(sys.modules))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "set()"


@pytest.mark.parametrize(
    ("name", "split", "counts"),
    [
        ("mnist", "train", [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]),
        ("mnist", "test", [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]),
        ("fashion-mnist", "train", [6000] * 10),
        ("fashion-mnist", "test", [1000] * 10),
    ],
)
def test_real_files_hold_the_published_number_of_each_class(real_data, name, split, counts):
    images = data.load(name, split)
    assert np.bincount(images.labels).tolist() == counts
    assert images.shape == datasets.get(name).shape
    assert images.origin == real_data / name


def test_real_house_numbers_are_read_even_if_they_are_a_part(real_data):
    images = data.load("svhn", "test")
    assert images.labels[:8].tolist() == [5, 2, 1, 0, 6, 1, 9, 1]
    assert images.shape == (32, 32, 3)
    assert 10_000 <= len(images) <= 26_032
