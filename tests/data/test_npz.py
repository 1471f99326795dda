import contextlib

import numpy as np
import pytest

from ganlib.data import npz
from ganlib.utils.errors import UserError


@pytest.fixture
def archive():
    generator = np.random.default_rng(0)
    return {
        f"{key}_{split}": generator.integers(0, 10, (count, 28, 28) if key == "x" else count, np.uint8)
        for split, count in (("train", 6), ("test", 4))
        for key in "xy"
    }


def test_both_splits_are_read_from_one_archive(tmp_path, archive):
    np.savez_compressed(tmp_path / "mnist.npz", **archive)
    for split in ("train", "test"):
        files = npz.find(tmp_path, split)
        assert files == (tmp_path / "mnist.npz",)
        images, labels = npz.read(files, split)
        np.testing.assert_array_equal(images[..., 0], archive[f"x_{split}"])
        np.testing.assert_array_equal(labels, archive[f"y_{split}"])
        assert (images.dtype, labels.dtype) == (np.uint8, np.int64)


def test_archive_is_not_found_in_an_empty_folder(tmp_path):
    assert npz.find(tmp_path, "train") is None


@pytest.mark.parametrize("kept", [0, 100, 3000])
def test_truncated_archive_names_the_file(tmp_path, archive, kept):
    file = tmp_path / "mnist.npz"
    np.savez_compressed(file, **archive)
    file.write_bytes(file.read_bytes()[:kept])
    with pytest.raises(UserError, match=f"{file} cannot be used"):
        npz.read((file,), "train")


def test_damage_raises_no_other_error(tmp_path, archive):
    file = tmp_path / "mnist.npz"
    np.savez_compressed(file, **archive)
    content = file.read_bytes()
    for place in range(0, 200, 2):
        file.write_bytes(content[:place] + b"\xff\xff" + content[place + 2 :])
        with contextlib.suppress(UserError):
            npz.read((file,), "train")


def test_missing_key_is_named(tmp_path, archive):
    del archive["y_test"]
    np.savez(tmp_path / "mnist.npz", **archive)
    with pytest.raises(UserError, match="y_test"):
        npz.read((tmp_path / "mnist.npz",), "test")


def test_pickled_objects_are_never_loaded(tmp_path, archive):
    archive["x_train"] = np.array([{"code": "evil"}], object)
    np.savez(tmp_path / "mnist.npz", **archive)
    with pytest.raises(UserError, match="cannot be used"):
        npz.read((tmp_path / "mnist.npz",), "train")


def test_bare_array_is_refused(tmp_path, archive):
    with (tmp_path / "mnist.npz").open("wb") as file:
        np.save(file, archive["x_train"])
    with pytest.raises(UserError, match="cannot be used"):
        npz.read((tmp_path / "mnist.npz",), "train")


@pytest.mark.parametrize("key", ["x_train", "y_train"])
def test_floats_are_refused(tmp_path, archive, key):
    archive[key] = archive[key] / 255
    np.savez(tmp_path / "mnist.npz", **archive)
    with pytest.raises(UserError, match="no images as bytes"):
        npz.read((tmp_path / "mnist.npz",), "train")


def test_colour_images_are_refused(tmp_path, archive):
    archive["x_train"] = np.repeat(archive["x_train"][..., np.newaxis], 3, axis=-1)
    np.savez(tmp_path / "mnist.npz", **archive)
    with pytest.raises(UserError, match="it holds no grey images"):
        npz.read((tmp_path / "mnist.npz",), "train")
