import hashlib
import json

import pytest

from ganlib.catalog.classifiers import CLASSIFIERS
from ganlib.data import shipped
from ganlib.utils.errors import UserError

LARGEST = 1_500_000


@pytest.fixture
def folder(tmp_path):
    """A folder in which one small file ships."""
    shipped.add(shipped.CLASSIFIERS, "eye", "classifiers/eye.bin", b"looks", {"seed": 3}, tmp_path)
    return tmp_path


def test_every_classifier_ships_with_its_facts():
    entries = shipped.manifest()[shipped.CLASSIFIERS]
    assert sorted(entries) == sorted(CLASSIFIERS)
    for name, entry in entries.items():
        recipe = CLASSIFIERS[name]
        assert (entry["dataset"], entry["grayscale"]) == (recipe.dataset, recipe.grayscale)
        assert (entry["epochs"], entry["how"]) == (recipe.epochs, recipe.how), f"train {name} again"
        assert entry["trained_on"]
        assert entry["tested_on"]
        assert entry["seconds"] > 0


@pytest.mark.parametrize("name", CLASSIFIERS)
def test_a_shipped_file_is_the_one_in_the_manifest(name):
    path = shipped.verified(shipped.CLASSIFIERS, name)
    entry = shipped.manifest()[shipped.CLASSIFIERS][name]
    content = path.read_bytes()
    assert entry["sha256"] == hashlib.sha256(content).hexdigest()
    assert entry["size"] == len(content) <= LARGEST


def test_what_was_added_is_found(folder):
    path = shipped.verified(shipped.CLASSIFIERS, "eye", folder)
    assert path == folder / "classifiers" / "eye.bin"
    assert path.read_bytes() == b"looks"
    assert shipped.manifest(folder)[shipped.CLASSIFIERS]["eye"]["seed"] == 3


def test_adding_replaces_the_entry_of_that_name_alone(folder):
    shipped.add(shipped.CLASSIFIERS, "ear", "classifiers/ear.bin", b"hears", {}, folder)
    shipped.add(shipped.CLASSIFIERS, "eye", "classifiers/eye.bin", b"sees", {}, folder)
    assert list(shipped.manifest(folder)[shipped.CLASSIFIERS]) == ["eye", "ear"]
    assert shipped.verified(shipped.CLASSIFIERS, "eye", folder).read_bytes() == b"sees"
    assert shipped.verified(shipped.CLASSIFIERS, "ear", folder).read_bytes() == b"hears"


def test_a_flipped_bit_is_refused(folder):
    path = folder / "classifiers" / "eye.bin"
    path.write_bytes(b"lookr")
    with pytest.raises(UserError, match=r"eye\.bin is damaged .*: get a fresh copy from the project\.$"):
        shipped.verified(shipped.CLASSIFIERS, "eye", folder)


def test_a_missing_file_is_named(folder):
    (folder / "classifiers" / "eye.bin").unlink()
    with pytest.raises(UserError, match=r"eye\.bin is missing or cannot be read"):
        shipped.verified(shipped.CLASSIFIERS, "eye", folder)


@pytest.mark.parametrize(("kind", "name"), [("classifiers", "nose"), ("models", "eye"), ("toys", "eye")])
def test_what_does_not_ship_is_said(folder, kind, name):
    with pytest.raises(UserError, match=f"lists no '{name}' under {kind}"):
        shipped.verified(kind, name, folder)


@pytest.mark.parametrize("content", ["", "[]", '{"classifiers": []}', '{"classifiers": {"eye": '])
def test_a_damaged_manifest_is_said_and_kept(folder, content):
    manifest = folder / "manifest.json"
    manifest.write_text(content)
    with pytest.raises(UserError, match=r"manifest\.json is damaged"):
        shipped.verified(shipped.CLASSIFIERS, "eye", folder)
    with pytest.raises(UserError, match=r"manifest\.json is damaged"):
        shipped.add(shipped.CLASSIFIERS, "ear", "ear.bin", b"hears", {}, folder)
    assert manifest.read_text() == content


@pytest.mark.parametrize("entry", [None, [], "eye", {}, {"file": 3, "sha256": "0"}, {"file": "../eye"}])
def test_an_entry_that_makes_no_sense_is_no_entry(tmp_path, entry):
    (tmp_path / "manifest.json").write_text(json.dumps({"classifiers": {"eye": entry}}))
    with pytest.raises(UserError, match="lists no 'eye' under classifiers"):
        shipped.verified(shipped.CLASSIFIERS, "eye", tmp_path)


def test_a_folder_without_a_manifest_ships_nothing(tmp_path):
    assert shipped.manifest(tmp_path) == {"classifiers": {}, "models": {}}


def test_a_folder_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="could not be written"):
        shipped.add(shipped.CLASSIFIERS, "eye", "eye.bin", b"looks", {}, tmp_path / "file")
