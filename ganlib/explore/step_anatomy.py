"""One training step, taken apart: what each network sees, what it says, and what it learns from that.

The step is the one of `ganlib.models.step`, on a GAN in memory; nothing in a run's folder changes.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from keras import ops

from ganlib.backend import engine
from ganlib.explore.sampler import load, weights
from ganlib.models import losses
from ganlib.models.gan import GAN
from ganlib.models.losses import Objective
from ganlib.models.packing import with_companions
from ganlib.models.step import discriminator_objective
from ganlib.runs.folder import Run
from ganlib.runs.frames import CELLS, places


@dataclass(frozen=True, eq=False)
class StepAnatomy:
    """What happened in one step; all arrays are float32.

    Where D judges several samples together (`pack`), logits and losses of a sample are those of its pack, and its push
    is what it can do for the loss of its pack.

    Attributes:
        real: the batch of real samples, in the GAN's value range, shape (batch, ...).
        latents: z, shape (batch, latent_dim).
        fake: G(z), before the step.
        real_logits: what D said of each real sample before it learned, in training mode, shape (batch,).
        fake_logits: the same of each fake.
        real_losses: D's loss for each real sample, without penalties and smoothing.
        fake_losses: D's loss for each fake.
        penalty: the penalties on D's slope, with their weights.
        d_gradients: layer of D -> norm of the gradient of D's loss by its weights.
        real_logits_after: what D said of the same samples, with the same noise and dropout, after it learned.
        fake_logits_after: the same of the fakes.
        surface: for points in the plane, D's logit at each of `ganlib.runs.frames.places(CELLS)` before it learned,
            without noise, shape (CELLS, CELLS), rows from the bottom; (0, 0) for images. A D that judges several points
            together sees each place beside the first fakes.
        surface_after: the same after it learned.
        g_losses: G's loss for each fake, by the D that it answers: the new one, or the old one in simultaneous updates.
        pushes: the direction in which each fake would move for its own loss to fall fastest, of the shape of `fake`.
        pushes_under: loss -> `pushes` if G played that loss against the same D; as far as asked for.
        g_gradients: layer of G -> norm of the gradient of G's loss by its weights.
        fake_after: G(z) after the step, of the same z.
    """

    real: np.ndarray
    latents: np.ndarray
    fake: np.ndarray
    real_logits: np.ndarray
    fake_logits: np.ndarray
    real_losses: np.ndarray
    fake_losses: np.ndarray
    penalty: float
    d_gradients: Mapping[str, float]
    real_logits_after: np.ndarray
    fake_logits_after: np.ndarray
    surface: np.ndarray
    surface_after: np.ndarray
    g_losses: np.ndarray
    pushes: np.ndarray
    pushes_under: Mapping[str, np.ndarray]
    g_gradients: Mapping[str, float]
    fake_after: np.ndarray


def load_gan(run: Run, step: int | None = None) -> GAN:
    """Return a run's GAN in memory, as it was at a snapshot or ended; arguments and errors as for `Sampler`.

    Snapshots hold weights alone: G's are those of its moving average, and both optimisers begin without a memory. It
    computes in float32 on one device: what a single step changes may be less than a coarser number shows.
    """
    folder, done = weights(run, step)
    gan = GAN(run.config.changed(precision="float32", devices=1))
    gan.step_count.assign(done)
    for network in (gan.generator, gan.discriminator):
        load(network, run, folder)
    gan.ema.set_weights(gan.generator.get_weights())
    return gan


def take_apart(gan: GAN, real: np.ndarray, latents: np.ndarray, other_losses: Sequence[str] = ()) -> StepAnatomy:
    """Let a GAN do one step, an update of D and one of G, and look at it from all sides.

    Args:
        gan: changed as by the functions of `ganlib.models.step`, weight for weight.
        real: real samples in the GAN's value range, float32, shape (batch, ...).
        latents: as many latent vectors, shape (batch, latent_dim).
        other_losses: losses to tell the push under, keys of `ganlib.models.losses.LOSSES`.
    """
    answers_old = gan.config.update == "simultaneous"
    batch, z = ops.convert_to_tensor(real), ops.convert_to_tensor(latents)
    chance = copies(variable for variable in gan.variables if "seed_generator" in variable.path)
    with unchanged(gan):
        fake = gan.generator(z, training=True)
        before = _logits(gan, batch, fake)
        surface = _surface(gan, fake)
    # In a simultaneous update G is told by the very pass in which D looks at both batches.
    old_answer = _answers(gan, fake, other_losses, batch) if answers_old else None

    with engine.tape() as tape:
        made = gan.generator(z, training=True)
        d_loss, opinion, report = discriminator_objective(gan, batch, made if answers_old else ops.stop_gradient(made))
        g_loss = ops.mean(gan.objective.generator(opinion.logits))
    d_gradients = tape.gradient(d_loss, gan.discriminator.trainable_variables)
    g_gradients = tape.gradient(g_loss, gan.generator.trainable_variables) if answers_old else None
    if not answers_old:
        _learn(gan, gan.d_optimizer, gan.discriminator, d_gradients)
    with unchanged(gan, chance):
        after = _logits(gan, batch, fake)
    g_losses, pushes, pushes_under = old_answer or _answers(gan, fake, other_losses)
    if g_gradients is None:
        with engine.tape() as tape:
            made = gan.generator(z, training=True)
            logits = gan.discriminator(gan.shown_to_d(made), training=True)
            g_loss = ops.mean(gan.objective.generator(logits))
        g_gradients = tape.gradient(g_loss, gan.generator.trainable_variables)
    _learn(gan, gan.g_optimizer, gan.generator, g_gradients)
    if answers_old:
        _learn(gan, gan.d_optimizer, gan.discriminator, d_gradients)
        with unchanged(gan, chance):
            after = _logits(gan, batch, fake)
    with unchanged(gan, chance):
        surface_after = _surface(gan, fake)
        fake_after = gan.generator(z, training=True)
    return StepAnatomy(
        real=_plain(batch),
        latents=_plain(z),
        fake=_plain(fake),
        real_logits=_plain(before[0]),
        fake_logits=_plain(before[1]),
        real_losses=_plain(gan.objective.real(before[0])),
        fake_losses=_plain(gan.objective.fake(before[1])),
        penalty=float(report.get("penalty", 0.0)),
        d_gradients=_by_layer(gan.discriminator, d_gradients),
        real_logits_after=_plain(after[0]),
        fake_logits_after=_plain(after[1]),
        surface=surface,
        surface_after=surface_after,
        g_losses=_plain(g_losses),
        pushes=_plain(pushes),
        pushes_under={name: _plain(push) for name, push in pushes_under.items()},
        g_gradients=_by_layer(gan.generator, g_gradients),
        fake_after=_plain(fake_after),
    )


@contextmanager
def unchanged(gan: GAN, chance: Sequence[tuple[keras.Variable, Any]] = ()) -> Iterator[None]:
    """Put every variable back after a look in training mode, which moves batch statistics and random streams.

    With `chance`, streams are first set back to an earlier state: the same noise and dropout as in a look before.
    """
    before = copies(gan.variables)
    try:
        put_back(chance)
        yield
    finally:
        put_back(before)


def copies(variables: Iterable[keras.Variable]) -> list[tuple[keras.Variable, Any]]:
    return [(variable, ops.copy(variable.value)) for variable in variables]


def put_back(values: Iterable[tuple[keras.Variable, Any]]) -> None:
    for variable, value in values:
        variable.assign(value)


def _logits(gan: GAN, real: Any, fake: Any) -> tuple[Any, Any]:
    """Ask D as in its own update, each batch apart."""
    seen = [gan.shown_to_d(each) for each in (real, fake)]
    logits = [gan.discriminator(each, training=True)[:, 0] for each in seen]
    return _of_each(gan, logits[0]), _of_each(gan, logits[1])


def _of_each(gan: GAN, values: Any) -> Any:
    """Give each sample what its pack has."""
    return ops.repeat(values, gan.config.pack)


def _surface(gan: GAN, beside: Any) -> np.ndarray:
    """Ask D all over the plane, in inference mode."""
    if not gan.config.is_plane:
        return np.zeros((0, 0), np.float32)
    companions = beside[None, : gan.config.pack - 1]
    return _plain(gan.discriminator(with_companions(places(CELLS), companions), training=False)).reshape(CELLS, CELLS)


def _answers(
    gan: GAN, fake: Any, others: Sequence[str], looked_at_before: Any = None
) -> tuple[Any, Any, Mapping[str, Any]]:
    """Return G's loss for each fake, which way each should move, and which way under other losses."""

    def losses_of(images: Any, objective: Objective) -> Any:
        if looked_at_before is not None:  # chance goes on from there
            gan.discriminator(gan.shown_to_d(looked_at_before), training=True)
        return objective.generator(gan.discriminator(gan.shown_to_d(images), training=True)[:, 0])

    def push(objective: Objective) -> Any:
        with unchanged(gan):
            return -engine.input_gradient(lambda images: losses_of(images, objective), fake)

    with unchanged(gan):
        found = _of_each(gan, losses_of(fake, gan.objective))
    return found, push(gan.objective), {name: push(losses.get(name)) for name in others}


def _learn(gan: GAN, optimizer: keras.optimizers.Optimizer, network: keras.Model, gradients: Sequence[Any]) -> None:
    engine.apply(optimizer, gradients, network.trainable_variables)
    if network is gan.discriminator:
        gan.clip_weights()


def _by_layer(network: keras.Model, gradients: Sequence[Any]) -> dict[str, float]:
    """Return the norm of the gradient by all weights of each layer that has any."""
    squares: dict[str, float] = {}
    place = 0
    for layer in network.layers:
        for _ in layer.trainable_variables:
            squares[layer.name] = squares.get(layer.name, 0.0) + float(ops.sum(ops.square(gradients[place])))
            place += 1
    return {name: square**0.5 for name, square in squares.items()}


def _plain(tensor: Any) -> np.ndarray:
    return np.asarray(ops.convert_to_numpy(tensor), np.float32)
