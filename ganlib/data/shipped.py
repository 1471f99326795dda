"""What comes with the project beside its code, and whether it arrived whole.

`pretrained/manifest.json` has an entry for every shipped file or model, by kind and name:
`{"classifiers": {NAME: {"file": ..., "sha256": ..., "size": ..., ...}}, "models": {NAME: {"files": {FILE: {"sha256":
..., "size": ...}}, ...}}}`. A classifier's `file` is relative to the manifest, a model's files to its own folder, which
is called like the model; what else an entry says is for people.
"""

import hashlib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from ganlib.utils import files
from ganlib.utils.errors import UserError

_INSTALLED = Path(__file__).parents[1] / "pretrained"
HOME = _INSTALLED if _INSTALLED.is_dir() else _INSTALLED.parent.parent / "pretrained"
"""The folder of all that ships, unless a function is given another: inside the package where pip installed it, beside
it in a checkout."""

MANIFEST = "manifest.json"
CLASSIFIERS, MODELS = "classifiers", "models"
"""The kinds of things that ship."""


def manifest(folder: Path | None = None) -> dict[str, dict[str, Any]]:
    """Return the entries of a folder's manifest, by kind and name; an entry that makes no sense is left out.

    A folder without a manifest ships nothing. Raises UserError: the manifest is damaged.
    """
    path = (folder or HOME) / MANIFEST
    nothing: dict[str, dict[str, Any]] = {CLASSIFIERS: {}, MODELS: {}}
    if not path.exists():
        return nothing
    found = files.read_json(path)
    if found is None or not all(isinstance(entries, dict) for entries in found.values()):
        raise UserError(f"{path} is damaged: replace it with a fresh copy from the project.")
    sound = {kind: {name: it for name, it in entries.items() if _is_entry(it)} for kind, entries in found.items()}
    return nothing | sound


def _is_entry(entry: Any) -> bool:
    """Whether an entry of the manifest makes sense; what it says for people may be anything."""
    if not isinstance(entry, dict) or not isinstance(entry.get("files", {}), dict):
        return False
    parts = [*entry.get("files", {}).values()]
    if "file" in entry:
        parts.append(entry if isinstance(entry["file"], str) else None)
    return all(isinstance(part, dict) and isinstance(part.get("sha256"), str) for part in parts)


def verified(kind: str, name: str, folder: Path | None = None) -> Path:
    """Return a shipped file's path once its SHA-256 is checked; a `UserError` if it is missing or another."""
    folder = folder or HOME
    entry = manifest(folder).get(kind, {}).get(name, {})
    if "file" not in entry:
        raise UserError(f"{folder / MANIFEST} lists no {name!r} under {kind}: get a fresh copy of the project.")
    return _same(folder / entry["file"], entry["sha256"])


def verified_part(model: str, file: str, folder: Path | None = None) -> Path:
    """Return the path of a file in a shipped model's folder once its SHA-256 is checked; see `verified`."""
    folder = folder or HOME
    part = manifest(folder)[MODELS].get(model, {}).get("files", {}).get(file)
    if part is None:
        raise UserError(f"{folder / MANIFEST} lists no {file} of the model {model!r}: get a fresh copy of the project.")
    return _same(folder / model / file, part["sha256"])


def _same(path: Path, checksum: str) -> Path:
    try:
        found = path.stat()
        digest = _digest(path, found.st_mtime_ns, found.st_size)
    except OSError as error:
        raise UserError(f"{path} is missing or cannot be read: get a fresh copy from the project.") from error
    if digest != checksum:
        raise UserError(f"{path} is damaged (its SHA-256 is not the manifest's): get a fresh copy from the project.")
    return path


@lru_cache(maxsize=256)
def _digest(path: Path, changed: int, length: int) -> str:
    # Read anew only when the time of change or the length is another.
    return sha256(path.read_bytes())


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def add(kind: str, name: str, file: str, content: bytes, facts: Mapping[str, Any], folder: Path | None = None) -> Path:
    """Write a file and its entry in the folder's manifest, replacing those of that name; return the file's path.

    `file` is its path in the folder, `facts` what else the entry says. Raises UserError: the manifest there is damaged,
    or the folder cannot be written.
    """
    folder = folder or HOME
    entries = manifest(folder)
    path = folder / file
    entries[kind][name] = {"file": file, "sha256": sha256(content), "size": len(content), **facts}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        files.write_bytes(path, content)
        files.write_json(folder / MANIFEST, entries)
    except OSError as error:
        raise UserError(f"{path} could not be written ({error.strerror}); choose another folder.") from error
    return path


def listed(folder: Path) -> dict[str, dict[str, Any]]:
    """Return SHA-256 and size of every file in a model's folder, as a manifest has them in `files`."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    contents = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
    return {name: {"sha256": sha256(content), "size": len(content)} for name, content in contents.items()}


def put_model(name: str, entry: Mapping[str, Any], order: Sequence[str] = (), folder: Path | None = None) -> None:
    """Write a model's entry in the manifest, replacing the one of that name; its files are there already.

    Models are listed in `order`, those not in it last. Raises UserError: the manifest is damaged; or OSError.
    """
    folder = folder or HOME
    entries = manifest(folder)
    models = {**entries[MODELS], name: dict(entry)}
    entries[MODELS] = {key: models[key] for key in dict.fromkeys([*(n for n in order if n in models), *models])}
    files.write_json(folder / MANIFEST, entries)
