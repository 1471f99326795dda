"""Download published files: verified, retried, and never half a file under the final name."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from ganlib.catalog.datasets import Download

Progress: TypeAlias = Callable[[int, int], None]
"""Called with the bytes that have arrived and the bytes there are in all."""

RETRIES = 2
TIMEOUT_S = (10.0, 30.0)
"""How long to wait for a connection, and for the next bytes on it."""
CHUNK = 1 << 16


class DownloadError(Exception):
    """A download failed for good; the text is the reason, as part of a sentence."""


def download(files: Iterable[Download], folder: Path, progress: Progress | None = None) -> None:
    """Download `files` into `folder`; those that are there already, with the right checksum, stay.

    A file arrives under a temporary name and is renamed only when its checksum is right, so that whatever
    interrupts a download leaves nothing under the final name.

    Raises:
        DownloadError: no connection, a refusal, a stalled or broken connection, a wrong checksum, or a folder
            that cannot be written to.
    """
    import pooch

    pooch.get_logger().setLevel("WARNING")
    files = tuple(files)
    total = sum(file.size for file in files)
    arrived = 0
    for file in files:
        store = pooch.create(
            folder,
            base_url="",
            registry={file.filename: f"sha256:{file.sha256}"},
            urls={file.filename: file.url},
            retry_if_failed=RETRIES,
        )
        try:
            store.fetch(file.filename, downloader=_downloader(progress, arrived, total))
        except (OSError, ValueError) as error:
            raise DownloadError(_reason(error, file, folder)) from error
        arrived += file.size


def _downloader(progress: Progress | None, before: int, total: int) -> Callable[[str, str, Any], None]:
    """Make the function that gets one file's bytes; pooch adds the checksum, the retries and the renaming."""
    import requests

    def get(url: str, output: str, store: Any) -> None:
        done = before
        # Asked for as they are: files ending in .gz must not be unzipped on the way.
        headers = {"Accept-Encoding": "identity"}
        with (
            requests.get(url, stream=True, timeout=TIMEOUT_S, headers=headers) as response,
            Path(output).open("wb") as target,
        ):
            response.raise_for_status()
            for chunk in response.iter_content(CHUNK):
                target.write(chunk)
                done += len(chunk)
                if progress:
                    progress(done, total)
        # Temporary files are private, but a cache may be shared, by a class for instance.
        Path(output).chmod(0o644)

    return get


def _reason(error: Exception, file: Download, folder: Path) -> str:
    """Say in plain words why a download failed."""
    import requests

    server = urlsplit(file.url).hostname
    if isinstance(error, requests.HTTPError):
        return f"{server} answered {error.response.status_code} for {file.url}"
    if isinstance(error, requests.RequestException):
        return f"the connection to {server} failed, stalled or broke off"
    if isinstance(error, OSError):
        why = error.strerror or "no permission"
        return f"{folder} cannot be written to: {why}; GANLIB_CACHE can name another folder"
    return f"what arrived from {file.url} is not the published file: its checksum is wrong"
