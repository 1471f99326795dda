"""One step, taken apart: on the Lab's page and on Explore, with all that was chosen in the address."""

import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from ganlib import data, presets
from ganlib.runs import store
from ganlib.runs.folder import Run
from ganlib.runs.status import FINISHED, Status
from tests.app.explored import make, write_networks
from tests.app.shown import again, keys, parameter, press, texts
from tests.variants import slow_unless
from ui.common.step_pictures import STATIONS
from ui.common.step_view import Seen

pytestmark = pytest.mark.usefixtures("home")

PAGES = Path(__file__).parents[2] / "pages"


def opened(page: str, **params: str) -> AppTest:
    app = AppTest.from_file(str(PAGES / f"{page}.py"), default_timeout=120)
    app.query_params.update(params)
    return again(app)


def ring(**changes: Any) -> Run:
    config = presets.get("ring-quick").config.changed(width=8, depth=1, precision="float32", **changes)
    run = store.create(config, {"preset": "ring-quick"}, "ring")
    run.write_status(Status(FINISHED, step=300, total_steps=300))
    write_networks(config, run.path)
    return run


@pytest.mark.parametrize("page", slow_unless("lab".__eq__, ["lab", "explore"]))
def test_all_stations_are_gone_through_and_stand_in_the_address(page: str) -> None:
    params = {"run": ring().id, "apart": "1"} if page == "lab" else {"run": make().id, "view": "step"}
    app, seen = opened(page, **params), set()
    for place, (name, station) in enumerate(STATIONS.items()):
        assert not app.warning
        assert parameter(app, "station") == (name if place else None)
        assert station.happens in texts(app)
        seen.add(app.get("plotly_chart")[0].proto.alt)
        if place < len(STATIONS) - 1:
            app = press(app, "step_forward")
    assert len(seen) == len(STATIONS)


def test_a_station_that_is_locked_stays() -> None:
    app = opened("lab", run=ring().id, apart="1", station=list(STATIONS)[2], lock="station")
    assert list(STATIONS.values())[2].happens in texts(app)
    assert not {"step_back", "step_play", "step_forward"} & keys(app)


@pytest.mark.slow
@pytest.mark.parametrize(
    "changes", [{"conditioning": "acgan"}, {"conditioning": "infogan"}, {"loss": "ebgan"}, {"loss": "began"}], ids=str
)
def test_stations_of_labels_codes_and_autoencoders(changes: dict[str, str]) -> None:
    run = make(batch_size=16, **changes)
    for station in STATIONS:
        app = opened("explore", run=run.id, view="step", station=station)
        assert not [*app.warning, *app.info]
        assert ("The same fake under every loss" in [title.value for title in app.subheader]) == ("loss" not in changes)
        if station == "losses":
            [sums] = [text.value for text in app.markdown if text.value.startswith("**D's loss**")]
            parts = [float(number) for number in re.findall(r"-?\d+\.\d+", sums)]
            assert sum(parts[:-1]) == pytest.approx(parts[-1], abs=0.003)


@pytest.mark.slow
@pytest.mark.parametrize("station", ["real", "fake"])
def test_images_carry_the_names_of_their_classes(station: str) -> None:
    from ganlib.explore.sandbox import Sandbox

    run = make(batch_size=16, conditioning="projection")
    app = opened("explore", run=run.id, view="step", station=station)
    written = json.loads(app.get("plotly_chart")[0].proto.spec)["data"][1]["text"]
    assert written == [str(label) for label in Sandbox(run).at().labels]


@pytest.mark.parametrize(
    ("station", "surfaces", "layers"),
    [
        pytest.param("logits", 1, [], marks=pytest.mark.slow),
        ("d", 2, []),
        pytest.param("push", 1, [], marks=pytest.mark.slow),
        ("g", 0, ["dense_1", "points"]),
    ],
)
def test_points_are_shown_on_ds_opinion_and_gs_gradient_by_layer(
    station: str, surfaces: int, layers: list[str]
) -> None:
    app = opened("lab", run=ring(pack=2).id, apart="1", station=station)
    assert not app.warning
    traces = [json.loads(chart.proto.spec)["data"] for chart in app.get("plotly_chart")[:2]]
    kinds = [trace["type"] for figure in traces for trace in figure]
    assert kinds.count("heatmap") == kinds.count("contour") == surfaces
    assert [bar["y"] for figure in traces for bar in figure if bar["type"] == "bar"] == ([layers] if layers else [])
    assert "D judges 2 samples together" in texts(app, "caption")


def test_explore_takes_the_step_of_a_run_on_points_apart_and_leads_to_the_lab() -> None:
    app = opened("explore", run=ring().id)
    assert "points in the plane" in texts(app, "info")
    assert STATIONS["real"].happens in texts(app)
    assert "Real points of the batch" in [chart.proto.alt for chart in app.get("plotly_chart")]


@pytest.mark.slow
def test_every_sample_has_its_loss_with_its_number_in_the_formula() -> None:
    app = opened("explore", run=make(batch_size=16, label_smoothing=0.1).id, view="step", station="losses")
    for kind in ("real", "fake"):
        [formulas] = [text.value for text in app.markdown if text.value.startswith(f"**Each {kind} sample**")]
        assert formulas.count("softplus(") == 16
    assert "The training also smooths labels" in texts(app)


def test_a_critics_scores_become_opinions_on_one_scale_undecided_between_its_means() -> None:
    config = presets.get("ring-quick").config.changed(loss="wgan")
    before, after = np.array([[-2.0, 0.0]]), np.array([[0.0, 8.0]])
    logits = {"real_logits": 1.0, "fake_logits": -1.0, "real_logits_after": 8.0, "fake_logits_after": 0.0}
    told = {name: np.array([value]) for name, value in logits.items()}
    seen: Any = SimpleNamespace(surface=before, surface_after=after, **told)
    first, second = Seen(seen, config).surfaces()
    np.testing.assert_allclose([first.opinion, second.opinion], [[[0, 0.2]], [[0.2, 1]]])
    assert [first.undecided, second.undecided] == pytest.approx([0.2, 0.6])
    probable = Seen(seen, config.changed(loss="non_saturating")).surfaces()[0]
    np.testing.assert_allclose(probable.opinion, 1 / (1 + np.exp(-before)))
    assert probable.undecided == 0.5


@pytest.mark.slow
def test_moves_go_on_in_memory_and_starting_over_forgets_them() -> None:
    run = ring()
    before = {path: path.read_bytes() for path in run.path.rglob("*.h5")}
    app = opened("lab", run=run.id, apart="1", station="g")
    for move in "dgb":
        app = press(app, f"step_move_{move}")
    assert parameter(app, "moves") == "dgb"
    assert "Only D, Only G, Both" in texts(app, "caption")
    assert "sandbox.at('dgb', seed=0, same_batch=False)" in texts(app, "code")
    app = press(app, "step_over")
    assert parameter(app, "moves") is None
    assert {path: path.read_bytes() for path in run.path.rglob("*.h5")} == before


@pytest.mark.slow
def test_a_bad_link_is_told_and_the_usual_step_shown() -> None:
    app = opened("explore", run=make().id, view="step", moves="dx", station="gone")
    assert "moves=dx" in texts(app, "warning")
    assert "station=gone" in texts(app, "warning")
    assert STATIONS["real"].happens in texts(app)


@pytest.mark.parametrize("lacking", ["discriminator", "images"])
def test_what_is_lacking_for_a_step_is_said_in_a_sentence(lacking: str, monkeypatch: pytest.MonkeyPatch) -> None:
    run = make()
    if lacking == "images":
        monkeypatch.setattr(data, "where", lambda *_: None)
    else:
        (run.path / "discriminator.weights.h5").unlink()
    app = opened("explore", run=run.id, view="step")
    said = "came without its discriminator" if lacking == "discriminator" else "are not on this machine"
    assert said in texts(app, "info")
