from ganlib import data
from ganlib.metrics import bootstrap, compute
from ganlib.metrics.evaluator import evaluate
from ganlib.metrics.reference import Reference


def test_images_are_evaluated_against_a_data_set_by_its_name(monkeypatch):
    monkeypatch.setattr(bootstrap, "REPLICATES", 10)
    images = data.load("digits", "test").images
    found = evaluate(images, "digits", count=100, seed=3)
    expected = compute.evaluate(images, Reference("digits", "train", True, 100, 3), 3)
    assert (found.count, found.seed) == (100, 3)
    assert {**found.values} == {name: expected[name] for name in found.values}
    assert {**found.floor} == expected["floor"]
