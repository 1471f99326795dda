from collections.abc import Callable
from types import SimpleNamespace

import pytest

from ganlib import presets
from ganlib.runs import store
from tests.tiny import TINY


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., SimpleNamespace]:
    """Train what `make_run` makes; return the run and its last status."""

    def trained(**changes: object) -> SimpleNamespace:
        from ganlib.training.callbacks import status
        from ganlib.training.start_or_resume import train

        config = presets.get("digits-quick").config.changed(**{**TINY, **changes})
        run = store.create(config, {"preset": "digits-quick"}, "tiny", tmp_path_factory.mktemp("trained"))
        with pytest.MonkeyPatch.context() as patch, run.held():
            patch.setattr(status, "_SECONDS", 0.0)
            return SimpleNamespace(run=run, last=train(run))

    return trained


@pytest.fixture(scope="session")
def finished(trained: Callable[..., SimpleNamespace]) -> SimpleNamespace:
    """A finished run and its last status; no test changes it."""
    return trained()
