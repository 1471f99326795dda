import subprocess
import sys

import numpy as np

from ganlib.utils import seeds


def test_a_derived_seed_is_the_same_each_time_and_in_each_process():
    code = (
        "from ganlib.utils import seeds; print(seeds.derive(3, 'generator'), seeds.rng(3, 'order', 1).integers(1000))"
    )
    # Python's own hash of a text differs from process to process; this one must not.
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert [int(word) for word in other] == [seeds.derive(3, "generator"), seeds.rng(3, "order", 1).integers(1000)]


def test_derived_seeds_fit_a_signed_32_bit_integer():
    derived = [seeds.derive(seed, "z") for seed in range(500)] + [seeds.derive(2**31 - 1, "z")]
    assert min(derived) >= 0
    assert max(derived) < 2**31
    assert max(derived) > 2**30, "half of the range is never used"


def test_seeds_and_purposes_give_different_streams():
    derived = [seeds.derive(seed, purpose) for seed in range(50) for purpose in ("g", "d", "noise", "order")]
    assert len(set(derived)) == len(derived)


def draw(*key):
    return seeds.rng(*key).standard_normal(2000)


def test_streams_of_neighbouring_seeds_purposes_and_indices_are_not_related():
    streams = [draw(0, "a"), draw(1, "a"), draw(0, "b"), draw(0, "a", 1), draw(0, "a", 2), draw(1, "a", 1)]
    related = np.corrcoef(streams) - np.eye(len(streams))
    assert np.abs(related).max() < 0.1


def test_a_generator_starts_anew_at_each_call():
    np.testing.assert_array_equal(draw(3, "a", 7), draw(3, "a", 7))


def test_index_zero_is_a_stream_of_its_own():
    """NumPy reads missing entropy as zeros, so that [seed, purpose] and [seed, purpose, 0] would be one stream."""
    assert not np.isin(draw(3, "a"), draw(3, "a", 0)).any()
    assert not np.isin(draw(3, "a", 0), draw(3, "a", 0, 0)).any()
