"""Custom data sets: what is whole becomes a data set like any other, everything else is refused and leaves nothing."""

import contextlib
import io
import json
import stat
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ganlib import data, presets
from ganlib.catalog import datasets, fields
from ganlib.catalog.points import POINTS
from ganlib.cli import main
from ganlib.config import FIELDS, TrainConfig
from ganlib.data import custom
from ganlib.data.custom import importer, pictures, sources, store
from ganlib.data.custom.labels import check_classes
from ganlib.utils.errors import UserError

BUILT_IN = ["digits", "mnist", "fashion-mnist", "svhn", "stacked-mnist", *POINTS]


def saved(image, kind="PNG", **options):
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def filled(colour, size=(8, 8)):
    return saved(Image.new("RGB", size, colour))


def level(number):
    """Return a grey picture whose level tells it from others."""
    return filled((number, number, number))


MANY = {f"{number:03}.png": level(number) for number in range(100)}
SORTED = {f"{'cats' if number % 3 else 'dogs'}/{number:03}.png": level(number) for number in range(90)}


def packed(contents, kind=zipfile.ZIP_DEFLATED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", kind) as opened:
        for name, content in contents.items():
            opened.writestr(name, content)
    return buffer.getvalue()


def take_in(contents, word="cats", **options):
    content = packed(contents) if isinstance(contents, dict) else contents
    return custom.import_zip(io.BytesIO(content), word, **options)


@pytest.fixture(autouse=True)
def shelf(tmp_path, monkeypatch):
    """The folder of custom data sets, in an empty cache."""
    monkeypatch.setenv("GANLIB_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("GANLIB_DATA", raising=False)
    monkeypatch.delenv("GANLIB_IMPORT", raising=False)
    return tmp_path / "cache" / "own"


def on_the_shelf(shelf):
    return sorted(path.name for path in shelf.iterdir()) if shelf.exists() else []


# A data set like any other


def test_a_zip_file_becomes_a_data_set(shelf):
    dataset = take_in(MANY, size=32, color=True)
    assert dataset.name == "own-cats-32-rgb"
    assert dataset == datasets.get("own-cats-32-rgb")
    assert (dataset.title, dataset.shape, dataset.classes) == ("cats (32, colour)", (32, 32, 3), ())
    assert dataset.about == "100 custom images, 32x32, in colour."
    assert [dataset.count(split) for split in ("train", "test", "all")] == [90, 10, 100]
    found = data.load(dataset.name)
    assert (found.shape, len(found), found.labels, found.classes) == ((32, 32, 3), 90, None, ())
    assert found.images.dtype == np.uint8
    assert found.origin == data.where(dataset.name) == shelf / dataset.name
    assert on_the_shelf(shelf) == [dataset.name]
    assert on_the_shelf(shelf / dataset.name) == ["about.json", "images.npz"]


def test_one_in_ten_is_held_out_always_the_same():
    levels = {}
    for word in ("one", "two"):
        name = take_in(MANY, word).name
        levels[word] = [data.load(name, split).images[:, 0, 0, 0].tolist() for split in ("train", "test", "all")]
    train, test, both = levels["one"]
    assert levels["one"] == levels["two"]
    assert sorted(train + test) == list(range(100))
    assert both == train + test
    assert test == sorted(test)
    assert test != list(range(10))


def test_the_order_in_the_zip_file_does_not_matter():
    first = data.load(take_in(MANY, "one").name).images
    second = data.load(take_in(dict(reversed(MANY.items())), "two").name).images
    np.testing.assert_array_equal(first, second)


def test_folders_become_labels():
    dataset = take_in(SORTED)
    assert dataset.classes == ("cats", "dogs")
    assert dataset.about.endswith("grey, in 2 classes.")
    found = data.load(dataset.name, "all")
    names = [found.classes[label] for label in found.labels]
    assert names == ["cats" if level % 3 else "dogs" for level in found.images[:, 0, 0, 0]]


def test_a_single_folder_is_no_label():
    assert take_in({f"all/{name}": content for name, content in MANY.items()}).classes == ()


def test_colours_turn_grey_at_the_import_or_later():
    red = {f"{number}.png": filled("red") for number in range(70)}
    colour, grey = take_in(red, color=True), take_in(red)
    assert data.load(colour.name).images[0, 0, 0].tolist() == [255, 0, 0]
    assert data.load(grey.name).shape == (28, 28, 1)
    later = data.load(colour.name, grayscale=True)
    np.testing.assert_array_equal(later.images, data.load(grey.name).images)
    assert later.images.max() == later.images.min() == 76  # 0.299 of 255


def test_it_is_described():
    name = take_in(SORTED).name
    assert data.describe(name).splitlines() == [
        "cats (28, grey): 28x28, grey, 2 classes",
        f"  train: 81 images in {data.where(name)}",
        f"  test: 9 images in {data.where(name)}",
    ]
    assert "grey, no classes" in data.describe(take_in(MANY, "plain").name)


def test_what_a_computer_leaves_about_is_left_out():
    litter = ["__MACOSX/._000.png", ".DS_Store", "Thumbs.db", "desktop.ini", "._001.png"]
    assert take_in({**MANY, **dict.fromkeys(litter, b"junk"), "empty/": b""}).count("all") == 100


def test_progress_is_told_image_by_image():
    told = []
    take_in(MANY, progress=lambda done, total: told.append((done, total)))
    assert told == [(number, 100) for number in range(1, 101)]


# Choices and configs


def test_it_can_be_chosen_without_a_restart_until_it_is_deleted():
    assert list(datasets.DATASETS) == BUILT_IN
    name = take_in(MANY).name
    assert list(datasets.DATASETS) == list(FIELDS["dataset"].choices) == [*BUILT_IN, name]
    assert len(datasets.DATASETS) == len(FIELDS["dataset"].choices) == len(BUILT_IN) + 1
    assert FIELDS["dataset"].choices[name] == "100 custom images, 28x28, grey."
    with pytest.raises(UserError, match=f"choose one of: {', '.join(BUILT_IN)}, {name}"):
        TrainConfig(dataset="own-cats")
    custom.delete(name)
    assert list(FIELDS["dataset"].choices) == BUILT_IN


def test_a_training_can_be_built_on_it():
    name = take_in(MANY, size=32, color=True).name
    config = TrainConfig(dataset=name, batch_size=32, epochs=1)
    assert config.image_shape == (32, 32, 3)
    assert config.changed(grayscale=True).image_shape == (32, 32, 1)
    assert TrainConfig.from_dict(config.to_dict()) == config
    with pytest.raises(UserError, match=f"cannot be drawn from the 90 of {name}; set batch_size to 90 or less"):
        config.changed(batch_size=128)


def test_the_run_of_a_deleted_set_can_still_be_read(make_run):
    name = take_in(MANY).name
    run = make_run(dataset=name, batch_size=32)
    custom.delete(name)
    config = TrainConfig.from_record(run.record)
    assert (config.dataset, config.image_shape) == (name, (28, 28, 1))
    assert data.where(name) is None
    gone = datasets.get(name)
    assert (gone.title, gone.classes) == ("Cats (28, grey)", ())
    assert gone.about == "Custom images, 28x28, grey; the files are missing on this machine."
    for use in (lambda: data.load(name), lambda: data.fetch(name, "all"), lambda: gone.count("train")):
        with pytest.raises(UserError, match=r"The images of Cats \(28, grey\) are not on this machine; import them"):
            use()


def test_looking_up_what_is_built_in_reads_no_disk(monkeypatch):
    def look(*arguments):
        raise AssertionError("the disk was read")

    for name in ("names", "record"):
        monkeypatch.setattr(store, name, look)
    assert TrainConfig(dataset="svhn").image_shape == (32, 32, 3)
    assert FIELDS["dataset"].choices["svhn"]


def test_explanations_follow_their_table():
    table = {"one": "first"}
    explained = fields.Explained(table)
    table["two"] = "second"
    assert dict(explained) == table
    assert not fields.Explained({})


@pytest.mark.slow
def test_a_gan_trains_on_images_without_labels(make_run, train_here):
    take_in(MANY)
    run = make_run(dataset="own-cats-28-grey", batch_size=16, max_steps=6)
    assert train_here(run).step == 6


# What is on the shelf


def test_a_taken_name_is_refused_but_another_shape_is_another_set():
    take_in(MANY)
    with pytest.raises(UserError, match="already a custom data set named own-cats-28-grey; delete it first"):
        take_in(SORTED)
    assert take_in(MANY, size=32).name == "own-cats-32-grey"
    assert custom.names() == ["own-cats-28-grey", "own-cats-32-grey"]


@pytest.mark.parametrize("word", ["mnist", "own-cats-28-grey"[:20]])
def test_a_word_never_collides_with_what_is_built_in(word):
    assert take_in(MANY, word).name == f"own-{word}-28-grey"
    assert datasets.get("mnist").title == "MNIST"


def test_two_at_once_leave_one_whole_set(shelf, monkeypatch):
    """The other import of the same name wins while this one writes."""
    rename = Path.rename

    def be_slower(path, target):
        monkeypatch.setattr(Path, "rename", rename)
        take_in(SORTED)
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", be_slower)
    with pytest.raises(UserError, match="already a custom data set"):
        take_in(MANY)
    assert on_the_shelf(shelf) == ["own-cats-28-grey"]
    assert datasets.get("own-cats-28-grey").count("all") == 90


@pytest.mark.parametrize("name", ["mnist", "own-cats-28-grey", "../../etc", "", "own-../../x-28-grey"])
def test_what_is_no_own_set_cannot_be_deleted(name):
    with pytest.raises(UserError, match="custom data set"):
        custom.delete(name)


def test_deleting_leaves_nothing(shelf):
    custom.delete(take_in(MANY).name)
    assert on_the_shelf(shelf) == []


@pytest.mark.parametrize(
    "about", ["", "[]", "{}", '{"counts": {"train": 5}, "classes": []}', '{"counts": 3, "classes": []}']
)
def test_a_damaged_set_is_as_if_it_were_not_here(shelf, about):
    name = take_in(MANY).name
    (shelf / name / "about.json").write_text(about)
    assert custom.names() == []
    assert not datasets.get(name).counts
    custom.delete(name)
    assert take_in(MANY).name == name


def test_damaged_images_are_reported(shelf):
    name = take_in(MANY).name
    file = shelf / name / "images.npz"
    file.write_bytes(file.read_bytes()[:100])
    with pytest.raises(UserError, match="cannot be used"):
        data.load(name)
    np.savez(file, x_train=np.zeros((9, 28, 28, 3), np.uint8), y_train=np.zeros(9, int))
    with pytest.raises(UserError, match=r"its images are 28x28x3; those of cats \(28, grey\) are 28x28x1"):
        data.load(name)


def test_a_full_disk_leaves_no_half_set(shelf, monkeypatch):
    def full(*arguments, **arrays):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez_compressed", full)
    with pytest.raises(UserError, match=r"could not be written to .* \(No space left on device\); make room first"):
        take_in(MANY)
    assert on_the_shelf(shelf) == []


def test_giving_up_half_way_leaves_nothing(shelf):
    def stop(done, total):
        if done == 50:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        take_in(MANY, progress=stop)
    assert on_the_shelf(shelf) == []


# Pictures


def decoded(content, size=28, color=True):
    assert pictures.inspect(content, "it.png") > 0
    return pictures.decode(content, size, color, "it.png")[0]


def test_the_square_in_the_middle_is_taken():
    picture = np.zeros((30, 90, 3), np.uint8)
    picture[:, :30], picture[:, 30:60], picture[:, 60:] = (255, 0, 0), (0, 255, 0), (0, 0, 255)
    assert (decoded(saved(Image.fromarray(picture))) == (0, 255, 0)).all()
    assert (decoded(saved(Image.fromarray(picture.transpose(1, 0, 2)))) == (0, 255, 0)).all()


def test_a_picture_of_the_right_size_stays_as_it_is():
    picture = np.random.default_rng(0).integers(0, 256, (28, 28, 3), np.uint8)
    np.testing.assert_array_equal(decoded(saved(Image.fromarray(picture))), picture)


def test_scaling_is_lanczos():
    image = Image.fromarray(np.random.default_rng(0).integers(0, 256, (50, 50, 3), np.uint8))
    expected = np.asarray(image.resize((32, 32), Image.Resampling.LANCZOS))
    np.testing.assert_array_equal(decoded(saved(image), 32), expected)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
@pytest.mark.parametrize("color", [True, False])
def test_every_kind_of_png_comes_out_alike(mode, color):
    white = Image.new("RGB", (40, 40), "white").convert(mode)
    found = decoded(saved(white), color=color)
    assert found.shape == (28, 28, 3 if color else 1)
    assert (found == 255).all()


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_every_kind_of_jpeg_comes_out_alike(mode):
    grey = Image.new("RGB", (400, 300), (100, 100, 100)).convert(mode)
    np.testing.assert_allclose(decoded(saved(grey, "JPEG")), 100, atol=2)


def test_what_is_transparent_becomes_white():
    clear = Image.new("RGBA", (28, 28), (0, 0, 0, 0))
    assert (decoded(saved(clear)) == 255).all()
    half = Image.new("RGBA", (28, 28), (0, 0, 0, 128))
    np.testing.assert_allclose(decoded(saved(half)), 127, atol=1)


def test_a_photograph_is_turned_upright():
    picture = np.zeros((60, 60, 3), np.uint8)
    picture[:30] = 255  # bright sky, as the camera lay on its side
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned: show it rotated by 90 degrees clockwise
    found = decoded(saved(Image.fromarray(picture), "JPEG", exif=exif), color=False)[..., 0]
    assert found[:, 20:].min() > 200
    assert found[:, :8].max() < 50


def test_a_large_photograph_is_decoded_small():
    photograph = Image.fromarray(np.random.default_rng(0).integers(0, 256, (40, 40, 3), np.uint8)).resize((1600, 1600))
    content = saved(photograph, "JPEG", quality=95)
    expected = np.asarray(photograph.resize((28, 28), Image.Resampling.LANCZOS), float)
    assert np.abs(decoded(content) - expected).mean() < 3


def test_a_second_picture_in_a_telephones_jpeg_is_no_animation():
    first, second = Image.new("RGB", (40, 40), "white"), Image.new("RGB", (40, 40))
    assert (decoded(saved(first, "MPO", save_all=True, append_images=[second])) == 255).all()


def announced(width, height):
    """Return a PNG that announces so many pixels and holds none."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + header + struct.pack(">I", zipfile.crc32(header))
    return b"\x89PNG\r\n\x1a\n" + chunk + b"\0\0\0\0IEND\xaeB`\x82"


MOVING = saved(Image.new("RGB", (9, 9)), save_all=True, append_images=[Image.new("RGB", (9, 9), "red")])

UNFIT = {
    "text": (b"hello", "'it.png' is no whole picture"),
    "empty": (b"", "is no whole picture"),
    "program": (b"\x7fELF" + b"\0" * 100, "is no whole picture"),
    "cut short": (saved(Image.effect_noise((60, 60), 50))[:-900], "is no whole picture"),
    "jpeg cut short": (saved(Image.effect_noise((60, 60), 50), "JPEG")[:-900], "is no whole picture"),
    "25 million pixels": (announced(5_000, 5_000), "has more than 24 million pixels"),
    "100 million pixels": (announced(10_000, 10_000), "has more than 24 million pixels"),
    "a billion pixels": (announced(50_000, 50_000), "has more than 24 million pixels"),
    "no pixels": (announced(9, 9), "is no whole picture"),
}


@pytest.mark.parametrize("kind", UNFIT)
def test_an_unfit_picture_is_refused_with_its_reason(kind):
    content, reason = UNFIT[kind]
    with pytest.raises(UserError) as refused:
        decoded(content)
    assert reason in str(refused.value)


def test_pixels_are_counted_before_they_are_unpacked(monkeypatch):
    def load(self):
        raise AssertionError("the pixels were unpacked")

    monkeypatch.setattr(Image.Image, "load", load)
    with pytest.raises(UserError, match="24 million pixels"):
        decoded(announced(5_000, 5_000))


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_damaged_picture_raises_no_other_error(kind):
    content = saved(Image.effect_noise((12, 12), 50), kind)
    for place in range(0, min(len(content), 400), 3):
        with contextlib.suppress(UserError):
            decoded(content[:place] + b"\xff" + content[place + 1 :])


# Hostile zip files; tests/utils/test_safe_zip.py has more


def link():
    info = zipfile.ZipInfo("link.png")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    buffer = io.BytesIO(packed(MANY))
    with zipfile.ZipFile(buffer, "a") as opened:
        opened.writestr(info, "/etc/passwd")
    return buffer.getvalue()


def encrypted():
    content = bytearray(packed(MANY))
    content[content.find(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def lying_about_a_size():
    content = bytearray(packed({**MANY, "x.png": b"a" * 70_000}, zipfile.ZIP_STORED))
    size = struct.pack("<I", 70_000)
    while (place := content.find(size)) >= 0:
        content[place : place + 4] = struct.pack("<I", 10)
    return bytes(content)


def classed(*names):
    return packed({f"{names[number % len(names)]}/{number}.png": level(number) for number in range(80)})


HOSTILE = {
    "no zip file": (b"hello", "This file is no whole zip file; make the zip file anew"),
    "cut short": (packed(MANY)[:-100], "This file is no whole zip file"),
    "damaged inside": (packed(MANY, zipfile.ZIP_STORED).replace(b"IDAT", b"IDOT"), "This file is no whole zip file"),
    "empty": (packed({}), "There are 0 images, and a GAN cannot learn from fewer than 16."),
    "too few": (packed(dict(list(MANY.items())[:15])), "There are 15 images"),
    "nested": (packed({**MANY, "a/b/x.png": level(1)}), "'a/b/x.png' lies in a folder within a folder"),
    "parent folder": (packed({**MANY, "../x.png": level(1)}), "'../x.png' in this zip file has a name that leads"),
    "absolute path": (packed({**MANY, "/tmp/x.png": level(1)}), "'/tmp/x.png' in this zip file has a name that leads"),
    "windows path": (packed({**MANY, "a\\..\\x.png": level(1)}), "has a name that leads elsewhere"),
    "link": (link(), "'link.png' in this zip file is a link"),
    "encrypted": (encrypted(), "'000.png' in this zip file is encrypted"),
    "the same twice": (packed(MANY).replace(b"001.png", b"000.png"), "'000.png' in this zip file is there twice"),
    "lies about a size": (lying_about_a_size(), "zip file"),
    "packed too tightly": (packed({**MANY, "x.png": b"\0" * 100_000}), "is packed too tightly for a picture"),
    "half in folders": (packed({**MANY, "a/x.png": level(1)}), "Some images have a class and some do not"),
    "nothing but text": (packed(dict.fromkeys(map(str, range(30)), b"x")), "There are 0 images"),
    "class without a name": (classed("a", " "), "' ' is no name for a class"),
    "class in control characters": (classed("a", "\x1b[31m"), "'\\x1b[31m' is no name for a class"),
    "endless class": (classed("a", "x" * 41), "x' is no name for a class"),
}  # fmt: skip


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_zip_file_is_refused_with_its_reason_and_leaves_nothing(shelf, kind):
    content, reason = HOSTILE[kind]
    with pytest.raises(UserError) as refused:
        take_in(content)
    sentence = str(refused.value)
    assert reason in sentence
    assert "\n" not in sentence
    assert len(sentence) < 300
    assert on_the_shelf(shelf) == []


def test_what_is_too_much_is_refused_before_any_picture_is_opened(monkeypatch):
    def decode(*arguments):
        raise AssertionError("a picture was opened")

    monkeypatch.setattr(pictures, "inspect", decode)
    for limit, most, reason in (
        ("MOST_IMAGES", 99, "There are more than 99 images"),
        ("MOST_MEMBERS", 99, "holds 100 files; at most 99 are taken"),
        ("MOST_BYTES", 2_000, "Unpacked, this zip file would take more than"),
        ("MOST_FILE_BYTES", 50, "takes more than"),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(sources, limit, most)
            with pytest.raises(UserError, match=reason):
                take_in(MANY)


def test_empty_pictures_cannot_take_hours_to_unpack(monkeypatch, shelf):
    monkeypatch.setattr(importer, "MOST_PIXELS", 99 * 64)
    told = []
    with pytest.raises(UserError, match="The images have more than"):
        take_in(MANY, progress=lambda done, total: told.append(done))
    assert len(told) == 99
    assert on_the_shelf(shelf) == []


def test_the_limits_are_those_promised():
    assert (sources.FEWEST_IMAGES, sources.MOST_IMAGES, sources.MOST_BYTES) == (16, 20_000, 500_000_000)
    least, most = (packed(dict(list(MANY.items())[:count])) for count in (16, 100))
    assert [take_in(content, word).count("all") for word, content in (("a", least), ("b", most))] == [16, 100]


# Folders on the server


@pytest.fixture
def offered(tmp_path, monkeypatch):
    """A folder that the server offers, with one set in it, and a secret one beside it."""
    for place, contents in (("offered/cats", SORTED), ("secret", MANY)):
        for name, content in contents.items():
            file = tmp_path / place / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
    monkeypatch.setenv("GANLIB_IMPORT", str(tmp_path / "offered"))
    return tmp_path / "offered"


def test_a_folder_gives_what_its_zip_file_would(offered):
    from_folder = custom.import_folder(custom.permitted("cats"), "one")
    from_zip = take_in(SORTED, "two")
    assert from_folder.classes == from_zip.classes
    one, two = (data.load(dataset.name, "all") for dataset in (from_folder, from_zip))
    np.testing.assert_array_equal(one.images, two.images)
    np.testing.assert_array_equal(one.labels, two.labels)


def test_importing_folders_is_off_by_default(offered, monkeypatch):
    monkeypatch.delenv("GANLIB_IMPORT")
    with pytest.raises(UserError, match="GANLIB_IMPORT names none to import from; use a zip file instead"):
        custom.permitted("cats")


@pytest.mark.parametrize(
    "place", ["../secret", "/etc", "cats/../../secret", "dogs", "way-out", "cats\0", "x" * 5000, "cats/001.png"]
)
def test_no_path_leads_out_of_the_offered_folder(offered, place):
    (offered / "way-out").symlink_to(offered.parent / "secret")
    with pytest.raises(UserError) as refused:
        custom.permitted(place)
    assert str(refused.value) == f"There is no folder {place[:80]!r} among those that may be imported (GANLIB_IMPORT)."


def test_links_and_deeper_folders_in_a_folder_are_refused(offered):
    (offered / "cats" / "evil.png").symlink_to("/etc/passwd")
    with pytest.raises(UserError, match=r"'evil\.png' is a link"):
        custom.import_folder(offered / "cats", "cats")
    (offered / "cats" / "evil.png").unlink()
    (offered / "cats" / "dogs" / "deep").mkdir()
    (offered / "cats" / "dogs" / "deep" / "x.png").write_bytes(level(1))
    with pytest.raises(UserError, match="lies in a folder within a folder"):
        custom.import_folder(offered / "cats", "cats")
    assert custom.names() == []


def test_a_folder_is_held_to_the_same_limits(offered, monkeypatch):
    monkeypatch.setattr(sources, "MOST_IMAGES", 89)
    with pytest.raises(UserError, match="more than 89 images"):
        custom.import_folder(offered / "cats", "cats")
    monkeypatch.undo()
    for limit, reason in (("MOST_BYTES", "The images take more than"), ("MOST_FILE_BYTES", "takes more than")):
        with monkeypatch.context() as patch:
            patch.setattr(sources, limit, 60)
            with pytest.raises(UserError, match=reason):
                custom.import_folder(offered / "cats", "cats")


def test_a_folder_that_is_gone_is_reported(tmp_path):
    with pytest.raises(UserError, match=r"The folder 'nowhere' cannot be read \(No such file or directory\)"):
        custom.import_folder(tmp_path / "nowhere", "cats")


# On the command line


def test_the_command_line_takes_in_files_and_folders(tmp_path, offered, capsys):
    file = tmp_path / "cats.zip"
    file.write_bytes(packed(MANY))
    assert main(["data", "cats", "--from", str(file), "--size", "32", "--color"]) == 0
    said = capsys.readouterr().out
    assert "cats (32, colour): 32x32, colour, no classes" in said
    assert "--set dataset=own-cats-32-rgb" in said
    assert main(["data", "pets", "--from", str(offered / "cats")]) == 0
    assert main(["data", "own-pets-28-grey"]) == 0
    assert "train: 81 images" in capsys.readouterr().out


def test_a_mistake_on_the_command_line_gives_one_line(tmp_path, capsys):
    text = tmp_path / "cats.txt"
    text.write_text("meow")
    for words, reason in (
        (["cats", "--from", str(tmp_path / "nowhere.zip")], "There is no file"),
        (["cats", "--from", str(text)], "is no whole zip file"),
        (["***", "--from", str(text)], "is no name for images"),
        (["own-cats-28-grey"], "are not on this machine"),
    ):
        assert main(["data", *words]) == 1
        err = capsys.readouterr().err
        assert reason in err
        assert err.count("\n") == 1


def test_about_says_what_was_imported(shelf):
    name = take_in(SORTED).name
    assert json.loads((shelf / name / "about.json").read_text()) == {
        "schema_version": 1,
        "title": "cats",
        "shape": [28, 28, 1],
        "images": 90,
        "counts": {"train": 81, "test": 9},
        "classes": ["cats", "dogs"],
        "notes": custom.notes(name),
    }


def test_presets_stay_on_what_is_built_in():
    take_in(MANY)
    assert {preset.config.dataset for preset in presets.PRESETS.values()} <= set(BUILT_IN)


# What people really upload


def placed(*folders):
    return {f"{folders[number % len(folders)]}{number}.png": level(number) for number in range(60)}


@pytest.mark.parametrize(
    ("folders", "classes"),
    [
        (("shapes/a/", "shapes/b/"), ("a", "b")),
        (("x/x/a/", "x/x/b/"), ("a", "b")),
        (("d/train/a/", "d/train/b/", "d/test/a/", "d/test/b/"), ("a", "b")),
        (("train/", "test/"), ()),
        (("train/images/", "test/images/"), ()),
        (("train/a/", "train/b/", "test/"), ("a", "b")),
        (("a/b/c/",), ()),
    ],
)
def test_folders_around_classes_say_nothing(folders, classes):
    assert take_in(placed(*folders)).classes == classes


def test_a_thousand_classes_are_taken_and_held_out_by_class():
    folders = {f"{number % 3}/{number:03}.png": level(number % 3 * 90) for number in range(90)}
    name = take_in(folders).name
    assert np.bincount(data.load(name, "test").labels).tolist() == [3, 3, 3]
    many = np.repeat(np.arange(1000), 3)
    splits = importer._split(np.zeros((3000, 1, 1, 1), np.uint8), many)
    assert [len(splits[part][1]) for part in ("train", "test")] == [2700, 300]
    assert set(splits["train"][1]) == set(range(1000))


def test_what_is_no_picture_is_left_out_and_named():
    name = take_in({**MANY, "labels.csv": b"a,b", "page.png": b"<html>", "x.png": announced(9_000, 9_000)}).name
    first, second, *_ = custom.notes(name)
    assert datasets.get(name).count("all") == 100
    assert "'page.png', 'x.png'" in first
    assert "'labels.csv'" in second


@pytest.mark.parametrize("title", ["My Shapes", "Äpfel"])
def test_files_one_by_one_under_any_title(title):
    files = [io.BytesIO(level(number * 10)) for number in range(16)]
    for number, file in enumerate(files):
        file.name = f"IMG {number}.JPG"
    made = custom.import_files(files, title)
    assert made.title == f"{title} (28, grey)"
    assert [made.count(part) for part in ("train", "test")] == [15, 1]
    assert "16 images are few" in custom.notes(made.name)[0]


@pytest.mark.parametrize("kind", ["GIF", "TIFF", "BMP", "WEBP", "PPM"])
def test_other_kinds_of_pictures_are_read(kind):
    assert (decoded(saved(Image.new("RGB", (9, 9), "white"), kind)) > 250).all()


def test_of_an_animation_the_first_picture_is_taken():
    assert (decoded(MOVING) == 0).all()


def test_sixteen_bits_are_scaled_to_eight():
    deep = Image.fromarray(np.full((28, 28), 257 * 100, np.uint16))
    assert (decoded(saved(deep)) == 100).all()


def test_what_is_white_on_a_transparent_ground_stays_visible():
    picture = np.zeros((28, 28, 4), np.uint8)
    picture[8:20, 8:20] = 255
    found = decoded(saved(Image.fromarray(picture)))
    assert (found.min(), found.max()) == (0, 255)


@pytest.mark.parametrize(("low", "high", "found"), [(255, 256, "white"), (0, 9, "black"), (90, 100, "blank")])
def test_pictures_that_are_all_the_same_are_told_of(low, high, found):
    files = {f"{number}.png": level(low + number % (high - low)) for number in range(30)}
    assert found in custom.notes(take_in(files).name)[-1]


IMAGES = np.random.default_rng(0).integers(0, 256, (40, 28, 28), np.uint8)


def as_npz(**arrays):
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    buffer.name = "it.npz"
    buffer.seek(0)
    return buffer


@pytest.mark.parametrize(
    "images",
    [IMAGES, IMAGES[..., np.newaxis], IMAGES[:, np.newaxis], (IMAGES / 255).astype("float32"), IMAGES / 127.5 - 1],
    ids=["N x H x W", "channels last", "channels first", "0 to 1", "-1 to 1"],
)
def test_arrays_become_a_data_set(images):
    made = custom.import_files([as_npz(images=images, labels=np.arange(40) % 11)], "arrays")
    assert made.classes == tuple(map(str, range(11)))
    found = data.load(made.name, "all")
    assert sorted(map(bytes, found.images)) == sorted(map(bytes, IMAGES))


@pytest.mark.parametrize(
    ("arrays", "reason"),
    [
        ({"images": np.array([{}] * 20)}, "holds Python objects"),
        ({"images": IMAGES * 300.0}, "save uint8 from 0 to 255"),
        ({"images": IMAGES, "labels": np.arange(3)}, "as many labels"),
        ({"other": np.arange(3)}, "no images in this file"),
        ({"images": np.full((20, 28, 28), "dark")}, "is no number of a pixel"),
        ({"images": IMAGES.astype("datetime64[s]")}, "is no number of a pixel"),
        ({"x_train": IMAGES, "x_test": np.full((3, 28, 28), "dark")}, "x_train is .* and x_test is .*: save them"),
        ({"x_train": IMAGES, "x_test": IMAGES[:, :14]}, "same height, width and channels"),
        ({"images": IMAGES, "labels": np.array(["\x1b[31mred", "blue"] * 20)}, "is no name for a class"),
        ({"images": IMAGES, "labels": np.array([b"long" * 30, b"blue"] * 20)}, "is no name for a class"),
    ],
)
def test_other_arrays_are_refused(arrays, reason):
    with pytest.raises(UserError, match=reason):
        custom.import_files([as_npz(**arrays)], "arrays")


@pytest.mark.parametrize(
    ("colour", "color", "is_told"), [("red", False, True), ("red", True, False), ("grey", False, False)]
)
def test_colours_that_are_not_kept_are_told(colour, color, is_told):
    made = take_in({f"{number}.png": filled(colour) for number in range(50)}, color=color)
    assert (importer.TURNED_GREY in custom.notes(made.name)) == is_told


def test_an_array_that_announces_more_than_it_holds_is_refused():
    header = str({"descr": "|u1", "fortran_order": False, "shape": (10**12, 28, 28)}).encode().ljust(117) + b"\n"
    file = io.BytesIO(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header)
    with pytest.raises(UserError, match="no whole NumPy array"):
        custom.import_files([file], "arrays")


def test_the_command_that_the_message_names_deletes(tmp_path, capsys):
    file = tmp_path / "cats.zip"
    file.write_bytes(packed(MANY))
    words = ["data", "cats", "--from", str(file)]
    assert [main(words), main(words)] == [0, 1]
    command = capsys.readouterr().err.partition("python -m ganlib ")[2].partition(")")[0]
    assert main(command.split()) == 0
    assert main(words) == 0


def test_a_cache_that_is_a_file_is_told_so(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("GANLIB_CACHE", str(tmp_path / "file"))
    with pytest.raises(UserError, match="GANLIB_CACHE leads to a file, so let it name a folder"):
        take_in(MANY)


@pytest.mark.parametrize("name", ["x" * 41, " ", "\x07"])
def test_a_single_class_is_named_like_any_other(name):
    with pytest.raises(UserError, match="no name for a class"):
        check_classes([name])
