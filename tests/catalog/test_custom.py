import pytest

from ganlib.catalog import datasets
from ganlib.catalog.custom import CustomName, batch_size, make_name, read_name
from ganlib.utils.errors import UserError


@pytest.mark.parametrize("size", [28, 32, 64])
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
    ("title", "word"),
    [
        ("My Shapes", "my-shapes"),
        ("Äpfel & Birnen!", "apfel-birnen"),
        ("Straße", "strasse"),
        ("../../etc", "etc"),
        ("c\0", "c"),
        ("x" * 99, "x" * 28),
        ("a" * 27 + " b", "a" * 27),
        ("猫", "set-"),
    ],
)
def test_any_title_gives_a_name(title, word):
    name = make_name(title)
    assert read_name(str(name)) == name
    assert name.word.startswith(word)
    assert word.endswith("-") or name.word == word


def test_titles_of_other_scripts_stay_apart():
    assert make_name("猫") != make_name("犬")


@pytest.mark.parametrize("title", ["", "  ", "***", "__"])
def test_a_title_without_a_letter_is_refused(title):
    with pytest.raises(UserError, match="use at least one letter or digit"):
        make_name(title)


def test_other_sizes_are_refused():
    with pytest.raises(UserError, match="28, 32 or 64 pixels high and wide, not 48"):
        make_name("cats", 48)


@pytest.mark.parametrize(("images", "size"), [(14, 8), (31, 8), (32, 16), (255, 16), (256, 64), (9_000, 64)])
def test_a_batch_fits_the_images(images, size):
    assert batch_size(images) == size


@pytest.mark.parametrize(
    "name",
    [
        *datasets.DATASETS.built_in,
        "",
        "own-cats",
        "cats-28-grey",
        "own-cats-48-grey",
        "own-../x-28-grey",
        "own--28-grey",
    ],
)
def test_other_names_are_no_own_sets(name):
    assert read_name(name) is None


def test_a_name_is_one_string():
    assert str(CustomName("cats", 32, "rgb")) == "own-cats-32-rgb"
