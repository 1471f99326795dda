"""Damaged and hostile runs and addresses: no page ends in a traceback, and every other run is shown."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from ganlib.config import FIELDS
from tests import hostile
from tests.app.shown import again, texts

PAGES = Path(__file__).parents[2] / "pages"
GOOD, TITLE = "zzz-good", "Nothing is wrong with this one"

VIEWS = {
    "gallery": {},
    "runs": {},
    "runs, one": {"run": "bad"},
    "runs, judged": {"run": "bad", "view": "judge"},
    "train, one": {"run": "bad"},
    "compare": {"view": "side-by-side", "runs": f"bad,{GOOD}"},
    "compare, experiments": {"view": "experiments"},
    "compare, one experiment": {"view": "experiments", "exp": "latent-dim-1a2b"},
    "explore": {"run": "bad"},
    "lab": {"run": "bad"},
    "learn": {"lesson": "01-two-players", "p_colour": "1", "r_lab": "bad"},
}
"""Pages, and the parameters that lead to a run there."""

WITH_ALL = ("gallery", "runs", "compare")
"""Views that show several runs."""

NUMBERS = ("inf", "1e400", "9" * 40, "9" * 5000, "-1", "²")


def opened(page: str, /, **params: str) -> AppTest:
    app = AppTest.from_file(str(PAGES / f"{page.partition(',')[0]}.py"), default_timeout=60)
    app.query_params.update(params)
    return again(app)


def make(home: Path, nasty: str) -> list[str]:
    """Make runs that are damaged at every place, some of everything in `bad`, and one that is whole; return all ids."""
    made = hostile.make_all(home, hostile.NASTY[nasty])
    made[-1].path.rename(home / "bad")
    hostile.make(home / GOOD).write_about(title=TITLE)
    return [run.id for run in made[:-1]] + ["bad", GOOD]


def show_all(home: Path, nasty: str, views: dict[str, dict[str, str]]) -> None:
    made = make(home, nasty)
    for view, params in views.items():
        asked = {**params, "run": made[0]} if view == "explore" else params
        told = texts(opened(view, **asked), "markdown", "caption", "text", "header", "table")
        assert view not in WITH_ALL or TITLE in told, view


@pytest.mark.parametrize("nasty", hostile.QUICK)
def test_lists_show_every_other_run(home: Path, nasty: str) -> None:
    show_all(home, nasty, {view: VIEWS[view] for view in WITH_ALL})


def test_a_run_that_is_nasty_all_over_has_its_pages(home: Path) -> None:
    show_all(home, "400 digits", {view: VIEWS[view] for view in ("runs, one", "runs, judged")})


@pytest.mark.slow
@pytest.mark.parametrize("nasty", hostile.NASTY)
def test_no_value_in_any_file_ends_a_page(home: Path, nasty: str) -> None:
    show_all(home, nasty, VIEWS)


@pytest.mark.parametrize("number", ["inf", "1e400", "9" * 40])
def test_no_seed_in_the_address_ends_the_data_page(home: Path, number: str) -> None:
    app = opened("data", data_seed=number)

    assert app.number_input(key="data_seed").value in (0, 2**31 - 1)


@pytest.mark.slow
@pytest.mark.parametrize("number", NUMBERS)
def test_no_parameter_ends_a_page(home: Path, number: str) -> None:
    hostile.make(home / GOOD)
    hostile.make(home / "other")
    known = {
        "gallery": ["me"],
        "runs": ["run", "view", "me"],
        "data": ["data_set", "data_seed", "data_show_digits", "data_part_digits"],
        "train": [*FIELDS, "preset"],
        "compare": ["view", "runs", "at", "by", "seed", "exp", "ready", "length", "seeds", "metric", "settings"],
        "explore": ["run", "at", "seed", "a", "view", "d", "t", "s", "of", "first", "n"],
    }
    for view, names in known.items():
        opened(view, **dict.fromkeys(names, number))
    opened("compare", view="side-by-side", runs=f"{GOOD},other", at=number, by="step", seed=number, metric=number)
    opened("compare", view="experiments", ready="fashion-loss", length=number, seeds=number)
    opened("train", run=number)
