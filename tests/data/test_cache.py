from pathlib import Path

import numpy as np
import pytest

from ganlib.data.cache import digest, remembered


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GANLIB_CACHE", str(tmp_path))
    return tmp_path / "metrics"


class Computation:
    """Counts how often it is asked."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self) -> dict[str, np.ndarray]:
        self.calls += 1
        return {"numbers": np.arange(5.0), "one": np.array(0.1)}


def test_a_result_is_computed_once(folder):
    compute = Computation()
    for _ in range(3):
        found = remembered("mnist", {"seed": 0}, compute)
        np.testing.assert_array_equal(found["numbers"], np.arange(5.0))
        assert float(found["one"]) == 0.1
    assert compute.calls == 1


def test_another_key_is_another_result(folder):
    compute = Computation()
    for key in ({"seed": 0}, {"seed": 1}, {"seed": 0, "version": 2}):
        remembered("mnist", key, compute)
    assert compute.calls == 3


@pytest.mark.parametrize("damage", [lambda data: data[: len(data) // 2], lambda data: b"", lambda data: b"x" + data])
def test_a_damaged_result_is_computed_again(folder, damage):
    compute = Computation()
    remembered("mnist", {}, compute)
    (file,) = folder.iterdir()
    file.write_bytes(damage(file.read_bytes()))
    np.testing.assert_array_equal(remembered("mnist", {}, compute)["numbers"], np.arange(5.0))
    remembered("mnist", {}, compute)
    assert compute.calls == 2


def test_a_flipped_bit_is_found(folder):
    compute = Computation()
    remembered("mnist", {}, compute)
    (file,) = folder.iterdir()
    data = bytearray(file.read_bytes())
    data[data.index(np.arange(5.0).tobytes()) + 8] ^= 1
    file.write_bytes(data)
    np.testing.assert_array_equal(remembered("mnist", {}, compute)["numbers"], np.arange(5.0))


def test_nothing_is_unpickled(folder):
    compute = Computation()
    remembered("mnist", {}, compute)
    (file,) = folder.iterdir()
    np.savez(file, numbers=np.array([{"a": 1}], dtype=object), one=np.array(1.0))
    np.testing.assert_array_equal(remembered("mnist", {}, compute)["numbers"], np.arange(5.0))


def test_a_folder_that_cannot_be_written_costs_only_time(tmp_path, monkeypatch):
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("GANLIB_CACHE", str(blocked))
    compute = Computation()
    for _ in range(2):
        np.testing.assert_array_equal(remembered("mnist", {}, compute)["numbers"], np.arange(5.0))
    assert compute.calls == 2


def test_digest_tells_images_apart():
    images = np.zeros((4, 2, 2, 1), np.uint8)
    changed = images.copy()
    changed[3, 1, 1, 0] = 1
    assert digest(images) == digest(images.copy())
    assert len({digest(images), digest(changed), digest(images.reshape(2, 2, 2, 2)), digest(images[:3])}) == 4
