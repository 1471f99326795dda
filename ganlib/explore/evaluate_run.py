"""Judging a trained run: an evaluation to write down, and the samples behind its numbers."""

import time
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.neighbors import NearestNeighbors

from ganlib import data
from ganlib.catalog import classifiers
from ganlib.explore.sampler import Discriminator, Sampler
from ganlib.metrics import classifier, stacked
from ganlib.metrics.classifier_training import Watch, examples_for
from ganlib.metrics.evaluator import held_out_split, make_evaluator, some_labelled
from ganlib.metrics.gan_train import gan_train
from ganlib.runs.evaluation import gan_train_problem
from ganlib.runs.folder import Run
from ganlib.utils import files
from ganlib.utils.errors import UserError


def evaluate_run(
    run: Run,
    count: int,
    seed: int = 0,
    step: int | None = None,
    with_gan_train: bool = False,
    watch: Watch | None = None,
    owner: str = "",
) -> dict[str, Any]:
    """Judge a run by its samples and write the result into its `evaluations.jsonl`.

    Args:
        run: whose weights; nobody may be training it.
        count: how many samples; fewer where there are not enough real images to compare with.
        seed: picks the latent vectors and the real images.
        step: that of a snapshot; by default the weights at the end, or else the newest snapshot.
        with_gan_train: whether to train two classifiers as well, see `metrics.gan_train`.
        watch: is told how they do.
        owner: who asks for it; the line says so.

    Returns:
        The line written, see `docs/run-folder.md`.

    Raises:
        UserError: there are no such weights, the real images are not at hand, or a trainer is at work on the run;
            or GAN-train is not for such a run, see `runs.evaluation.gan_train_problem`.
    """
    if with_gan_train and (problem := gan_train_problem(run.config)):
        raise UserError(problem)
    is_free = nullcontext if run.is_shipped else run.held
    with is_free():  # to refuse at once what would be refused in the end
        pass
    sampler = Sampler(run, step)
    discriminator = None if run.is_without_discriminator else Discriminator(run, step).discriminator
    found = make_evaluator(run.config, count, seed).evaluate(sampler.generator, discriminator)
    if with_gan_train:
        _add(found, _gan_train(sampler, found["count"], seed, watch))
    if run.config.is_stacked:
        started = time.monotonic()
        samples = sampler.generate(stacked.SAMPLES, seed)
        _add(found, stacked.evaluate(samples, run.config, seed))
        found["seconds"] = round(found["seconds"] + time.monotonic() - started, 3)
    epoch, columns = None, run.metrics()
    if {"step", "epoch"} <= columns.keys():
        epoch = round(float(np.interp(sampler.step, columns["step"], columns["epoch"])), 4)
    line = {"step": sampler.step, "epoch": epoch, **found, **({"owner": owner} if owner else {})}
    # Held only to write: for as long as the lock is held, an interrupted run looks as if it trained.
    with is_free():
        try:
            run.evaluations_path.parent.mkdir(parents=True, exist_ok=True)
            files.append_lines(run.evaluations_path, [line])
        except OSError as error:
            raise UserError(f"No evaluation could be written ({error.strerror}); make room and try again.") from error
    return line


def _add(found: dict[str, Any], more: dict[str, Any]) -> None:
    """Add what an evaluation keeps of more metrics."""
    for key, value in more.items():
        found[key] = {**found[key], **value} if isinstance(value, dict) else value


def _gan_train(sampler: Sampler, count: int, seed: int, watch: Watch | None) -> dict[str, Any]:
    config = sampler.config
    recipe = classifiers.find(config.dataset, config.grayscale)
    labels = sampler.labels(count, seed)
    assert recipe is not None, "see gan_train_problem"
    assert labels is not None, "see gan_train_problem"
    images = sampler.images(sampler.latents(count, seed), labels)
    return gan_train(images, labels, recipe, examples_for(recipe), seed, watch)


@dataclass(frozen=True, eq=False)
class Inspection:
    """Samples of a run, and real images, with what is known of each."""

    images: np.ndarray  # N samples, uint8, shape (N, H, W, C)
    # D's output for each, float32, or None where the run came without its D; so for all other scores.
    scores: np.ndarray | None
    classes: np.ndarray | None  # the class that the classifier takes each for, or None where there is no classifier
    confidence: np.ndarray | None  # how sure it is, 0 to 1, or None
    features: np.ndarray  # what samples are compared by, shape (N, F): the classifier's features, or else the pixels
    real_images: np.ndarray  # M images the run trained on
    real_scores: np.ndarray | None  # D's output for each
    real_features: np.ndarray  # as `features`, shape (M, F)
    held_out_scores: np.ndarray | None  # D's output for real images it never saw, or None where none are at hand

    def nearest(self, index: int, count: int) -> tuple[np.ndarray, np.ndarray]:
        """Return which real images are most like a sample, and how far they are, by `features`, nearest first."""
        search = NearestNeighbors(n_neighbors=min(count, len(self.real_images)), algorithm="brute")
        distances, indices = search.fit(self.real_features).kneighbors(self.features[index : index + 1])
        return indices[0], distances[0]

    def usual_distance(self, count: int = 64) -> float:
        """Return how far a real image usually is from the other one most like it, by `count` of them at most."""
        search = NearestNeighbors(n_neighbors=2, algorithm="brute").fit(self.real_features)
        distances, _ = search.kneighbors(self.real_features[:count])
        return float(np.median(distances[:, 1]))  # the nearest is the image itself


def inspect(run: Run, count: int = 512, real_count: int = 5000, seed: int = 0, step: int | None = None) -> Inspection:
    """Draw samples and look at each of them; arguments and errors as for `evaluate_run`.

    `real_count` says among how many training images to look for similar ones, and how many held-out images to score.
    """
    config, sampler = run.config, Sampler(run, step)
    asked = sampler.labels(count, seed)
    images = sampler.images(sampler.latents(count, seed), asked)
    real, known = some_labelled(config, config.split, real_count, seed)
    both, labels, confidence = np.concatenate([images, real]), None, None
    if config.is_plane:
        features = both
    elif classifiers.find(config.dataset, config.grayscale) is None:
        features = data.scale(both, (0.0, 1.0)).reshape(len(both), -1)
    else:
        features, probabilities = classifier.load(config.dataset, config.grayscale).predict(both)
        labels, confidence = probabilities[:count].argmax(axis=1), probabilities[:count].max(axis=1)
    scores = real_scores = held_out_scores = None
    if not run.is_without_discriminator:
        discriminator, held_out = Discriminator(run, step), held_out_split(config)
        scores, real_scores = discriminator.scores(images, labels=asked), discriminator.scores(real, labels=known)
        if held_out:
            unseen, known = some_labelled(config, held_out, real_count, seed)
            held_out_scores = discriminator.scores(unseen, labels=known)
    return Inspection(
        images, scores, labels, confidence, features[:count], real, real_scores, features[count:], held_out_scores
    )
