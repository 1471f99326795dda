"""One step, taken apart: the ten stations of a training step, and what comes after a few more in memory."""

import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from ganlib.catalog import losses
from ganlib.runs.folder import Run
from ganlib.utils.errors import UserError
from ui.common import (
    cached,
    code,
    handout,
    inference_guard,
    linked_address,
    linked_widgets,
    missing_data,
    page_layout,
    same_fake,
    step_view,
)
from ui.common.address import LARGEST_SEED
from ui.common.step_pictures import STATIONS
from ui.common.step_view import Seen

if TYPE_CHECKING:
    from ganlib.explore.sandbox import Sandbox
    from ganlib.explore.step_anatomy import StepAnatomy

SECONDS = 4.0
"""How long a station is shown while all are played."""

_HEIGHT = 484  # pixels of every station, so that nothing below it moves
_MOST = 60  # moves, each of which is done anew when somebody else looks at another one
_PLAYING, _SINCE = "step_playing", "step_since"
_MOVES = {
    "d": ("Only D", "Let D alone learn from this batch."),
    "g": ("Only G", "Let G alone learn, against D as it is."),
    "b": ("Both", "Do the step that is shown: D learns, then G."),
    "t": ("10 steps", "Do ten steps of both, each with a batch of its own."),
}


def show(run: Run, step: int | None) -> None:
    """Show the step that would come next after a snapshot, or after the end of the training.

    Args:
        run: whose; its folder stays as it is.
        step: that of a snapshot, or None for the weights at the end.
    """
    config = run.config
    if run.is_without_discriminator:
        adversary = losses.get(config.loss).adversary.lower()
        st.info(f"This model came without its {adversary}, so there is no step to take apart.")
        return
    if not missing_data.is_here(config.dataset, config.split):
        st.info("The real images of this run are not on this machine, and a step needs some.")
        missing_data.show_download(config.dataset, config.split)
        return
    every = SECONDS if st.session_state.get(_PLAYING) else None
    st.fragment(_show, run_every=every)(run, step)


def _show(run: Run, step: int | None) -> None:
    try:
        _show_step(run, step)
    except UserError as error:  # weights or images may go while the page is open
        st.warning(page_layout.in_words(str(error)))


def _show_step(run: Run, step: int | None) -> None:
    name = _choose()
    station = STATIONS[name]
    moves = linked_address.read("moves", "", _parse_moves)
    seed = linked_address.read("batch", 0, linked_widgets.between(0, LARGEST_SEED))
    same = linked_address.read("same", 0, linked_widgets.between(0, 1)) == 1
    stage = st.container(height=_HEIGHT, border=False)
    look_at = (run.config.classes and station.look_at_label) or station.look_at
    stage.markdown(f"**{station.happens}** {look_at}")
    with stage, st.spinner("Taking the step apart"), inference_guard.at_work():
        anatomy = _taken(str(run.path), step, moves, seed, same, *inference_guard.stamps(run, step, "discriminator"))
    seen = Seen(anatomy, run.config)
    with stage:
        station.draw(seen)
    _show_moves(moves)
    st.caption(_where(run, moves))
    if anatomy.pushes_under:
        same_fake.show(seen)
    code.show(_lines(run, step, moves, seed, same), "These lines take the same step apart in a notebook.")


def _choose() -> str:
    """Let a station be chosen, the next or the one before; return its name."""
    names = list(STATIONS)
    name = linked_address.read("station", names[0], lambda text: names[names.index(text)])
    place = names.index(name)
    if st.session_state.get(_PLAYING) and time.monotonic() - st.session_state.get(_SINCE, 0.0) > SECONDS / 2:
        place = min(place + 1, len(names) - 1)
        _go(names[place])
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        linked_widgets.choice(
            "station", "Station", {each: station.title for each, station in STATIONS.items()}, names[0],
            "The ten stations of a step, in order.", label_visibility="collapsed", width="content",
        )  # fmt: skip
        if handout.is_fixed("station"):
            return name
        st.button("Back", key="step_back", disabled=place == 0, on_click=_go,
                  args=(names[max(0, place - 1)],))  # fmt: skip
        is_playing = bool(st.session_state.get(_PLAYING))
        if is_playing and place == len(names) - 1:
            st.session_state[_PLAYING] = False
            st.rerun()
        if st.button("Pause" if is_playing else "Play", key="step_play", on_click=_play, args=(place, names),
                     icon=":material/pause:" if is_playing else ":material/play_arrow:"):  # fmt: skip
            st.rerun()  # for the fragment to run by itself, or no more
        st.button("Forward", key="step_forward", disabled=place == len(names) - 1,
                  on_click=_go, args=(names[min(place + 1, len(names) - 1)],))  # fmt: skip
    return names[place]


def _go(name: str) -> None:
    linked_address.put("station", None if name == next(iter(STATIONS)) else name)
    st.session_state[_SINCE] = time.monotonic()


def _play(place: int, names: list[str]) -> None:
    st.session_state[_PLAYING] = not st.session_state.get(_PLAYING)
    if st.session_state[_PLAYING] and place == len(names) - 1:
        place = 0
    _go(names[place])


def _show_moves(moves: str) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        for move, (title, about) in _MOVES.items():
            st.button(
                title, key=f"step_move_{move}", help=about, disabled=len(moves) >= _MOST,
                on_click=partial(linked_address.put, "moves", moves + move),
            )  # fmt: skip
        st.button(
            "Start over", key="step_over", icon=":material/restart_alt:", disabled=not moves,
            help="Forget all moves; the run itself never changed.", on_click=partial(linked_address.put, "moves", None),
        )  # fmt: skip
        linked_widgets.number("batch", "Seed of the batch", 0, LARGEST_SEED, 0, "Other samples and z.", width=150)
        linked_widgets.toggle("same", "Same batch each time", "Keep real samples and z through all moves.")


_BESIDE = {
    "acgan": " Both also learn that classes are named right: pushes hold that too, those under other losses do not.",
    "infogan": " Both also learn that codes are read off right: pushes hold that too, those under other losses do not.",
}
_APART = " G also learns that codes of fakes are not alike: pushes hold that too."


def _where(run: Run, moves: str) -> str:
    config = run.config
    done = ", ".join(_MOVES[move][0] for move in moves) or "none yet"
    classes = " They are of all classes, whichever is chosen above." if config.classes else ""
    beside = _BESIDE.get(config.conditioning, _APART if losses.get(config.loss).pulls_away else "")
    d_updates = "" if config.critic_steps == 1 else f" Its training gives D {config.critic_steps} updates a step."
    shown = min(config.batch_size, step_view.shown(config))
    packs = (
        f" D judges {config.pack} samples together, and those of a pack share its output." if config.pack > 1 else ""
    )
    return (
        f"Moves: {done}. In memory only. A batch has {config.batch_size} samples, of which {shown} are shown; D and G "
        f"see all.{classes}{packs}{beside}{d_updates} Snapshots hold weights alone, so the optimisers begin without a "
        "memory: the first updates are larger than in the training."
    )


def _lines(run: Run, step: int | None, moves: str, seed: int, same: bool) -> str:
    at = "" if step is None else f", step={step}"
    return (
        "from ganlib.explore.sandbox import Sandbox\nfrom ganlib.runs import store\n\n"
        f"sandbox = Sandbox(store.find({run.id!r}){at})\n"
        f"seen = sandbox.at({moves!r}, seed={seed}, same_batch={same})\n"
        "print(seen.real_logits, seen.fake_logits, seen.d_gradients, seen.g_gradients, sep='\\n')"
    )


def _parse_moves(text: str) -> str:
    return text if len(text) <= _MOST and set(text) <= _MOVES.keys() else _no(text)


def _no(text: str) -> None:
    raise ValueError(text)


@st.cache_resource(max_entries=4, show_spinner=False)
def _sandbox(path: str, step: int | None, *stamps: cached.Stamp) -> "Sandbox":
    from ganlib.explore.sandbox import Sandbox

    return Sandbox(Run(Path(path)), step)


@st.cache_resource(max_entries=32, show_spinner=False)
def _taken(path: str, step: int | None, moves: str, seed: int, same: bool, *stamps: cached.Stamp) -> "StepAnatomy":
    return _sandbox(path, step, *stamps).at(moves, seed, same)
