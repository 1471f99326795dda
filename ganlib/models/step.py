"""One training step of a GAN, to be read from top to bottom: what is computed, and which network learns from it.

Each function does one update on the state of a `GAN` and returns scalars to report. Notation: z is noise, G(z) a fake,
D(x) a logit (a score under Wasserstein losses). In a conditional GAN the label of the real image at the same place of
the batch stands beside each z, and D judges both by it, or names it.
"""

from typing import TYPE_CHECKING, Any

from keras import ops

from ganlib.backend import engine
from ganlib.backend.hardware import Tensor
from ganlib.models import autoencoders, losses, penalties
from ganlib.models.conditioning import Opinion

if TYPE_CHECKING:
    import keras

    from ganlib.models.gan import GAN

Report = dict[str, Tensor]


def discriminator_step(gan: "GAN", real: Tensor, z: Tensor) -> Report:
    """Let D learn to tell a batch of real images from G's fakes; G stays as it is.

    `real` is in `gan.value_range`, float32, shape (batch, H, W, C); the latent vectors `z` have shape (batch,
    latent_dim).
    """
    # G draws. No gradient flows back into it: G learns in its own turn.
    fake = ops.stop_gradient(gan.generator(z, training=True))
    with engine.tape() as tape:
        # D looks at both batches, each normalised apart, and is wrong by so much.
        loss, _, report = discriminator_objective(gan, real, fake, gan.labels_in(z))
    # D takes a step downhill.
    gradients = tape.gradient(loss, gan.discriminator.trainable_variables)
    report |= _descend("d", gan.d_optimizer, gan.discriminator, gradients)
    return report | gan.clip_weights() | gan.move_balance(report)


def generator_step(gan: "GAN", z: Tensor) -> Report:
    """Let G learn to draw what D takes for real; D stays as it is (but for its batch statistics)."""
    with engine.tape() as tape:
        # G draws, D looks, and the gradient will flow through D back to the pixels, and on into G.
        fake = gan.generator(z, training=True)
        loss, report = generator_objective(gan, gan.judge(gan.shown_to_d(fake), gan.labels_in(z)))
    gradients = tape.gradient(loss, gan.generator.trainable_variables)
    return report | _descend("g", gan.g_optimizer, gan.generator, gradients)


def simultaneous_step(gan: "GAN", real: Tensor, z: Tensor) -> Report:
    """Update both networks from one forward pass of G, and of D on its fakes, as TensorFlow's tutorial does."""
    with engine.tape() as tape:
        fake = gan.generator(z, training=True)
        d_loss, opinion, report = discriminator_objective(gan, real, fake, gan.labels_in(z))
        g_loss, g_report = generator_objective(gan, opinion)
    # Both gradients before either update: each network answers the other one as it was.
    g_gradients = tape.gradient(g_loss, gan.generator.trainable_variables)
    d_gradients = tape.gradient(d_loss, gan.discriminator.trainable_variables)
    report |= g_report | _descend("g", gan.g_optimizer, gan.generator, g_gradients)
    report |= _descend("d", gan.d_optimizer, gan.discriminator, d_gradients)
    return report | gan.clip_weights() | gan.move_balance(report)


def discriminator_objective(
    gan: "GAN", real: Tensor, fake: Tensor, labels: Tensor | None = None
) -> tuple[Tensor, Opinion, Report]:
    """Return what D minimises, its opinion of the fakes, and what is worth reporting."""
    real, fake = gan.shown_to_d(real), gan.shown_to_d(fake)
    of_real, of_fake = gan.judge(real, labels, are_real=True), gan.judge(fake, labels)
    real_logits, fake_logits = of_real.logits, of_fake.logits
    flipped = gan.label_flips(real_logits, fake_logits)
    loss = losses.discriminator_loss(
        gan.objective, real_logits, fake_logits, gan.config.label_smoothing, flipped, gan.balance and gan.balance.k
    )
    report = {"d_real": ops.mean(real_logits), "d_fake": ops.mean(fake_logits)}
    if of_real.loss is not None:  # D names classes
        report |= {"class_loss_real": of_real.loss, "class_loss_fake": of_fake.loss}
        loss = loss + of_real.loss + of_fake.loss
    elif of_fake.loss is not None:  # D reads codes off fakes
        report |= {"code_loss": of_fake.loss, **of_fake.information}
        loss = loss + of_fake.loss
    if gan.config.has_penalty:
        report["penalty"] = penalties.weighted_sum(gan, real, ops.stop_gradient(fake), labels)
        loss = loss + report["penalty"]
    return loss, of_fake, report | {"d_loss": loss}


def generator_objective(gan: "GAN", opinion: Opinion) -> tuple[Tensor, Report]:
    """Return what G minimises, given D's opinion of its fakes, and what is worth reporting."""
    loss = losses.generator_loss(gan.objective, opinion.logits)
    if opinion.loss is not None:  # classes, or codes that G was told
        loss = loss + opinion.loss
    report = {}
    if gan.facts.pulls_away:
        report["pull_away"] = autoencoders.pull_away(opinion.code)
        loss = loss + gan.config.pull_away * report["pull_away"]
    return loss, report | {"g_loss": loss}


def _descend(name: str, optimizer: "keras.optimizers.Optimizer", network: Any, gradients: list[Tensor]) -> Report:
    """Let an optimiser change a network's weights against the gradients of its loss; report their length."""
    engine.apply(optimizer, gradients, network.trainable_variables)
    return {f"{name}_grad_norm": ops.sqrt(sum(ops.sum(ops.square(ops.cast(g, "float32"))) for g in gradients))}
