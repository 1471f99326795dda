"""What the metrics are for: real digits before a short training, and that before a generator that collapsed."""

import numpy as np
import pytest

from ganlib import data, presets
from ganlib.catalog.metrics import METRICS
from ganlib.explore.sampler import Sampler
from ganlib.metrics.compute import evaluate
from ganlib.metrics.reference import Reference
from ganlib.runs import store
from ganlib.training.start_or_resume import train

pytestmark = pytest.mark.slow

COUNT = 2000
TELLING = ("frechet_distance", "score", "recall", "coverage", "class_distance", "duplicates")


@pytest.fixture(scope="module")
def sampler(real_data, tmp_path_factory):
    """Return a function that trains `mnist-quick` with changes, and gives what draws from it."""
    folder = tmp_path_factory.mktemp("runs")

    def trained(name, **changes):
        # By steps alone: what seconds of training give differs from machine to machine.
        config = presets.get("mnist-quick").config.changed(evaluate_every=0, max_seconds=0.0, epochs=100, **changes)
        run = store.create(config, {}, name, folder)
        with run.held():
            train(run)
        return Sampler(run)

    return trained


def clearest(sampler, latents, classifier):
    """Return the latent vector whose whole neighbourhood the classifier is surest of."""
    sure = classifier.predict(sampler.images(latents)).probabilities.max(axis=1)
    candidates = latents[np.argsort(sure)[-30:]]
    around = candidates[:, None] + latents[None, :20] * 0.02
    probabilities = classifier.predict(sampler.images(around.reshape(-1, latents.shape[1]))).probabilities
    return candidates[probabilities.max(axis=1).reshape(len(candidates), -1).min(axis=1).argmax()]


@pytest.fixture(scope="module")
def judged(sampler):
    """Evaluations of real test digits, of a short training, and of generators that repeat themselves."""
    reference = Reference("mnist", "train", count=COUNT)
    compared = {image.tobytes() for image in reference.images}
    # The test set is not in random order: its first half is easier to read than its second.
    shuffled = data.load("mnist", "test").images[np.random.default_rng(0).permutation(10_000)]
    unseen = shuffled[[image.tobytes() not in compared for image in shuffled]]
    quick = sampler("quick", max_steps=1200)
    # G's steps are 50 times too large: it falls into one picture and never gets out.
    collapsed = sampler("collapsed", max_steps=400, g_learning_rate=0.1)
    latents = quick.latents(COUNT, seed=0)
    crowds = {
        "real": unseen,
        "quick": quick.images(latents),
        "collapsed": collapsed.images(collapsed.latents(COUNT, seed=0)),
        # The quick generator itself, asked for nothing but its most ordinary picture.
        "repeating": quick.images(latents * 0.02),
        # Or for nothing but its clearest one.
        "clearest": quick.images(clearest(quick, latents, reference.classifier) + latents * 0.02),
    }
    found = {name: evaluate(images, reference) for name, images in crowds.items()}
    for name, values in found.items():
        print(name, {metric: format(values[metric], METRICS[metric].form) for metric in METRICS if metric in values})
    return found


@pytest.mark.parametrize("metric", TELLING)
def test_variety_is_ranked_before_repetition(judged, metric):
    sign = {"lower": 1, "higher": -1}[METRICS[metric].is_better]
    real, quick, collapsed, repeating = (
        sign * judged[name][metric] for name in ("real", "quick", "collapsed", "repeating")
    )
    floor = sign * judged["quick"]["floor"][metric]
    assert quick < min(collapsed, repeating)
    # Real digits have some near twins by chance: fewer than they have are no merit.
    assert real < quick or (metric == "duplicates" and quick <= floor + 0.01)
    assert abs(real - floor) < 0.1 * abs(min(collapsed, repeating) - floor)


def test_what_sees_single_pictures_alone_prefers_repetition(judged):
    """The lesson on the Judge page: these three numbers do not tell a good generator from a collapsed one."""
    assert judged["clearest"]["recognised"] > judged["quick"]["recognised"] + 0.1
    assert judged["repeating"]["precision"] > judged["quick"]["precision"]
    assert judged["repeating"]["density"] > judged["quick"]["density"]
    assert {name for name, metric in METRICS.items() if metric.rewards_collapse and not metric.of_points} == {
        *("recognised", "precision", "density")
    }
