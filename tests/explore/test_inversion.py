import numpy as np
import pytest
from keras import ops

from ganlib.explore import inversion
from ganlib.explore.inversion import Inverter
from ganlib.models import priors
from ganlib.utils.errors import UserError


@pytest.fixture(scope="module")
def image(sampler):
    return sampler.images(sampler.latents(1, seed=77))[0]


@pytest.fixture(scope="module")
def found(sampler, image):
    said, before = [], [weight.numpy().copy() for weight in sampler.generator.weights]
    result = Inverter(sampler, starts=4, steps=125).invert(image, progress=lambda *words: said.append(words))
    assert all((now.numpy() == old).all() for now, old in zip(sampler.generator.weights, before, strict=True))
    return result, said


def test_a_generated_image_inverts_to_less_than_a_tenth_of_the_starting_error(found):
    result, _ = found
    assert result.error < result.errors[0].min() / 10


def test_the_vector_makes_the_reconstruction(sampler, found):
    result, _ = found
    assert result.latent.shape == (16,)
    assert result.latent.dtype == np.float32
    np.testing.assert_array_equal(sampler.images(result.latent[None])[0], result.image)


def test_the_error_is_the_mean_squared_difference_of_the_pixels(image, found):
    result, _ = found
    difference = result.image.astype(float) / 255 - image / 255
    assert result.error == pytest.approx(np.mean(difference**2), abs=1e-5)  # the image is rounded to bytes


def test_the_first_errors_are_those_of_the_starts(sampler, image, found):
    result, _ = found
    started = sampler.images(sampler.latents(4, seed=0)) / 255 - image / 255
    np.testing.assert_allclose(result.errors[0], np.mean(started**2, axis=(1, 2, 3)), rtol=0.01)


def test_each_start_has_its_curve_and_the_lowest_end_is_taken(found):
    result, _ = found
    assert result.errors.shape == (126, 4)
    assert result.best == result.errors[-1].argmin()
    assert result.error == result.errors[-1].min()


def test_progress_is_told_to_the_end(found):
    result, said = found
    assert [step for step, _, _ in said] == [*range(10, 125, 10), 125]
    assert {total for _, total, _ in said} == {125}
    assert said[-1][2] == pytest.approx(result.errors[-2].min())


def test_the_vector_stays_where_the_prior_draws(sampler, monkeypatch):
    monkeypatch.setattr(inversion, "_RATE", 5.0)  # long strides, which would leave any bounds
    white = np.full(sampler.config.image_shape, 255, np.uint8)
    latent = Inverter(sampler, starts=2, steps=20).invert(white).latent
    np.testing.assert_allclose(priors.get(sampler.config.prior).within(latent), latent, rtol=1e-5)


@pytest.mark.parametrize("prior", priors.PRIORS)
def test_bounds_are_the_same_for_tensors_as_for_arrays(prior):
    far = 3 * priors.get(prior).sample(40, 16, seed=0)
    kept = priors.get(prior).constraint(16)(ops.convert_to_tensor(far))
    np.testing.assert_allclose(ops.convert_to_numpy(kept), priors.get(prior).within(far), rtol=1e-5)


def test_a_start_repeats_itself_whatever_was_before_and_is_beside_it(sampler, image, found):
    together, _ = found
    inverter = Inverter(sampler, starts=1, steps=125)
    other = inverter.invert(255 - image, seed=1)
    alone = inverter.invert(image)
    np.testing.assert_allclose(alone.errors[:50, 0], together.errors[:50, 0], rtol=1e-3)
    assert np.abs(other.latent - alone.latent).max() > 0.01


def test_an_image_of_another_shape_gives_one_sentence(sampler):
    with pytest.raises(UserError, match="The image is 28 x 28 x 1 and the run makes 8 x 8 x 1"):
        Inverter(sampler, starts=1, steps=1).invert(np.zeros((28, 28, 1), np.uint8))
