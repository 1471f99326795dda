"""The Explore page: every view, every state of a run, and what a link may hold."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from ganlib import data
from ganlib.config import TrainConfig
from ganlib.data import shipped
from ganlib.explore import points
from ganlib.runs import store
from ganlib.runs.folder import Run
from ganlib.runs.status import FAILED, QUEUED, RUNNING, STOPPED
from ganlib.utils import files, images, seeds
from ganlib.utils.errors import UserError
from tests.app.explored import make
from tests.app.shown import alternatives, parameter, texts
from tests.variants import slow_unless
from ui.common import linked_address
from ui.explore import anchors, inversion

pytestmark = pytest.mark.usefixtures("home")

PAGE = Path(__file__).parents[2] / "pages" / "explore.py"
STRIPS = {"path": ("Filmstrip", 2, 16), "sliders": ("What ", 8, 7), "time": ("The anchors", 1, 9)}
"""Views whose pictures stand in strips: what these are called, how many there are, and how many pictures each has."""

VIEWS = ("sliders", "path", "plane", "arithmetic", "variety", "inversion", "inside", "time")


def opened(**params: str) -> AppTest:
    app = AppTest.from_file(str(PAGE), default_timeout=60)
    app.query_params.update(params)
    return ran(app.run())


def ran(app: AppTest) -> AppTest:
    assert not app.exception, app.exception
    return app


def charted(app: AppTest) -> dict[str, list[str]]:
    """Return what stands below the pictures of each chart, by what the chart is for those who cannot see it."""
    protos = [element.proto for element in app.get("plotly_chart")]
    figures = {proto.alt: json.loads(proto.spec)["data"] for proto in protos}
    return {
        alt: [label for trace in traces if trace.get("mode") == "text" for label in trace["text"]]
        for alt, traces in figures.items()
    }


def button(app: AppTest, key: str) -> Any:
    [found] = [each for each in app.button if each.key == key]
    return found


# States of a run


def test_without_runs_there_is_a_way_to_train_one() -> None:
    app = opened()

    assert "Nothing to look into yet" in texts(app)
    assert not app.selectbox
    assert not app.warning
    assert "run=gone" in opened(run="gone").warning[0].value


@pytest.mark.parametrize("view", slow_unless("sliders".__eq__, VIEWS))
def test_every_view_is_shown_with_its_code(view: str) -> None:
    made = make(snapshots=(0, 100))
    app = opened(run=made.id, view=view, d="1", strips="1")

    assert app.segmented_control(key="explore_view").value == view
    assert not app.warning
    lines = [code.value for code in app.code]
    assert all("Sampler(run)" in code for code in lines)
    if view == "inversion":  # which has neither scores nor code before something was found
        assert len(lines) == 1  # that of the grid
    else:
        assert len(lines) > 1
        shown = charted(app)
        _, _, _, *scored = [caption.value for caption in app.caption if re.search(r"\bD -?\d", caption.value)]
        assert scored or any(labels for alt, labels in shown.items() if not alt.startswith("Sheet"))
        if view in STRIPS:
            named, strips, pictures = STRIPS[view]
            labels = [found for alt, found in shown.items() if alt.startswith(named)]
            assert [len(found) for found in labels] == [pictures] * strips
            assert all(len(set(found)) > 1 for found in labels)
    assert alternatives(app)
    assert all(alternatives(app))


@pytest.mark.parametrize("view", ["sliders", "time"])
def test_a_run_without_discriminator_says_so_in_place_of_scores(view: str) -> None:
    made = make(snapshots=(0, 100))
    for path in made.path.rglob("discriminator.weights.h5"):
        path.unlink()
    app = opened(run=made.id, view=view, d="1")

    assert "This model came without its discriminator" in texts(app)
    assert not app.warning
    assert not any(toggle.label.startswith("Show the discriminator") for toggle in app.toggle)


@pytest.mark.slow
def test_each_column_of_the_time_machine_is_scored_by_the_critic_of_its_moment() -> None:
    from ganlib.explore.sampler import Discriminator, Sampler

    made = make(snapshots=(0,))
    shown = charted(opened(run=made.id, view="time", d="1", a="3.1,3.2"))
    [labels] = [found for alt, found in shown.items() if alt.startswith("The anchors")]

    for column, step in enumerate((0, None)):
        sampler = Sampler(made, step)
        latents = np.stack([points.read(text, sampler.config) for text in ("3.1", "3.2")])
        neighbours = sampler.images(sampler.latents(512, seeds.derive(0, "samples to see a picture among")))
        expected = Discriminator(made, step).scores(sampler.images(latents), neighbours)
        np.testing.assert_allclose([float(label) for label in labels[column::2]], expected, atol=0.051)


def test_newest_run_with_weights_is_shown_and_named_in_the_address() -> None:
    make("older")
    store.create(make("newer").config, {}, "queued")
    app = opened()

    assert app.selectbox(key="explore_run").value == "newer"
    assert parameter(app, "run") == "newer"
    assert app.selectbox(key="explore_run").options[0] == "queued · queued, no weights yet"


def test_without_own_runs_the_shipped_model_nearest_to_real_images_is_shown(home: Path) -> None:
    # Distances of two classifiers: 1 of 800 is nearer than 0.5 of 30.
    for name, distances in {"a-far": (0.5, 30), "b-near": (1.0, 800), "c-unknown": ()}.items():
        made = make(name)
        if distances:
            told = [{"frechet_distance": value} for value in (distances[0], 0.1, distances[1])]
            line = {"step": 300, "count": 100, "seed": 0, **told[0], "floor": told[1], "noise": told[2]}
            files.append_lines(made.path / "evaluations.jsonl", [line])
        shutil.move(made.path, home / "shipped" / name)
        shipped.put_model(name, {"files": shipped.listed(home / "shipped" / name)}, folder=home / "shipped")
    chosen = opened().selectbox(key="explore_run")

    assert chosen.value == "b-near"
    assert [option.partition(" ")[0] for option in chosen.options] == ["b-near", "a-far", "c-unknown"]


@pytest.mark.parametrize(("dimensions", "said"), [(1, "has one direction"), (16, "8 directions")])
def test_as_many_directions_are_announced_as_there_are_sliders(dimensions: int, said: str) -> None:
    make(latent_dim=dimensions)
    app = opened(view="sliders")

    assert said in texts(app)
    assert len([each for each in app.slider if str(each.key).startswith("explore_s_")]) == min(8, dimensions)


def test_run_without_weights_says_so_and_when_they_come() -> None:
    made = make(state=QUEUED)
    app = opened(run=made.id)

    assert "no weights yet" in texts(app, "info")
    assert not app.segmented_control


def test_run_that_trains_is_held_at_its_newest_snapshot_for_the_link(monkeypatch: pytest.MonkeyPatch) -> None:
    made = make(state=RUNNING, snapshots=(0, 100))
    monkeypatch.setattr(Run, "is_locked", lambda self: True)
    app = opened(run=made.id)

    assert parameter(app, "at") == "100"
    assert app.select_slider(key="explore_at").options == ["step 0", "step 100"]


@pytest.mark.parametrize("state", [FAILED, RUNNING])  # without a process, the latter was interrupted
def test_run_that_failed_or_was_interrupted_is_shown_at_its_newest_snapshot(state: str) -> None:
    made = make(state=state, snapshots=(0, 100))
    app = opened(run=made.id)

    assert parameter(app, "at") == "100"
    assert "Sampler(run, step=100)" in texts(app, "code")
    assert not app.warning


def test_stopped_run_shows_its_end_and_its_snapshots() -> None:
    made = make(state=STOPPED, snapshots=(0, 100, 300))
    app = opened(run=made.id)

    assert app.select_slider(key="explore_at").options == ["step 0", "step 100", "the end, step 300"]
    assert parameter(app, "at") is None

    app.select_slider(key="explore_at").set_value("0")
    ran(app.run())
    assert parameter(app, "at") == "0"
    assert "step=0" in texts(app, "code")


def test_shipped_run_is_offered(home: Path) -> None:
    made = make()
    shutil.move(made.path, home / "shipped" / "one")
    shipped.put_model("one", {"files": shipped.listed(home / "shipped" / "one")}, folder=home / "shipped")
    app = opened()

    assert app.selectbox(key="explore_run").options == ["one · came with the app"]
    assert "Sampler(run)" in texts(app, "code")


@pytest.mark.parametrize("damaged", ["config.json", "generator.weights.h5"])
def test_damaged_run_is_one_sentence_and_others_can_be_chosen(damaged: str) -> None:
    make("whole")
    made = make()
    (made.path / damaged).write_bytes(b"damage")
    app = opened(run=made.id)

    assert len(app.warning) == 1
    assert len(app.selectbox(key="explore_run").options) == 2
    app.selectbox(key="explore_run").set_value("whole")
    assert not ran(app.run()).warning


def test_without_the_data_set_there_is_no_inversion_but_all_else(monkeypatch: pytest.MonkeyPatch) -> None:
    made = make()
    monkeypatch.setattr(data, "where", lambda name, split="train": None)
    app = opened(run=made.id, view="inversion")

    assert "not on this machine" in texts(app, "info")
    assert len(app.get("plotly_chart")) == 1  # the grid of samples


def test_run_on_own_images_that_are_gone_is_shown_and_says_that_they_must_be_imported_again() -> None:
    made = make(dataset="own-gone-28-grey")
    app = opened(run=made.id, view="inversion")

    assert "Gone (28, grey) are not on this machine" in texts(app, "info")
    assert "import its images again" in texts(app, "caption")
    assert len(app.get("plotly_chart")) == 1


@pytest.mark.slow
@pytest.mark.parametrize("latent_dim", [1, 2, 5])
@pytest.mark.parametrize("view", ["sliders", "plane"])
def test_few_latent_dimensions_have_few_directions(latent_dim: int, view: str) -> None:
    made = make(latent_dim=latent_dim)
    app = opened(run=made.id, view=view, dir="axes")

    assert not app.warning
    if view == "sliders":
        assert len([slider for slider in app.slider if slider.key.startswith("explore_s_")]) == latent_dim
    else:
        expected = {1: "anchors", 2: "whole", 5: "directions"}
        assert app.segmented_control(key="explore_plane").value == expected[latent_dim]


# Anchors


def test_first_tiles_are_the_anchors_until_others_are_picked() -> None:
    made = make()
    app = opened(run=made.id, seed="7")
    assert [alt for alt in alternatives(app) if alt.startswith("Anchor ")] == ["Anchor A", "Anchor B", "Anchor C"]

    button(app, "explore_remove_B").click()
    ran(app.run())
    assert parameter(app, "a") == "7.0,7.2"

    button(app, "explore_clear").click()
    ran(app.run())
    assert parameter(app, "a") == "none"
    assert "No anchors yet" in texts(app)


@pytest.mark.parametrize("view", ["path", "arithmetic", "time", "plane"])
def test_view_that_needs_anchors_says_so(view: str) -> None:
    made = make()
    assert "anchor" in texts(opened(run=made.id, view=view, plane="anchors", a="none"), "info")


def test_clicked_tile_becomes_an_anchor_and_clicked_again_none(monkeypatch: pytest.MonkeyPatch) -> None:
    query: dict[str, str] = {}
    monkeypatch.setattr(st, "query_params", query)
    monkeypatch.setattr(st, "toast", lambda text: query.update(told=text))
    texts = [points.drawn(0, number) for number in range(64)]

    anchors._toggle(("0.1",), texts, 5)
    assert query == {"a": "0.1,0.5"}
    anchors._toggle(("0.1", "0.5"), texts, 5)
    assert query == {"a": "0.1"}
    anchors._toggle(("0.1",), texts, 1)
    assert query == {"a": "none"}
    anchors._toggle(tuple(texts[:8]), texts, 9)
    assert query == {"a": "none", "told": "There are 8 anchors already; remove one first."}


def test_other_samples_come_from_another_seed() -> None:
    made = make()
    app = opened(run=made.id)

    button(app, "explore_other").click()
    ran(app.run())

    seed = parameter(app, "seed")
    assert seed is not None
    assert app.number_input(key="explore_seed").value == int(seed) > 0


def test_result_of_the_sliders_becomes_an_anchor_that_the_link_holds() -> None:
    made = make()
    app = opened(run=made.id, a="3.1", s="1,0,0,0,0,0,0,-2")

    button(app, "explore_keep_slid").click()
    ran(app.run())

    kept = (parameter(app, "a") or "").split(",")
    assert kept[0] == "3.1"
    assert kept[1].startswith("z")
    shown = opened(run=made.id, a=",".join(kept))
    assert "Anchor B" in alternatives(shown)
    assert not shown.warning


# The address


def test_slider_is_written_into_the_address_and_read_back() -> None:
    made = make()
    app = opened(run=made.id)
    app.slider(key="explore_s_2").set_value(1.5)
    ran(app.run())
    assert parameter(app, "s") == "0,0,1.5,0,0,0,0,0"

    again = opened(run=made.id, s="0,0,1.5,0,0,0,0,0")
    assert again.slider(key="explore_s_2").value == 1.5
    button(again, "explore_reset").click()
    ran(again.run())
    assert parameter(again, "s") is None
    assert again.slider(key="explore_s_2").value == 0


def test_usual_values_are_not_in_the_address() -> None:
    made = make()
    app = opened(run=made.id, view="path", kind="linear", loop="0")

    app.segmented_control(key="explore_kind").set_value("spherical")
    app.toggle(key="explore_loop").set_value(True)
    ran(app.run())

    assert set(app.query_params) == {"run", "view"}


@pytest.mark.parametrize(
    "params",
    [
        {"run": "nobody", "at": "99", "seed": "-1", "view": "nowhere", "s": "1,2", "dir": "sideways", "d": "yes"},
        {"run": "../../etc", "at": "-1", "seed": "9" * 30, "s": "nan,0,0,0,0,0,0,0", "n": "17", "from": "Z"},
        {"run": "%00", "at": "x", "seed": "1.5", "s": "9,0,0,0,0,0,0,0", "a": "1.2,<b>", "first": "-1"},
    ],
)
def test_bad_values_are_told_in_one_sentence_and_the_usual_ones_shown(params: dict[str, str]) -> None:
    make(snapshots=(0,))
    app = opened(**params, **({"dir": "axes"} if "first" in params else {}))

    [warning] = app.warning
    told = warning.value.replace("\\", "")
    assert told.startswith("Part of this link cannot be shown (")
    assert [name for name in params if f"{name}=" not in told] == []
    assert "Sampler(run)" in texts(app, "code")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("zzz", ()), ("1.2,<b>", ("1.2",)), ("z" + "A" * 5000 + ",1.1", ("1.1",)), ("1.1,1.1", ("1.1",)), ("none", ()),
        (",".join(f"1.{number}" for number in range(9)), tuple(f"1.{number}" for number in range(8))),
    ],
)  # fmt: skip
def test_only_anchors_that_can_be_are_read(text: str, left: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(st, "query_params", {"a": text})
    monkeypatch.setattr(st, "session_state", {})
    linked_address.begin()

    assert anchors.read(TrainConfig(latent_dim=16), 0) == left
    is_whole = text == "none" or len(left) == len(set(text.split(",")))
    assert bool(linked_address.trouble()) != is_whole
    assert len(linked_address.trouble()) < 200


@pytest.mark.slow
@pytest.mark.parametrize(
    ("view", "params"),
    [
        ("path", {"kind": "x", "frames": "1000", "frame": "-1", "loop": "maybe", "play": "2"}),
        ("plane", {"plane": "whole", "side": "100", "across": "9", "up": "0", "reach": "inf"}),
        ("arithmetic", {"plus": "Q", "minus": "", "to": "1"}),
        ("variety", {"scale": "nan", "walk": "-3"}),
        ("inversion", {"of": "99999999", "rs": "x", "starts": "3", "steps": "1e9"}),
        ("time", {"t": "77"}),
    ],
)
def test_bad_values_of_a_view_are_all_named(view: str, params: dict[str, str]) -> None:
    make(snapshots=(0,))
    app = opened(view=view, **params)

    [warning] = app.warning
    told = warning.value.replace("\\", "")
    assert [name for name in params if f"{name}=" not in told] == []


def test_bad_values_leave_the_address_with_the_next_change() -> None:
    make()
    app = opened(at="99", seed="-1")

    app.segmented_control(key="explore_view").set_value("path")
    ran(app.run())

    assert {"at", "seed"} & set(app.query_params) == set()
    assert not app.warning


# Inversion


def test_real_image_is_found_and_becomes_an_anchor(monkeypatch: pytest.MonkeyPatch) -> None:
    made = make()
    latent = np.full(16, 0.25, np.float32)

    def draw(context: Any, choice: Any, progress: Any) -> Any:
        progress(1, 2, 0.5)
        picture = np.zeros((8, 8, 1), np.uint8)
        errors = np.array([[0.5, 0.4], [0.1, 0.2]], np.float32)
        found = type("Found", (), {"latent": latent, "image": picture, "errors": errors, "best": 0, "error": 0.1})()
        return inversion.Inverted(picture, found, f"index = {choice.index}")

    monkeypatch.setattr(inversion, "draw", draw)
    app = opened(run=made.id, view="inversion", of="5", a="none")
    button(app, "explore_invert").click()
    ran(app.run())

    assert {"Real image", "Found image"} <= set(alternatives(app))
    assert "Error 0.1000" in texts(app)
    assert app.code[-1].value == "index = 5"

    button(app, "explore_keep_inverted").click()
    ran(app.run())
    assert parameter(app, "a") == points.write(latent)


def test_originals_are_those_of_the_seed() -> None:
    first, again, other = (inversion._originals("digits", "train", False, seed) for seed in (0, 0, 1))

    assert first.indices == again.indices != other.indices
    np.testing.assert_array_equal(first.pictures, data.load("digits").images[first.indices])


def test_pictures_are_the_generators_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is sent to the browser holds the pixels, enlarged and nothing else."""
    made = make()
    sent: list[np.ndarray] = []
    png = images.png_bytes
    monkeypatch.setattr(images, "png_bytes", lambda picture: sent.append(picture) or png(picture))
    opened(run=made.id, a="3.1")

    from ganlib.explore.sampler import Sampler

    sampler = Sampler(made)
    [expected] = sampler.images(points.read("3.1", sampler.config)[None])
    assert any((picture[:: len(picture) // 8, :: len(picture) // 8] == expected).all() for picture in sent)


def test_letters_of_anchors_that_are_gone_leave_the_address() -> None:
    made = make()
    app = opened(run=made.id, view="arithmetic", plus="C", minus="B", **{"from": "C"})

    button(app, "explore_remove_C").click()
    ran(app.run())

    assert {"plus", "from"} & set(app.query_params) == set()
    assert parameter(app, "minus") == "B"
    assert not app.warning


def test_another_run_keeps_what_means_something_for_it() -> None:
    make("other")
    made = make()
    app = opened(run=made.id, seed="4", a="1.2", view="time", d="1", s="1,0,0,0,0,0,0,0", me="ann")

    app.selectbox(key="explore_run").set_value("other")
    ran(app.run())

    assert set(app.query_params) == {"run", "seed", "a", "view", "d", "me"}


def test_frame_beyond_a_shorter_walk_is_its_last() -> None:
    made = make()
    app = opened(run=made.id, view="path", frames="12", frame="30")
    app.slider(key="explore_frames").set_value(2)
    ran(app.run())

    assert app.slider(key="explore_frame").value == 5
    assert not app.warning


def test_images_that_cannot_be_read_are_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: Any) -> None:
        raise UserError("The file is damaged.")

    monkeypatch.setattr(inversion, "_originals", refuse)
    made = make()

    assert [warning.value for warning in opened(run=made.id, view="inversion").warning] == ["The file is damaged\\."]


def test_widget_that_has_the_value_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    class Watched(dict[str, Any]):
        def __setitem__(self, key: str, value: Any) -> None:
            raise AssertionError(f"{key} was set")

    monkeypatch.setattr(st, "session_state", Watched(slider=0.1 + 0.2))
    linked_address.hold("slider", 0.3)
    with pytest.raises(AssertionError, match="slider was set"):
        linked_address.hold("slider", 0.4)


def test_an_inversion_says_how_long_it_takes_by_what_it_measured() -> None:
    assert inversion._left([(10, 100.0)], 300) == ""  # the first report comes after a compilation
    assert inversion._left([(10, 100.0), (20, 103.0)], 300) == ", about 1 min 24 s left"
    assert inversion._left([(10, 100.0), (300, 120.0)], 300) == ""
