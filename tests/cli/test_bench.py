"""The command that measures speed: what it prints of what was measured."""

import json

import pytest

from ganlib import presets
from ganlib.training.benchmarks import compare

MEASURED = {
    "backend": "tensorflow", "device": "a processor", "threads": 2,
    "images_per_s": {"ours": 3000.0, "plain_torch": 1500.0},
    "ratios": {"plain_torch": 2.0}, "share": 0.25, "peak_gflops": 200.0, "memory_mb": 900,
}  # fmt: skip


@pytest.fixture
def measured(monkeypatch):
    def run(preset, rounds, wanted, say=None):
        return {"preset": presets.get(preset).name, "precision": wanted, **MEASURED}

    monkeypatch.setattr(compare, "run", run)


def test_a_measurement_is_a_row_with_ratios_and_the_share_of_the_peak(cli, measured):
    status, text, _ = cli("bench", "--preset", "digits-quick", "--precision", "bfloat16")
    assert status == 0
    for words in ("digits-quick", "bfloat16", "3,000", "1,500 (2.00)", "25% of 200 GFLOP/s", "900 MB", "2 threads"):
        assert words in text
    assert "Plain TensorFlow" not in text


def test_a_measurement_can_be_read_by_programs(cli, measured):
    status, text, _ = cli("bench", "--preset", "digits-quick", "--json")
    assert status == 0
    assert json.loads(text)[0]["images_per_s"]["ours"] == 3000.0


@pytest.mark.slow
def test_what_goes_wrong_in_the_process_of_a_pair_is_one_sentence(cli):
    status, _, error = cli("bench", "--preset", "nonsense", "--precision", "float32", "--precision", "bfloat16")
    assert status == 1
    assert error.startswith("ganlib: There is no preset 'nonsense'")
    assert "Traceback" not in error


@pytest.mark.slow
def test_points_are_measured_with_packs_too_and_only_where_there_are_modes(cli):
    words = ["bench", "--points", "--preset", "grid-quick", "--rounds", "1", "--set", "max_steps=4", "--json"]
    status, text, _ = cli(*words, "--set", "pack=2")
    assert (status, json.loads(text)[0]["runs"][0]["steps"]) == (0, 4)
    status, _, errors = cli(*words, "--set", "dataset=circle")
    assert (status, "has no modes to count" in errors) == (1, True)
