import errno
import json
from pathlib import Path

import keras
import numpy as np
import pytest
from keras import ops

from ganlib import data
from ganlib.config import TrainConfig
from ganlib.models.gan import GAN
from ganlib.runs.records import CheckpointHeader
from ganlib.training import checkpoint
from ganlib.training.schedule import Schedule
from ganlib.utils import files
from ganlib.utils.errors import UserError

# Everything that has a state: Dropout in D, batch statistics in G, two kinds of slots, EMA, penalty and noise streams.
CONFIG = TrainConfig(
    dataset="digits",
    discriminator="mlp",
    loss="wgan_gp",
    batch_size=8,
    latent_dim=4,
    precision="float32",
    ema=0.9,
    instance_noise=0.1,
    augment="diffaugment",
    d_optimizer="rmsprop",
    spectral_norm=True,
)


def values(variables):
    return [ops.convert_to_numpy(variable).copy() for variable in variables]


def assert_identical(some, others):
    for one, other in zip(some, others, strict=True):
        np.testing.assert_array_equal(one, other)


def small(*numbers):
    return [keras.Variable(np.full(3, number, "float32")) for number in numbers]


def counts(step):
    return CheckpointHeader({"step": step}, [])


def entries(step, **changes):
    return {**counts(step).to_json(), **changes}


def first_of(folder):
    """Return the first number that a load of three-number variables gives, and the trouble it tells of."""
    variables = small(0, 0)
    _, trouble = checkpoint.load(folder, variables)
    return values(variables)[0][0], trouble


@pytest.fixture
def twice_saved(tmp_path):
    """A folder whose latest checkpoint starts with 2, and the one before with 1."""
    checkpoint.save(tmp_path, small(1, 10), counts(1))
    checkpoint.save(tmp_path, small(2, 20), counts(2))
    return tmp_path


# Going on as if nothing had happened


@pytest.fixture(scope="module")
def interrupted(tmp_path_factory):
    """Train 3 steps, save, train 3 more; load into a fresh GAN and train the same 3."""
    folder = tmp_path_factory.mktemp("checkpoint")
    images = data.load("digits").images
    schedule = Schedule(len(images), CONFIG.batch_size, CONFIG.epochs, CONFIG.seed)
    order = [schedule.order(start, 3, CONFIG.critic_steps) for start in (0, 3 * CONFIG.critic_steps)]
    whole = GAN(CONFIG)
    steps = whole.compile_steps(images)
    steps(order[0])
    found = CheckpointHeader({"step": 3, "seconds": 0.5, "rows": [[1.5, 2.5]]}, [])
    checkpoint.save(folder, whole.variables, found)
    saved = values(whole.variables)
    metrics = steps(order[1])

    resumed = GAN(CONFIG)
    fresh = values(resumed.variables)
    loaded = checkpoint.load(folder, resumed.variables)
    restored = values(resumed.variables)
    return {
        "saved": saved,
        "fresh": fresh,
        "restored": restored,
        "loaded": loaded,
        "whole": (values(whole.variables), metrics),
        "resumed": (resumed.compile_steps(images)(order[1]), values(resumed.variables))[::-1],
    }


def test_every_variable_comes_back_bit_by_bit(interrupted):
    assert_identical(interrupted["restored"], interrupted["saved"])


def test_the_test_run_moved_what_it_claims_to_save(interrupted):
    """Nearly all: rates stay, and so may a bias that has no influence."""
    moved = [not np.array_equal(a, b) for a, b in zip(interrupted["saved"], interrupted["fresh"], strict=True)]
    assert np.mean(moved) > 0.9


def test_counters_come_back_and_nothing_is_to_be_told(interrupted):
    expected = CheckpointHeader({"step": 3, "seconds": 0.5, "rows": [[1.5, 2.5]]}, [])
    assert interrupted["loaded"] == (expected, "")


@pytest.mark.parametrize(
    "hostile",
    [
        {}, {"meter": 3}, entries(3, meter={}), entries(3, meter={"step": -1}),
        entries(3, meter={"step": 3, "seconds": "long"}), entries(3, meter={"step": 3, "rows": [["x"]]}),
        entries(3, meter={"step": 3, "batches": -1}),
        entries(3, steering={"made": 3, "settings": {}}),
        entries(3, steering={"made": [], "settings": {"critic_steps": 0}}),
        entries(3, steering={"made": [], "settings": {"loss": "wgan"}}),
    ],
)  # fmt: skip
def test_a_checkpoint_whose_counts_cannot_be_is_damaged(tmp_path, hostile):
    checkpoint.save(tmp_path, small(1), counts(1))
    with np.load(tmp_path / checkpoint.LATEST) as archive:
        arrays = dict(archive)
    np.savez(tmp_path / checkpoint.LATEST, **{**arrays, "counters": np.array(json.dumps(hostile))})
    assert checkpoint.newest(tmp_path) is None
    with pytest.raises(UserError, match="no whole checkpoint"):
        checkpoint.load(tmp_path, small(0))


def test_a_resumed_training_ends_with_the_same_bits_as_one_never_stopped(interrupted):
    whole, resumed = interrupted["whole"], interrupted["resumed"]
    assert_identical(resumed[0], whole[0])
    np.testing.assert_array_equal(resumed[1], whole[1])


# What is on disk


def test_the_newest_checkpoint_is_taken(twice_saved):
    variables = small(0, 0)
    counters, trouble = checkpoint.load(twice_saved, variables)
    assert (counters, trouble) == (counts(2), "")
    assert_identical(values(variables), [np.full(3, 2), np.full(3, 20)])


def test_the_last_two_are_kept_and_nothing_else(twice_saved):
    checkpoint.save(twice_saved, small(3, 30), counts(3))
    assert sorted(path.name for path in twice_saved.iterdir()) == ["latest.npz", "previous.npz"]
    (twice_saved / "latest.npz").unlink()
    assert first_of(twice_saved)[0] == 2


def test_the_folder_is_made(tmp_path):
    checkpoint.save(tmp_path / "checkpoint", small(1), counts(1))
    assert checkpoint.exists(tmp_path / "checkpoint")


def test_exists_tells_whether_there_is_anything_to_go_on_from(tmp_path):
    assert not checkpoint.exists(tmp_path)
    assert not checkpoint.exists(tmp_path / "nowhere")
    checkpoint.save(tmp_path, small(1), counts(1))
    assert checkpoint.exists(tmp_path)
    (tmp_path / "latest.npz").rename(tmp_path / "previous.npz")
    assert checkpoint.exists(tmp_path)


def test_nothing_in_it_is_pickled(twice_saved):
    with np.load(twice_saved / "latest.npz", allow_pickle=False) as archive:
        assert len([archive[name] for name in archive.files]) == 4


# Damage

DAMAGE = {
    "emptied": lambda content: b"",
    "cut in the middle": lambda content: content[: len(content) // 2],
    "cut by a byte": lambda content: content[:-1],
    "no archive": lambda content: b"not an archive, but long enough to be one " * 10,
    "a number of a weight flipped": lambda content: content.replace(
        np.float32(20).tobytes(), np.float32(21).tobytes(), 1
    ),
    "zeros at its end": lambda content: content[:-100] + bytes(100),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_newest_checkpoint_falls_back_with_a_sentence(twice_saved, damage):
    path = twice_saved / "latest.npz"
    damaged = damage(path.read_bytes())
    assert damaged != path.read_bytes()
    path.write_bytes(damaged)
    number, trouble = first_of(twice_saved)
    assert number == 1
    assert trouble.startswith("The checkpoint latest.npz is damaged (")
    assert trouble.endswith("); the one before it was taken.")


def test_no_single_wrong_byte_goes_unnoticed_or_stops_the_fallback(twice_saved):
    """Whatever byte is wrong: either nothing that counts has changed, or the checkpoint before is taken."""
    path = twice_saved / "latest.npz"
    whole = path.read_bytes()
    found = set()
    for place in range(0, len(whole), 7):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x5A]) + whole[place + 1 :])
        variables = small(0, 0)
        counters, trouble = checkpoint.load(twice_saved, variables)
        step = 1 if trouble else 2
        assert counters == counts(step), place
        assert_identical(values(variables), [np.full(3, step), np.full(3, 10 * step)])
        found.add(step)
    assert found == {1, 2}


def test_two_damaged_checkpoints_are_a_user_error_that_leaves_the_variables_alone(twice_saved):
    for name in ("latest.npz", "previous.npz"):
        (twice_saved / name).write_bytes(b"")
    variables = small(7, 8)
    with pytest.raises(UserError, match="no whole checkpoint to go on from; start it anew"):
        checkpoint.load(twice_saved, variables)
    assert_identical(values(variables), [np.full(3, 7), np.full(3, 8)])


def test_no_checkpoint_is_a_user_error(tmp_path):
    with pytest.raises(UserError, match="no whole checkpoint"):
        checkpoint.load(tmp_path, small(0))


@pytest.mark.parametrize(
    "others",
    [small(0), small(0, 0, 0), [*small(0), keras.Variable(np.zeros(4, "float32"))]],
    ids=["fewer", "more", "another shape"],
)
def test_variables_that_do_not_fit_are_a_user_error(twice_saved, others):
    before = values(others)
    with pytest.raises(UserError, match=r"does not fit the run's settings; was config.json changed\?"):
        checkpoint.load(twice_saved, others)
    assert_identical(values(others), before)


# A full disk, a kill


def test_a_full_disk_leaves_both_checkpoints_and_no_rest(twice_saved, monkeypatch):
    before = {path.name: path.read_bytes() for path in twice_saved.iterdir()}

    def full(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        checkpoint.save(twice_saved, small(3, 30), counts(3))
    assert {path.name: path.read_bytes() for path in twice_saved.iterdir()} == before


@pytest.mark.parametrize("survived", range(3))
def test_a_kill_between_any_two_renames_leaves_a_whole_checkpoint(twice_saved, monkeypatch, survived):
    """A save renames three times; whichever is the last to happen, the newest whole file is 2 or 3."""
    replace, done = Path.replace, []

    def dies(self, target):
        if len(done) == survived:
            raise KeyboardInterrupt
        done.append(target)
        return replace(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", dies)
        with pytest.raises(KeyboardInterrupt):
            checkpoint.save(twice_saved, small(3, 30), counts(3))
    assert checkpoint.exists(twice_saved)
    assert first_of(twice_saved) == (2, "")
    checkpoint.save(twice_saved, small(4, 40), counts(4))
    assert first_of(twice_saved) == (4, "")
    (twice_saved / "latest.npz").unlink()
    assert first_of(twice_saved)[0] == 2
