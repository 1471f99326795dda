import dataclasses

import pytest

from ganlib.catalog.networks import DISCRIMINATORS, GENERATORS, get_discriminator, get_generator, problem
from ganlib.utils.errors import UserError

NETWORKS = [*GENERATORS.values(), *DISCRIMINATORS.values()]
PLAYABLE = [(28, 28, 1), (28, 28, 3), (32, 32, 1), (32, 32, 3), (64, 64, 3)]


@pytest.mark.parametrize("network", NETWORKS, ids=lambda network: f"{network.role}-{network.name}")
class TestEveryNetwork:
    def test_says_what_it_is_in_one_line(self, network):
        texts = (network.title, network.about, network.source)
        assert all(texts)
        assert not any("\n" in text for text in texts)
        assert network.about.endswith(".")

    def test_cannot_be_changed(self, network):
        with pytest.raises(dataclasses.FrozenInstanceError):
            network.name = "other"

    @pytest.mark.parametrize("image_shape", PLAYABLE)
    def test_handles_the_shapes_of_the_large_data_sets_or_points(self, network, image_shape):
        assert (problem(network, image_shape) is None) == (not network.for_points)
        assert (problem(network, (2,)) is None) == network.for_points


@pytest.mark.parametrize("table", [GENERATORS, DISCRIMINATORS])
def test_tables_are_keyed_by_name(table):
    assert [network.name for network in table.values()] == list(table)


def test_only_the_infogan_generator_makes_pixels_from_0_to_1():
    assert {name for name, spec in GENERATORS.items() if spec.output_range == (0, 1)} == {"infogan"}
    assert {spec.output_range for spec in GENERATORS.values()} == {(-1, 1), (0, 1)}


def test_only_the_pooling_discriminators_cannot_read_8_x_8():
    too_small = {name for name, spec in DISCRIMINATORS.items() if problem(spec, (8, 8, 1))}
    assert too_small == {"dcgan-pool", "svhn-deeper", "points"}
    assert [name for name, spec in GENERATORS.items() if problem(spec, (8, 8, 1))] == ["points"]


def test_problem_names_the_sizes_a_pooling_discriminator_can_read():
    assert problem(get_discriminator("svhn-deeper"), (8, 8, 1)) == (
        "The discriminator 'svhn-deeper' needs images of at least 16 x 16 pixels, and these are 8 x 8: "
        "choose another discriminator or another data set."
    )


@pytest.mark.parametrize("image_shape", [(30, 28, 1), (28, 30, 1), (4, 4, 1), (28, 4, 3)])
def test_problem_names_the_sizes_a_convolutional_generator_can_make(image_shape):
    sentence = problem(get_generator("dcgan"), image_shape)
    assert sentence is not None
    assert "at least 8 x 8 pixels and with sides that are multiples of 4" in sentence
    assert f"{image_shape[0]} x {image_shape[1]}" in sentence


def test_the_perceptron_makes_sides_that_are_no_multiple_of_4():
    assert problem(get_generator("mlp"), (9, 11, 1)) is None


@pytest.mark.parametrize("get", [get_generator, get_discriminator])
def test_unknown_name_lists_the_names_there_are(get):
    with pytest.raises(UserError, match=r"'stylegan'; choose one of: dcgan, .*compact, mlp, (autoencoder, )?points\."):
        get("stylegan")
