"""The Lab's page: what it starts, what its address holds, what it says of a run that is none of its own."""

import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from ganlib import presets
from ganlib.catalog.points import PRESETS
from ganlib.runs import store
from ganlib.runs.folder import Run
from ganlib.training.start_or_resume import train
from tests.app.shown import again, parameter, press, texts

PAGE = str(Path(__file__).parents[2] / "pages" / "lab.py")


def opened(**params: str) -> AppTest:
    app = AppTest.from_file(PAGE, default_timeout=60)
    app.query_params.update(params)
    return again(app)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Run:
    config = presets.get("ring-quick").config.changed(max_steps=60, width=8, depth=1)
    run = store.create(config, {"preset": "ring-quick"}, "ring", tmp_path_factory.mktemp("trained"))
    with run.held():
        train(run)
    return run


@pytest.fixture
def run(trained: Run, home: Path) -> Run:
    return Run(shutil.copytree(trained.path, home / trained.id))


@pytest.mark.parametrize("preset", PRESETS)
def test_start_trains_what_the_form_and_the_address_say(preset: str, home: Path) -> None:
    app = press(opened(preset=preset, latent_dim="3", loss="lsgan"), "lab_start")
    run = store.find(parameter(app, "run"))
    config = run.config
    assert (config.dataset, config.latent_dim, config.loss) == (presets.get(preset).config.dataset, 3, "lsgan")
    assert run.record["preset"] == preset


@pytest.mark.parametrize("opinion", ["own", "ideal", "missed"])
def test_a_finished_run_is_shown_with_each_opinion(run: Run, opinion: str) -> None:
    app = opened(run=run.id, opinion=opinion)
    assert [metric.label for metric in app.metric] == ["Modes found", "Good samples"]
    assert ("Jensen-Shannon" in texts(app, "caption")) == (opinion != "own")


@pytest.mark.parametrize(("name", "said"), [("no-such", "There is no run"), ("digits", "has images")])
def test_what_cannot_be_shown_is_said(home: Path, name: str, said: str) -> None:
    store.create(presets.get("digits-quick").config, {}, "digits", home)
    assert said in texts(opened(run=name), "warning")
