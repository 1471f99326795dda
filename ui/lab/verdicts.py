"""What came of a game of real or fake: every image with what was said of it, and whose errors were how many."""

from collections.abc import Sequence

import streamlit as st

from ganlib import plots
from ganlib.explore.discriminate import Game
from ganlib.plots import palette
from ganlib.runs.folder import Run
from ui.common import charts, tiles
from ui.lab import class_tally

SECONDS = 5
"""Time for an image; what comes later counts all the same."""

_HEIGHT = 390  # pixels


def show(lesson: str, run: Run, game: Game, says_real: Sequence[bool], seconds: Sequence[float], place: str) -> None:
    """Show all images of a game, and the errors by step of the person, of D and of the class."""
    wrong = int((game.is_real != says_real).sum())
    d_wrong = int((game.is_real != game.d_says_real).sum())
    late = sum(each > SECONDS for each in seconds)
    timed = f"{sum(seconds) / len(seconds):.1f} s an image" + (f", {late} of them late" if late else "")
    st.markdown(f"**You were wrong {wrong} of {len(game.images)} times, D {d_wrong} times.** You took {timed}.")
    seen, drawn = st.columns([5, 6], gap="medium")
    with seen:
        _show_images(game, says_real, seconds, place)
    with drawn:
        _show_errors(lesson, run, game, says_real, place)


def _show_images(game: Game, says_real: Sequence[bool], seconds: Sequence[float], place: str) -> None:
    columns = game.steps.count(game.steps[0])
    numbers = range(len(game.images))
    kinds = ["real" if is_real else "fake" for is_real in game.is_real]
    labels = [
        f"you {_sign(says_real[each] == game.is_real[each])} D {_sign(game.d_says_real[each] == game.is_real[each])}"
        for each in numbers
    ]
    hovers = [
        f"{kinds[each]}, step {game.steps[each]:,}<br>you: {_word(says_real[each])}, after {seconds[each]:.1f} s"
        f"<br>D: {_word(game.d_says_real[each])}"
        for each in numbers
    ]
    figure = plots.tiles_figure(
        game.images, [plots.Tile(*each) for each in zip(labels, hovers, strict=True)], columns,
        framed={each: "fake" for each in numbers if not game.is_real[each]},
        edges={each: palette.REAL for each in numbers if game.is_real[each]},
    )  # fmt: skip
    tiles.show(figure, f"{place}_images", _HEIGHT, "All images, with what they were and what you and D said")
    steps = ", ".join(f"{step:,}" for step in dict.fromkeys(game.steps))
    st.caption(
        f"How to read it: a row for each step ({steps}). Green frames are real, purple ones fake. ✓ is right, ✗ wrong."
    )


def _show_errors(lesson: str, run: Run, game: Game, says_real: Sequence[bool], place: str) -> None:
    errors = {"you": game.errors(says_real), "d": game.errors(game.d_says_real), "on_all": game.d_errors}
    titles = {"you": "You", "d": "D, same images", "on_all": "D, 512 images"}
    mean, count = class_tally.mean_errors(lesson, run.id)
    if shared := {step: share for step, share in mean.items() if step in game.d_errors}:
        errors["class"], titles["class"] = shared, f"Class ({count})"
    charts.draw(plots.verdicts_figure(errors, titles), f"{place}_errors", "Errors over the steps of the training")
    each = game.steps.count(game.steps[0])
    st.caption(
        f"How to read it: the share of wrong verdicts at each step. At 50 % one could as well toss a "
        f"coin. With {each} images a step, yours and D's jump by {1 / each:.0%}; the dotted line, D on many more "
        "images, is steadier. Both errors go to 50 % as G gets better: where G draws as the data are spread, nobody "
        "can tell."
    )


def _sign(is_right: bool) -> str:
    return "✓" if is_right else "✗"


def _word(says_real: bool) -> str:
    return "real" if says_real else "fake"
