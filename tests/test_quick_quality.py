"""What `mnist-quick` promises: within a minute of training, digits that a classifier recognises."""

import keras
import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

from ganlib import data, presets, runs
from ganlib.explore.model import Sampler
from ganlib.training.session import train

SAMPLES = 2000


def classifier(digits):
    """Train a small convolutional network on real digits, one pass: about 98 % right."""
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            keras.layers.Conv2D(16, 5, strides=2, activation="relu"),
            keras.layers.Conv2D(32, 5, strides=2, activation="relu"),
            keras.layers.Flatten(),
            keras.layers.Dense(64, activation="relu"),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(digits.images / np.float32(255), digits.labels, batch_size=64, epochs=3, verbose=0)
    return model


def nearest(points, among, skip_self=False):
    """Distance of each image to its nearest one, in pixels' Euclidean distance."""
    neighbours = NearestNeighbors(n_neighbors=1 + skip_self, algorithm="brute")
    neighbours.fit(among.reshape(len(among), -1) / np.float32(255))
    return neighbours.kneighbors(points.reshape(len(points), -1) / np.float32(255))[0][:, -1]


@pytest.mark.slow
def test_a_minute_of_mnist_quick_makes_recognisable_and_original_digits(real_data, tmp_path):
    run = runs.create(presets.get("mnist-quick").config.changed(max_seconds=60.0), {}, "quick", tmp_path)
    with run.held():
        train(run)
    sampler = Sampler(run)
    fake = sampler.images(sampler.latents(SAMPLES, seed=1))

    real, held_out = data.load("mnist", "train"), data.load("mnist", "test")
    judge = classifier(real)
    assert judge.evaluate(held_out.images / np.float32(255), held_out.labels, verbose=0)[1] > 0.975
    probabilities = judge.predict(fake / np.float32(255), verbose=0)
    recognised = (probabilities.max(axis=1) > 0.9).mean()
    shares = np.bincount(probabilities.argmax(axis=1), minlength=10) / SAMPLES
    print(f"recognised {recognised:.3f}, smallest class {shares.min():.3f}")
    assert recognised >= 0.5
    assert shares.min() >= 0.01  # a class under 1 % is missing

    # Copies would be nearer to training images, and to each other, than real held-out images ever are.
    among = real.images[:20_000]
    real_gap = nearest(held_out.images[:SAMPLES], among)
    copies = (nearest(fake, among) < np.quantile(real_gap, 0.01)).mean()
    twins = (nearest(fake, fake, skip_self=True) < np.quantile(real_gap, 0.01)).mean()
    real_twins = (
        nearest(real.images[:SAMPLES], real.images[:SAMPLES], skip_self=True) < np.quantile(real_gap, 0.01)
    ).mean()
    print(f"copies {copies:.4f}, twins {twins:.4f} (real {real_twins:.4f})")
    assert copies <= 0.01
    assert twins <= real_twins + 0.01
