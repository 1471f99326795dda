"""What the files of a run folder say: whatever is in them, readers return what can be shown and reckoned with."""

import io
import json
import zipfile

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ganlib.data import shipped
from ganlib.experiments import results
from ganlib.metrics import doctor
from ganlib.runs import archive, importer, records, store
from ganlib.runs.evaluation import Evaluation
from ganlib.runs.folder import Run
from ganlib.runs.records import sound
from ganlib.runs.status import FINISHED
from ganlib.utils import files, values
from ganlib.utils.errors import UserError
from tests import hostile
from tests.variants import slow_unless

NAMES = [*hostile.OBJECTS, *hostile.LINES]

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(exclude_categories=()), max_size=8)
    | st.sampled_from([*hostile.NASTY.values(), "step", "changed", "one.png", "running", "critic_steps"])
)
JSON = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=8), inner), max_leaves=6)


def check(value):
    """Fail if anything inside a value cannot be shown or reckoned with."""
    if isinstance(value, str):
        value.encode()  # a page sends UTF-8
        assert len(value) <= values.LONGEST_TEXT
        assert not {"\0", "\x1b"} & set(value)
    elif type(value) in (int, float):
        assert np.isnan(value) or -values.LARGEST < value < values.LARGEST
    elif isinstance(value, dict):
        check([*value, *value.values()])
    elif isinstance(value, (list, tuple)):
        for each in value:
            check(each)


def read_all(run: Run) -> None:
    """Read all that a run folder says, as pages do."""
    try:
        check(run.record)
        check(run.config_now().to_dict())
    except UserError as error:
        str(error).encode()
    status = run.status()
    check([*vars(status).values(), *vars(run.about()).values(), run.events(), run.evaluations()])
    assert min(status.step, status.total_steps, status.epoch, status.seconds, status.progress) >= 0
    assert status.progress <= 1
    for column in run.metrics().values():
        check(column.tolist())
    check([(sample.step, sample.epoch) for sample in run.samples()])
    for evaluation in sound(run.evaluations(), Evaluation.from_json):
        check([*vars(evaluation).values()])
    check([finding.evidence for finding in doctor.examine(run)])
    for experiment in results.find(run.path.parent):
        check([experiment.title, *(experiment.label(value) for value in experiment.values)])
        results.finals(experiment)


@pytest.mark.parametrize("nasty", slow_unless(hostile.QUICK.__contains__, hostile.NASTY))
def test_every_reader_copes_with_a_nasty_value_anywhere(tmp_path, nasty):
    for run in hostile.make_all(tmp_path, hostile.NASTY[nasty]):
        read_all(run)
        assert run.metrics()["step"][-1] == 20
        assert run.events()[-1]["step"] == run.evaluations()[-1]["step"] == run.samples()[-1].step == 20


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=25, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=JSON, place=st.integers(0, 40))
def test_every_reader_copes_with_any_value_anywhere(tmp_path, name, value, place):
    run = Run(tmp_path / name.replace("/", "-").partition(".")[0])
    if not run.path.exists():
        hostile.make(run.path)
    choices = list(hostile.damaged({**hostile.OBJECTS, **hostile.LINES}[name], value))
    (run.path / name).write_text(json.dumps(choices[place % len(choices)]))
    read_all(Run(run.path))


@pytest.mark.parametrize("name", ["snapshots/step_²", "snapshots/step_" + "9" * 240])
def test_folders_that_are_no_snapshots_are_none(tmp_path, name):
    run = hostile.make(tmp_path / "one")
    (run.path / name).mkdir(parents=True)
    assert run.snapshots() == []


def test_an_object_too_large_is_not_read(tmp_path):
    (tmp_path / "a.json").write_text(json.dumps({"a": "b" * files.MOST_OBJECT_BYTES}))
    assert files.read_json(tmp_path / "a.json") is None


@pytest.mark.parametrize("settings", [{"critic_steps": 10**400}, {"critic_steps": 5}, {"seed": 3}, "fast", None])
def test_a_change_that_cannot_have_been_is_left_out(tmp_path, settings):
    run = hostile.make(tmp_path / "one")
    run.write_record({**run.record, "update": "simultaneous"})  # goes with a single D step only
    line = {**hostile.LINES["events.jsonl"], "settings": settings}
    (run.path / "events.jsonl").write_text(json.dumps(line))
    assert run.config_now() == run.config


@pytest.mark.parametrize("status", [{"step": -5, "total_steps": 3}, {"step": 5, "total_steps": -3}])
def test_a_status_below_zero_is_not_believed(tmp_path, status):
    run = hostile.make(tmp_path / "one")
    files.write_json(run.path / "status.json", {"state": FINISHED, **status})
    assert min(run.status().step, run.status().total_steps, run.status().progress) == 0


def packed(run: Run) -> bytes:
    return archive.zip_bytes(run)


@pytest.mark.parametrize(
    ("words", "tags"),
    [
        (["Week 3", "week  3", "a*b"], ("week 3", "a b")),
        (["हिन्दी", "ไทยนี้", "e\u0301te\u0301"], ("हिन्दी", "ไทยนี้", "été")),
        (["x" * 99, "", "**"], ("x" * records.LONGEST_TAG,)),
        ([str(number) for number in range(99)], tuple(map(str, range(records.MOST_TAGS)))),
    ],
)
def test_tags_are_plain_words_each_once(words, tags):
    assert records.distinct_tags(words) == tags


def test_a_run_that_is_whole_is_imported(tmp_path):
    assert importer.import_run(io.BytesIO(packed(hostile.make(tmp_path / "one"))), folder=tmp_path / "runs").id == "one"


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("status.json", {"step": -1}),
        ("status.json", {"epoch": 10**400}),
        ("status.json", {"state": "dancing"}),
        ("about.json", {"title": ["x"]}),
        ("about.json", {"tags": "x"}),
        ("about.json", {"tags": [1]}),
        ("config.json", {"experiment": {"id": "../x"}}),
        ("config.json", {"latent_dim": 10**400}),
        ("metrics.jsonl", {"step": -1}),
        ("metrics.jsonl", {"step": 10**400}),
        ("events.jsonl", {"settings": {"critic_steps": 0}}),
        ("events.jsonl", {"event": 3}),
        ("evaluations.jsonl", {"count": 0}),
        ("evaluations.jsonl", {"step": 1.5}),
        ("samples/index.jsonl", {"file": "../../secret.png"}),
        ("samples/index.jsonl", {"epoch": float("nan")}),
    ],
)
def test_an_import_refuses_what_the_readers_refuse(tmp_path, name, change):
    run = hostile.make(tmp_path / "one")
    whole = files.read_json(run.path / name) if name.endswith(".json") else hostile.LINES[name]
    (run.path / name).write_text(json.dumps({**whole, **change}))
    with pytest.raises(UserError):
        importer.import_run(io.BytesIO(packed(run)), folder=tmp_path / "runs")
    assert not (tmp_path / "runs" / "one").exists()


def test_a_line_that_a_killed_writer_left_is_no_reason_to_refuse_a_run(tmp_path):
    run = hostile.make(tmp_path / "one")
    with (run.path / "metrics.jsonl").open("a") as file:
        file.write('{"step": 3')
    assert importer.import_run(io.BytesIO(packed(run)), folder=tmp_path / "runs").metrics()["step"][-1] == 20


@pytest.mark.parametrize("nasty", hostile.NASTY)
def test_a_nasty_value_in_the_manifest_loses_no_other_entry(tmp_path, nasty):
    part = {"sha256": "0", "size": 3}
    whole = {"models": {"one": {"files": {"a.png": part}, "note": "x"}, "two": {"files": {"b.png": part}}}}
    for entry in hostile.damaged(whole["models"]["one"], hostile.NASTY[nasty]):
        (tmp_path / "manifest.json").write_text(json.dumps({"models": {**whole["models"], "one": entry}}))
        found = shipped.manifest(tmp_path)
        check(found)
        assert "two" in found["models"]
        with pytest.raises(UserError):
            shipped.verified_part("one", "a.png", tmp_path)


@pytest.mark.parametrize("run", store.list_shipped(), ids=lambda run: run.id)
def test_what_ships_could_be_imported(tmp_path, run):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packing:
        for name in NAMES:
            if (run.path / name).is_file():
                packing.write(run.path / name, f"one/{name}")
    assert importer.import_run(buffer, "one", tmp_path).status() == run.status()
