"""The question from where, and with which settings, a new run goes on with what another one has learned."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import streamlit as st

from ganlib.config import FIELDS, TrainConfig
from ganlib.runs import limits, queue
from ganlib.runs.folder import Run
from ganlib.training import checkpoint, estimate
from ganlib.training.fork import fork
from ganlib.utils.errors import UserError
from ui.common import cached, formatting, page_layout, short_training_warning, user, widgets

SETTINGS = (
    "g_learning_rate", "d_learning_rate", "critic_steps", "seed", "loss", "epochs", "max_seconds", "max_steps",
)  # fmt: skip
"""What can be chosen anew; the networks stay what they are."""

LONGEST_NAME = 61

_EXACT = (
    "Goes on exactly from there: both networks, their optimisers, the random streams and the place in the data. With "
    "another seed, or a loss that brings another optimiser, it begins with the newest snapshot instead."
)
_SNAPSHOT = "Takes the networks only, G as its moving average; the optimisers begin afresh, and steps count from 0."


def is_possible(run: Run) -> bool:
    """Return whether there is anything to fork from; quicker than `origins`, which opens the checkpoint."""
    return checkpoint.exists(run.path / "checkpoint") or bool(run.snapshots())


def origins(run: Run) -> dict[int, str]:
    """Return the steps from which a run can be forked, the exact one first, and what each is called."""
    exact = cached.checkpoint_step(run)
    found = {} if exact is None else {exact: f"Step {exact:,}, the newest checkpoint"}
    for step, _ in reversed(run.snapshots()):
        found.setdefault(step, f"Step {step:,}, a snapshot")
    return found


def ask(run: Run, advised: Mapping[str, Any]) -> Run | None:
    """Show the questions; return the new run once they are answered and it waits for its turn."""
    found = origins(run)
    try:
        config = run.config
        now = run.config_now()
    except UserError as error:
        st.error(formatting.plain(str(error)))
        return None
    if not found:
        st.info("This run has kept nothing yet that another could begin with.")
        return None
    step = st.selectbox("From", list(found), format_func=found.__getitem__, key=f"fork_from_{run.id}", filter_mode=None)
    is_exact = step == cached.checkpoint_step(run)
    st.caption(_EXACT if is_exact else _SNAPSHOT)
    before = now if is_exact else config
    place = "_".join([run.id, str(step), *advised])
    # No form of Streamlit's: its values arrive with the click only, too late to warn of them.
    chosen = _settings(before, advised, place)
    changes = {name: value for name, value in chosen.items() if value != getattr(before, name)}
    st.caption("Another loss brings its paper's settings along, but for those that you change here.")
    name = st.text_input(
        "Name (optional)", key=f"fork_name_{run.id}", max_chars=LONGEST_NAME, placeholder=f"{run.id}-fork"
    )
    if trouble := user.why_not_start():
        st.warning(trouble)
    is_asked = st.button("Start the new run", type="primary", key="fork_confirm")
    # Below the button, which else would move away from under the pointer.
    _warn(before, changes, place, learned=0 if is_exact else step)
    if is_asked:
        with page_layout.errors_told():
            return _start(run, None if is_exact else step, changes, name.strip())
    return None


def _settings(before: TrainConfig, advised: Mapping[str, Any], place: str) -> dict[str, Any]:
    """Show what can be chosen, and what else was advised."""
    chosen = {}
    names = [*SETTINGS, *(name for name in advised if name not in SETTINGS)]
    for pair in (names[i : i + 2] for i in range(0, len(names), 2)):  # row by row, for the order on a narrow screen
        for column, name in zip(st.columns(2, gap="medium"), pair, strict=False):
            with column:
                value = advised.get(name, getattr(before, name))
                chosen[name] = widgets.setting(FIELDS[name], value, key=_key(name, place))
    return chosen


def _warn(before: TrainConfig, changes: Mapping[str, Any], place: str, learned: int) -> None:
    """Warn of a fork that ends before its pictures are recognisable, as the Train page does."""

    def fill_in(**settings: Any) -> None:
        st.session_state.update({_key(name, place): value for name, value in settings.items()})

    with suppress(UserError):  # what cannot be, or is not at hand, is said when it shall start
        config = before.changed(**changes)
        expected = estimate.estimate(config, (run for run, _ in cached.overview()))
        short_training_warning.warn(config, expected, f"fork_enough_{place}", fill_in, learned)


def _key(name: str, place: str) -> str:
    return f"fork_{name}_{place}"


def _start(parent: Run, step: int | None, changes: Mapping[str, Any], name: str) -> Run:
    user.demand_start()
    # How long it may train is the one thing a limit changes; the rest is settled against the parent.
    wanted = parent.config.changed(**{key: value for key, value in changes.items() if key == "max_seconds"})
    with limits.admitted(user.name(), [wanted]) as (allowed,):
        run = fork(parent, step, {**changes, "max_seconds": allowed.max_seconds}, name or None)
        if owner := user.name():
            run.write_about(owner=owner)
        queue.resume(run)
    return run
