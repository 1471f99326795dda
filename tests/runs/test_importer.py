"""Importing a run: what is whole comes in, everything else is refused in a sentence and leaves nothing."""

import io
import json
import stat
import struct
import zipfile

import numpy as np
import pytest

from ganlib import presets
from ganlib.runs import archive, importer, store
from ganlib.runs.folder import Run
from ganlib.runs.status import STOPPED, Status
from ganlib.utils import files
from ganlib.utils.errors import UserError

CONFIG = presets.get("digits-quick").config


@pytest.fixture(scope="module")
def packed(tmp_path_factory):
    """A short real run, as `zip_bytes` packs it with its checkpoint."""
    from ganlib.training.start_or_resume import train

    folder = tmp_path_factory.mktemp("origin")
    run = store.create(CONFIG.changed(max_steps=12, max_seconds=0.0), {"preset": "digits-quick"}, "origin", folder)
    with run.held():
        train(run)
    run.write_about(title="From next door", note="nice sevens")
    return archive.zip_bytes(run, checkpoint=True), run


@pytest.fixture
def home(tmp_path):
    return tmp_path / "runs"


def members(content):
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        return {info.filename: opened.read(info) for info in opened.infolist()}


def repack(contents, compression=zipfile.ZIP_DEFLATED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as opened:
        for name, content in contents.items():
            opened.writestr(name, content)
    return buffer.getvalue()


def test_an_exported_run_comes_back_whole(packed, home, train_here):
    content, original = packed
    run = importer.import_run(io.BytesIO(content), folder=home)
    assert run.id == "origin"
    assert run.config == original.config
    assert run.about() == original.about()
    assert run.status() == original.status()
    for key, column in original.metrics().items():
        np.testing.assert_array_equal(run.metrics()[key], column)
    for name in ("generator.weights.h5", "checkpoint/latest.npz", "samples/training.gif"):
        assert (run.path / name).read_bytes() == (original.path / name).read_bytes()
    record = files.read_json(run.path / "config.json")
    run.write_record({**record, "max_steps": 20})
    assert train_here(Run(run.path)).step == 20  # and can go on


def test_a_name_that_is_taken_can_be_changed(packed, home):
    importer.import_run(io.BytesIO(packed[0]), folder=home)
    with pytest.raises(UserError, match="already a run named 'origin'; import this one under another name"):
        importer.import_run(io.BytesIO(packed[0]), folder=home)
    assert importer.import_run(io.BytesIO(packed[0]), "second", home).id == "second"


@pytest.mark.parametrize(
    ("root", "name"),
    [("origin/", "origin"), ("Downloads/origin/", "origin"), ("origin 2/", "origin-2"), ("", "imported")],
)
def test_a_run_that_was_packed_again_comes_back(packed, home, root, name):
    contents = {root + place.removeprefix("origin/"): content for place, content in members(packed[0]).items()}
    litter = ["__MACOSX/origin/._config.json", f"{root}.DS_Store", f"{root}._log.txt", "Thumbs.db"]
    run = importer.import_run(io.BytesIO(repack({**dict.fromkeys(litter, b""), **contents})), folder=home)
    assert run.id == name
    assert run.config == packed[1].config


@pytest.mark.parametrize("state", ["queued", "running", "paused"])
def test_a_run_that_was_alive_elsewhere_starts_nothing_here(packed, home, state):
    contents = members(packed[0])
    contents["origin/status.json"] = json.dumps({"state": state, "step": 12, "queued_at": 1.0}).encode()
    run = importer.import_run(io.BytesIO(repack(contents)), folder=home)
    assert (run.status().state, run.status().step) == (STOPPED, 12)


def changed(**changes):
    """Return a hostile variation: some members replaced, removed (None) or added."""

    def make(contents):
        found = {**contents, **changes}
        return repack({name: content for name, content in found.items() if content is not None})

    return make


def link(contents):
    info = zipfile.ZipInfo("origin/log.txt")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    rest = {name: content for name, content in contents.items() if name != "origin/log.txt"}
    buffer = io.BytesIO(repack(rest))
    with zipfile.ZipFile(buffer, "a") as opened:
        opened.writestr(info, "/etc/passwd")
    return buffer.getvalue()


def lying_size(contents):
    """Say in both headers that a member is small; the data unpack to more."""
    content = bytearray(repack({**contents, "origin/log.txt": b"a" * 100_000}))
    size = struct.pack("<I", 100_000)
    place = content.find(size)
    while place >= 0:
        content[place : place + 4] = struct.pack("<I", 10)
        place = content.find(size, place + 4)
    return bytes(content)


def many_files(contents):
    return repack({**contents, **{f"origin/samples/image_{number}.png": b"" for number in range(5_001)}})


def pickled(contents):
    buffer = io.BytesIO()
    np.savez(buffer, counters=np.array([{"step": 1}], dtype=object))
    return changed(**{"origin/checkpoint/latest.npz": buffer.getvalue()})(contents)


def bomb(contents):
    return changed(**{"origin/metrics.jsonl": b"\0" * 60_000_000})(contents)


def huge_picture(contents):
    header = (
        b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + struct.pack(">IIBBBBB", 50_000, 50_000, 8, 0, 0, 0, 0)
    )
    return changed(**{"origin/samples/image_at_epoch_0000.png": header + b"\0" * 40})(contents)


HOSTILE = {
    "no zip file": lambda contents: b"hello",
    "empty file": lambda contents: b"",
    "cut short": lambda contents: repack(contents)[:-200],
    "flipped bytes": lambda contents: repack(contents).replace(b"PK\x03\x04", b"PK\x03\x05", 3),
    "empty zip": lambda contents: repack({}),
    "parent folder": changed(**{"origin/../../evil.json": b"{}"}),
    "absolute path": changed(**{"/etc/evil.json": b"{}"}),
    "windows path": changed(**{"origin/samples\\..\\evil.png": b"x"}),
    "second folder": changed(**{"other/config.json": b"{}"}),
    "code": changed(**{"origin/run.py": b"import os"}),
    "pickle": changed(**{"origin/model.pkl": b"\x80\x04."}),
    "hidden file": changed(**{"origin/.bashrc": b"x"}),
    "lock file": changed(**{"origin/lock": b""}),
    "commands": changed(**{"origin/control/1.json": b'{"command": "stop", "settings": {}}'}),
    "hostile name": lambda contents: repack({name.replace("origin", ".."): c for name, c in contents.items()}),
    "symbolic link": link,
    "too many files": many_files,
    "lies about a size": lying_size,
    "text too large": bomb,
    "picture too large": huge_picture,
    "pickled arrays": pickled,
    "no config": changed(**{"origin/config.json": None}),
    "no status": changed(**{"origin/status.json": None}),
    "config cut short": changed(**{"origin/config.json": b'{"dataset": "mn'}),
    "config is a list": changed(**{"origin/config.json": b"[]"}),
    "config nested too deep": changed(**{"origin/config.json": b"[" * 100_000}),
    "unknown data set": changed(**{"origin/config.json": b'{"dataset": "../../etc"}'}),
    "huge number": changed(**{"origin/config.json": b'{"dataset": "digits", "latent_dim": 1' + b"0" * 300 + b"}"}),
    "wrong type": changed(**{"origin/config.json": b'{"dataset": "digits", "epochs": "many"}'}),
    "picture is text": changed(**{"origin/samples/image_at_epoch_0000.png": b"<script>"}),
    "weights are text": changed(**{"origin/generator.weights.h5": b"not weights"}),
    "checkpoint is text": changed(**{"origin/checkpoint/latest.npz": b"not arrays"}),
    "log is no text": changed(**{"origin/log.txt": b"\xff\xfe\x00\xd8"}),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_or_damaged_file_is_refused_and_leaves_nothing(packed, home, tmp_path, kind):
    before = sorted(tmp_path.rglob("*"))
    content = HOSTILE[kind](members(packed[0]))
    with pytest.raises(UserError) as refused:
        importer.import_run(io.BytesIO(content), folder=home)
    sentence = str(refused.value)
    assert "\n" not in sentence
    assert len(sentence) < 400
    home.mkdir(exist_ok=True)
    assert sorted(path for path in tmp_path.rglob("*") if path != home) == before


def test_weights_of_another_shape_give_one_sentence_when_they_are_used(packed, home):
    from ganlib.explore.sampler import Sampler

    contents = members(packed[0])
    record = json.loads(contents["origin/config.json"])
    contents["origin/config.json"] = json.dumps({**record, "latent_dim": 17}).encode()
    run = importer.import_run(io.BytesIO(repack(contents)), folder=home)
    with pytest.raises(UserError, match="do not fit the run's generator, or are damaged"):
        Sampler(run)


def test_a_full_disk_leaves_no_half_run(packed, home, monkeypatch):
    def full(self, content):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(archive.Path, "write_bytes", full)
    with pytest.raises(UserError, match="make room first"):
        importer.import_run(io.BytesIO(packed[0]), folder=home)
    assert list(home.iterdir()) == []


def test_a_status_that_lies_is_read_as_far_as_it_makes_sense():
    status = Status.from_dict({"state": "finished", "step": True, "total_steps": "x", "seconds": 1})
    assert (status.step, status.total_steps, status.seconds) == (0, 0, 1)
