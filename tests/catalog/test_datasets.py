import re

import pytest

from ganlib.catalog import datasets
from ganlib.catalog.points import POINTS
from ganlib.utils.errors import UserError


def test_names_are_the_keys():
    assert set(datasets.DATASETS) == {"digits", "mnist", "fashion-mnist", "svhn", "stacked-mnist", *POINTS}
    assert all(dataset.name == name for name, dataset in datasets.DATASETS.items())


def test_unknown_name_lists_the_names():
    with pytest.raises(UserError, match=r"'cifar'.*digits, mnist, fashion-mnist, svhn"):
        datasets.get("cifar")


@pytest.mark.parametrize("name", datasets.DATASETS)
def test_every_entry_has_one_line_about_it_and_images_have_ten_classes(name):
    dataset = datasets.get(name)
    assert dataset.has_points == (name in POINTS)
    assert len(set(dataset.classes)) == (0 if dataset.has_points or dataset.made_of else 10)
    assert dataset.about
    assert "\n" not in dataset.about


@pytest.mark.parametrize("name", ["mnist", "fashion-mnist", "svhn", "stacked-mnist"])
def test_every_published_file_has_a_checksum_and_a_size(name):
    for split in ("train", "test"):
        for file in datasets.get(name).downloads[split]:
            assert re.fullmatch("[0-9a-f]{64}", file.sha256)
            assert file.size > 1000
            assert file.url.endswith(f"/{file.filename}")


def test_grayscale_turns_three_channels_into_one_and_leaves_grey_alone():
    assert datasets.get("svhn").image_shape(grayscale=False) == (32, 32, 3)
    assert datasets.get("svhn").image_shape(grayscale=True) == (32, 32, 1)
    assert datasets.get("mnist").image_shape(grayscale=False) == (28, 28, 1)
    assert datasets.get("mnist").image_shape(grayscale=True) == (28, 28, 1)


def test_count_of_all_is_train_and_test():
    svhn = datasets.get("svhn")
    assert (svhn.count("train"), svhn.count("test"), svhn.count("all")) == (73_257, 26_032, 99_289)
    with pytest.raises(UserError, match="train, test, all"):
        svhn.count("extra")
