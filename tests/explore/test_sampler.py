import shutil
import threading
from dataclasses import replace

import keras
import numpy as np
import pytest
from keras.ops import convert_to_numpy as to_numpy

from ganlib import data
from ganlib.explore.sampler import Discriminator, Sampler
from ganlib.explore.time_machine import history, through_training
from ganlib.models import priors
from ganlib.models.gan import GAN
from ganlib.models.networks.from_config import build_discriminator_for, build_generator_for
from ganlib.runs.folder import Run
from ganlib.runs.status import FAILED, FINISHED, PAUSED, RUNNING
from ganlib.utils.errors import UserError

from .conftest import save_networks


@pytest.fixture(scope="module")
def finished(untrained):
    """A finished run with three snapshots, all its weights different."""
    run = untrained(latent_dim=5)
    for number, step in enumerate((0, 20, 300), start=1):
        save_networks(run.path / "snapshots" / f"step_{step:08d}", run.config, seed=number)
    run.write_status(replace(run.status(), state=FINISHED, step=450))
    return run


@pytest.fixture
def run(finished, tmp_path):
    """A copy of it, to be changed."""
    return Run(shutil.copytree(finished.path, tmp_path / "copy"))


@pytest.fixture
def z():
    return priors.get("normal").sample(3, 5, seed=0)


# Drawing


def test_images_are_the_generators_output_as_bytes(run, z):
    expected = to_numpy(build_generator_for(run.config)(z, training=False))
    np.testing.assert_array_equal(Sampler(run).images(z), data.unscale(expected, (-1, 1)))


def test_a_gan_in_memory_draws_what_its_networks_do(untrained):
    gan = GAN(untrained().config.changed(ema=0.9))
    sampler = Sampler(gan)
    expected = data.unscale(to_numpy(gan.ema(sampler.latents(3, seed=1), training=False)), gan.value_range)
    np.testing.assert_array_equal(sampler.generate(count=3, seed=1), expected)


def test_a_step_picks_a_snapshot(run, z):
    sampler = Sampler(run, 20)
    expected = to_numpy(build_generator_for(run.config.changed(seed=2))(z, training=False))
    np.testing.assert_array_equal(sampler.images(z), data.unscale(expected, (-1, 1)))
    assert (sampler.step, Discriminator(run, 20).step, Sampler(run).step) == (20, 20, 450)


def test_without_an_end_the_newest_snapshot_counts(run):
    (run.path / "generator.weights.h5").unlink()
    assert Sampler(run).step == Discriminator(run).step == 300


@pytest.mark.parametrize("state", [RUNNING, PAUSED, FAILED])
def test_while_a_run_is_resumed_its_newest_snapshot_counts(run, z, state):
    end = Sampler(run).images(z)
    run.write_status(replace(run.status(), state=state))
    assert Sampler(run).step == 300
    assert (Sampler(run).images(z) != end).any()


def test_threads_may_take_turns(run, z):
    sampler, lock, found = Sampler(run), threading.Lock(), []
    expected = sampler.images(z)

    def draw():
        for _ in range(5):
            with lock:
                found.append(sampler.images(z))

    threads = [threading.Thread(target=draw) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 20
    assert all((images == expected).all() for images in found)


# Judging


@pytest.mark.parametrize(("discriminator", "norm"), [("mlp", "auto"), ("compact", "layer"), ("compact", "none")])
def test_without_batch_normalisation_scores_are_the_discriminators_output(untrained, discriminator, norm):
    """The perceptron has dropout, which is off."""
    run = untrained(discriminator=discriminator, discriminator_norm=norm)
    images = data.load("digits").images[:300]
    critic = Discriminator(run)
    scores = critic.scores(images)
    expected = to_numpy(build_discriminator_for(run.config)(data.scale(images, (-1, 1)), training=False))[:, 0]
    assert scores.shape == (300,)
    assert scores.dtype == np.float32
    assert scores.std() > 0.01
    np.testing.assert_allclose(scores, expected, atol=1e-5)
    for again in (critic.scores(images), critic.scores(images, images[:9])):
        np.testing.assert_array_equal(again, scores)
    assert not critic.sees_batches


def test_a_critic_sees_the_range_it_was_trained_on(untrained):
    """The InfoGAN generator makes pixels from 0 to 1."""
    run = untrained(generator="infogan", discriminator_norm="none")
    images = data.load("digits").images[:5]
    expected = to_numpy(build_discriminator_for(run.config)(images / np.float32(255), training=False))[:, 0]
    np.testing.assert_allclose(Discriminator(run).scores(images), expected, atol=1e-5)


@pytest.fixture(scope="module")
def normalised(untrained):
    """A discriminator with batch normalisation whose moving averages are those of no source."""
    critic = Discriminator(untrained(discriminator_norm="batch", batch_size=32))
    for layer in critic.discriminator.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.moving_mean.assign(layer.moving_mean + 3.0)
            layer.moving_variance.assign(layer.moving_variance * 9.0)
    return critic


def test_batch_normalisation_is_asked_with_the_statistics_of_a_whole_batch_as_in_training(normalised):
    images = data.load("digits").images[:32]
    twin = build_discriminator_for(normalised.config)
    twin.set_weights(normalised.discriminator.get_weights())
    expected = to_numpy(twin(data.scale(images, (-1, 1)), training=True))[:, 0]
    np.testing.assert_allclose(normalised.scores(images), expected, rtol=1e-3, atol=1e-3)


def test_asking_changes_neither_the_weights_nor_the_answer(normalised):
    before = normalised.discriminator.get_weights()
    momenta = [getattr(layer, "momentum", None) for layer in normalised.discriminator.layers]
    images = data.load("digits").images[:100]
    first = normalised.scores(images)
    np.testing.assert_array_equal(normalised.scores(images), first)
    for old, new in zip(before, normalised.discriminator.get_weights(), strict=True):
        np.testing.assert_array_equal(new, old)
    assert momenta == [getattr(layer, "momentum", None) for layer in normalised.discriminator.layers]


def test_the_score_of_a_picture_depends_on_its_neighbours_and_not_on_what_else_is_asked(normalised):
    images, neighbours = data.load("digits").images[:9], data.load("digits").images[100:300]
    together = normalised.scores(images, neighbours)
    for image, score in zip(images, together, strict=True):
        np.testing.assert_allclose(normalised.scores(image[None], neighbours), [score], rtol=1e-3, atol=1e-4)
    dark = neighbours // 3
    assert np.abs(normalised.scores(images, dark) - together).min() > 1e-3


def test_less_than_a_batch_is_one_batch(normalised):
    images = data.load("digits").images[:20]
    assert np.isfinite(normalised.scores(images)).all()
    # A batch of another size may be added up in another order.
    np.testing.assert_allclose(normalised.scores(images[:5], images), normalised.scores(images)[:5], rtol=1e-5)


# Through training


def test_the_time_machine_shows_every_snapshot_and_the_end(run, z):
    found = list(through_training(run, z))
    assert [step for step, _ in found] == [0, 20, 300, 450]
    for step, images in found:
        np.testing.assert_array_equal(images, Sampler(run, None if step == 450 else step).images(z))
    assert len({images.tobytes() for _, images in found}) == 4


def test_the_history_is_all_of_it_at_once(run, z):
    steps, images = history(run, z)
    found = list(through_training(run, z))
    assert steps == [step for step, _ in found]
    np.testing.assert_array_equal(images, [drawn for _, drawn in found])


def test_the_end_is_not_shown_twice(run, z):
    run.write_status(replace(run.status(), step=300))
    assert [step for step, _ in through_training(run, z)] == [0, 20, 300]


def test_a_snapshot_that_its_trainer_drops_meanwhile_is_passed_over(run, z):
    machine = through_training(run, z)
    assert next(machine)[0] == 0
    shutil.rmtree(run.path / "snapshots" / "step_00000020")
    assert [step for step, _ in machine] == [300, 450]


# Mistakes


@pytest.mark.parametrize("network", [Sampler, Discriminator])
def test_a_step_without_a_snapshot_lists_those_there_are(run, network):
    with pytest.raises(UserError, match="no snapshot at step 7; it has: 0, 20, 300"):
        network(run, 7)


@pytest.mark.parametrize("network", [Sampler, Discriminator])
def test_a_run_that_has_not_begun_says_so(make_run, network):
    with pytest.raises(UserError, match="no weights yet; let it train for a moment first"):
        network(make_run())


@pytest.mark.parametrize(("network", "name"), [(Sampler, "generator"), (Discriminator, "discriminator")])
@pytest.mark.parametrize("content", [None, b"", b"not weights"])
def test_weights_that_are_missing_or_damaged_give_one_sentence(run, network, name, content):
    path = run.path / "snapshots" / "step_00000020" / f"{name}.weights.h5"
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UserError, match=f"do not fit the run's {name}, or are damaged"):
        network(run, 20)


@pytest.mark.parametrize(("network", "name"), [(Sampler, "generator"), (Discriminator, "discriminator")])
@pytest.mark.parametrize("broken", [np.nan, np.inf])
def test_weights_that_are_no_numbers_are_told_and_not_drawn_black(run, network, name, broken):
    model = {"generator": build_generator_for, "discriminator": build_discriminator_for}[name](run.config)
    model.weights[0].assign(np.full(model.weights[0].shape, broken))
    model.save_weights(run.path / "snapshots" / "step_00000020" / f"{name}.weights.h5")
    with pytest.raises(UserError, match=f"The {name} of the run .* broke down .* Choose an earlier step"):
        network(run, 20)
    network(run, 0)


def test_a_damaged_snapshot_is_not_passed_over_in_silence(run, z):
    (run.path / "snapshots" / "step_00000020" / "generator.weights.h5").write_bytes(b"")
    with pytest.raises(UserError, match="are damaged"):
        list(through_training(run, z))


# Copies


@pytest.mark.parametrize("norm", ["none", "batch"])
def test_an_autoencoder_gives_back_copies_as_bytes(untrained, norm):
    """Of its pixels those beyond the range are cut off; D's score is minus the error of the uncut copy."""
    run = untrained(loss="began", discriminator_norm=norm)
    images = np.random.default_rng(0).integers(0, 256, (3, 8, 8, 1), dtype=np.uint8)
    network, pixels = build_discriminator_for(run.config), images.astype("float32") / 127.5 - 1
    network.load_weights(run.path / "discriminator.weights.h5")
    copies = to_numpy(keras.Model(network.input, network.get_layer("image").output)(pixels, training=True))
    discriminator = Discriminator(run)
    np.testing.assert_array_equal(discriminator.reconstructions(images), data.unscale(copies.clip(-1, 1), (-1, 1)))
    np.testing.assert_allclose(discriminator.scores(images), -np.abs(copies - pixels).mean(axis=(1, 2, 3)), rtol=1e-4)


def test_an_image_is_copied_among_its_neighbours(untrained):
    discriminator = Discriminator(untrained(loss="began", discriminator_norm="batch"))
    images = np.random.default_rng(0).integers(0, 256, (64, 8, 8, 1), dtype=np.uint8)
    alone, among = (discriminator.reconstructions(images[:3], seen) for seen in (None, images))
    np.testing.assert_array_equal(among, discriminator.reconstructions(images)[:3])
    assert not np.array_equal(alone, among)


def test_another_d_copies_nothing(run):
    with pytest.raises(UserError, match="copies no images; only that of an EBGAN or BEGAN"):
        Discriminator(run).reconstructions(np.zeros((1, 8, 8, 1), np.uint8))
