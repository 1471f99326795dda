import numpy as np
import pytest

from ganlib.data import csv_table
from ganlib.utils.errors import UserError

TABLE = np.random.default_rng(0).integers(0, 256, (5, 785))
TABLE[:, 0] = [3, 0, 9, 1, 1]
HEADER = ",".join(["label", *(f"pixel{number}" for number in range(784))])


def write(file, table, header=HEADER):
    np.savetxt(file, table, "%d", delimiter=",", header=header, comments="")
    return file


@pytest.mark.parametrize("name", ["mnist_train.csv", "fashion-mnist_train.csv", "train.csv"])
@pytest.mark.parametrize("header", [HEADER, ""])
def test_every_table_of_kaggle_is_found_and_read(tmp_path, name, header):
    file = write(tmp_path / name, TABLE, header)
    if not header:
        file.write_text(file.read_text().lstrip("\n"))
    assert csv_table.find(tmp_path, "train") == (file,)
    assert csv_table.find(tmp_path, "test") is None
    images, labels = csv_table.read((file,), "train")
    np.testing.assert_array_equal(images, TABLE[:, 1:].reshape(5, 28, 28, 1))
    np.testing.assert_array_equal(labels, TABLE[:, 0])
    assert (images.dtype, labels.dtype) == (np.uint8, np.int64)


@pytest.mark.parametrize(
    ("table", "why"),
    [
        (TABLE[:, 1:], "no column of labels"),
        (TABLE[:, :700], "not 700 numbers"),
        (TABLE + 300, "whole numbers from 0 to 255"),
        (np.array([[1, -5]]), "whole numbers from 0 to 255"),
    ],
)
def test_another_table_is_refused(tmp_path, table, why):
    with pytest.raises(UserError, match=why):
        csv_table.read((write(tmp_path / "train.csv", table),), "train")


@pytest.mark.parametrize("content", ["<html>moved</html>", "", "label,pixel0\n1", "\x00\x01\x02"])
def test_other_content_is_refused(tmp_path, content):
    (tmp_path / "train.csv").write_text(content)
    with pytest.raises(UserError, match=r"train\.csv cannot be used"):
        csv_table.read((tmp_path / "train.csv",), "train")
