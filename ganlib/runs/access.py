"""Who may do what with a run: the one place that pages and imports ask.

Everybody may watch a run, download it, and continue it in a run of their own: that is not asked. All else is for its
owner and for teachers; on a server for one person, for that person.
"""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass

from ganlib.runs import limits
from ganlib.runs.commands import CHANGE, PAUSE, RESUME, STOP
from ganlib.runs.folder import Run
from ganlib.runs.status import ACTIVE
from ganlib.utils.errors import UserError

RENAME, DELETE, EVALUATE = "rename", "delete", "evaluate"
ACTIONS = (PAUSE, RESUME, STOP, CHANGE, RENAME, DELETE, EVALUATE)


@dataclass(frozen=True)
class Person:
    """Who asks."""

    name: str = ""  # what their runs carry: an e-mail address, or a name; "" where nobody is known
    is_teacher: bool = False
    is_alone: bool = False  # whether the server is for one person


def why_not(person: Person, action: str, run: Run) -> str:
    """Return one sentence if a person may not do one of `ACTIONS` with a run, or ""."""
    if run.is_shipped:
        # Its evaluations lie apart from it, and are everybody's.
        return why_not_start(person) if action == EVALUATE else "This model came with the app and is only read."
    owner = run.about().owner
    if is_own(person, owner):
        return ""
    whose = f"{owner}'s" if owner else "nobody's here"
    return (
        f"This run is {whose}: you can watch it, and continue it in a run of your own; pausing, changing, "
        "evaluating and deleting are for its owner."
    )


def why_not_start(person: Person) -> str:
    """Return one sentence if a person can own nothing, and so start, import and add nothing, or ""."""
    if person.is_alone or person.name:
        return ""
    return "Type your name to start: in a class, every run belongs to somebody."


def is_own(person: Person, owner: str) -> bool:
    """Return whether what belongs to an owner is in a person's hands; what is nobody's ("") is in teachers'."""
    return person.is_alone or person.is_teacher or bool(owner and owner == person.name)


def demand(person: Person, action: str, run: Run) -> None:
    """Refuse what a person may not do with a run. Raises UserError: why."""
    if trouble := why_not(person, action, run):
        raise UserError(trouble)
    if action == RESUME and not person.is_teacher:
        limits.check_again(run)


@contextmanager
def allowed(person: Person, action: str, run: Run) -> Iterator[None]:
    """Refuse what a person may not do with a run; inside, no other run can take up the room there is for this one.

    Raises UserError: why.
    """
    folder = run.path.parent
    takes_room = action == RESUME and not person.is_teacher and run.status().state not in ACTIVE
    is_limited = takes_room and limits.are_set(run.about().owner, folder)
    with limits.one_at_a_time(folder) if is_limited else nullcontext():
        demand(person, action, run)
        yield


def demand_start(person: Person) -> None:
    """Refuse to start or bring along anything. Raises UserError: it would be nobody's, or take too much room."""
    if trouble := why_not_start(person):
        raise UserError(trouble)
    limits.check(person.name, 0)
