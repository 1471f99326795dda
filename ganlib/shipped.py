"""What comes with the project beside its code, and whether it arrived whole.

`pretrained/manifest.json` has an entry for every shipped file or model, by kind and name:
`{"classifiers": {NAME: {"file": ..., "sha256": ..., "size": ..., ...}}, "models": {}}`. `file` is relative to the
manifest; what else an entry says is for people.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ganlib import files
from ganlib.errors import UserError

HOME = Path(__file__).parent.parent / "pretrained"
"""The folder of all that ships, unless a function is given another."""

MANIFEST = "manifest.json"
CLASSIFIERS, MODELS = "classifiers", "models"
"""The kinds of things that ship."""


def manifest(folder: Path | None = None) -> dict[str, dict[str, Any]]:
    """Return the entries of a folder's manifest, by kind and name.

    A folder without a manifest ships nothing.

    Raises:
        UserError: the manifest is damaged.
    """
    path = (folder or HOME) / MANIFEST
    nothing: dict[str, dict[str, Any]] = {CLASSIFIERS: {}, MODELS: {}}
    if not path.exists():
        return nothing
    found = files.read_json(path)
    if found is None or not all(isinstance(entries, dict) for entries in found.values()):
        raise UserError(f"{path} is damaged: replace it with a fresh copy from the project.")
    return nothing | found


def verified(kind: str, name: str, folder: Path | None = None) -> Path:
    """Return a shipped file's path after comparing the file with its SHA-256.

    Raises:
        UserError: there is no such file, or it is not the one that was shipped.
    """
    folder = folder or HOME
    entry = manifest(folder).get(kind, {}).get(name)
    file, checksum = (entry.get(key) if isinstance(entry, dict) else None for key in ("file", "sha256"))
    if not isinstance(file, str) or not isinstance(checksum, str):
        raise UserError(f"{folder / MANIFEST} lists no {name!r} under {kind}: get a fresh copy of the project.")
    path = folder / file
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UserError(f"{path} is missing or cannot be read: get a fresh copy from the project.") from error
    if hashlib.sha256(content).hexdigest() != checksum:
        raise UserError(f"{path} is damaged (its SHA-256 is not the manifest's): get a fresh copy from the project.")
    return path


def add(kind: str, name: str, file: str, content: bytes, facts: Mapping[str, Any], folder: Path | None = None) -> Path:
    """Write a file and its entry in the manifest, replacing those of that name.

    Args:
        kind: `CLASSIFIERS` or another part of the manifest.
        name: the entry's name.
        file: where to, relative to `folder`.
        content: the file's bytes.
        facts: what else the entry should say.
        folder: the manifest's folder, by default `HOME`.

    Returns:
        The file's path.

    Raises:
        UserError: the manifest there is damaged, or the folder cannot be written.
    """
    folder = folder or HOME
    entries = manifest(folder)
    path = folder / file
    checksum = hashlib.sha256(content).hexdigest()
    entries[kind][name] = {"file": file, "sha256": checksum, "size": len(content), **facts}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        files.write_bytes(path, content)
        files.write_json(folder / MANIFEST, entries)
    except OSError as error:
        raise UserError(f"{path} could not be written ({error.strerror}); choose another folder.") from error
    return path
