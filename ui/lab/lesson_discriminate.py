"""The live part in which a person plays the discriminator: real or fake, one image at a time, against the clock.

The address holds the game: the training, the seed, and for each answer what was said and after how many tenths of a
second. So a link shows the same images to somebody else, and a reload goes on where one was.
"""

import re
import secrets
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import streamlit as st

from ganlib import data
from ganlib.catalog import datasets
from ganlib.config import TrainConfig
from ganlib.explore import discriminate
from ganlib.explore.discriminate import COUNT, Game
from ganlib.runs import store
from ganlib.runs.folder import Run
from ganlib.utils import images
from ganlib.utils.errors import UserError
from ui.common import address, cached, inference_guard, linked_address, linked_widgets, links, user
from ui.lab import class_tally, verdicts

if TYPE_CHECKING:
    from ganlib.explore.sampler import Discriminator, Sampler

_RUN, _SEED, _SAID = "on", "game", "said"  # parameters of the address
_OWN = 20
"""Own runs that are offered, the newest."""

_GAMES = 8
"""Different games in a class: the networks draw each of them once for all."""

_WIDTH = 336  # pixels: a multiple of 28 and of 8
_HASTE = 0.25  # seconds in which nobody has looked: the second half of a double click
_LONGEST = 999  # tenths of a second that an answer can have taken
_ANSWER = re.compile(r"([rf])([0-9]{1,3})")
_LEFT, _RIGHT = "Left", "Right"


class Verdict(NamedTuple):
    """What a person said of an image, and after how long."""

    says_real: bool
    seconds: float


def show(lesson: str, run_name: str, place: str) -> bool:
    """Show the game of an address: its beginning, its next image, or what came of it.

    Return whether a game has been played to its end.

    Args:
        lesson: the lesson's name, under which a class's errors are kept.
        run_name: of the training to begin with, where it can be played here.
        place: begins the keys of the widgets.
    """
    seed = linked_address.read(_SEED, None, linked_widgets.between(0, address.LARGEST_SEED))
    said = linked_address.read(_SAID, (), _read)
    if seed is None or not (said or st.session_state.get(f"{place}_begun") == seed):
        _begin(lesson, run_name, seed, place)
        return f"{place}_played" in st.session_state
    run = links.run(st.query_params.get(_RUN, run_name))
    game = _game(run, seed)
    if len(said) < len(game.images):
        _ask(lesson, run, game, said, place)
        return f"{place}_played" in st.session_state
    st.session_state[f"{place}_played"] = True
    verdicts.show(lesson, run, game, [each.says_real for each in said], [each.seconds for each in said], place)
    with st.container(horizontal=True, gap="small"):
        st.button(
            "Play again", icon=":material/replay:", key=f"{place}_again", on_click=_start, args=(run.id, None, place)
        )
        st.button("Other training", icon=":material/swap_horiz:", key=f"{place}_other", on_click=_forget, args=(place,))
    return True


def _begin(lesson: str, run_name: str, seed: int | None, place: str) -> None:
    """Offer trainings, and begin; with the seed that a link has brought, or one of its own."""
    titles = _trainings()
    first = run_name if run_name in titles else min(titles, key=lambda name: (name != "digits-quick", name))
    with st.container(border=True, width=760, key=f"{place}_begin_box"):
        chosen = linked_widgets.menu(
            _RUN, "Training", titles, first, "Whose images and whose D: runs of images whose D says real or fake, and "
            "kept its weights at two steps or more.", width=360,
        )  # fmt: skip
        if run_name not in titles:
            st.caption(
                f"{run_name} cannot be played here: its images are not on this machine, or it has no D to ask. So "
                "another training comes first."
            )
        st.caption(
            f"{COUNT} images, half of them real, {verdicts.SECONDS} seconds for each. Answer with the buttons, or with "
            "the arrow keys. A late answer counts as it is. Whether you were right you see at the end."
        )
        st.button(
            "Begin", type="primary", icon=":material/play_arrow:", key=f"{place}_begin", on_click=_start,
            args=(chosen, seed, place),
        )  # fmt: skip
        if class_tally.is_shown():
            class_tally.show_mean(lesson, chosen)


def _trainings() -> dict[str, str]:
    """Return the titles of all trainings that can be played here, by id."""
    own = [run for run, _ in cached.overview()[:_OWN]]
    found = [run for run in [*store.list_shipped(), *own] if discriminate.is_playable(run) and _split(run.config)]
    if not found:
        raise UserError("No training here can be played: it takes images, and a D that says real or fake at two steps.")
    return {run.id: run.about().title or run.id for run in sorted(found, key=lambda run: (not run.is_shipped, run.id))}


def _split(config: TrainConfig) -> str | None:
    """Return the split to take real images from: one that D has not seen, where there is one; None if none is here."""
    names = ["test", config.split] if "test" in datasets.get(config.dataset).counts else [config.split]
    return next((name for name in names if data.where(config.dataset, name)), None)


def _start(run: str, seed: int | None, place: str) -> None:
    linked_address.put(_RUN, run)
    if seed is None:
        seed = secrets.randbelow(_GAMES if user.is_shared() else 10_000)
    st.session_state[f"{place}_begun"] = seed
    linked_address.put(_SEED, seed)
    linked_address.put(_SAID, None)


def _forget(place: str) -> None:
    st.session_state.pop(f"{place}_begun", None)
    for name in (_SEED, _SAID):
        linked_address.put(name, None)


def _ask(lesson: str, run: Run, game: Game, said: tuple[Verdict, ...], place: str) -> None:
    """Show the next image, how much of its time is left, and a button for each verdict."""
    number = len(said)
    shown = st.session_state.get(f"{place}_shown")
    if not shown or shown[0] != (run.id, number, game.seed):
        shown = st.session_state[f"{place}_shown"] = ((run.id, number, game.seed), time.monotonic())
    with st.container(border=True, width=_WIDTH + 32, gap="small", key="discriminate"):
        st.markdown(f"**Image {number + 1} of {len(game.images)}**: real or fake?")
        bar = f'<span style="animation-duration: {verdicts.SECONDS}s"></span>'
        st.html(f'<div class="time-left" data-number="{number}">{bar}</div>')
        picture = images.png_bytes(images.enlarge(game.images[number], _WIDTH))
        st.image(picture, width="stretch", output_format="PNG", alt=f"Image {number + 1}, real or generated")
        with st.container(horizontal=True, gap="small"):
            for title, is_real, key in (("Real", True, _LEFT), ("Fake", False, _RIGHT)):
                st.button(
                    title, key=f"{place}_{title}", width="stretch", shortcut=key, on_click=_answer,
                    args=(lesson, run, game, said, is_real, shown[1]),
                )  # fmt: skip
    st.caption("The bar is your time. Nothing happens at its end: your answer counts, and its time is shown.")


def _answer(lesson: str, run: Run, game: Game, said: tuple[Verdict, ...], is_real: bool, shown: float) -> None:
    """Write a verdict into the address; the last one ends the game, and the class gets to know the errors."""
    seconds = time.monotonic() - shown
    if seconds < _HASTE:
        return
    said = (*said, Verdict(is_real, seconds))
    linked_address.put(_SAID, _written(said))
    if len(said) == len(game.images):
        class_tally.keep_errors(lesson, run.id, game.errors([each.says_real for each in said]))


def _written(said: tuple[Verdict, ...]) -> str:
    return "".join(f"{'r' if each.says_real else 'f'}{min(_LONGEST, round(10 * each.seconds))}" for each in said)


def _read(text: str) -> tuple[Verdict, ...]:
    """Return what `_written` wrote. Raises ValueError: it did not write that."""
    found = tuple(Verdict(match[1] == "r", int(match[2]) / 10) for match in _ANSWER.finditer(text[: 4 * COUNT + 1]))
    if len(found) > COUNT or _written(found) != text:
        raise ValueError("no verdicts")
    return found


def _game(run: Run, seed: int) -> Game:
    """Return the game of a run and a seed. Raises UserError: the run cannot be played, or not here."""
    if not discriminate.is_playable(run):
        raise UserError(
            f"{run.id!r} cannot be played: it takes images, a D that says real or fake, and both networks at two steps."
        )
    split = _split(run.config)
    if split is None:
        raise UserError(f"{datasets.get(run.config.dataset).title} is not on this machine, so no real image is.")
    steps = discriminate.choose(discriminate.snapshots(run))
    stamps = [stamp for step in steps for stamp in inference_guard.stamps(run, step, "generator")]
    return _drawn(run.path.as_posix(), tuple(steps), split, seed, *stamps)


@st.cache_resource(max_entries=64, show_spinner=False)
def _drawn(path: str, steps: tuple[int, ...], split: str, seed: int, *stamps: cached.Stamp) -> Game:
    run = Run(Path(path))

    def networks(step: int) -> "tuple[Sampler, Discriminator]":
        return inference_guard.sampler(run, step), inference_guard.discriminator(run, step)

    with st.spinner("Drawing the images, and asking D."), inference_guard.at_work():
        real = data.load(run.config.dataset, split, run.config.grayscale)
        if len(real) < COUNT:  # the test split of few images of one's own
            real = data.load(run.config.dataset, "train", run.config.grayscale)
        return discriminate.draw(networks, list(steps), real.images, real.labels, seed=seed)
