"""Conditional runs class by class on the Compare page."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from ganlib.explore.sampler import Sampler
from ganlib.utils import images
from tests.app.explored import make
from tests.app.shown import again, alternatives, parameter, texts
from ui.compare import by_class, code

pytestmark = pytest.mark.usefixtures("home")

PAGE = Path(__file__).parents[2] / "pages" / "compare.py"


def opened(*runs: str, **params: str) -> AppTest:
    app = AppTest.from_file(str(PAGE), default_timeout=60)
    app.query_params.update({"runs": ",".join(runs), "show": "classes", **params})
    return again(app)


def test_each_class_of_each_run_is_a_picture_of_the_same_z() -> None:
    made = [make("one", conditioning="projection"), make("two", conditioning="concat", loss="hinge")]

    app = opened("one", "two", seed="3")

    pictures = [f"Samples of {run} asked for {digit}, seed 3" for digit in range(10) for run in ("one", "two")]
    assert alternatives(app) == pictures
    assert "the same place in each run is the same z" in texts(app, "caption")
    for run in made:
        sampler = Sampler(run)
        expected = images.mosaic(sampler.generate(8, seed=3, label=7), columns=8, gap=1, fill=96)
        found = by_class._strips(run, None, 8, 3)[7]
        assert found == images.png_bytes(images.enlarge(expected, by_class._SHARP))


@pytest.mark.slow
def test_others_are_left_out_and_named() -> None:
    make("one", conditioning="acgan")
    make("two")
    make("three", conditioning="infogan")

    app = opened("one", "two", "three")

    assert {text.split(" asked")[0] for text in alternatives(app)} == {"Samples of one"}
    assert "Not shown, without the same classes: two, three." in texts(app, "caption")


@pytest.mark.slow
def test_it_is_said_where_the_same_seed_is_not_the_same_z() -> None:
    make("one", conditioning="acgan")
    make("two", conditioning="acgan", latent_dim=8)

    assert "16 normal numbers in one; 8 normal numbers in two" in texts(opened("one", "two"), "caption")


@pytest.mark.slow
def test_another_seed_stands_in_the_address() -> None:
    make("one", conditioning="acgan")
    make("two", conditioning="acgan")
    app = opened("one", "two")

    app.button(key="compare_others").click()
    again(app)

    assert parameter(app, "seed") == "1"
    assert "asked for 0, seed 1" in alternatives(app)[0]


def test_runs_without_classes_offer_no_such_part() -> None:
    make("one")
    make("two")

    app = opened("one", "two")

    assert "By class" not in str([control.options for control in app.get("button_group")])
    assert not app.warning


def test_weights_that_are_missing_are_one_sentence() -> None:
    make("one", conditioning="acgan")
    gone = make("two", conditioning="acgan")
    (gone.path / "generator.weights.h5").unlink()

    app = opened("one", "two")

    assert "two: The run 'two' has no weights yet" in texts(app, "warning")
    assert len(alternatives(app)) == 10


@pytest.mark.slow
def test_the_code_makes_the_same_pictures() -> None:
    made = [make("one", conditioning="acgan"), make("two", conditioning="acgan")]
    found: dict[str, Any] = {}

    exec(code.classes(made, [None, None], 4, 2), found)

    rows = Sampler(made[1]).generate(4, seed=2, label=9)
    np.testing.assert_array_equal(found["grids"][1][-8:], images.mosaic(rows, columns=4, gap=1, fill=96)[-8:])
