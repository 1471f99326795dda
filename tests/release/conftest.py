from threading import Event

import pytest

from ganlib import presets
from ganlib.metrics import bootstrap
from ganlib.runs import store
from ganlib.runs.status import STOPPED
from tests.tiny import TINY
from tools.release.recipes import Recipe

RECIPE = Recipe("digits-tiny", "digits-quick", "Small enough for a test.", TINY, "Digits, tiny", snapshots=3)
WITHOUT_D = Recipe(
    "digits-bare", "digits-quick", "The same without D.", TINY, "Digits, bare", ships_discriminator=False
)


@pytest.fixture(scope="session")
def worked(tmp_path_factory):
    """A working run of tiny networks, stopped on its way."""
    from ganlib.training.start_or_resume import train

    config = presets.get("digits-quick").config.changed(**TINY)
    run = store.make(tmp_path_factory.mktemp("work") / RECIPE.name, config, {"preset": "digits-quick"}, STOPPED)
    stop = Event()
    with run.held():
        train(run, stop=stop, watch=lambda status: stop.set() if status.step > 40 else None)
    return run


@pytest.fixture(autouse=True)
def few_replicates(monkeypatch):
    monkeypatch.setattr(bootstrap, "REPLICATES", 10)


@pytest.fixture(scope="session")
def shipping(worked, tmp_path_factory):
    """A folder of shipped models in which the run is packed twice, once without its discriminator."""
    from tools.release.packing import pack

    home = tmp_path_factory.mktemp("shipping")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bootstrap, "REPLICATES", 10)
        for recipe in (RECIPE, WITHOUT_D):
            pack(worked, recipe, home)
    return home
