"""An experiment before it starts: how many runs, what exactly differs, how long it takes; and the button."""

from typing import Any, NamedTuple

import streamlit as st

from ganlib import presets
from ganlib.catalog import datasets
from ganlib.experiments import launch, results, tables
from ganlib.experiments.plan import MOST_SEEDS, PRESET, Plan
from ganlib.experiments.settings import differences
from ganlib.runs.folder import home
from ganlib.runs.status import RUNNING
from ganlib.training import estimate
from ganlib.utils import environment
from ganlib.utils.errors import UserError
from ui.common import address, cached, formatting, missing_data, page_layout, user
from ui.compare import differing_settings

_FIELD = 320  # pixels

_LATEST = 12  # runs that are looked at: a page of experiments asks for many forecasts

LONG = 60 * 60  # seconds, from which on people want to know how to make it shorter


class Forecast(NamedTuple):
    """An estimate of a whole experiment."""

    seconds: float  # from the first start to the last end, one run after the other or as many at a time as may train
    each: list[estimate.Estimate]  # the estimate of each value's run, in the order of `Plan.values`


def forecast(plan: Plan) -> Forecast:
    """Foretell an experiment from the latest runs on this machine."""
    known = [run for run, _ in cached.overview()[:_LATEST]]
    each = [estimate.estimate(run.config, known) for run in plan.first_of_each]
    seeds = len(plan.runs) // len(each)
    whole = seeds * sum(one.seconds + estimate.GETTING_READY for one in each)
    return Forecast(whole / min(environment.slots(), len(plan.runs)), each)


def ask_seeds(key: str, **options: Any) -> int:
    return st.segmented_control(
        "Random seeds", range(1, MOST_SEEDS + 1), key=key, required=True, **options,
        help="How many runs each value gets, each with chance of its own. With one, nobody knows whether a difference "
        "comes from the setting or from chance; two or three begin to tell.",
    )  # fmt: skip


def show(plan: Plan, place: str) -> None:
    with st.container(border=True, gap="small"):
        expected = _size(plan)
        _differences(plan)
        troubles = [*_limits(plan), *_missing(plan)]
        warnings = (each for run in plan.runs for each in run.config.warnings(presets.config_of(run.preset)))
        for warning in dict.fromkeys(warnings):
            st.warning(page_layout.in_words(warning))
        _too_short(plan, expected)
        with st.container(width=_FIELD):
            user.ask()
        if rules := user.rules():
            st.caption(rules)
        if why_not := user.why_not_start():
            st.warning(why_not)
        if any(status.state == RUNNING for _, status in cached.overview()):
            st.caption("Another run is training; these wait in line and start by themselves.")
        is_pressed = st.button(
            f"Start {len(plan.runs)} runs", key=f"compare_start_{place}", type="primary", icon=":material/play_arrow:",
            disabled=bool(troubles or why_not),
        )  # fmt: skip
    if is_pressed and not (troubles or why_not):
        _start(plan)


def _too_short(plan: Plan, expected: Forecast) -> None:
    """Warn of values whose runs end before their pictures are likely to be recognisable."""
    for run, each in zip(plan.first_of_each, expected.each, strict=True):
        if found := estimate.shortfall(run.config, each):
            st.warning(formatting.plain(f"{results.label(plan.field, run.value)}: {found.sentence}"))


def _size(plan: Plan) -> Forecast:
    """Say how many runs there are and how long they take, and return the forecast."""
    found = forecast(plan)
    values, seeds = len(plan.values), len(plan.runs) // len(plan.values)
    at_once = min(environment.slots(), len(plan.runs))
    with st.container(horizontal=True, gap="small"):
        st.metric("Runs", len(plan.runs), width="content")
        st.metric("Values × seeds", f"{values} × {seeds}", width="content")
        st.metric("Together about", formatting.duration(estimate.rounded(found.seconds)), width="content")
    each = [formatting.duration(estimate.rounded(one.seconds)) for one in found.each]
    spans = f"{each[0]} each" if len(set(each)) == 1 else f"{', '.join(each)} in the order of the values"
    order = "one after the other" if at_once == 1 else f"{at_once} at a time"
    source = next((one.source for one in found.each if one.source), None)
    ground = (
        f"Guessed from {source}, an earlier run on this machine" if source else "A rough guess, for two processor cores"
    )
    st.caption(
        f"They train {order}: {spans}, and {formatting.duration(estimate.GETTING_READY)} a run to get ready. "
        f"{formatting.plain(ground)}."
    )
    if found.seconds > LONG:
        st.caption("Too long? Take a smaller budget, fewer values or fewer seeds; or stop it whenever you like.")
    return found


def _differences(plan: Plan) -> None:
    found = differences(plan)
    st.markdown("**What differs**")
    differing_settings.show([results.label(plan.field, value) for value in plan.values], found, plan.field)
    others = [name for name in found if name != plan.field]
    if plan.field == PRESET and len(found) > 1:
        st.warning(tables.CONFOUNDED)
    elif others:
        st.warning(f"{tables.CONFOUNDED} The setting in bold was chosen, and the others come along with it.")
    else:
        st.caption("Exactly one thing. All else is the same in all runs of a seed: images, their order, the budget.")


def _limits(plan: Plan) -> list[str]:
    """Say which limit refuses the experiment, if one does."""
    try:
        launch.check_limits(len(plan.runs), home())
    except UserError as error:
        st.error(page_layout.in_words(str(error)))
        return [str(error)]
    return []


def _missing(plan: Plan) -> list[str]:
    """Say which images are not on this machine, and offer the first of them for download."""
    wanted = dict.fromkeys((run.config.dataset, run.config.split) for run in plan.runs)
    missing = [(name, split) for name, split in wanted if not missing_data.is_here(name, split)]
    for name, split in missing:
        st.info(
            f"{formatting.plain(datasets.get(name).title)}'s {missing_data.PARTS[split]} are not on this machine yet."
        )
    for name, split in missing[:1]:
        missing_data.show_download(name, split)
    return [name for name, _ in missing]


def _start(plan: Plan) -> None:
    with page_layout.errors_told():
        address.put(view="experiments", exp=start_once(plan), ready=None, length=None, seeds=None)
        st.rerun()


def start_once(plan: Plan) -> str:
    """Start an experiment and return its id, once for a double click."""

    def start() -> str:
        launch.start(plan, owner=user.name())
        return plan.id

    return page_layout.once("compare_started", start)
