import pytest

from ganlib.choices import datasets
from ganlib.choices.own import OwnName, make_name, read_name
from ganlib.errors import UserError


@pytest.mark.parametrize("size", [28, 32])
@pytest.mark.parametrize("color", [False, True])
@pytest.mark.parametrize("word", ["cats", "a", "7", "my-cats", "cats-32-rgb", "x" * 28])
def test_a_name_reads_back_as_it_was_made(word, size, color):
    name = make_name(word, size, color)
    assert read_name(str(name)) == name
    assert name.shape == (size, size, 3 if color else 1)
    assert len(str(name)) <= 40


def test_titles_tell_sets_apart():
    assert make_name("my-cats").title == "My cats (28, grey)"
    assert make_name("my-cats", 32, color=True).title == "My cats (32, colour)"


@pytest.mark.parametrize(
    "word", ["", "Cats", "-cats", "my cats", "../../etc", "cats/dogs", "c\0", "x" * 29, "ä", "a\n"]
)
def test_other_words_are_refused(word):
    with pytest.raises(UserError, match="is no name for images; use up to 28 small letters"):
        make_name(word)


def test_other_sizes_are_refused():
    with pytest.raises(UserError, match="28 or 32 pixels high and wide, not 64"):
        make_name("cats", 64)


@pytest.mark.parametrize(
    "name",
    [
        *datasets.DATASETS.built_in,
        "",
        "own-cats",
        "cats-28-grey",
        "own-cats-64-grey",
        "own-../x-28-grey",
        "own--28-grey",
    ],
)
def test_other_names_are_no_own_sets(name):
    assert read_name(name) is None


def test_a_name_is_one_string():
    assert str(OwnName("cats", 32, "rgb")) == "own-cats-32-rgb"
