"""The Judge view: every state of a run, every state of its evaluations."""

import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from ganlib import presets
from ganlib.catalog import datasets
from ganlib.catalog.metrics import METRICS
from ganlib.runs import store
from ganlib.runs.evaluation import Evaluation
from ganlib.runs.folder import Run
from ganlib.runs.status import ACTIVE, FAILED, FINISHED, RUNNING, Status
from ganlib.utils import files
from ganlib.utils.errors import UserError
from tests.app.shown import again, keys, press, texts
from ui.common import evaluation_curves, evaluation_table, metric_cards
from ui.run import evaluated_samples

pytestmark = pytest.mark.usefixtures("home")

PAGE = Path(__file__).parents[2] / "pages" / "runs.py"
CLASSES = 10


def make(state: str = FINISHED, evaluations: int = 0, preset: str = "digits-quick", **status: Any) -> Run:
    """Make a run with weights of the end and so many evaluations."""
    made = store.create(presets.get(preset).config, {"preset": preset}, "one")
    made.write_status(Status(state, **{"step": 300, "total_steps": 300, **status}))
    (made.path / "generator.weights.h5").write_bytes(b"weights")
    files.append_lines(made.path / "evaluations.jsonl", [line(100 * (number + 1)) for number in range(evaluations)])
    return made


@pytest.fixture(autouse=True)
def unreadable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the backend alone: nothing can be drawn with these weights."""

    def refuse(*arguments: Any) -> None:
        raise UserError("The weights are damaged.")

    monkeypatch.setattr(evaluated_samples, "_look", refuse)


def line(step: int, **changes: Any) -> dict[str, Any]:
    values = dict.fromkeys(METRICS, 0.5) | {"frechet_distance": 1000 / step}
    known = {"step": step, "epoch": step / 23, "time": 1.79e9, "seconds": 0.8, "count": 2000, "seed": 0}
    others = {
        "interval": {name: [value - 0.1, value + 0.1] for name, value in values.items()},
        "floor": dict.fromkeys(METRICS, 0.25), "noise": dict.fromkeys(METRICS, 0.75),
        "classes": [0.19, 0.001, *[0.1] * 8], "data_classes": [0.1] * CLASSES,
    }  # fmt: skip
    return {**known, **values, **others, **changes}


def opened(view: str = "judge", name: str = "one") -> AppTest:
    app = AppTest.from_file(str(PAGE), default_timeout=30)
    app.query_params.update({"run": name, "view": view})
    return again(app)


# Views and the address


def test_view_is_in_the_address() -> None:
    make()
    app = opened("training")
    assert "Not evaluated yet" not in texts(app)

    app.segmented_control(key="runs_view_one").set_value("judge").run()

    assert not app.exception
    assert app.query_params["view"] == "judge"
    assert "Not evaluated yet" in texts(app)


@pytest.mark.parametrize("view", ["", "no-such-view", "<b>"])
def test_unknown_view_is_the_training(view: str) -> None:
    make()

    assert opened(view).segmented_control(key="runs_view_one").value == "training"


def test_closing_a_run_leaves_no_view_in_the_address() -> None:
    make()
    app = opened()

    app.button(key="runs_back").click().run()

    assert not app.exception
    assert not {"run", "view"} & set(app.query_params)


# What is shown


def test_run_without_evaluations_says_what_they_are_and_offers_one() -> None:
    make()
    app = opened()

    assert "Not evaluated yet" in texts(app)
    assert "judge_one" in keys(app)
    assert not app.get("plotly_chart")


def test_every_metric_stands_with_interval_floor_noise_and_count() -> None:
    make(evaluations=1)
    app = opened()
    told = texts(app)

    for metric in METRICS.values():
        assert f"**{metric.title}.**" in told
        assert metric.about in told
        assert metric.how_to_read in told
    table = {row[0].split("**")[1]: row[1:] for row in app.table[0].value.values.tolist()}
    assert table["Fréchet distance"] == ["**10.0** :small[:gray[(9.9 to 10.1)]]", "0.2", "0.8"]
    assert table["Recall"][1:] == ["25 %", "75 %"]
    assert len(table) == len(METRICS)
    assert "2,000 samples" in told


def test_metrics_that_reward_collapse_say_so() -> None:
    make(evaluations=1)

    assert texts(opened()).count("A collapsed run may score well here") == sum(
        metric.rewards_collapse for metric in METRICS.values()
    )


def test_newest_evaluation_is_shown_until_another_is_picked() -> None:
    make(evaluations=3)
    app = opened()
    assert "Step 300 (epoch 13) · 2,000 samples against 2,000 real images · seed 0" in texts(app)

    app.selectbox(key="judge_which_one").set_value(0).run()  # the first of three

    assert not app.exception
    assert "Step 100 (epoch 4.35) · 2,000 samples" in texts(app)


def test_curve_and_classes_are_drawn() -> None:
    make(evaluations=3)
    app = opened()

    assert len(app.get("plotly_chart")) == 3
    assert app.pills(key="judge_metric_one").value == "frechet_distance"


def test_what_became_of_an_infogans_categories_is_drawn() -> None:
    made = make()
    made.write_record({**made.record, "conditioning": "infogan"})
    mixed = [[190 if column == (row + 1) % CLASSES else 1 for column in range(CLASSES)] for row in range(CLASSES)]
    files.append_lines(made.path / "evaluations.jsonl", [line(100, confusion=mixed)])

    app = opened()

    assert "What became of the categories, 2,000 samples at step 100" in texts(app)
    assert "Asked for a class" not in texts(app)


def test_another_metric_can_be_drawn() -> None:
    make(evaluations=3)
    app = opened()

    app.pills(key="judge_metric_one").set_value("recall").run()

    assert not app.exception
    assert "#### Recall over the steps" in texts(app)


def test_only_evaluations_with_as_many_samples_make_a_curve() -> None:
    made = make(evaluations=2)
    files.append_lines(made.path / "evaluations.jsonl", [line(300, count=1000), line(300)])

    found = evaluation_table.of(made)

    assert [reading.step for reading in evaluation_table.comparable(found, found[-1])] == [100, 200, 300]
    assert [reading.count for reading in evaluation_table.comparable(found, found[2])] == [1000]


def test_evaluation_that_stands_alone_is_beside_the_curve_of_the_others() -> None:
    made = make(evaluations=3)
    files.append_lines(made.path / "evaluations.jsonl", [line(300, count=10_000)])
    app = opened()
    said = texts(app, "caption")
    assert "Only one evaluation has 10,000 samples. The curve is of those with 2,000, which do not compare" in said
    assert "One evaluation so far" not in said

    found = evaluation_table.of(made)
    assert evaluation_curves._longest(found, [found[-1]], "recall") == found[:3]
    assert evaluation_curves._longest(found, [found[-1]], "nothing") == [found[-1]]


def test_metric_that_was_not_measured_is_named() -> None:
    made = make()
    files.append_lines(
        made.path / "evaluations.jsonl", [{"step": 1, "count": 900, "seed": 0, "copies": 0.01}]
    )  # fmt: skip
    app = opened()

    assert "**Copies.**" in texts(app)
    assert "there is none for these" in texts(app)


@pytest.mark.parametrize("is_counted", [False, True])
def test_it_is_said_how_modes_of_stacked_digits_come_to_be_counted(is_counted: bool) -> None:
    made = make(preset="stacked-mnist-quick")
    measured = {"sliced_wasserstein": 0.02, **({"stacked_modes": 987.0} if is_counted else {})}
    files.append_lines(made.path / "evaluations.jsonl", [{"step": 300, "count": 2000, "seed": 0, **measured}])

    app = opened()

    assert ("it takes 26,000 samples: press Evaluate" in texts(app)) != is_counted
    assert ("**Modes covered, of 1,000.**" in texts(app)) == is_counted


def test_metric_that_another_evaluation_lacks_is_no_longer_drawn() -> None:
    made = make()
    thin = {name: value for name, value in line(200, count=1000).items() if name != "copies"}
    files.append_lines(made.path / "evaluations.jsonl", [thin, line(300)])
    app = opened()
    app.pills(key="judge_metric_one").set_value("copies").run()
    assert "#### Copies over the steps" in texts(app)

    app.selectbox(key="judge_which_one").set_value(0).run()

    assert not app.exception
    assert "#### Fréchet distance over the steps" in texts(app)


# Damage


@pytest.mark.parametrize(
    "content",
    [
        b'\xff\x00{"step": 3', b"[]\n", b'"a"\n', b"{}\n", b'{"step": true, "count": 5, "seed": 0}\n',
        b'{"step": -3, "count": 5, "seed": 0}\n', b'{"step": 3, "count": 0, "seed": 0}\n',
    ],
)  # fmt: skip
def test_evaluations_that_cannot_be_read_are_none(content: bytes) -> None:
    made = make()
    (made.path / "evaluations.jsonl").write_bytes(content)

    assert "Not evaluated yet" in texts(opened())


@pytest.mark.parametrize("name", ["interval", "floor", "noise", "classes", "data_classes", "epoch", "time", "recall"])
@pytest.mark.parametrize("value", [None, "much", [], {}, [None] * CLASSES, {"recall": "a"}, {"recall": [1]}, 1e300])
def test_damaged_part_of_an_evaluation_is_left_out(name: str, value: Any) -> None:
    reading = Evaluation.from_json(line(100, **{name: value}))

    assert reading.values["frechet_distance"] == 10
    assert metric_cards.basis(reading)


def test_evaluation_with_nothing_but_damage_leaves_a_page() -> None:
    made = make()
    wrong = dict.fromkeys([*METRICS, "interval", "floor", "noise", "classes", "data_classes", "epoch", "time"], "?")
    files.append_lines(made.path / "evaluations.jsonl", [line(100, **wrong)])

    assert "Copies: not measured here" in texts(opened())


# Asking for an evaluation


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """Calls of `evaluate_run`, which writes a line and loads no backend."""
    calls: list[tuple[Any, ...]] = []

    def evaluate_run(
        run: Run, count: int, seed: int, step: int | None, with_gan_train: bool, owner: str
    ) -> dict[str, Any]:
        calls.append((run.id, count, seed, step, with_gan_train))
        found = line(step or 300, count=min(count, 2000))
        run.evaluations_path.parent.mkdir(exist_ok=True)
        files.append_lines(run.evaluations_path, [found])
        return found

    fake = SimpleNamespace(evaluate_run=evaluate_run)
    monkeypatch.setitem(sys.modules, "ganlib.explore.evaluate_run", fake)
    monkeypatch.setattr("ganlib.explore.evaluate_run", fake, raising=False)
    monkeypatch.setattr("ganlib.backend.startup.load_backend", lambda: None)
    return calls


def test_judging_shows_the_new_numbers(asked: list[tuple[Any, ...]]) -> None:
    make()
    app = press(opened(), "judge_one")

    assert asked == [("one", 898, evaluation_table.SEED, None, False)]
    assert "**Fréchet distance.**" in texts(app)
    assert "Evaluated 898 samples in" in texts(app)


@pytest.mark.parametrize(
    ("images", "offered", "default"), [(39, [], None), (40, [20], 20), (2500, [1000], 1000), (5000, [1000, 2000], 2000)]
)
def test_no_more_samples_are_offered_than_there_are_real_images_for(
    monkeypatch: pytest.MonkeyPatch, images: int, offered: list[int], default: int | None
) -> None:
    facts = replace(datasets.get("digits"), counts={"train": images})
    monkeypatch.setattr(evaluation_table, "datasets", SimpleNamespace(get=lambda name: facts))
    assert evaluation_table.possible_counts(make().config) == offered
    app = opened()
    assert ("Too few real images" in texts(app)) == (not offered)
    assert [each.value for each in app.segmented_control if each.key == "judge_count_one"] == [default] * bool(offered)


def test_number_of_samples_and_moment_can_be_chosen(
    asked: list[tuple[Any, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evaluation_table, "possible_counts", lambda config: [1000, 2000])
    (make().path / "snapshots" / "step_00000120").mkdir(parents=True)
    app = opened()

    app.segmented_control(key="judge_count_one").set_value(1000)
    app.selectbox(key="judge_step_one").set_value(120).run()
    press(app, "judge_one")

    assert asked == [("one", 1000, evaluation_table.SEED, 120, False)]


def test_gan_train_can_be_asked_for_where_a_class_can(asked: list[tuple[Any, ...]]) -> None:
    made = make()
    assert not opened().checkbox
    made.write_record({**made.record, "conditioning": "projection"})
    app = opened()
    app.checkbox(key="judge_gan_train_one").check()
    press(app, "judge_one")

    assert [call[-1] for call in asked] == [True]


def test_evaluation_that_fails_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise UserError("The weights do not fit; set latent_dim=64.")

    make()
    monkeypatch.setattr("ganlib.backend.startup.load_backend", refuse)

    app = press(opened(), "judge_one")

    assert [error.value.replace("\\", "") for error in app.error] == [
        "The weights do not fit; set **Networks › Latent dimension** = 64."
    ]


@pytest.mark.parametrize("state", ACTIVE)
@pytest.mark.parametrize("evaluations", [0, 2])
def test_run_that_goes_on_is_judged_by_its_trainer(state: str, evaluations: int) -> None:
    with make(state, evaluations).held():
        app = opened()

    assert "its trainer evaluates it" in texts(app)
    assert "judge_one" not in keys(app)


@pytest.mark.parametrize("before", [0, 2])
def test_new_evaluation_of_a_run_that_trains_appears(before: int) -> None:
    made = make(RUNNING, before)
    with made.held():
        app = opened()
        files.append_lines(made.path / "evaluations.jsonl", [line(290)])
        app.run()

    assert "Step 290 (epoch 12.6)" in texts(app)


def test_failed_run_can_be_judged_if_it_has_weights() -> None:
    made = make(FAILED, message="A loss became infinite or not a number at step 7.")
    assert "judge_one" in keys(opened())

    (made.path / "generator.weights.h5").unlink()

    app = opened()
    assert "judge_one" not in keys(app)
    assert "It has kept no weights" in texts(app)


def test_missing_images_are_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GANLIB_DATA", raising=False)
    make(preset="mnist-quick")

    app = opened()

    assert "To evaluate it, samples are compared" in texts(app, "info")
    assert "not on this machine" in texts(app, "info")
    assert "offer_download" in keys(app)
    assert "judge_one" not in keys(app)

    files.append_lines(store.find("one").path / "evaluations.jsonl", [line(300)])
    assert "To evaluate it again, samples are compared" in texts(opened(), "info")


def test_own_images_that_are_gone_are_asked_for() -> None:
    own = presets.get("mnist-quick").config.changed(dataset="own-cats-28-grey")
    made = make(preset="mnist-quick")
    made.write_record({**made.record, **own.to_dict()})

    app = opened()

    assert "Cats (28, grey) are not on this machine." in texts(app, "info")
    assert "import its images again on the Data page" in texts(app, "caption")
    assert not {"offer_download", "judge_one"} & keys(app)


def test_folder_that_cannot_be_written_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise PermissionError(13, "Permission denied")

    make()
    monkeypatch.setattr("ganlib.backend.startup.load_backend", refuse)

    assert [error.value for error in press(opened(), "judge_one").error] == ["It did not work\\: Permission denied\\."]


def test_shipped_model_is_judged_into_the_folder_of_own_runs(asked: list[tuple[Any, ...]], home: Path) -> None:
    made = make(evaluations=1)
    (home / "shipped").mkdir()
    made.path.rename(home / "shipped" / "one")

    app = press(opened(), "judge_one")

    assert len(evaluation_table.of(Run(home / "shipped" / "one"))) == 2
    assert "**Fréchet distance.**" in texts(app)
    assert not (home / "one").exists()


def test_shipped_model_that_was_changed_on_its_way_says_that_a_new_run_is_not(home: Path) -> None:
    made = make()
    shipped = home / "shipped" / "one"
    shipped.parent.mkdir(exist_ok=True)
    made.path.rename(shipped)
    assert "What was changed during the training is not repeated" not in texts(opened("training"), "markdown")

    Run(shipped).add_event("changed", 200, id="x", settings={"g_learning_rate": 1e-5})

    said = texts(opened("training"), "markdown")
    assert "It came with the app." in said
    assert "What was changed during the training is not repeated" in said


def test_deleted_run_is_one_sentence() -> None:
    assert "There is no run" in opened().error[0].value


def test_unreadable_config_is_one_sentence() -> None:
    made = make(evaluations=1)
    (made.path / "config.json").write_text('{"dataset": ')

    assert "no readable config" in texts(opened(), "warning")


# Samples behind the numbers


class Inspected:
    """Sixty-four samples of rising score, falling confidence."""

    def __init__(self, **changes: Any) -> None:
        count = 64
        self.images = np.zeros((count, 8, 8, 1), np.uint8)
        self.scores = np.linspace(-2, 2, count, dtype=np.float32)
        self.classes = np.arange(count) % CLASSES
        self.confidence = np.linspace(1, 0.1, count, dtype=np.float32)
        self.real_images = np.zeros((100, 8, 8, 1), np.uint8)
        self.real_scores = np.zeros(100, np.float32)
        self.held_out_scores = None
        self.__dict__.update(changes)

    def nearest(self, index: int, count: int) -> tuple[np.ndarray, np.ndarray]:
        return np.arange(count), np.linspace(index, index + 1, count)


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> list[Inspected]:
    """What is inspected, without a backend; the list holds what the next look finds."""
    found = [Inspected()]
    monkeypatch.setattr(evaluated_samples, "_look", lambda *arguments: evaluated_samples.Look(found[0], 1.5))
    return found


def look() -> AppTest:
    app = opened()
    app.session_state["judge_samples_one"] = True
    return again(app)


@pytest.mark.parametrize(
    ("changes", "orders"), [({}, ["scores", "confidence"]), ({"classes": None, "confidence": None}, ["scores"])]
)
def test_samples_are_sorted_by_what_is_known_of_them(
    looked: list[Inspected], changes: dict[str, Any], orders: list[str]
) -> None:
    make()
    looked[0] = Inspected(**changes)
    app = look()

    control = app.segmented_control(key="judge_order_one")
    assert len(control.options) == len(orders)
    assert len(app.get("plotly_chart")) == 4  # both ends, neighbours, histogram
    assert "output 2.00" in texts(app)  # the highest is looked at closely first


@pytest.mark.parametrize(("changes", "charts"), [({}, 3), ({"classes": None, "confidence": None}, 1)])
def test_samples_of_a_run_without_discriminator_are_sorted_by_the_rest(
    looked: list[Inspected], changes: dict[str, Any], charts: int
) -> None:
    make()
    looked[0] = Inspected(scores=None, real_scores=None, **changes)
    app = look()

    assert "This model came without its discriminator" in texts(app)
    assert len(app.get("plotly_chart")) == charts  # both ends where there is an order, and neighbours
    assert "scores" not in "".join(block.value for block in app.code)


def test_sample_that_was_clicked_is_looked_at_closely(looked: list[Inspected]) -> None:
    make()
    app = look()

    app.session_state["judge_tile_one"] = 0
    app.run()

    assert "output -2.00, 0, 100% sure" in texts(app)


@pytest.mark.parametrize(
    ("held_out", "told"),
    [
        (None, "Of 100 training images and 64 samples, seed 0."),
        (np.ones(30), "Of 30 unseen real images, 100 training images and 64 samples, seed 0."),
    ],
)
def test_histogram_tells_of_how_many_images_it_is(looked: list[Inspected], held_out: Any, told: str) -> None:
    make()
    looked[0] = Inspected(held_out_scores=held_out)

    assert told in texts(look())


def test_samples_that_cannot_be_drawn_are_one_sentence() -> None:
    make()

    assert "The weights are damaged" in texts(look(), "warning")


@pytest.mark.parametrize(("state", "evaluations"), [(FINISHED, 0), (RUNNING, 1)])
def test_nothing_is_drawn_for_a_run_that_trains_or_was_not_evaluated_before_it_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, state: str, evaluations: int
) -> None:
    monkeypatch.setattr(evaluated_samples, "_look", lambda *arguments: pytest.fail("nobody asked"))
    with make(state, evaluations).held():
        opened()


def test_an_evaluation_begins_with_a_verdict_and_numbers_between_noise_and_real_images(looked: list[Inspected]) -> None:
    real = {"frechet_distance": 0.2, "coverage": 0.97, "density": 1.0}
    noise = {"frechet_distance": 800.0, "coverage": 0.0, "density": 0.0}
    files.append_lines(make().path / "evaluations.jsonl", [line(300, **noise, floor=real, noise=noise)])
    app = opened()
    first, histogram = [chart.proto.alt for chart in app.get("plotly_chart")][:2]

    assert "No better than noise" in texts(app)
    assert first == (
        "Between noise and real images: Fréchet distance 800.0, noise 800.0, real images 0.2; "
        "Coverage 0 %, noise 0 %, real images 97 %"
    )
    assert "output is spread" in histogram


def test_classes_of_noise_are_not_shown() -> None:
    """A classifier takes noise for one of its classes, without a doubt."""
    real = {"frechet_distance": 0.2, "coverage": 0.97, "density": 1.0}
    noise = {"frechet_distance": 800.0, "coverage": 0.0, "density": 0.0}
    made = make()
    files.append_lines(made.path / "evaluations.jsonl", [line(300, **{**noise, "floor": real, "noise": noise})])
    told = texts(again(opened()))
    assert "these samples are noise" in told
    assert "mode collapse" not in told
