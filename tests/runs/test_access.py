"""Who may do what with whose run, and how much of it."""

import io
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from ganlib import presets
from ganlib.runs import access, archive, commands, importer, limits, queue, store
from ganlib.runs.access import Person
from ganlib.runs.folder import Run
from ganlib.runs.limits import EVERYBODY, Limits
from ganlib.runs.status import FINISHED, QUEUED, STOPPED, Status
from ganlib.utils.errors import UserError

CONFIG = presets.get("digits-quick").config
ANN, BOB = Person("ann@school"), Person("bob@school")
TEACHER, NOBODY, ALONE = Person("tea@school", is_teacher=True), Person(), Person(is_alone=True)


pytestmark = pytest.mark.usefixtures("calm_home")


@pytest.fixture
def make(calm_home: Path) -> Callable[..., Run]:
    def make(name: str, owner: str = BOB.name, state: str = FINISHED, **changes: object) -> Run:
        run = store.create(CONFIG.changed(**changes), {}, name)
        run.write_status(Status(state))
        run.write_about(owner=owner)
        return run

    return make


@pytest.mark.parametrize("action", [*access.ACTIONS, "anything new"])
@pytest.mark.parametrize(
    ("person", "owner", "is_allowed"),
    [
        *((ANN, ANN.name, True), (ANN, BOB.name, False), (ANN, "", False), (NOBODY, "", False)),
        *((TEACHER, BOB.name, True), (TEACHER, "", True), (ALONE, BOB.name, True), (ALONE, "", True)),
    ],
)
def test_a_run_is_changed_by_its_owner_by_teachers_and_where_one_is_alone(make, action, person, owner, is_allowed):
    assert (not access.why_not(person, action, make("one", owner))) is is_allowed


def test_a_shipped_model_is_evaluated_by_whoever_is_known_and_changed_by_nobody():
    shipped = store.list_shipped()[0]
    assert not access.why_not(ANN, "evaluate", shipped)
    assert access.why_not(NOBODY, "evaluate", shipped)
    assert all(access.why_not(person, "delete", shipped) for person in (ANN, TEACHER, ALONE))


# Another's run by import


def packed(run: Run, **more: bytes) -> io.BytesIO:
    buffer = io.BytesIO(archive.zip_bytes(run))
    with zipfile.ZipFile(buffer, "a") as file:
        for name, content in more.items():
            file.writestr(name, content)
    buffer.seek(0)
    return buffer


@pytest.mark.parametrize(
    "place", ["one/control/0-stop.json", "one/../his/control/0-stop.json", "his/control/0-stop.json"]
)
def test_an_import_gives_no_command_to_anothers_training(make, place):
    his = make("his", state=QUEUED)
    mine = packed(make("one", ANN.name), **{place: b'{"command": "stop", "settings": {}}'})

    with pytest.raises(UserError, match=r"no part of a run|leads elsewhere"):
        importer.import_run(mine, "new", owner=ANN.name)

    assert commands.pending(his) == []
    assert not (his.path.parent / "new").exists()


@pytest.mark.parametrize("name", ["his", "HIS", "../his", "his/control", "his/../his"])
def test_an_import_overwrites_no_run(make, name):
    his, mine = make("his"), make("one", ANN.name)
    before = {path: path.read_bytes() for path in his.path.glob("*.json")}

    with pytest.raises(UserError, match=r"already a run|no name for a run"):
        importer.import_run(packed(mine), name, owner=ANN.name)

    assert {path: path.read_bytes() for path in his.path.glob("*.json")} == before


def test_an_imported_run_is_whose_who_brought_it_whoever_it_names(make):
    assert importer.import_run(packed(make("his")), "mine", owner=ANN.name).about().owner == ANN.name


def test_a_new_run_overwrites_no_run(make):
    his = make("his")
    with pytest.raises(UserError, match="already a run"):
        queue.start(CONFIG, {}, "his", owner=ANN.name)
    assert his.about().owner == BOB.name


# Limits


def test_a_persons_own_limits_come_before_everybodys_and_these_before_the_environments(monkeypatch):
    monkeypatch.setenv("GANLIB_LIMIT_SECONDS", "9")
    assert limits.of("ann") == Limits(seconds=9)
    limits.put(EVERYBODY, Limits(1, 2, 3))
    limits.put("bob", Limits(4, 5, 6))
    assert (limits.of("ann"), limits.of("bob"), limits.of("")) == (Limits(1, 2, 3), Limits(4, 5, 6), Limits())
    monkeypatch.setenv("GANLIB_TEACHERS", "Tea@School, ann")
    assert limits.of("tea@school") == limits.of("ann") == Limits()
    limits.put("bob", None)
    assert (limits.of("bob"), limits.has_own("bob"), limits.has_own(EVERYBODY)) == (Limits(1, 2, 3), False, True)
    limits.put(EVERYBODY, None)
    assert limits.of("bob") == Limits(seconds=9)


def test_damaged_limits_leave_those_of_the_environment(calm_home, monkeypatch):
    monkeypatch.setenv("GANLIB_LIMIT_RUNS", "7")
    (calm_home / ".class").mkdir()
    (calm_home / ".class" / "limits.json").write_text('{"*": {"runs": -1}, "ann": []}')
    assert limits.of("ann") == Limits(runs=7)


def test_a_person_has_so_many_runs_at_once_and_others_do_not_count(make):
    limits.put(EVERYBODY, Limits(runs=2))
    make("his", state=QUEUED)
    make("hers", ANN.name, FINISHED)
    queue.start(CONFIG, owner=ANN.name)
    queue.start(CONFIG, owner=ANN.name)
    with pytest.raises(UserError, match=r"At most 2 .* it would be 3"):
        queue.start(CONFIG, owner=ANN.name)
    queue.start(CONFIG)  # whoever runs the server


def test_many_starts_at_one_moment_are_admitted_one_after_the_other():
    limits.put(EVERYBODY, Limits(runs=1))

    def start(_: int) -> bool:
        with suppress(UserError):
            return bool(queue.start(CONFIG, owner=ANN.name))
        return False

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(start, range(8))) == 1


def test_many_resumes_at_one_moment_are_admitted_one_after_the_other(make):
    limits.put(EVERYBODY, Limits(runs=1))

    def resume(run: Run) -> bool:
        with suppress(UserError), access.allowed(ANN, "resume", run):
            queue.resume(run)
            return True
        return False

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(resume, [make(f"run{number}", ANN.name, STOPPED) for number in range(8)])) == 1


@pytest.mark.parametrize(("asked", "given"), [(0.0, 60.0), (30.0, 30.0), (600.0, 60.0)])
def test_a_run_trains_no_longer_than_allowed(asked, given):
    limits.put(EVERYBODY, Limits(seconds=60))
    run = queue.start(CONFIG.changed(max_seconds=asked), owner=ANN.name)
    assert run.config.max_seconds == given
    assert Run(run.path).config.changed(max_seconds=CONFIG.max_seconds) == CONFIG


def test_a_run_that_was_brought_along_goes_on_within_the_limits_only(make):
    limits.put(EVERYBODY, Limits(runs=1, seconds=60))
    long, short = make("long", ANN.name, STOPPED, max_seconds=0.0), make("short", ANN.name, STOPPED, max_seconds=60.0)
    access.demand(ANN, "resume", short)
    with pytest.raises(UserError, match="longer than 60 s"):
        access.demand(ANN, "resume", long)
    access.demand(TEACHER, "resume", long)
    make("third", ANN.name, QUEUED)
    with pytest.raises(UserError, match="At most 1 of your runs"):
        access.demand(ANN, "resume", short)


def test_who_has_filled_their_room_starts_and_brings_nothing(make):
    limits.put(EVERYBODY, Limits(megabytes=2))
    access.demand_start(ANN)
    (make("hers", ANN.name).path / "generator.weights.h5").write_bytes(bytes(2_000_000))
    for start in (lambda: access.demand_start(ANN), lambda: queue.start(CONFIG, owner=ANN.name)):
        with pytest.raises(UserError, match="2 MB are allowed"):
            start()
    access.demand_start(BOB)


def test_a_queue_is_bounded_for_all_together(make, monkeypatch):
    monkeypatch.setenv("GANLIB_LIMIT_QUEUE", "2")
    make("his", state=QUEUED)
    queue.start(CONFIG, owner=ANN.name)
    with pytest.raises(UserError, match="try again in some minutes"):
        queue.start(CONFIG, owner="carl")
