import os
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="session", autouse=True)
def own_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep downloads and runs of the tests, and of the processes they start, out of the person's folders."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GANLIB_CACHE", str(tmp_path_factory.mktemp("cache")))
        patch.setenv("GANLIB_RUNS", str(tmp_path_factory.mktemp("runs")))
        yield


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder with real MNIST, Fashion-MNIST and SVHN files that GANLIB_DATA names."""
    value = os.environ.get("GANLIB_DATA")
    if not value:
        pytest.skip("no real data: GANLIB_DATA is not set")
    if not Path(value).is_dir():
        pytest.fail(f"GANLIB_DATA names no folder: {value}")
    return Path(value)
