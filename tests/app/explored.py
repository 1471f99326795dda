"""Runs to look into: networks with their first weights, made within a moment."""

import tempfile
from functools import cache
from pathlib import Path

from streamlit.testing.v1 import AppTest

from ganlib import presets
from ganlib.config import TrainConfig
from ganlib.runs import store
from ganlib.runs.folder import Run
from ganlib.runs.status import FINISHED, STOPPED, Status
from ui.common import handout

PAGE = Path(__file__).parents[2] / "pages" / "explore.py"


def opened(**params: str) -> AppTest:
    """Open Explore at an address with these parameters; it must not fail, and a link can hide all its controls."""
    app = AppTest.from_file(str(PAGE), default_timeout=60)
    app.query_params.update(params)
    app.run()
    assert not app.exception, app.exception
    assert set(app.session_state["handout_offered"]) <= handout.KNOWN["explore"]
    return app


def make(name: str = "one", state: str = FINISHED, snapshots: tuple[int, ...] = (), **changes: object) -> Run:
    """Make a run on the bundled digits with weights of an end, unless it has not come there, and of snapshots."""
    # With large weights an image tells its z from another one, as after a training.
    settings = {"precision": "float32", "initializer": "he_normal", "latent_dim": 16, **changes}
    made = store.create(presets.get("digits-quick").config.changed(**settings), {"preset": "digits-quick"}, name)
    made.write_status(Status(state, step=300, total_steps=300))
    for number, step in enumerate(snapshots):
        write_networks(made.config.changed(seed=number + 1), made.path / "snapshots" / f"step_{step:08d}")
    if state in (FINISHED, STOPPED):
        write_networks(made.config, made.path)
    return made


def write_networks(config: TrainConfig, folder: Path) -> None:
    """Write the first weights of both networks."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in _weights(config).items():
        (folder / name).write_bytes(content)


@cache
def _weights(config: TrainConfig) -> dict[str, bytes]:
    from ganlib.models.networks.from_config import build_discriminator_for, build_generator_for

    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for build in (build_generator_for, build_discriminator_for):
            model = build(config)
            path = Path(folder) / f"{model.name}.weights.h5"
            model.save_weights(path)
            found[path.name] = path.read_bytes()
    return found
