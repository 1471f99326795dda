"""The Explore page on a conditional run: the class that is drawn, and every class from the same z."""

import pytest

from tests.app.explored import make, opened
from tests.app.shown import alternatives, texts
from tests.variants import slow_unless

pytestmark = pytest.mark.usefixtures("home")


@pytest.mark.parametrize(
    "view",
    slow_unless(
        "classes".__eq__, ["sliders", "classes", "time", "step", "path", "plane", "arithmetic", "variety", "inversion"]
    ),
)
def test_every_view_works_in_one_class_with_scores(view: str) -> None:
    make(conditioning="projection", snapshots=(0, 100))

    app = opened(view=view, **{"class": "3", "d": "1"})

    assert app.query_params["class"] == "3"
    assert "no class" not in texts(app)


def test_every_class_is_a_row_with_a_picture() -> None:
    make(conditioning="concat")

    app = opened(view="classes")

    rows = [text for text in alternatives(app) if text.startswith("The anchors A, B, C as ")]
    assert rows == [f"The anchors A, B, C as {digit}" for digit in range(10)]


def test_one_class_turns_into_another_that_the_address_names() -> None:
    make(conditioning="concat")

    app = opened(view="classes", **{"first_class": "3", "last_class": "8"})

    assert "3 styles on the way from 3 to 8 in 9 steps" in alternatives(app)
    assert [app.query_params[name] for name in ("first_class", "last_class")] == ["3", "8"]


def test_a_run_without_labels_offers_no_class() -> None:
    make()

    app = opened()

    assert all(box.label != "Class" for box in app.selectbox)
    assert "Style by class" not in str([control.options for control in app.get("button_group")])


@pytest.mark.parametrize("view", slow_unless("codes".__eq__, ["sliders", "inversion", "classes", "codes", "step"]))
def test_views_of_an_infogan_work_in_one_category_with_scores(view: str) -> None:
    make(conditioning="infogan")

    app = opened(view=view, **{"class": "3", "d": "1"})

    (box,) = [box for box in app.selectbox if box.label == "Category"]
    assert box.value == "3"
    assert "no class" not in texts(app)


def test_codes_are_swept_in_a_grid_and_set_by_sliders_that_the_address_keeps() -> None:
    make(conditioning="infogan")

    app = opened(view="codes", c1="1.5")

    assert [slider.value for slider in app.slider if slider.label.startswith("Code")] == [1.5, 0.0]
    assert "The same point with its category, its first and its second code swept, a row each" in alternatives(app)


def test_a_run_without_codes_offers_none() -> None:
    make(conditioning="projection")

    app = opened()

    assert "Codes" not in str([control.options for control in app.get("button_group")])
