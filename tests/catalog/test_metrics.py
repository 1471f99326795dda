import math

import pytest

from ganlib.catalog import metrics

NAMES = pytest.mark.parametrize("name", metrics.METRICS)


@NAMES
def test_entries_are_told_completely(name):
    metric = metrics.METRICS[name]
    assert metric.name == name
    assert metric.is_better in ("lower", "higher")
    for text in (metric.about, metric.how_to_read):
        assert text.endswith(".")
        assert "\n" not in text


@NAMES
def test_values_within_the_bounds_can_be_printed(name):
    metric = metrics.METRICS[name]
    low, high = metric.bounds
    assert low >= 0
    for value in (low, min(high, 1234.5)):
        assert math.isfinite(float(format(value, metric.form).rstrip("%")))


def test_papers():
    papers = {name: metric.source for name, metric in metrics.METRICS.items() if metric.source}
    assert papers == {
        "frechet_distance": "1706.08500",
        "score": "1606.03498",
        "class_accuracy": "1807.09499",
        "gan_train": "1807.09499",
        "class_frechet": "1706.08500",
        "purity": "1606.03657",
        "category_information": "1606.03657",
        "stacked_modes": "1712.04086",
        "stacked_kl": "1611.02163",
        "precision": "1904.06991",
        "recall": "1904.06991",
        "density": "2002.09797",
        "coverage": "2002.09797",
        "duplicates": "1706.08224",
        "copies": "2301.13188",
        "sliced_wasserstein": "1803.11188",
        "modes_covered": "1712.04086",
        "good_share": "1712.04086",
        "reverse_kl": "1712.04086",
        "jensen_shannon": "1406.2661",
        "wasserstein_1": "1701.07875",
    }


def test_what_a_repeated_picture_scores_high_in_says_so():
    praised = [name for name, metric in metrics.METRICS.items() if metric.rewards_collapse]
    assert praised == ["recognised", "precision", "density", "good_share"]
    for name in praised:
        assert "A generator that " in metrics.METRICS[name].how_to_read


def test_data_without_labels_leave_what_looks_at_pixels():
    unlabelled = [name for name, metric in metrics.METRICS.items() if not metric.needs_labels]
    of_points = [name for name, metric in metrics.METRICS.items() if metric.of_points]
    assert unlabelled == ["duplicates", "copies", "sliced_wasserstein", *of_points]
