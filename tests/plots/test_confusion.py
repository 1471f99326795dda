import numpy as np

from ganlib.plots import confusion_figure


def test_a_row_adds_up_to_what_was_asked_for_and_the_first_is_on_top() -> None:
    (matrix,) = confusion_figure([[3, 1], [0, 0]], ["cat", "<b>"]).data

    np.testing.assert_allclose(matrix.z, [[0.75, 0.25], [0, 0]])
    assert (matrix.x, matrix.y) == (("cat", "&lt;b&gt;"),) * 2
    assert matrix.text[0][0] == "75%"
    np.testing.assert_array_equal(matrix.customdata, [[3, 1], [0, 0]])
    assert confusion_figure([[1]], ["0"]).layout.yaxis.autorange == "reversed"
    assert confusion_figure([[1]], ["0"]).layout.xaxis.type == "category"


def test_rows_may_be_called_otherwise_than_columns():
    (matrix,) = confusion_figure([[3, 1], [0, 2]], ["cat", "dog"], ["category 1", "category 0"]).data
    assert list(matrix.y) == ["category 1", "category 0"]
    assert list(matrix.x) == ["cat", "dog"]
