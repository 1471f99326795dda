"""The two folders that images are looked up in: files people have already, and what this program fetched or made."""

import os
from pathlib import Path


def given_folder() -> Path | None:
    """Return the folder that `GANLIB_DATA` names, which is only read; None if it names none."""
    value = os.environ.get("GANLIB_DATA")
    return Path(value).expanduser() if value else None


def cache_folder() -> Path:
    """Return the folder for downloads and custom data sets: `GANLIB_CACHE`, by default in the user's cache folder."""
    value = os.environ.get("GANLIB_CACHE")
    if value:
        return Path(value).expanduser()
    import pooch

    return Path(pooch.os_cache("ganlib"))
