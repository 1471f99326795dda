"""Everything needed to go on as if nothing had happened, in one file that is whole or not there.

Keras's `.weights.h5` files leave out optimisers and random streams (Dropout's too). A checkpoint holds every
variable of the `GAN`, in order, and a header, as a NumPy archive without pickles.
"""

import io
import json
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ganlib.runs.records import CheckpointHeader
from ganlib.utils import files
from ganlib.utils.errors import UserError

if TYPE_CHECKING:
    import keras

LATEST, PREVIOUS = "latest.npz", "previous.npz"

_NAME = "variable_{:04d}"


def save(folder: Path, variables: Sequence["keras.Variable"], header: CheckpointHeader) -> None:
    """Write a checkpoint, the one before beside it. Raises OSError: the disk is full; the old ones are untouched."""
    _write(folder, [variable.numpy() for variable in variables], header)


def copy(source: Path, folder: Path, header: CheckpointHeader) -> None:
    """Write the checkpoint in `source` with another header, as another run's first; may raise OSError."""
    _write(folder, _read(source)[1], header)


def _write(folder: Path, values: Sequence[np.ndarray], header: CheckpointHeader) -> None:
    arrays: dict[str, Any] = {_NAME.format(i): value for i, value in enumerate(values)}
    buffer = io.BytesIO()
    np.savez(buffer, counters=np.array(json.dumps(header.to_json())), count=np.array(len(arrays)), **arrays)
    folder.mkdir(exist_ok=True)
    new = folder / ".new.npz"  # hidden: whoever packs the run meanwhile leaves it out
    files.write_bytes(new, buffer.getvalue())
    _read(new)  # the old one is moved only when the new one is known to be whole
    if (folder / LATEST).exists():
        (folder / LATEST).replace(folder / PREVIOUS)
    new.replace(folder / LATEST)


def exists(folder: Path) -> bool:
    """Whether there is any checkpoint to go on from."""
    return (folder / LATEST).exists() or (folder / PREVIOUS).exists()


def newest(folder: Path) -> tuple[Path, CheckpointHeader] | None:
    """Return the newest whole checkpoint's file and header, or None if there is none."""
    for name in (LATEST, PREVIOUS):
        with suppress(FileNotFoundError, ValueError):
            return folder / name, _read(folder / name)[0]
    return None


def load(folder: Path, variables: Sequence["keras.Variable"]) -> tuple[CheckpointHeader, str]:
    """Set the variables to what the newest whole checkpoint holds.

    Returns the header, and a sentence for the log if the newest checkpoint was damaged, else "". Raises UserError: no
    checkpoint is whole, or none fits these variables.
    """
    trouble = ""
    for name in (LATEST, PREVIOUS):
        try:
            header, arrays = _read(folder / name)
        except FileNotFoundError:
            continue
        except ValueError as error:
            trouble = f"The checkpoint {name} is damaged ({error}); the one before it was taken."
            continue
        if [array.shape for array in arrays] != [tuple(variable.shape) for variable in variables]:
            raise UserError("The checkpoint does not fit the run's settings; was config.json changed? Start a new run.")
        for variable, array in zip(variables, arrays, strict=True):
            variable.assign(array)
        return header, trouble
    raise UserError("The run has no whole checkpoint to go on from; start it anew.")


def _read(path: Path) -> tuple[CheckpointHeader, list[np.ndarray]]:
    """Return header and variables; raises FileNotFoundError, or a ValueError for a damaged file."""
    try:
        # Reading a member makes zipfile compare its checksum, and the count tells if one is missing.
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            header = CheckpointHeader.from_json(json.loads(str(archive["counters"])))
            return header, [archive[_NAME.format(i)] for i in range(int(archive["count"]))]
    except FileNotFoundError:
        raise
    except Exception as error:  # which of a dozen that zipfile and NumPy raise depends on the bytes that are wrong
        raise ValueError(str(error)) from error
