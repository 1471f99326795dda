import h5py
import numpy as np
import pytest
from scipy.io import savemat

from ganlib.data import svhn
from ganlib.utils.errors import UserError

IMAGES = np.random.default_rng(0).integers(0, 256, (32, 32, 3, 4), np.uint8)
LABELS = np.array([[1], [10], [9], [10]], np.uint8)


def test_label_ten_is_digit_zero_and_images_come_first(tmp_path):
    savemat(tmp_path / "test_32x32.mat", {"X": IMAGES, "y": LABELS}, do_compression=True)
    files = svhn.find(tmp_path, "test")
    assert files == (tmp_path / "test_32x32.mat",)
    images, labels = svhn.read(files, "test")
    np.testing.assert_array_equal(labels, [1, 0, 9, 0])
    np.testing.assert_array_equal(images[2], IMAGES[..., 2])
    assert images.shape == (4, 32, 32, 3)
    assert images.flags.c_contiguous
    assert (images.dtype, labels.dtype) == (np.uint8, np.int64)


def test_version_7_3_with_labels_as_doubles_reads_the_same(tmp_path):
    """As MATLAB's `save -v7.3` leaves it: HDF5 behind a header of 512 bytes, the axes the other way round."""
    file = tmp_path / "train_32x32.mat"
    with h5py.File(file, "w", userblock_size=512) as stored:
        stored["X"], stored["y"] = IMAGES.T, LABELS.T.astype(float)
    content = bytearray(file.read_bytes())
    content[:19] = b"MATLAB 7.3 MAT-file"
    file.write_bytes(content)
    images, labels = svhn.read((file,), "train")
    np.testing.assert_array_equal(images, IMAGES.transpose(3, 0, 1, 2))
    np.testing.assert_array_equal(labels, [1, 0, 9, 0])


def test_other_split_is_not_found(tmp_path):
    savemat(tmp_path / "test_32x32.mat", {"X": IMAGES, "y": LABELS})
    assert svhn.find(tmp_path, "train") is None


@pytest.mark.parametrize("kept", [0, 60, 500, 5000])
def test_truncated_file_names_the_file(tmp_path, kept):
    file = tmp_path / "test_32x32.mat"
    savemat(file, {"X": IMAGES, "y": LABELS}, do_compression=True)
    file.write_bytes(file.read_bytes()[:kept])
    with pytest.raises(UserError, match=f"{file} cannot be used"):
        svhn.read((file,), "test")


def test_web_page_under_the_name_is_refused(tmp_path):
    (tmp_path / "test_32x32.mat").write_text("<html>" + "moved " * 200)
    with pytest.raises(UserError, match="cannot be used"):
        svhn.read((tmp_path / "test_32x32.mat",), "test")


@pytest.mark.parametrize(
    "content", [{"X": IMAGES}, {"y": LABELS}, {"X": IMAGES / 255, "y": LABELS}, {"X": IMAGES[..., 0], "y": LABELS}]
)
def test_other_content_is_refused(tmp_path, content):
    savemat(tmp_path / "test_32x32.mat", content)
    with pytest.raises(UserError, match="no colour images"):
        svhn.read((tmp_path / "test_32x32.mat",), "test")
