import gzip

import numpy as np
import pytest

from ganlib.data import idx
from ganlib.utils.errors import UserError

IMAGES = np.arange(3 * 4 * 5, dtype=np.uint8).reshape(3, 4, 5)
LABELS = np.array([7, 0, 9], np.uint8)


@pytest.mark.parametrize("separator", ["-", "."])
@pytest.mark.parametrize("ending", [".gz", ""])
def test_every_published_file_name_is_found_and_read(tmp_path, write_idx, separator, ending):
    image_file = write_idx(tmp_path / f"t10k-images{separator}idx3-ubyte{ending}", IMAGES)
    label_file = write_idx(tmp_path / f"t10k-labels{separator}idx1-ubyte{ending}", LABELS)
    files = idx.find(tmp_path, "test")
    assert files == (image_file, label_file)
    images, labels = idx.read(files, "test")
    np.testing.assert_array_equal(images, IMAGES[..., np.newaxis])
    np.testing.assert_array_equal(labels, LABELS)
    assert (images.dtype, labels.dtype) == (np.uint8, np.int64)


def test_files_in_folders_of_their_own_names_are_found(tmp_path, write_idx):
    """Kaggle's archive unpacks like that."""
    names = [f"train-{content}-ubyte" for content in ("images-idx3", "labels-idx1")]
    files = [write_idx(tmp_path / name / name, array) for name, array in zip(names, (IMAGES, LABELS), strict=True)]
    assert idx.find(tmp_path, "train") == tuple(files)


def test_images_without_labels_are_not_found(tmp_path, write_idx):
    write_idx(tmp_path / "train-images-idx3-ubyte.gz", IMAGES)
    assert idx.find(tmp_path, "train") is None


def test_unzipped_content_under_a_zipped_name_is_read(tmp_path, write_idx):
    file = write_idx(tmp_path / "images", IMAGES).rename(tmp_path / "images.gz")
    np.testing.assert_array_equal(idx.read_array(file, 3), IMAGES)


@pytest.mark.parametrize("kept", [0, 3, 15, 40])
def test_truncated_file_names_the_file(tmp_path, write_idx, kept):
    for name in ("images", "images.gz"):
        file = write_idx(tmp_path / name, IMAGES)
        file.write_bytes(file.read_bytes()[:kept])
        with pytest.raises(UserError, match=f"{file} cannot be used"):
            idx.read_array(file, 3)


def test_surplus_bytes_are_refused(tmp_path, write_idx):
    file = write_idx(tmp_path / "images", IMAGES)
    file.write_bytes(file.read_bytes() + b"!")
    with pytest.raises(UserError, match="60 bytes announced, 61 found"):
        idx.read_array(file, 3)


def test_flipped_bit_in_the_zipped_data_is_noticed(tmp_path, write_idx):
    file = write_idx(tmp_path / "images.gz", IMAGES)
    content = bytearray(file.read_bytes())
    content[-6] ^= 1
    file.write_bytes(content)
    with pytest.raises(UserError, match=r"images\.gz cannot be used"):
        idx.read_array(file, 3)


@pytest.mark.parametrize("content", [b"<html>not found</html>", b"\x00\x00\x0d\x03" + bytes(12), b""])
def test_other_content_is_no_idx_file(tmp_path, content):
    for name, written in (("plain", content), ("zipped.gz", gzip.compress(content))):
        (tmp_path / name).write_bytes(written)
        with pytest.raises(UserError, match=f"{name} cannot be used .not an IDX file"):
            idx.read_array(tmp_path / name, 3)


def test_labels_in_place_of_images_are_refused(tmp_path, write_idx):
    file = write_idx(tmp_path / "labels", LABELS)
    with pytest.raises(UserError, match="not an IDX file of bytes with 3 dimensions"):
        idx.read_array(file, 3)
