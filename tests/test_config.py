import dataclasses
import json
import math

import pytest

from ganlib import config as config_module
from ganlib.catalog import datasets, initializers, losses, networks, training
from ganlib.config import FIELDS, GROUPS, FieldInfo, TrainConfig, parse
from ganlib.utils.errors import UserError

NUMBERS = [name for name, info in FIELDS.items() if isinstance(info.default, (int, float)) and info.low is not None]
FLOATS = [name for name in NUMBERS if isinstance(FIELDS[name].default, float)]
WHOLE = [name for name in NUMBERS if isinstance(FIELDS[name].default, int)]
NAMES = [name for name, info in FIELDS.items() if info.choices]
SWITCHES = [name for name, info in FIELDS.items() if isinstance(info.default, bool)]

FITTING = {
    # Other choices that have to go along, for a value at its bound to be possible.
    "batch_size": {"dataset": "mnist"},
    "critic_steps": {"update": "alternating"},
    "label_smoothing": {"loss": "lsgan"},
    "label_flips": {"loss": "lsgan"},
    "rate_decay": {"max_steps": 100},
}


def refusal(**values):
    """Return the sentence with which a config is refused."""
    with pytest.raises(UserError) as caught:
        TrainConfig.from_dict(values)
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


# The table of fields


def test_every_field_is_described():
    assert list(FIELDS) == [field.name for field in dataclasses.fields(TrainConfig)]
    for name, info in FIELDS.items():
        assert isinstance(info, FieldInfo)
        assert info.name == name
        assert info.doc.endswith(".")
        assert 0 < len(info.label) < 30
        assert info.group in GROUPS
        assert info.default == getattr(TrainConfig(), name)


def test_every_field_is_a_name_a_number_with_bounds_or_a_switch():
    assert sorted(NUMBERS + NAMES + SWITCHES) == sorted(FIELDS)
    for name in NUMBERS:
        info = FIELDS[name]
        assert info.low <= info.default <= info.high


def test_the_choices_are_those_of_the_tables_with_their_explanations():
    tables = {
        "dataset": datasets.DATASETS,
        "split": training.SPLITS,
        "generator": networks.GENERATORS,
        "discriminator": networks.DISCRIMINATORS,
        "activation": training.ACTIVATIONS,
        "discriminator_norm": training.DISCRIMINATOR_NORMS,
        "initializer": initializers.INITIALIZERS,
        "prior": initializers.PRIORS,
        "loss": losses.LOSSES,
        "update": training.UPDATES,
        "g_optimizer": training.OPTIMIZERS,
        "d_optimizer": training.OPTIMIZERS,
        "augment": training.AUGMENTATIONS,
        "conditioning": training.CONDITIONINGS,
        "precision": training.PRECISIONS,
    }
    assert {name: list(FIELDS[name].choices) for name in NAMES} == {name: list(table) for name, table in tables.items()}
    assert FIELDS["loss"].choices["hinge"] == losses.get("hinge").about
    assert all(text.strip() for name in NAMES for text in FIELDS[name].choices.values())


def test_the_fields_that_others_rely_on_are_there():
    agreed = """dataset split grayscale generator discriminator loss initializer prior latent_dim batch_size
        epochs max_steps max_seconds seed precision update critic_steps ema threads"""
    assert set(agreed.split()) <= set(FIELDS)


def test_descriptions_cannot_be_changed():
    with pytest.raises(TypeError):
        FIELDS["seed"] = FIELDS["ema"]
    with pytest.raises(dataclasses.FrozenInstanceError):
        FIELDS["seed"].low = -5
    with pytest.raises(dataclasses.FrozenInstanceError):
        TrainConfig().seed = 1


# Bounds and types


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("bound", ["low", "high"])
def test_a_number_at_its_bound_is_taken(name, bound):
    value = getattr(FIELDS[name], bound)
    config = TrainConfig.from_dict({**FITTING.get(name, {}), name: value})
    assert getattr(config, name) == value
    assert type(getattr(config, name)) is type(FIELDS[name].default)


@pytest.mark.parametrize("name", NUMBERS)
def test_a_number_beyond_its_bounds_is_refused_with_both(name):
    info = FIELDS[name]
    beyond = (
        (info.low - 1, info.high + 1)
        if name in WHOLE
        else (math.nextafter(info.low, -math.inf), math.nextafter(info.high, math.inf))
    )
    for value in beyond:
        sentence = refusal(**{name: value})
        assert sentence.startswith(f"{name} must be between ")


def test_bounds_are_told_in_full():
    assert refusal(seed=2**31) == "seed must be between 0 and 2147483647, not 2147483648."
    assert refusal(ema=1.0) == "ema must be between 0 and 0.99999, not 1."
    assert refusal(clip=0) == "clip must be between 1e-05 and 10, not 0."


@pytest.mark.parametrize("name", FLOATS)
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_finite_number_is_refused(name, value):
    assert refusal(**{name: value}).startswith(f"{name} must be between ")


def test_a_whole_number_too_large_for_a_float_is_refused_like_any_other():
    assert refusal(max_seconds=10**400).startswith("max_seconds must be between 0 and 10000000, not 1000")
    assert refusal(seed=10**400).startswith("seed must be between")


@pytest.mark.parametrize("name", FLOATS)
@pytest.mark.parametrize("value", ["0.5", True, None, [0.5], 1j])
def test_other_types_than_numbers_are_refused(name, value):
    assert refusal(**{name: value}) == f"{name} must be a number, not {value!r}."


@pytest.mark.parametrize("name", WHOLE)
@pytest.mark.parametrize("value", ["3", 3.0, True, None, math.nan])
def test_other_types_than_whole_numbers_are_refused(name, value):
    assert refusal(**{name: value}) == f"{name} must be a whole number, not {value!r}."


@pytest.mark.parametrize("name", SWITCHES)
@pytest.mark.parametrize("value", ["true", 1, 0, None])
def test_other_types_than_switches_are_refused(name, value):
    assert refusal(**{name: value}) == f"{name} must be true or false, not {value!r}."


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("value", [3, None, ["mnist"], b"mnist"])
def test_other_types_than_names_are_refused(name, value):
    assert refusal(**{name: value}) == f"{name} must be a name, not {value!r}."


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("value", ["nonsense", "", "MNIST", "../../etc"])
def test_an_unknown_name_lists_the_valid_ones(name, value):
    sentence = refusal(**{name: value})
    assert repr(value) in sentence
    assert ", ".join(FIELDS[name].choices) in sentence


def test_a_whole_number_is_a_fine_float():
    config = TrainConfig(penalty_weight=5, max_seconds=60)
    assert type(config.penalty_weight) is type(config.max_seconds) is float
    assert config == TrainConfig(penalty_weight=5.0, max_seconds=60.0)


def test_an_unknown_setting_lists_the_valid_ones():
    for build in (TrainConfig.from_dict, lambda values: TrainConfig().changed(**values)):
        with pytest.raises(UserError, match="no setting 'lr'; choose one of: dataset, split, grayscale"):
            build({"lr": 0.1})


# Contradictions

CONTRADICTIONS = {
    "a gradient penalty with batch normalisation": (
        {"loss": "wgan_gp", "discriminator_norm": "batch"},
        "A WGAN gradient penalty is taken image by image, which batch normalisation in the critic breaks; "
        "set discriminator_norm to auto, layer or none.",
    ),
    "normalisation where there is no place for it": (
        {"discriminator": "dcgan", "discriminator_norm": "layer"},
        "The discriminator 'dcgan' has no place for normalisation; set discriminator_norm to auto or none.",
    ),
    "several D updates in a simultaneous step": (
        {"update": "simultaneous", "critic_steps": 2},
        "Several D updates per step need update=alternating; set that, or critic_steps=1.",
    ),
    "label smoothing without labels": (
        {"loss": "hinge", "label_smoothing": 0.1},
        "Label smoothing needs a loss with labels; hinge has none, so set label_smoothing=0.",
    ),
    "label flips without labels": (
        {"loss": "wgan", "label_flips": 0.1},
        "Label flips need a loss with labels; wgan has none, so set label_flips=0.",
    ),
    "a pack of samples with labels": (
        {"conditioning": "projection", "pack": 2},
        "Samples of several classes have no label that D could judge a pack by; set pack=1.",
    ),
    "codes without noise": (
        {"conditioning": "infogan", "latent_dim": 2},
        "InfoGAN takes 2 numbers of z for its codes, and at least one is left to noise; set latent_dim to 3 or more.",
    ),
    "more in a batch than there are images": (
        {"dataset": "digits", "batch_size": 1501},
        "A batch of 1,501 images cannot be drawn from the 1,500 of digits; set batch_size to 1500 or less.",
    ),
    "more batches in a step than in the whole run": (
        {"dataset": "digits", "split": "test", "batch_size": 100, "critic_steps": 5, "epochs": 2},
        "The 297 images of digits make no 5 batches of 100 for a single step; "
        "raise epochs, or lower batch_size or critic_steps.",
    ),
    "a discriminator that pools small images away": (
        {"dataset": "digits", "discriminator": "dcgan-pool"},
        "The discriminator 'dcgan-pool' needs images of at least 11 x 11 pixels, and these are 8 x 8: "
        "choose another discriminator or another data set.",
    ),
}


@pytest.mark.parametrize(("values", "sentence"), CONTRADICTIONS.values(), ids=CONTRADICTIONS)
def test_what_cannot_go_together_is_refused_with_what_to_do(values, sentence):
    assert refusal(**values) == sentence
    for name in values:
        TrainConfig.from_dict({key: value for key, value in values.items() if key != name and key != "split"})


@pytest.mark.parametrize("field", ["label_smoothing", "label_flips"])
@pytest.mark.parametrize("loss", losses.LOSSES)
def test_what_changes_labels_is_taken_by_the_losses_that_have_labels_alone(loss, field):
    if losses.get(loss).has_labels:
        assert getattr(TrainConfig(loss=loss, **{field: 0.1}), field) == 0.1
    else:
        assert f"{loss} has none" in refusal(loss=loss, **{field: 0.1})


def test_class_labels_need_a_data_set_that_has_some():
    sentence = refusal(dataset="ring", generator="points", discriminator="points", conditioning="concat")
    assert sentence == "The images of Ring of 8 have no labels to tell the networks; set conditioning=none."
    assert TrainConfig(dataset="digits").classes == 0
    assert TrainConfig(dataset="digits", conditioning="concat").classes == 10


def test_categories_are_made_up_whatever_labels_images_have():
    assert TrainConfig(dataset="digits", conditioning="infogan").classes == 10
    assert TrainConfig(dataset="own-cats-28-grey", conditioning="infogan").class_names[9] == "category 9"
    sentence = refusal(dataset="ring", generator="points", discriminator="points", conditioning="infogan")
    assert sentence.startswith("InfoGAN's codes are for images")


def test_labels_of_custom_images_that_are_missing_are_asked_for_only_where_they_are_needed():
    config = TrainConfig(dataset="own-cats-28-grey", conditioning="concat")
    with pytest.raises(UserError, match="not on this machine"):
        _ = config.classes


def test_points_in_the_plane_are_not_augmented():
    sentence = refusal(dataset="ring", generator="points", discriminator="points", augment="diffaugment")
    assert sentence == "Augmentation changes pixels, and points in the plane have none; set augment=none."


def test_the_last_step_that_fits_is_taken():
    TrainConfig(dataset="digits", batch_size=1500)
    TrainConfig(dataset="digits", split="all", batch_size=1797)
    TrainConfig(dataset="digits", split="test", batch_size=100, critic_steps=4, epochs=2)


WARNINGS = {
    "DRAGAN": ({"loss": "dragan"}, "DRAGAN's penalty is taken image by image"),
    "R1": ({"r1_gamma": 1.0}, "R1 is taken image by image"),
    "two bounds": ({"loss": "wgan", "spectral_norm": True}, "one of them is enough"),
}


@pytest.mark.parametrize(("values", "words"), WARNINGS.values(), ids=WARNINGS)
def test_what_is_likely_to_disappoint_is_told(values, words):
    (warning,) = TrainConfig.from_dict(values).warnings()
    assert words in warning
    assert warning.endswith(".")


@pytest.mark.parametrize(
    "changes", [{"discriminator_norm": "none"}, {"discriminator_norm": "layer"}, {"discriminator": "dcgan"}]
)
@pytest.mark.parametrize("values", [{"loss": "dragan"}, {"r1_gamma": 1.0}])
def test_nothing_is_told_of_a_penalty_without_batch_normalisation(values, changes):
    assert TrainConfig.from_dict({**values, **changes}).warnings() == []


def test_nothing_is_told_of_the_defaults():
    assert TrainConfig().warnings() == []


# What follows from the choices


@pytest.mark.parametrize(
    ("dataset", "grayscale", "shape"),
    [
        ("digits", False, (8, 8, 1)),
        ("mnist", False, (28, 28, 1)),
        ("mnist", True, (28, 28, 1)),
        ("fashion-mnist", False, (28, 28, 1)),
        ("svhn", False, (32, 32, 3)),
        ("svhn", True, (32, 32, 1)),
    ],
)
def test_image_shape(dataset, grayscale, shape):
    assert TrainConfig(dataset=dataset, grayscale=grayscale).image_shape == shape


@pytest.mark.parametrize(
    ("discriminator", "loss", "chosen", "norm"),
    [
        ("compact", "non_saturating", "auto", "batch"),
        ("compact", "wgan", "auto", "batch"),
        ("compact", "dragan", "auto", "batch"),
        ("compact", "wgan_gp", "auto", "none"),
        ("compact", "wgan_gp", "layer", "layer"),
        ("compact", "hinge", "none", "none"),
        ("compact", "hinge", "batch", "batch"),
        ("dcgan", "hinge", "auto", "none"),
        ("autoencoder", "began", "auto", "none"),
        ("autoencoder", "began", "batch", "batch"),
    ],
)
def test_the_normalisation_that_d_is_built_with(discriminator, loss, chosen, norm):
    assert TrainConfig(discriminator=discriminator, loss=loss, discriminator_norm=chosen).norm == norm


# Changing


@pytest.mark.parametrize("loss", losses.LOSSES)
def test_a_new_loss_brings_the_settings_of_its_paper(loss):
    other = "hinge" if loss != "hinge" else "wgan"
    config = TrainConfig(loss=other, g_learning_rate=0.5, d_optimizer="sgd", critic_steps=7, batch_size=32)
    changed = config.changed(loss=loss)
    assert changed.loss == loss
    assert {name: getattr(changed, name) for name in losses.get(loss).defaults} == losses.get(loss).defaults
    assert changed.batch_size == 32


def test_what_is_set_along_with_a_new_loss_wins():
    changed = TrainConfig().changed(loss="wgan", critic_steps=2, d_learning_rate=3e-3)
    assert (changed.critic_steps, changed.d_learning_rate) == (2, 3e-3)
    assert (changed.g_learning_rate, changed.d_optimizer) == (5e-5, "rmsprop")


def test_naming_the_same_loss_again_changes_nothing():
    config = TrainConfig(loss="wgan", critic_steps=3)
    assert config.changed(loss="wgan") == config


def test_a_change_leaves_the_original_and_all_else_alone():
    config = TrainConfig(seed=5)
    changed = config.changed(epochs=3)
    assert config.epochs == 20
    assert changed.to_dict() == {**config.to_dict(), "epochs": 3}


def test_a_change_is_validated():
    config = TrainConfig(discriminator_norm="batch")
    with pytest.raises(UserError, match="gradient penalty"):
        config.changed(loss="wgan_gp")
    with pytest.raises(UserError, match="no loss 'wgangp'"):
        config.changed(loss="wgangp")
    with pytest.raises(UserError, match="loss must be a name"):
        config.changed(loss=["wgan"])


# To and from plain values


def test_a_config_goes_through_json_and_back():
    config = TrainConfig(loss="dragan", dataset="svhn", grayscale=True, clip=0.1, seed=2**31 - 1, max_seconds=1.5)
    assert TrainConfig.from_dict(json.loads(json.dumps(config.to_dict()))) == config
    assert list(config.to_dict()) == list(FIELDS)


def test_missing_values_take_their_defaults():
    assert TrainConfig.from_dict({}) == TrainConfig()
    assert TrainConfig.from_dict({"epochs": 3}) == TrainConfig(epochs=3)


def test_equal_configs_are_one_key():
    assert len({TrainConfig(), TrainConfig(penalty_weight=10), TrainConfig(seed=1)}) == 2


@pytest.mark.parametrize("name", FIELDS)
def test_a_value_written_as_text_is_parsed_back(name):
    default = FIELDS[name].default
    for value in (default, FIELDS[name].high) if name in NUMBERS else (default,):
        value = type(default)(value)
        text = str(value).lower() if name in SWITCHES else str(value)
        assert parse(name, text) == value
        assert type(parse(name, f"  {text} ")) is type(default)


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("epochs", "3.5", "epochs must be a whole number, not '3.5'."),
        ("epochs", "", "epochs must be a whole number, not ''."),
        ("epochs", "9" * 5000, "epochs must be a whole number, not '999"),
        ("ema", "much", "ema must be a number, not 'much'."),
        ("grayscale", "yes", "grayscale must be true or false, not 'yes'."),
        ("grayscale", "1", "grayscale must be true or false, not '1'."),
    ],
)
def test_text_that_does_not_read_as_the_type_is_refused(name, text, words):
    with pytest.raises(UserError) as caught:
        parse(name, text)
    assert str(caught.value).startswith(words)


def test_switches_are_read_in_any_case():
    assert [parse("grayscale", text) for text in ("true", "True", "FALSE", "false")] == [True, True, False, False]


def test_text_for_an_unknown_setting_lists_the_valid_ones():
    with pytest.raises(UserError, match="no setting 'epoch'; choose one of: dataset"):
        parse("epoch", "3")


def test_a_number_parsed_from_text_is_still_checked_by_the_config():
    assert math.isnan(parse("ema", "nan"))
    assert refusal(ema=parse("ema", "nan")) == "ema must be between 0 and 0.99999, not nan."


def test_everything_that_is_exported_is_there():
    assert all(hasattr(config_module, name) for name in config_module.__all__)
