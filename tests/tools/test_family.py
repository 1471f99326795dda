import pytest

from ganlib.utils import files
from tools import family
from tools.family import TRIALS, Criterion


@pytest.mark.parametrize(
    ("criterion", "value", "is_met"),
    [
        (Criterion("purity", 0.85), 0.85, True),
        (Criterion("purity", 0.85), 0.84, False),
        (Criterion("classes_missing", 0), 0, True),
        (Criterion("classes_missing", 0), 1, False),
        (Criterion("copies", 1, of_real=True, spare=0.005), 0.0149, True),
        (Criterion("copies", 1, of_real=True, spare=0.005), 0.0151, False),
        (Criterion("gan_train", 0.95, of_real=True), 0.94, True),
        (Criterion("gan_train", 0.95, of_real=True), 0.93, False),
    ],
)
def test_a_criterion_knows_which_way_is_better_and_what_real_images_get(criterion, value, is_met):
    assert criterion.is_met(value, {"real copies": 0.01, "real gan_train": 0.985}) is is_met


def test_seeds_differ_in_nothing_but_the_seed_and_steps_alone_end_them():
    for trial in TRIALS.values():
        first, *others = (work.config for work in trial.works())
        assert first.max_steps
        assert not first.max_seconds
        for seed, config in enumerate(others, 1):
            assert config == first.changed(seed=seed)


def test_the_page_shows_each_seed_and_whether_the_median_meets_the_criterion(tmp_path):
    values = {0: 0.99, 1: 0.5, 2: 0.98}
    for seed, value in values.items():
        numbers = dict.fromkeys(TRIALS["mnist-cgan"].metrics, value)
        real = {f"real {metric}": 1.0 for metric in numbers}
        family.keep(f"mnist-cgan-s{seed}", {"steps": 5000.0, **numbers, **real}, tmp_path)
    page = family.write(tmp_path).read_text(encoding="utf-8")
    assert [line for line in page.splitlines() if "Asked class |" in line] == [
        "| `mnist-cgan-quick`, 5,000 steps | Asked class | 99.0%, 50.0%, 98.0% | 98.0% | 100.0% | 97.0% | yes |"
    ]
    assert "infogan" not in page
    assert set(files.read_json(tmp_path / "findings" / "family.json")) == {f"mnist-cgan-s{seed}" for seed in values}
