"""Runs side by side: every state of them, and the address."""

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from ganlib import data, presets
from ganlib.catalog.metrics import METRICS
from ganlib.runs import store
from ganlib.runs.folder import Run
from ganlib.runs.status import FAILED, FINISHED, QUEUED, RUNNING, STOPPED, Status
from ganlib.utils import files, images
from ganlib.utils.errors import UserError
from tests.app.shown import again, alternatives, parameter, texts
from ui.common import address
from ui.compare import code, curves, differing_settings, latents, picking, sample_grids
from ui.compare.sample_grids import Checkpoint

pytestmark = pytest.mark.usefixtures("home")


@pytest.fixture(autouse=True)
def fresh_labels() -> None:
    picking._labels.clear()


PAGE = Path(__file__).parents[2] / "pages" / "compare.py"


def make(name: str, state: str = FINISHED, steps: tuple[int, ...] = (50, 100), **changes: Any) -> Run:
    """Make a run with a grid of one grey for each step, curves and a snapshot."""
    made = store.create(presets.get("digits-quick").config.changed(**changes), {"preset": "digits-quick"}, name)
    for step in steps:
        sample_grid = images.sample_grid(np.full((64, 8, 8, 1), step % 256, np.uint8))
        files.write_bytes(made.path / "samples" / f"{step}.png", images.png_bytes(sample_grid))
        entry = {"file": f"{step}.png", "step": step, "epoch": step / 28}
        files.append_lines(made.path / "samples" / "index.jsonl", [entry])
        files.append_lines(
            made.path / "metrics.jsonl", [{"step": step, "epoch": step / 28, "g_loss": 0.7, "d_loss": 1.4}]
        )
        folder = made.path / "snapshots" / f"step_{step:08d}"
        folder.mkdir(parents=True)
        (folder / "generator.weights.h5").touch()
    made.write_status(Status(state, step=max(steps, default=0), total_steps=100, epoch=3.6, seconds=8.0))
    return made


@pytest.fixture(autouse=True)
def folders(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let files be written into folders that are not there yet."""
    write = files.write_bytes

    def written(path: Path, content: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        write(path, content)

    monkeypatch.setattr(files, "write_bytes", written)


def judge(made: Run, distance: float, **changes: Any) -> None:
    values = dict.fromkeys(METRICS, 0.5) | {"frechet_distance": distance}
    line = {"step": 100, "epoch": 3.6, "count": 2000, "seed": 0, **values, "floor": dict.fromkeys(METRICS, 0.25)}
    files.append_lines(made.path / "evaluations.jsonl", [{**line, **changes}])


def opened(**params: str) -> AppTest:
    app = AppTest.from_file(str(PAGE), default_timeout=30)
    app.query_params.update(params)
    return again(app)


def rows(app: AppTest, number: int) -> dict[str, list[str]]:
    """Return a table as its first column -> the rest, without the escapes of Markdown."""
    table = app.table[number].value
    return {str(row[0]): [str(cell).replace("\\", "") for cell in row[1:]] for row in table.values.tolist()}


# Picking


def test_without_runs_the_page_says_what_it_is_for() -> None:
    app = opened()

    assert "Nothing to compare yet" in texts(app)
    assert not app.multiselect


def test_one_run_alone_says_what_is_missing() -> None:
    make("one")

    assert "One run alone cannot be compared" in texts(opened(), "info")


def test_one_click_takes_the_two_newest() -> None:
    for name in ("one", "two", "three"):
        make(name)
    app = opened()
    assert not alternatives(app)

    assert app.button(key="compare_suggest").label == "Take three and two"
    app.button(key="compare_suggest").click()
    again(app)

    assert parameter(app, "runs") == "three,two"
    assert len(alternatives(app)) == 2


def test_what_is_compared_is_one_thing_at_a_time_and_the_address_keeps_it() -> None:
    for name in ("one", "two"):
        make(name)
    app = opened(runs="one,two")
    assert not app.table
    app.segmented_control(key="compare_show").set_value("curves")
    again(app)

    assert parameter(app, "show") == "curves"
    assert len(app.get("plotly_chart")) == 2
    assert not alternatives(app)
    assert opened(runs="one,two", show="metrics").table


def test_picking_writes_the_address() -> None:
    make("one")
    make("two")
    app = opened(runs="one")

    app.multiselect[0].set_value(["one", "two"])
    again(app)

    assert parameter(app, "runs") == "one,two"


def test_what_a_link_names_in_vain_is_told_and_the_rest_is_shown() -> None:
    make("one")
    make("two")
    app = opened(runs="one,<b>gone,two")

    assert "Not here: <b>gone" in texts(app, "warning")
    assert len(alternatives(app)) == 2


def test_a_link_to_five_shows_four() -> None:
    for name in "abcde":
        make(name)
    app = opened(runs="a,b,c,d,e")

    assert len(alternatives(app)) == 4
    assert "At most 4" in texts(app, "warning")


def test_runs_go_by_their_titles_unless_two_have_the_same() -> None:
    one, two, three = make("one"), make("two"), make("three")
    one.write_about(title="Same")
    two.write_about(title="Same")
    three.write_about(title="Mine")

    assert picking.titles([one, two, three]) == ["one", "two", "Mine"]


# Pictures


@pytest.mark.parametrize(
    ("checkpoint", "step"),
                        [(Checkpoint("share", 100), 100), (Checkpoint("share", 60), 50), (Checkpoint("share", 10), 50),
                         (Checkpoint("step", 99), 50), (Checkpoint("step", 1000), 100)],
)  # fmt: skip
def test_the_last_sheet_at_or_before_the_moment_is_kept(checkpoint: Checkpoint, step: int) -> None:
    found = sample_grids.sample_at(make("one").samples(), checkpoint)

    assert found is not None
    assert found.step == step


def test_one_slider_moves_all_runs_by_their_own_share() -> None:
    make("one", steps=(50, 100))
    make("two", steps=(500, 1000))
    app = opened(runs="one,two", at="50")

    assert [alt.partition(" at ")[2] for alt in alternatives(app)] == ["step 50 (epoch 1.8)", "step 500 (epoch 17.9)"]


def test_by_step_all_runs_are_at_the_same_step_or_where_they_ended() -> None:
    make("one", steps=(50, 100))
    make("two", steps=(60, 120))
    app = opened(runs="one,two", by="step", at="110")

    assert [alt.partition(" at ")[2] for alt in alternatives(app)] == ["step 100 (epoch 3.6)", "step 60 (epoch 2.1)"]


def test_the_slider_writes_the_address_and_its_end_is_the_default() -> None:
    make("one")
    make("two")
    app = opened(runs="one,two")

    app.select_slider[0].set_value(50)
    again(app)
    assert parameter(app, "at") == "50"

    app.select_slider[0].set_value(-1)  # the end
    again(app)
    assert parameter(app, "at") is None


@pytest.mark.parametrize("nonsense", ["-5", "<b>"])
def test_nonsense_in_the_address_is_as_if_it_were_not_there(nonsense: str) -> None:
    make("one")
    make("two")
    app = opened(runs="one,two", at=nonsense, by=nonsense, seed=nonsense, view=nonsense)

    assert [alt.partition(" at ")[2] for alt in alternatives(app)] == ["step 100 (epoch 3.6)"] * 2


@pytest.mark.parametrize(
    ("typed", "read"), [("", 9), ("7", 7), ("100", 50), ("0", 1), ("-5", 9), ("१", 9), ("1e3", 9), ("9" * 99, 9)]
)
def test_numbers_of_the_address_are_within_bounds(typed: str, read: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(address, "get", lambda name: typed)

    assert address.number("at", 1, 50, 9) == read


def test_run_without_pictures_says_so() -> None:
    make("one")
    make("two", QUEUED, steps=())

    assert "No pictures yet" in texts(opened(runs="one,two"))


def test_damaged_picture_says_so() -> None:
    make("one")
    (make("two").path / "samples" / "100.png").write_bytes(b"nonsense")

    assert "cannot be read any more" in texts(opened(runs="one,two"))


@pytest.mark.parametrize(
    ("changes", "is_same"),
    [({"loss": "wgan_gp"}, True), ({"latent_dim": 8}, False), ({"prior": "uniform"}, False), ({"seed": 5}, False)],
    ids=str,
)
def test_it_is_said_whether_a_place_in_the_sheets_is_the_same_z(changes: dict[str, Any], is_same: bool) -> None:
    one = presets.get("digits-quick").config
    configs = {"one": one, "two": one.changed(**changes)}

    said = latents.told(configs, "Drawn", with_seed=True)

    assert ("same place in each grid is the same z" in said) == is_same
    assert ("not the same z in all grids" in said) != is_same


# Fresh samples


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int | None, int]]:
    """What fresh samples were asked for; no network is loaded."""
    asked = []
    grey = images.png_bytes(np.full((8, 8, 1), 99, np.uint8))

    def sample_grid(run: Run, until: int | None, seed: int) -> sample_grids.NewGrid:
        asked.append((run.id, sample_grids.kept_step(run, until), seed))
        return sample_grids.NewGrid(grey, until or 100)

    monkeypatch.setattr(sample_grids, "new_grid", sample_grid)
    return asked


def test_nothing_is_drawn_unless_asked_for(drawn: list[Any]) -> None:
    make("one")
    make("two")
    opened(runs="one,two")

    assert drawn == []


def test_fresh_samples_take_the_weights_kept_last_before_the_moment(drawn: list[Any]) -> None:
    make("one")
    make("two", latent_dim=8)
    app = opened(runs="one,two", seed="7", at="60")

    assert drawn == [("one", 50, 7), ("two", 50, 7)]
    assert all("from seed 7" in alt for alt in alternatives(app))
    assert "64 normal numbers in one; 8 normal numbers in two" in texts(app)


def test_seeds_of_runs_do_not_matter_to_what_is_drawn_with_another_one() -> None:
    one = presets.get("digits-quick").config

    assert "is the same z" in latents.told({"one": one, "two": one.changed(seed=5)}, "Drawn", with_seed=False)


def test_the_end_is_drawn_with_the_newest_weights(drawn: list[Any]) -> None:
    make("one")
    app = opened(runs="one")

    app.toggle(key="compare_fresh").set_value(True)
    again(app)

    assert parameter(app, "seed") == "0"
    assert drawn == [("one", None, 0)]


def test_points_are_no_images_to_draw_anew() -> None:
    run = store.create(presets.get("ring-quick").config, {"preset": "ring-quick"}, "points")
    with pytest.raises(UserError, match="points, not images"):
        sample_grids.new_grid(run, None, 3)


def test_a_run_is_called_by_its_title_or_else_by_its_id_and_kind() -> None:
    one, two, shipped = make("one"), make("two"), Run(PAGE.parents[1] / "pretrained" / "mnist-lsgan")
    called = picking._labels(tuple(str(run.path) for run in (one, two, shipped)))
    assert called == {"one": "one · Digits, quick", "two": "two · Digits, quick", "mnist-lsgan": "MNIST, least squares"}


def test_other_samples_have_the_next_seed(drawn: list[Any]) -> None:
    make("one")
    app = opened(runs="one", seed="3")

    app.button(key="compare_others").click()
    again(app)

    assert parameter(app, "seed") == "4"
    assert drawn[-1] == ("one", None, 4)


def test_weights_that_cannot_be_read_are_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    make("one")

    def refuse(*args: Any) -> None:
        raise UserError("There are no weights.")

    monkeypatch.setattr(sample_grids, "new_grid", refuse)
    assert "There are no weights." in texts(opened(runs="one", seed="0"))


# Curves, settings, numbers


def test_losses_of_one_game_compare_and_those_of_two_do_not() -> None:
    assert "heights compare" in curves.reading(["hinge", "hinge"])
    assert "different scales" in curves.reading(["hinge", "wgan"])
    assert curves.reading([]) == ""


def test_titles_cannot_write_html_into_a_chart() -> None:
    groups = (curves.of("<b>one</b>", [make("one")]), curves.of("two", [make("two")]))

    figure = curves._overlay("g_loss", "Generator loss", groups, "here")

    assert [trace.name for trace in figure.data] == ["&lt;b&gt;one&lt;/b&gt;", "two"]


def test_only_settings_that_differ_are_told_in_words() -> None:
    make("one", max_seconds=0.0)
    make("two", loss="wgan_gp", max_seconds=30.0)
    app = opened(show="settings", runs="one,two")

    told = rows(app, 0)
    assert told["Loss"] == ["Non-saturating", "WGAN-GP (gradient penalty)"]
    assert told["Time limit"] == ["no limit", "30 s"]
    assert told["D updates per step"] == ["1", "5"]
    assert "Data set" not in told


def test_runs_of_the_same_settings_are_said_to_be() -> None:
    make("one")
    make("two")

    assert "the same settings, down to the seed" in texts(opened(show="settings", runs="one,two"))


def test_unknown_values_are_told_as_they_are() -> None:
    assert differing_settings.said("dataset", "own-gone") == r"own\-gone"


def test_metrics_stand_with_what_real_images_get_and_the_best_is_bold() -> None:
    judge(make("one"), 12.0)
    judge(make("two"), 9.0)

    told = rows(opened(show="metrics", runs="one,two"), 0)

    assert told["Fréchet distance ↓"] == ["12.0 (0.2)", "**9.0** (0.2)"]
    assert told["Recall ↑"] == ["50 % (25 %)", "50 % (25 %)"]
    assert told["Evaluated at"] == ["step 100, 2,000 samples"] * 2


def test_noise_repeats_nothing_and_wins_nothing() -> None:
    noise = dict.fromkeys(METRICS, 0.0) | {"frechet_distance": 30.0}
    for name, distance, twins in (("one", 30.0, 0.0), ("two", 2.0, 0.02), ("three", 2.0, 0.2)):
        covered = {"coverage": 0.0 if name == "one" else 0.9, "density": 0.0 if name == "one" else 1.0}
        floor = dict.fromkeys(METRICS, 0.9) | {"frechet_distance": 0.1, "duplicates": 0.01}
        judge(make(name), distance, duplicates=twins, floor=floor, noise=noise, **covered)

    assert rows(opened(show="metrics", runs="one,two,three"), 0)["Duplicates ≈"] == [
        "0.0 % (1.0 %)",
        "**2.0 %** (1.0 %)",
        "20.0 % (1.0 %)",
    ]


def test_the_only_one_better_than_noise_is_bold_and_the_page_begins_with_who_is_nearer() -> None:
    noise = dict.fromkeys(METRICS, 0.0) | {"frechet_distance": 30.0}
    floor = dict.fromkeys(METRICS, 0.9) | {"frechet_distance": 0.1}
    judge(make("one"), 30.0, coverage=0.0, floor=floor, noise=noise)
    judge(make("two"), 2.0, coverage=0.9, floor=floor, noise=noise)
    app = opened(show="metrics", runs="one,two")
    told = rows(app, 0)

    assert told["Fréchet distance ↓"] == ["30.0 (0.1)", "**2.0** (0.1)"]
    assert "**" not in "".join(told["Precision ↑"])
    assert "**two** is the nearest" in texts(app)


def test_whatever_chance_cannot_tell_from_the_best_is_bold_too() -> None:
    for name, distance, low, high in (("one", 12.0, 11.0, 13.0), ("two", 9.0, 8.0, 9.6), ("three", 9.5, 9.1, 9.9)):
        judge(make(name), distance, interval={"frechet_distance": [low, high]})

    told = rows(opened(show="metrics", runs="one,two,three"), 0)

    assert told["Fréchet distance ↓"] == ["12.0 (0.2)", "**9.0** (0.2)", "**9.5** (0.2)"]


def test_intervals_that_merely_overlap_do_not_make_two_runs_equally_good() -> None:
    for name, distance, low, high in (("one", 9.0, 8.4, 9.6), ("two", 9.9, 9.3, 10.5)):
        judge(make(name), distance, interval={"frechet_distance": [low, high]})

    assert rows(opened(show="metrics", runs="one,two"), 0)["Fréchet distance ↓"] == ["**9.0** (0.2)", "9.9 (0.2)"]


def test_nobody_is_bold_where_chance_may_have_decided_between_all() -> None:
    for name, distance in (("one", 12.0), ("two", 9.0)):
        judge(make(name), distance, interval={"frechet_distance": [distance - 4, distance + 4]})

    app = opened(show="metrics", runs="one,two")
    assert rows(app, 0)["Fréchet distance ↓"] == ["12.0 (0.2)", "9.0 (0.2)"]
    assert "None is clearly the nearest" in texts(app)


def test_numbers_of_other_samples_are_said_not_to_compare() -> None:
    judge(make("one"), 12.0)
    judge(make("two"), 9.0, count=1000)
    app = opened(show="metrics", runs="one,two")

    assert "compare each with its bracket" in texts(app)
    assert "**" not in "".join(rows(app, 0)["Fréchet distance ↓"])


def test_numbers_of_other_images_do_not_compare() -> None:
    judge(make("one"), 12.0)
    judge(make("two", dataset="mnist"), 9.0)

    assert "compare each with its bracket" in texts(opened(show="metrics", runs="one,two"))


def test_training_times_are_told() -> None:
    make("one")
    make("two", QUEUED, steps=())

    told = rows(opened(show="metrics", runs="one,two"), 0)

    assert told["Training time, s"] == ["8", ""]
    assert told["Steps"] == ["100", ""]


def test_unjudged_runs_are_judged_by_a_button_only(monkeypatch: pytest.MonkeyPatch) -> None:
    judged: list[tuple[str, int]] = []

    def evaluate_run(run: Run, count: int, seed: int, owner: str) -> None:
        judged.append((run.id, count))
        judge(run, 5.0)

    monkeypatch.setitem(sys.modules, "ganlib.explore.evaluate_run", SimpleNamespace(evaluate_run=evaluate_run))
    monkeypatch.setattr("ganlib.explore.evaluate_run", SimpleNamespace(evaluate_run=evaluate_run), raising=False)
    monkeypatch.setattr("ganlib.backend.startup.load_backend", lambda: None)
    judge(make("one"), 12.0)
    make("two")
    app = opened(show="metrics", runs="one,two")
    assert judged == []

    app.button(key="compare_side_judge").click()
    again(app)

    assert judged == [("two", 2000)]
    assert rows(app, 0)["Fréchet distance ↓"] == ["12.0 (0.2)", "**5.0** (0.2)"]
    assert not [button for button in app.button if button.key == "compare_side_judge"]


def test_a_full_disk_is_one_sentence_when_runs_are_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    def evaluate_run(run: Run, count: int, seed: int, owner: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setitem(sys.modules, "ganlib.explore.evaluate_run", SimpleNamespace(evaluate_run=evaluate_run))
    monkeypatch.setattr("ganlib.explore.evaluate_run", SimpleNamespace(evaluate_run=evaluate_run), raising=False)
    monkeypatch.setattr("ganlib.backend.startup.load_backend", lambda: None)
    make("one")
    make("two")
    app = opened(show="metrics", runs="one,two")

    app.button(key="compare_side_judge").click()
    again(app)

    assert "No space left on device" in app.error[0].value


def test_runs_whose_images_are_not_here_cannot_be_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data, "where", lambda name, split="train": None)
    make("one")
    make("two")
    app = opened(show="metrics", runs="one,two")

    assert "can be evaluated here once they have ended" in texts(app)
    assert not [button for button in app.button if button.key == "compare_side_judge"]


def test_damaged_runs_are_one_sentence_and_the_rest_is_shown() -> None:
    make("one")
    for name, content in (("two", "{"), ("three", "[]"), ("four", '{"dataset": "nonsense"}')):
        (make(name).path / "config.json").write_text(content)
    app = opened(runs="one,two,three,four")

    assert "settings of two, three, four cannot be read" in texts(app, "warning")
    assert len(alternatives(app)) == 4


def test_every_state_is_shown() -> None:
    make("running", RUNNING)  # reads as interrupted, for no process holds it
    for state in (QUEUED, STOPPED, FAILED):
        make(state, state)
    app = opened(runs="running,queued,stopped,failed")

    assert len(alternatives(app)) == 4
    assert all(state in texts(app) for state in ("Interrupted", "Queued", "Stopped", "Failed"))


# As code


def test_the_code_makes_the_same_sheets_and_chart() -> None:
    chosen = [make("one"), make("two")]
    found: dict[str, Any] = {}

    exec(code.side(chosen, Checkpoint("share", 60), None), found)

    for made, sample_grid in zip(chosen, found["grids"], strict=True):
        np.testing.assert_array_equal(sample_grid, images.read_png(made.path / "samples" / "50.png"))
    assert [trace.name for trace in found["figure"].data] == ["one", "two"]


@pytest.mark.slow
def test_the_code_of_fresh_samples_gives_the_pixels_of_the_page(make_run: Any, train_here: Any, home: Path) -> None:
    made = make_run("tiny", max_steps=20)
    train_here(made)
    until = made.snapshots()[0][0]
    found: dict[str, Any] = {}

    exec(code.side([made], Checkpoint("step", until), seed=7), found)

    shown = sample_grids.new_grid(made, until, 7).png
    assert shown == images.png_bytes(images.enlarge(found["grids"][0], sample_grids._SHARP))
