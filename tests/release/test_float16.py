import h5py
import keras
import numpy as np
import pytest

from tools.release.build_model import halved


@pytest.fixture
def network():
    keras.utils.set_random_seed(0)
    layers = [keras.layers.Dense(8), keras.layers.BatchNormalization(), keras.layers.Dropout(0.3)]
    return keras.Sequential([keras.Input((5,)), *layers, keras.layers.Dense(2)])


def loaded(network, content, path):
    path.write_bytes(content)
    fresh = keras.models.clone_model(network)
    fresh.load_weights(path)
    return fresh


def test_kernels_come_back_rounded_and_vectors_as_they_were(network, tmp_path):
    network.layers[1].moving_variance.assign(np.geomspace(1e-9, 1e6, 8))
    network.save_weights(tmp_path / "a.weights.h5")
    fresh = loaded(network, halved(tmp_path / "a.weights.h5"), tmp_path / "b.weights.h5")
    for before, after in zip(network.weights, fresh.weights, strict=True):
        value = np.asarray(before)
        expected = value.astype(np.float16).astype(np.float32) if value.ndim > 1 else value
        np.testing.assert_array_equal(np.asarray(after), expected)
        assert after.dtype == before.dtype


@pytest.mark.parametrize(("value", "bits"), [(1e5, 11), (65_000.0, 5)])
def test_a_kernel_that_16_bits_cannot_hold_stays_as_it_is(network, tmp_path, value, bits):
    kernel = np.full((5, 8), value, np.float32)
    network.layers[0].kernel.assign(kernel)
    network.save_weights(tmp_path / "a.weights.h5")
    fresh = loaded(network, halved(tmp_path / "a.weights.h5", bits), tmp_path / "b.weights.h5")
    np.testing.assert_array_equal(np.asarray(fresh.layers[0].kernel), kernel)


def test_a_large_kernel_takes_half_the_room_and_the_same_input_gives_the_same_bytes(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file.create_dataset("layers/dense/vars/0", data=np.random.default_rng(0).normal(size=(500, 400)).astype("f4"))
        file["layers"].attrs["name"] = "all"
    content = halved(tmp_path / "a.h5")
    assert len(content) < 0.52 * (tmp_path / "a.h5").stat().st_size
    assert content == halved(tmp_path / "a.h5")
    (tmp_path / "b.h5").write_bytes(content)
    with h5py.File(tmp_path / "b.h5") as file:
        assert file["layers"].attrs["name"] == "all"


def test_of_a_snapshots_kernels_five_bits_count(network, tmp_path):
    network.save_weights(tmp_path / "a.weights.h5")
    fresh = loaded(network, halved(tmp_path / "a.weights.h5", 5), tmp_path / "b.weights.h5")
    for before, after in zip(network.weights, fresh.weights, strict=True):
        value, kept = np.asarray(before), np.asarray(after)
        if value.ndim > 1:
            np.testing.assert_allclose(kept, value, rtol=2**-5)
            assert not (kept.astype(np.float16).view(np.uint16) & 0b111111).any()  # the last six of a half's ten bits
        else:
            np.testing.assert_array_equal(kept, value)
