"""Samples behind the numbers: what D and the classifier think of each, and the real images most like it."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import streamlit as st

from ganlib import plots
from ganlib.catalog import datasets, losses
from ganlib.config import TrainConfig
from ganlib.plots import Tile
from ganlib.runs.folder import Run
from ganlib.utils import images
from ganlib.utils.errors import UserError
from ui.common import (
    cached,
    charts,
    code,
    evaluation_table,
    inference_guard,
    missing_data,
    page_layout,
    reconstructions,
    tiles,
)

if TYPE_CHECKING:
    from ganlib.explore.evaluate_run import Inspection

COUNT = 512
NEIGHBOURS = 8

_SHORT = 6  # characters that fit below one of eight tiles in a row on a narrow screen
_STRIP, _LARGE = 110, 132  # pixels
_KEPT = 4  # looks in memory; in colour and without a classifier one takes 80 MB


# Ways to sort samples: what each is called, what is found at its two ends, how to read it; {} is D's name.
ORDERS = {
    "scores": (
        "By the {}'s output",
        "Most real to the {}",
        "Most fake to the {}",
        "the number is D's output. Look for what the most fake ones have in common: that is what gives them away.",
    ),
    "confidence": (
        "By the classifier's confidence",
        "Clearest to the classifier",
        "Least clear to the classifier",
        "below each sample is the class that the classifier takes it for. If the clearest are all of a few classes, "
        "the others are drawn worse; the least clear are often between two classes.",
    ),
}

_HISTOGRAM = (
    "where real and fake overlap, the {0} cannot tell them apart; overlap is good for the generator. Training images "
    "and real images that the {0} never saw should lie together: if the unseen ones lie nearer to the fakes, it has "
    "learned its training images by heart."
)

_APART = (
    "Batch normalisation takes its statistics from each of these groups apart, as in training: D is asked as it "
    "learned to score."
)


def show(run: Run, config: TrainConfig, is_open: bool) -> None:
    """Show single samples, by the adversary's output first; folded, they are drawn when the person asks for them."""
    if not inference_guard.has_weights(run) or not missing_data.is_here(config.dataset, config.split):
        return
    folded = st.expander(
        "Samples behind the numbers", is_open, key=f"judge_samples_{run.id}", on_change="rerun",
        icon=":material/grid_view:",
    )  # fmt: skip
    if not folded.open:
        return
    with folded:
        try:
            with st.spinner(f"Drawing {COUNT} samples and looking at each; a few seconds."):
                look = _look(str(run.path), evaluation_table.SEED, *inference_guard.stamps(run, None, "generator"))
        except UserError as error:
            st.warning(page_layout.in_words(str(error)))
            return
        if look.inspection.scores is None:
            adversary = losses.get(config.loss).adversary.lower()
            st.caption(f"This model came without its {adversary}, so nobody can be asked how real each sample looks.")
        else:
            _histogram(run, config, look.inspection)
            _reconstructions(run, config, look.inspection)
        orders = [name for name in ORDERS if getattr(look.inspection, name) is not None]
        chosen = _sample_grids(run, config, look.inspection, orders) if orders else 0
        _neighbours(config, look, chosen)
        code.show(
            lines(run, chosen, next(iter(orders), None)),
            "These lines make the sorted samples and the neighbours in a notebook.",
        )


def lines(run: Run, chosen: int, order: str | None = "scores") -> str:
    """Return lines that leave `pictures`, samples in a key of `ORDERS`, and `neighbours` of the chosen one."""
    ranked = f"[(-found.{order}).argsort()]" if order else ""
    return (
        "from ganlib.explore.evaluate_run import inspect\n"
        "from ganlib.runs import store\n\n"
        f"found = inspect(store.find({run.id!r}), {COUNT}, seed={evaluation_table.SEED})\n"
        f"pictures = found.images{ranked}\n"
        f"places, distances = found.nearest({chosen}, {NEIGHBOURS})\n"
        "neighbours = found.real_images[places]"
    )


class Look(NamedTuple):
    """What is kept of a run's samples."""

    inspection: "Inspection"  # the samples
    usual: float  # how far a real image usually is from the real image most like it


@st.cache_resource(max_entries=_KEPT, show_spinner=False)
def _look(path: str, seed: int, *stamps: cached.Stamp) -> Look:
    with inference_guard.at_work():
        from ganlib.explore import evaluate_run

        found = evaluate_run.inspect(Run(Path(path)), COUNT, seed=seed)
    return Look(found, found.usual_distance())


def _sample_grids(run: Run, config: TrainConfig, found: "Inspection", orders: list[str]) -> int:
    """Show both ends of the samples in an order, and return the number of the sample to look at closely."""
    adversary = losses.get(config.loss).adversary.lower()
    name = st.segmented_control(
        "Sort samples", orders, format_func=lambda name: ORDERS[name][0].format(adversary), default=orders[0],
        required=True, key=f"judge_order_{run.id}",
    )  # fmt: skip
    _, high, low, reading = ORDERS[name]
    ranked = np.argsort(-getattr(found, name), kind="stable")
    labels = [_tile(config, found, index, name) for index in range(len(found.images))]
    is_short = max(len(tile.label) for tile in labels) <= _SHORT
    columns, shown, height = (8, 32, 290) if is_short else (5, 20, 380)
    page = st.pagination(-(-len(labels) // (2 * shown)), key=f"judge_page_{name}_{run.id}") - 1
    here = slice(page * shown, (page + 1) * shown)
    key = f"judge_tile_{run.id}"
    chosen = st.session_state.setdefault(key, int(ranked[0]))
    for end, column, title, indices in zip(
        ("high", "low"), st.columns(2, gap="medium"), (high, low),
        (ranked[here], ranked[::-1][here]), strict=True,
    ):  # fmt: skip
        with column:
            st.markdown(f"#### {title.format(adversary)}")
            framed = {number: "" for number, index in enumerate(indices) if index == chosen}
            figure = plots.tiles_figure(found.images[indices], [labels[index] for index in indices], columns, framed)
            place = f"judge_{name}_{end}_{page}_{run.id}"
            tiles.show(figure, place, height, title.format(adversary), partial(_choose, key, indices))
    st.caption(
        f"How to read it: {reading} Page by page, both grids come nearer to the middle. "
        "Click a sample to see, below, the real images most like it."
    )
    return chosen


def _choose(key: str, indices: np.ndarray, number: int) -> None:
    st.session_state[key] = int(indices[number])


def _tile(config: TrainConfig, found: "Inspection", index: int, order: str) -> Tile:
    score = "" if found.scores is None else f"{found.scores[index]:z.2f}"
    shown, sure = "", ""
    if found.classes is not None and found.confidence is not None:
        shown = datasets.get(config.dataset).classes[found.classes[index]]
        sure = f"{shown}, {found.confidence[index]:.0%} sure"
    hover = "<br>".join(filter(None, [score and f"output {score}", sure]))
    return Tile(shown if order == "confidence" or not score else score, hover)


def _neighbours(config: TrainConfig, look: Look, chosen: int) -> None:
    """Show a sample and, beside it, the real images most like it."""
    found = look.inspection
    indices, distances = found.nearest(chosen, NEIGHBOURS)
    st.markdown("#### One sample, and the real images most like it")
    left, right = st.columns([1, 4], gap="medium")
    with left:
        tile = _tile(config, found, chosen, "scores")
        png = images.png_bytes(images.enlarge(found.images[chosen], _LARGE))
        st.image(png, width=_LARGE, output_format="PNG", alt="The chosen sample")
        st.caption(tile.hover.replace("<br>", ", "))
    with right:
        labels = [Tile(f"{distance:.2f}", f"distance {distance:.3f}") for distance in distances]
        figure = plots.tiles_figure(found.real_images[indices], labels)
        tiles.show(figure, "judge_neighbours", _STRIP, "The real images most like the chosen sample, nearest first")
        by = "as the classifier sees them" if found.classes is not None else "pixel by pixel"
        st.caption(
            f"How to read it: below each real image is its distance from the sample, {by}. Two different real images "
            f"that are most alike are usually {look.usual:.2f} apart: much less than that, and the sample may be a "
            f"copy; much more, and it looks like nothing real. Looked for among {len(found.real_images):,} images that "
            "the run learned from."
        )


def _reconstructions(run: Run, config: TrainConfig, found: "Inspection") -> None:
    """Show what D gives back of images, where it is an autoencoder."""
    if not losses.get(config.loss).has_autoencoder:
        return
    st.markdown("#### What the discriminator gives back")
    with inference_guard.at_work():
        some = (kind[: reconstructions.SEEN] for kind in (found.real_images, found.images))
        reconstructions.show(inference_guard.discriminator(run), *some)


def _histogram(run: Run, config: TrainConfig, found: "Inspection") -> None:
    loss = losses.get(config.loss)
    adversary = loss.adversary
    st.markdown(f"#### {adversary}'s output, image by image")
    scores = {"train": found.real_scores, "fake": found.scores}
    counts = f"{len(found.real_scores):,} training images and {len(found.images):,} samples"
    if found.held_out_scores is not None:
        scores["held_out"] = found.held_out_scores
        counts = f"{len(found.held_out_scores):,} unseen real images, {counts}"
    reference = (loss.decision_threshold, "undecided") if loss.decision_threshold is not None else None
    charts.draw(
        plots.score_histogram_figure(scores, reference, run.id), f"judge_histogram_{run.id}",
        f"How the {adversary.lower()}'s output is spread over real images and samples",
    )  # fmt: skip
    apart = f" {_APART}" if config.norm == "batch" else ""
    st.caption(
        f"How to read it: {_HISTOGRAM.format(adversary.lower())} Of {counts}, seed {evaluation_table.SEED}.{apart}"
    )
