"""The button that judges a run now, and why there is none while something is in the way."""

import time

import streamlit as st

from ganlib.catalog import datasets
from ganlib.catalog.metrics import FEWEST_SAMPLES
from ganlib.config import TrainConfig
from ganlib.runs import access
from ganlib.runs.evaluation import gan_train_problem
from ganlib.runs.folder import Run
from ganlib.runs.status import ACTIVE, Status
from ganlib.utils.errors import UserError
from ui.common import evaluation_table, formatting, inference_guard, missing_data, page_layout, user

_USUAL = 2000
"""As many as the trainer draws, so that its evaluations and later ones make one curve."""

_NEWEST = -1  # no step

_TOO_FEW = (
    f"Too few real images: an evaluation compares at least {FEWEST_SAMPLES} samples with twice as many. Look at the "
    "samples yourself, or add images and train again."
)
_HELD = (
    "While a run trains, its trainer evaluates it: between epochs, in 5 % of the time at most, and at the end. The "
    "numbers appear here by themselves. Once it has ended, you can evaluate it with as many samples as you like."
)


def show(run: Run, config: TrainConfig, status: Status) -> None:
    """Show what is needed to judge the run now: the button, or the sentence that says why it cannot be."""
    if status.state in ACTIVE:
        st.caption(_HELD)
        return
    if why_not := user.why_not(access.EVALUATE, run):
        st.caption(formatting.plain(why_not))
        return
    if not inference_guard.has_weights(run):
        st.caption("It has kept no weights to evaluate; let it train for longer first.")
        return
    if not missing_data.is_here(config.dataset, config.split):
        _offer(config, is_judged=bool(evaluation_table.of(run)))
        return
    counts = evaluation_table.possible_counts(config)
    if not counts:
        st.caption(_TOO_FEW)
        return
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"judge_ask_{run.id}"):
        count = st.segmented_control(
            "Samples", counts, default=_USUAL if _USUAL in counts else counts[-1], required=True,
            format_func="{:,}".format, key=f"judge_count_{run.id}",
            help="More samples make the numbers steadier, and take longer.",
        )  # fmt: skip
        step = _ask_step(run)
        with_gan_train = not gan_train_problem(config) and st.checkbox(
            "GAN-train", key=f"judge_gan_train_{run.id}",
            help="Also trains a classifier on the samples and one on as many real images, and says how well each knows "
            "real images that are new to it. It takes a minute or more.",
        )  # fmt: skip
        is_asked = st.button(
            f"Evaluate {count:,} samples", key=f"judge_{run.id}", icon=":material/gavel:", type="primary"
        )
    told = f"judge_told_{run.id}"
    if is_asked:
        if trouble := _judge(run, count, step, with_gan_train, told):
            st.error(page_layout.in_words(trouble))
        else:
            st.rerun()
    elif told in st.session_state:
        st.caption(st.session_state.pop(told))


def _offer(config: TrainConfig, is_judged: bool) -> None:
    """Say that the real images are missing, and offer them where they can be had."""
    st.info(
        f"To evaluate it{' again' if is_judged else ''}, samples are compared with real images, and those of "
        f"{formatting.plain(datasets.get(config.dataset).title)} are not on this machine."
    )
    with st.container(width=320):
        missing_data.show_download(config.dataset, config.split)


def _ask_step(run: Run) -> int | None:
    """Ask of which moment of the training, where several were kept; None is the newest."""
    steps = [step for step, _ in run.snapshots()]
    if not steps:
        return None
    names = {_NEWEST: "the newest", **{step: f"step {step:,}" for step in reversed(steps)}}
    step = st.selectbox(
        "Networks of", list(names), format_func=names.__getitem__, key=f"judge_step_{run.id}", filter_mode=None,
        width=170, help="Evaluate earlier checkpoints with as many samples, and the numbers become a curve.",
    )  # fmt: skip
    return None if step == _NEWEST else step


def _judge(run: Run, count: int, step: int | None, with_gan_train: bool, told: str) -> str:
    """Judge the run and leave word in the session under `told`; return what went wrong, or "" if all is well."""
    took = [each.seconds for each in evaluation_table.of(run) if each.count == count and each.seconds is not None]
    usual = f"it took {formatting.duration(took[-1])} last time" if took else "usually less than a minute"
    usual = "with GAN-train a minute or more" if with_gan_train else usual
    text = f"Drawing {count:,} samples and comparing them with real images; {usual}."
    started = time.monotonic()
    try:
        user.demand(access.EVALUATE, run)
        with st.spinner(text, show_time=True), inference_guard.at_work():
            from ganlib.explore import evaluate_run  # loads the networks' library

            line = evaluate_run.evaluate_run(run, count, evaluation_table.SEED, step, with_gan_train, owner=user.name())
    except (UserError, OSError) as error:
        return formatting.reason(error)
    seconds = formatting.duration(time.monotonic() - started)
    st.session_state[told] = f"Evaluated {line['count']:,} samples in {seconds}."
    st.session_state.pop(f"judge_which_{run.id}", None)  # the newest is shown then
    return ""
