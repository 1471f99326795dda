import pytest

from ganlib.utils import files
from tools import family
from tools.family import TRIALS, Bar


@pytest.mark.parametrize(
    ("bar", "value", "is_met"),
    [
        (Bar("purity", 0.85), 0.85, True),
        (Bar("purity", 0.85), 0.84, False),
        (Bar("classes_missing", 0), 0, True),
        (Bar("classes_missing", 0), 1, False),
        (Bar("copies", 1, of_real=True, spare=0.005), 0.0149, True),
        (Bar("copies", 1, of_real=True, spare=0.005), 0.0151, False),
        (Bar("gan_train", 0.95, of_real=True), 0.94, True),
        (Bar("gan_train", 0.95, of_real=True), 0.93, False),
    ],
)
def test_a_bar_knows_which_way_is_better_and_what_real_images_get(bar, value, is_met):
    assert bar.is_met(value, {"real copies": 0.01, "real gan_train": 0.985}) is is_met


def test_seeds_differ_in_nothing_but_the_seed_and_steps_alone_end_them():
    for trial in TRIALS.values():
        first, *others = (work.config for work in trial.works())
        assert first.max_steps
        assert not first.max_seconds
        for seed, config in enumerate(others, 1):
            assert config == first.changed(seed=seed)


def test_the_page_shows_each_seed_and_whether_the_median_meets_the_bar(tmp_path):
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
