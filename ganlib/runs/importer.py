"""Taking in a run that someone else packed: nothing is believed, nothing is executed.

Names, sizes, counts and contents are checked against what a run folder may hold. The run is unpacked out of sight and
appears at once when all is well; after any error nothing is left.
"""

import io
import json
import re
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import IO, Any
from uuid import uuid4
from zipfile import ZipInfo

import numpy as np
from PIL import Image

from ganlib.config import TrainConfig
from ganlib.runs import records, store
from ganlib.runs.evaluation import Evaluation
from ganlib.runs.folder import Run, home
from ganlib.runs.frames import Frame
from ganlib.runs.records import About, CheckpointHeader, Membership, Sample
from ganlib.runs.status import ACTIVE, STATES, STOPPED, Status
from ganlib.utils import environment, files, safe_zip
from ganlib.utils.errors import UserError

MOST_FILES = 5_000
MOST_BYTES = 1_000_000_000
_MOST_FILE_BYTES = 400_000_000
_MOST_TEXT_BYTES = 50_000_000
_MOST_PIXELS = 4_000_000

_WEIGHTS = r"(generator|discriminator)\.weights\.h5"


def import_run(archive: IO[bytes], name: str | None = None, folder: Path | None = None, owner: str = "") -> Run:
    """Unpack a run that `ganlib.runs.archive` packed, under its own name if no other is given.

    The archive is a zip file, open for reading. With an `owner` the run is theirs, whoever it says it was. A run that
    was waiting or training when it was packed is stopped here.
    Raises UserError: the file is no run, is damaged, too large, or holds what a run does not.
    """
    folder = folder or home()
    try:
        with safe_zip.opened(
            archive,
            most_files=MOST_FILES,
            most_bytes=MOST_BYTES,
            most_file_bytes=_MOST_FILE_BYTES,
            advice="export the run again",
        ) as packed:
            members = _members(packed)
            # By default the name as it was, or as near to it as a copy's folder ("my-run 2") comes.
            root = _root(packed).rstrip("/").rpartition("/")[2]
            old_name = re.sub("[^a-z0-9]+", "-", root.lower()).strip("-") or "imported"
            run = Run(folder / store.check_id(name or old_name))
            if run.path.exists():
                raise UserError(f"There is already a run named {run.id!r}; import this one under another name.")
            environment.check_count(len(store.list_runs(folder)))
            environment.check_room(folder)
            folder.mkdir(parents=True, exist_ok=True)
            hidden = folder / f".import-{uuid4().hex}"
            hidden.mkdir()
            try:
                _unpack(packed, members, hidden)
                _settle(Run(hidden), owner)
                hidden.rename(run.path)
            finally:
                shutil.rmtree(hidden, ignore_errors=True)
    except OSError as error:
        raise files.unwritable(f"The run could not be written to {folder}", error, "GANLIB_RUNS") from error
    return run


def _members(packed: safe_zip.Packed) -> dict[str, ZipInfo]:
    """Return the files in the archive by their place in a run folder, or refuse it before anything is written."""
    found: dict[str, ZipInfo] = {}
    root = _root(packed)
    for info in packed.files:
        place = info.filename.removeprefix(root)
        if not info.filename.startswith(root) or _check(place) is None:
            raise UserError(f"{safe_zip.shown(info)} is no part of a run; export the run again.")
        found[place] = info
    for needed in ("config.json", "status.json"):
        if needed not in found:
            raise UserError(f"This zip file holds no run: there is no {needed} in it.")
    return found


def _root(packed: safe_zip.Packed) -> str:
    """Return what stands before every place in the run folder, such as "my-run/"; packing again may add to it."""
    roots = [
        name.removesuffix("config.json") for info in packed.files if (name := info.filename).endswith("config.json")
    ]
    names = [info.filename for info in packed.files]
    return min(
        (root for root in roots if not root or root.endswith("/")),
        key=len,
        default=f"{names[0].partition('/')[0]}/" if names else "",
    )


def _unpack(packed: safe_zip.Packed, members: dict[str, ZipInfo], folder: Path) -> None:
    for place, info in members.items():
        content = packed.read(info)
        check = _check(place)
        try:
            assert check is not None
            check(content)
        except UserError:
            raise
        except Exception as error:  # Pillow, NumPy and json each have many ways to dislike a file
            raise UserError(f"{safe_zip.shown(info)} is damaged; export the run again.") from error
        target = folder / place
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def _settle(run: Run, owner: str) -> None:
    """Let the run start nothing."""
    status = Status.from_dict(files.read_json(run.path / "status.json") or {})
    if status.state in ACTIVE:
        run.write_status(Status(STOPPED, step=status.step, total_steps=status.total_steps, epoch=status.epoch))
    (run.path / "control").mkdir(exist_ok=True)
    if owner:
        run.write_about(owner=owner)


def _object(content: bytes, read: Callable[[dict[str, Any]], object]) -> None:
    if len(content) > files.MOST_OBJECT_BYTES:
        raise ValueError("too large")
    if (entries := files.parse(content)) is None:
        raise ValueError("not an object")
    read(entries)


def _config(entries: dict[str, Any]) -> None:
    TrainConfig.from_record(entries)
    if "experiment" in entries:
        Membership.from_json(entries["experiment"])


def _status(entries: dict[str, Any]) -> None:
    if Status.refused(entries) or entries.get("state") not in STATES:
        raise ValueError("no status")


def _lines(content: bytes, read: Callable[[dict[str, Any]], object]) -> None:
    _text(content)
    for line in files.parse_lines(content):
        read(line)


def _text(content: bytes) -> None:
    if len(content) > _MOST_TEXT_BYTES:
        raise ValueError("too large")
    content.decode("utf-8")


def _picture(content: bytes) -> None:
    with Image.open(io.BytesIO(content), formats=("PNG", "GIF")) as picture:
        if picture.width * picture.height > _MOST_PIXELS:
            raise ValueError("too many pixels")
        picture.verify()


def _hdf5(content: bytes) -> None:
    if not content.startswith(b"\x89HDF\r\n\x1a\n"):
        raise ValueError("no HDF5 file")


def _arrays(content: bytes) -> None:
    with np.load(io.BytesIO(content), allow_pickle=False) as archive:
        if sum(info.file_size for info in archive.zip.infolist()) > _MOST_FILE_BYTES:
            raise ValueError("too large")
        CheckpointHeader.from_json(json.loads(str(archive["counters"])))


_KINDS: tuple[tuple[str, Callable[[bytes], object]], ...] = (
    (r"config\.json", partial(_object, read=_config)),
    (r"status\.json", partial(_object, read=_status)),
    (r"about\.json", partial(_object, read=About.from_json)),
    (r"metrics\.jsonl", partial(_lines, read=records.metrics)),
    (r"events\.jsonl", partial(_lines, read=records.event)),
    (r"evaluations\.jsonl", partial(_lines, read=Evaluation.from_json)),
    (r"samples/index\.jsonl", partial(_lines, read=Sample.from_json)),
    (r"log\.txt", _text),
    (r"samples/[a-z0-9_]{1,60}\.(png|gif)", _picture),
    (rf"((snapshots/step_\d{{8}}|start)/)?{_WEIGHTS}", _hdf5),
    (r"checkpoint/(latest|previous)\.npz", _arrays),
    (r"frames/step_\d{8}\.npz", Frame.from_bytes),
)
"""What a run folder may hold, and how each kind of file is looked at before it is taken in."""


def _check(place: str) -> Callable[[bytes], object] | None:
    return next((check for pattern, check in _KINDS if re.fullmatch(pattern, place)), None)
