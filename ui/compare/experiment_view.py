"""One experiment: where its runs stand, what they draw, and what came of it."""

from collections.abc import Sequence

import streamlit as st

from ganlib.experiments import results
from ganlib.experiments.results import Experiment, Member
from ganlib.runs import access, queue
from ganlib.runs.folder import Run, home
from ganlib.runs.status import ACTIVE, FAILED, FINISHED, INTERRUPTED, QUEUED, RUNNING, STOPPED, Status
from ganlib.training import estimate
from ganlib.utils.errors import UserError
from ui.common import address, cached, doctor_report, formatting, navigation, page_layout, refresh_rate, user
from ui.compare import experiment_results, sweep_view
from ui.compare.picking import MOST

REFRESH_SECONDS = 3.0

_WIDE, _NARROW = 165, 120  # pixels, the least width of a cell for few values and for many
_LARGEST = 300  # pixels
_FEW = 6
_ENDED = (FINISHED, STOPPED, FAILED, INTERRUPTED)


def show(name: str) -> None:
    """Show an experiment; call it at the top level of a page, outside of any fragment."""
    try:
        experiment = results.get(name)
    except UserError:
        st.warning(
            formatting.plain(
                f"There is no experiment {formatting.cut(name, 60)!r}: the link is wrong, or its runs were deleted."
            )
        )
        return
    states = [run.status().state for run in experiment.runs]
    _header(experiment)
    every = None if experiment.is_over else refresh_rate.pace(REFRESH_SECONDS)
    if experiment.is_sweep:
        st.fragment(_follow, run_every=every)(experiment, states, every)
        sweep_view.show(experiment)
        return
    experiment_results.show_answer(experiment)
    st.fragment(_follow, run_every=every)(experiment, states, every)
    experiment_results.show(experiment)


def _header(experiment: Experiment) -> None:
    st.header(formatting.plain(experiment.title), anchor=False)
    seeds = len(experiment.seeds)
    listed = "; ".join(map(experiment.label, experiment.values))
    varied = f"{len(experiment.values)} combinations" if experiment.is_sweep else f"was varied: {listed}"
    st.caption(
        formatting.plain(
            f"{experiment.field_title} {'of ' * experiment.is_sweep}{varied}. "
            f"{seeds} random seed{'s' if seeds > 1 else ''}. Experiment {experiment.id}."
        )
    )
    _buttons(experiment)


def _buttons(experiment: Experiment) -> None:
    going = [run for run in experiment.runs if run.status().state in ACTIVE and not user.why_not(access.STOP, run)]
    first = [member.run.id for member in experiment.members if member.seed == experiment.seeds[0]][:MOST]
    with st.container(horizontal=True, gap="small"):
        if len(first) > 1:
            st.button(
                "See them side by side", icon=":material/compare:", key="compare_to_side", on_click=address.put,
                kwargs={"view": None, "exp": None, "metric": None, "runs": ",".join(first)},
                help="The runs of the first seed, with one slider through their trainings.",
            )  # fmt: skip
        if not experiment.is_sweep:
            experiment_results.offer_report(experiment)
        if going and st.button(
            "Cancel the remaining runs", icon=":material/stop:", key="compare_stop",
            help="Stops the run that trains and removes those that wait from the queue. What was learned is kept.",
        ):  # fmt: skip
            _stop(going)


def _stop(going: Sequence[Run]) -> None:
    """Stop runs, the waiting ones first: else the next of them would start."""
    troubles = []
    for run in sorted(going, key=lambda run: run.status().state != QUEUED):
        try:
            user.demand(access.STOP, run)
            queue.stop(run)
        except (UserError, OSError) as error:
            troubles.append(formatting.reason(error))
    cached.look_again()
    if troubles:
        st.error("  \n".join(page_layout.in_words(trouble) for trouble in troubles))
    else:
        st.toast("Stop requested: the run in training ends shortly.")


def _follow(experiment: Experiment, shown: Sequence[str], every: float | None) -> None:
    """Show what changes while runs go on; draw the page anew once one of them is in another state."""
    refresh_rate.enter()
    if every:
        refresh_rate.advance(home())
    statuses = {member: member.run.status() for member in experiment.members}
    is_news = [status.state for status in statuses.values()] != list(shown)
    if is_news or (every and refresh_rate.has_changed(every, REFRESH_SECONDS)):
        st.rerun()
    if every:
        _standing(statuses)
    _tell_failed(statuses)
    if experiment.is_sweep:
        return
    _sample_grids(experiment, statuses)
    experiment_results.show_curves(experiment)


def _standing(statuses: dict[Member, Status]) -> None:
    """Say how far the experiment is as a whole."""
    ended = sum(status.state in _ENDED for status in statuses.values())
    done = sum(1.0 if status.state in _ENDED else status.progress for status in statuses.values()) / len(statuses)
    left = _seconds_left(statuses)
    parts = [f"{ended} of {len(statuses)} runs have ended"]
    if left is not None:
        parts.append(f"about {formatting.duration(estimate.rounded(left))} left")
    if not any(status.state == RUNNING for status in statuses.values()):
        parts.append("waiting for its turn")
    st.progress(min(1.0, done), text=" · ".join(parts))


def _tell_failed(statuses: dict[Member, Status]) -> None:
    """Say which runs failed and why, in one sentence for those that failed alike."""
    failed: dict[str, list[str]] = {}
    for member, status in statuses.items():
        if status.state == FAILED:
            failed.setdefault(status.message or "No message was left.", []).append(member.run.id)
    for message, names in failed.items():
        st.warning(f"**{formatting.plain(', '.join(names))}** failed: {page_layout.in_words(message)}")


def _seconds_left(statuses: dict[Member, Status]) -> float | None:
    """Foretell what is left to do, one run after the other; None where settings cannot be read."""
    known = [member.run for member in statuses]
    total = 0.0
    for member, status in statuses.items():
        if status.state in _ENDED:
            continue
        if status.eta_s is not None:
            total += status.eta_s
            continue
        try:
            total += estimate.estimate(member.run.config, known).seconds + estimate.GETTING_READY
        except UserError:
            return None
    return total


def _sample_grids(experiment: Experiment, statuses: dict[Member, Status]) -> None:
    """Show a grid: a column a value, a row a seed."""
    columns = len(experiment.values)
    by_place = {(member.value, member.seed): member for member in experiment.members}
    for seed in experiment.seeds:
        if len(experiment.seeds) > 1:
            st.markdown(f"**Seed {seed}**")
        with st.container(width=columns * _LARGEST):
            grid = st.grid(columns, min_column_width=_WIDE if columns <= _FEW else _NARROW)
        for value in experiment.values:
            with grid.cell(), st.container(gap="xsmall"):
                st.markdown(formatting.plain(experiment.label(value)))
                member = by_place.get((value, seed))
                if member is None:
                    st.caption("Deleted")
                else:
                    _cell(experiment, member, statuses[member])


def _cell(experiment: Experiment, member: Member, status: Status) -> None:
    formatting.badge(status)
    doctor_report.badge(member.run, status)
    samples = cached.samples(member.run)
    sample_grid = cached.sample_grid(samples[-1].path) if samples else None
    if sample_grid:
        alt = (
            f"Grid of 64 images: {experiment.field_title} {experiment.label(member.value)}, seed {member.seed}, "
            f"step {samples[-1].step:,}"
        )
        st.image(sample_grid, width="stretch", output_format="PNG", alt=alt)
    elif status.state in ACTIVE:
        st.caption("No pictures yet")
    else:
        st.caption("It drew no pictures.")
    if status.state in ACTIVE and status.step:
        st.progress(status.progress, text=f"Step {status.step:,}")
    elif status.step:
        st.caption(f"Step {status.step:,} · {formatting.duration(status.seconds)}")
    navigation.to_run(member.run)
