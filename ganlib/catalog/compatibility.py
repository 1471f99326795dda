"""Which choices go together: what is refused, and what is warned of, each in a sentence that says what to do."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from ganlib.catalog import datasets, losses, networks, training

RATES = ("g_learning_rate", "d_learning_rate")

FAR = 10.0
"""Times the usual learning rate above which a training is likely to diverge. The quick presets take 10 times the
paper's."""


class Usual(NamedTuple):
    """Settings that are known to work, and where they are from."""

    source: str
    settings: Mapping[str, Any]


def contradictions(choices: Any) -> Iterator[str]:
    """Yield a sentence for each combination of a `TrainConfig` that cannot work."""
    loss = losses.get(choices.loss)
    shape = choices.image_shape
    generator = networks.get_generator(choices.generator)
    discriminator = networks.get_discriminator(choices.discriminator)
    for network in (generator, discriminator):
        if problem := networks.problem(network, shape):
            yield problem
    if problem := _unlike_kinds(loss, discriminator):
        yield problem
    if loss.has_autoencoder:
        yield from _against_autoencoders(choices)
    if loss.penalty == "wgan_gp" and choices.discriminator_norm == "batch":
        yield (
            "A WGAN gradient penalty is taken image by image, which batch normalisation in the critic "
            "breaks; set discriminator_norm to auto, layer or none."
        )
    if choices.discriminator_norm in ("batch", "layer") and not discriminator.has_norm:
        yield (
            f"The discriminator {choices.discriminator!r} has no place for normalisation; "
            "set discriminator_norm to auto or none."
        )
    if choices.update == "simultaneous" and choices.critic_steps > 1:
        yield "Several D updates per step need update=alternating; set that, or critic_steps=1."
    if choices.label_smoothing > 0 and not loss.has_labels:
        yield f"Label smoothing needs a loss with labels; {choices.loss} has none, so set label_smoothing=0."
    if choices.label_flips > 0 and not loss.has_labels:
        yield f"Label flips need a loss with labels; {choices.loss} has none, so set label_flips=0."
    if choices.conditioning != "none":
        dataset = datasets.get(choices.dataset)
        finds_classes = choices.conditioning not in training.WITH_LABELS
        if finds_classes and choices.is_plane:
            yield "InfoGAN's codes are for images, and this data set has points in the plane; set conditioning=none."
        if finds_classes and choices.latent_dim <= training.CODES:
            yield (
                f"InfoGAN takes {training.CODES} numbers of z for its codes, and at least one is left to noise; "
                f"set latent_dim to {training.CODES + 1} or more."
            )
        if not finds_classes and not dataset.classes and dataset.counts:
            yield f"The images of {dataset.title} have no labels to tell the networks; set conditioning=none."
        if choices.pack > 1:
            yield "Samples of several classes have no label that D could judge a pack by; set pack=1."
    if choices.augment != "none" and choices.is_plane:
        yield "Augmentation changes pixels, and points in the plane have none; set augment=none."
    if choices.batch_size % choices.devices:
        yield f"{choices.devices} GPUs cannot share {choices.batch_size} images evenly; change batch_size or devices."
    if choices.batch_size % (choices.pack * choices.devices):
        yield f"A batch of {choices.batch_size} makes no whole packs of {choices.pack}; change batch_size or pack."
    if choices.rate_decay and not choices.max_steps:
        yield "Rates that fall to the end need to know the end: set max_steps, or rate_decay=0."
    batches = (choices.batch_size, choices.critic_steps, choices.epochs)
    if problem := _shortage(datasets.get(choices.dataset), choices.split, *batches):
        yield problem


def _unlike_kinds(loss: losses.Loss, discriminator: networks.DiscriminatorInfo) -> str:
    """Say why a loss cannot be played by a discriminator of this kind; "" where it can."""
    if loss.has_autoencoder and not discriminator.is_autoencoder:
        return f"{loss.title} needs a discriminator that copies images; set discriminator={networks.AUTOENCODER}."
    if discriminator.is_autoencoder and not loss.has_autoencoder:
        others = " or ".join(name for name, other in losses.LOSSES.items() if other.has_autoencoder)
        return (
            f"The discriminator {discriminator.name!r} answers with an error instead of a logit, and {loss.title} "
            f"needs one: set discriminator to another, such as {networks.PLAIN}, or loss to {others}."
        )
    return ""


def _against_autoencoders(choices: Any) -> Iterator[str]:
    """Yield a sentence for each choice that does not go with an autoencoder as D."""
    if choices.conditioning != "none":
        yield "An autoencoder copies images and knows no classes or codes of G's; set conditioning=none."
    if choices.pack > 1:
        yield "An autoencoder copies each image by itself; set pack=1."
    if choices.spectral_norm:
        yield "Spectral normalisation bounds D's slope, so an autoencoder could not copy; set spectral_norm=false."
    if choices.devices > 1:
        yield "Errors and codes of a whole batch are compared, which several GPUs would share; set devices=1."


def brought(loss: str, discriminator: str) -> dict[str, Any]:
    """Return what choosing a loss brings along: its paper's settings, and a D of its kind in place of another one."""
    facts = losses.get(loss)
    found = dict(facts.defaults)
    if facts.has_autoencoder != networks.get_discriminator(discriminator).is_autoencoder:
        found["discriminator"] = networks.AUTOENCODER if facts.has_autoencoder else networks.PLAIN
    return found


def given_up(choices: Any, loss: str) -> dict[str, Any]:
    """Return what a `TrainConfig` must give up under another loss, see `contradictions`: name -> value in its place."""
    facts = losses.get(loss)
    changes: dict[str, Any] = {}
    if _unlike_kinds(facts, networks.get_discriminator(choices.discriminator)):
        changes["discriminator"] = brought(loss, choices.discriminator)["discriminator"]
        if choices.discriminator_norm != "auto":  # it was chosen for a D of another kind
            changes["discriminator_norm"] = "auto"
    if facts.has_autoencoder:
        alone = {"conditioning": "none", "pack": 1, "spectral_norm": False, "devices": 1}
        changes.update({name: value for name, value in alone.items() if getattr(choices, name) != value})
    if facts.penalty == "wgan_gp" and choices.discriminator_norm == "batch":
        changes["discriminator_norm"] = "auto"
    if not facts.has_labels:
        changes.update({name: 0.0 for name in ("label_smoothing", "label_flips") if getattr(choices, name)})
    return changes


def usual_training(choices: Any, preset: Any = None) -> Usual:
    """Return the rates, optimisers and order of updates to compare a `TrainConfig` with.

    `preset` is the config of the one it came from; under another loss, its rates say nothing.
    """
    paper = losses.get(choices.loss).defaults
    if preset is None or preset.loss != choices.loss:
        return Usual("the loss's paper", paper)
    return Usual("the preset", {name: getattr(preset, name) for name in paper})


def far_rates(choices: Any, usual: Usual) -> list[str]:
    """Return the names of the learning rates that are more than `FAR` times the usual ones."""
    return [name for name in RATES if getattr(choices, name) > 1.001 * FAR * usual.settings[name]]  # but for rounding


def warnings(choices: Any, preset: Any = None) -> Iterator[str]:
    """Yield a sentence for each combination that works but is likely to disappoint, see `usual_training`."""
    usual = usual_training(choices, preset)
    for name in far_rates(choices, usual):
        network = "generator" if name.startswith("g_") else "discriminator"
        rate, known = getattr(choices, name), usual.settings[name]
        yield (
            f"The {network}'s learning rate {rate:g} is {rate / known:.0f} times that of {usual.source}, and the "
            f"training is likely to diverge; set {name} to about {known:g}."
        )
    loss = losses.get(choices.loss)
    per_image = {"DRAGAN's penalty": loss.penalty == "dragan", "R1": choices.r1_gamma > 0}
    for penalty, active in per_image.items():
        if active and choices.norm == "batch":
            yield f"{penalty} is taken image by image, but batch normalisation mixes the images of a batch."
    if choices.spectral_norm and loss.clips:
        yield "Spectral normalisation and weight clipping both bound D; one of them is enough."


def _shortage(dataset: datasets.Dataset, split: str, batch_size: int, critic_steps: int, epochs: int) -> str:
    """Say why a split has too few images for a single step, and only what helps; "" where it has enough."""
    # How many custom images there were is unknown once they are deleted, and their runs must stay readable.
    count = dataset.count(split) if dataset.counts else None
    if count is None or count // batch_size * epochs >= critic_steps:
        return ""
    if count < batch_size:
        return (
            f"A batch of {batch_size:,} images cannot be drawn from the {count:,} of {dataset.name}; "
            f"set batch_size to {count} or less."
        )
    return (
        f"The {count:,} images of {dataset.name} make no {critic_steps} batches of {batch_size} for a single step; "
        "raise epochs, or lower batch_size or critic_steps."
    )
