import io
import os
from pathlib import Path
from zipfile import ZipFile

import pytest

from ganlib import presets
from ganlib.runs import archive, store
from ganlib.runs.folder import Run


@pytest.fixture
def run(tmp_path: Path) -> Run:
    run = store.create(presets.get("digits-quick").config, {"preset": "digits-quick"}, "walk", tmp_path)
    hidden = (".hidden", "checkpoint/.new.npz")
    for name in ("samples/b.png", "samples/a.png", "checkpoint/latest.npz", "control/1.json", "lock", *hidden):
        (run.path / name).parent.mkdir(exist_ok=True)
        (run.path / name).write_bytes(name.encode())
    return run


def _names(content: bytes) -> list[str]:
    with ZipFile(io.BytesIO(content)) as archived:
        assert archived.testzip() is None
        return archived.namelist()


def test_zip_holds_one_folder_named_like_the_run_in_order_without_what_a_trainer_owns(run: Run) -> None:
    names = ["walk/config.json", "walk/samples/a.png", "walk/samples/b.png", "walk/status.json"]

    assert _names(archive.zip_bytes(run)) == names


def test_checkpoint_is_in_the_zip_on_request(run: Run) -> None:
    added = set(_names(archive.zip_bytes(run, checkpoint=True))) - set(_names(archive.zip_bytes(run)))

    assert added == {"walk/checkpoint/latest.npz"}


def test_zip_of_an_unchanged_run_is_the_same_every_time(run: Run) -> None:
    assert archive.zip_bytes(run) == archive.zip_bytes(run)


def test_contents_survive(run: Run, tmp_path: Path) -> None:
    with ZipFile(io.BytesIO(archive.zip_bytes(run))) as archived:
        archived.extractall(tmp_path / "elsewhere")

    for name in ("config.json", "samples/a.png"):
        assert (tmp_path / "elsewhere" / "walk" / name).read_bytes() == (run.path / name).read_bytes()


def test_file_that_vanishes_while_zipping_is_left_out(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    write = ZipFile.write

    def deleting(self: ZipFile, filename: Path, *args: object, **options: object) -> None:
        (run.path / "samples" / "b.png").unlink(missing_ok=True)
        write(self, filename, *args, **options)

    monkeypatch.setattr(ZipFile, "write", deleting)

    assert "walk/samples/b.png" not in _names(archive.zip_bytes(run))


def test_deleted_run_makes_an_empty_zip(run: Run) -> None:
    store.delete(run)

    assert _names(archive.zip_bytes(run)) == []


def test_links_lead_nowhere(run: Run, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    (run.path / "samples" / "link.txt").symlink_to(tmp_path / "secret.txt")
    (run.path / "everything").symlink_to(tmp_path)

    assert not [name for name in _names(archive.zip_bytes(run)) if "link" in name or "everything" in name]


def test_file_older_than_the_zip_format_is_archived(run: Run) -> None:
    os.utime(run.path / "config.json", (0, 0))

    assert "walk/config.json" in _names(archive.zip_bytes(run))
