"""As code: the lines that a view offers run as they are, and give the very pixels that the page shows."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from ganlib.runs import folder, store
from tests.app.explored import make
from ui.common import code, inference_guard
from ui.common.code import Tape
from ui.explore import anchors, arithmetic, classes, inside, inversion, path, plane, sliders, time_machine, variety
from ui.explore.view_context import MEAN, ViewContext

AMOUNTS = (0.5, -1.0, 0.0, 3.0, 0.0, 0.0, 0.2, -2.9)

DRAWN: dict[str, Callable[[Tape, ViewContext], Any]] = {
    "the samples to pick from": anchors.draw,
    "one picture": partial(sliders.draw, choice=sliders.Choice("weights", 0, "B", AMOUNTS)),
    "from the mean": partial(sliders.draw, choice=sliders.Choice("activations", 0, MEAN, AMOUNTS)),
    "a grid": partial(sliders.draw, choice=sliders.Choice("weights", 0, "A", AMOUNTS, 16)),
    "coordinates": partial(sliders.draw, choice=sliders.Choice("axes", 3, "A", AMOUNTS)),
    "an arc": partial(path.draw, choice=path.Choice("spherical", 5, loop=True)),
    "a line": partial(path.draw, choice=path.Choice("linear", 4, loop=False)),
    "two directions": partial(plane.draw, choice=plane.Choice("directions", 5, "weights", 2, 0, 1.5, "B")),
    "three anchors": partial(plane.draw, choice=plane.Choice("anchors", 5)),
    "a sum": partial(arithmetic.draw, choice=arithmetic.Choice("C", "A", "B")),
    "a scale": partial(variety.draw, factor=0.7),
    "a random walk": partial(variety.draw_walk, seed=4),
    "the time machine": time_machine.draw,
}

INSIDE: dict[str, Callable[[Tape, ViewContext], Any]] = {
    "a layer of the generator": partial(inside.draw, choice=inside.Choice("B", layer=2)),
    "a gradient in the discriminator": partial(inside.draw, choice=inside.Choice("C", "d", 1, with_gradient=True)),
    "a layer at a real image": partial(inside.draw, choice=inside.Choice(inside.REAL, "d", 3, first=8, index=5)),
}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GANLIB_RUNS", str(tmp_path))
    monkeypatch.chdir(tmp_path)  # some lines write files
    for module in (folder, store):
        monkeypatch.setattr(module, "SHIPPED", tmp_path / "shipped")
    return tmp_path


def look(step: int | None = None, **changes: object) -> ViewContext:
    from ganlib.explore import points

    made = make(snapshots=(0, 100), **changes)
    dimensions = made.config.latent_dim
    third = points.write(np.linspace(-1, 1, dimensions, dtype=np.float32))
    return ViewContext(made, step, made.config, 5, ("7.12", "7.3", third))


def ran(lines: str) -> dict[str, Any]:
    """Run lines as a notebook would, and return what they leave."""
    left: dict[str, Any] = {}
    exec(compile(lines, "notebook", "exec"), left)
    return left


def picture_of(drawn: Any) -> np.ndarray:
    return drawn.picture if hasattr(drawn, "picture") else drawn.shown.picture


@pytest.mark.slow
@pytest.mark.parametrize("name", [*DRAWN, *INSIDE, "every class"])
def test_lines_of_a_view_of_one_class_give_its_pixels(name: str) -> None:
    draw = {**DRAWN, **INSIDE, "every class": classes.draw}[name]
    context, tape = replace(look(conditioning="projection"), label=3), Tape()
    with inference_guard.at_work():
        picture = picture_of(draw(tape, context))
        other = picture_of(draw(Tape(), replace(context, label=4)))

    np.testing.assert_array_equal(ran(tape.code())["picture"], picture)
    # Early layers see features alone, which hang on no label.
    assert (other != picture).any() == (name not in ("every class", "a layer at a real image"))


@pytest.mark.parametrize("name", DRAWN | INSIDE)
@pytest.mark.slow
def test_lines_of_a_view_give_its_pixels(name: str) -> None:
    context, tape = look(step=None if name != "an arc" else 100), Tape()
    with inference_guard.at_work():
        drawn = (DRAWN | INSIDE)[name](tape, context)

    left = ran(tape.code())

    picture = picture_of(drawn)
    assert picture.dtype == np.uint8
    assert picture.std() > 0
    np.testing.assert_array_equal(left["picture"], picture)


def test_lines_of_the_whole_plane_give_its_pixels() -> None:
    context, tape = look(latent_dim=2), Tape()
    with inference_guard.at_work():
        drawn = plane.draw(tape, context, plane.Choice("whole", 7))

    np.testing.assert_array_equal(ran(tape.code())["picture"], drawn.picture)


def test_exported_files_are_those_that_the_lines_write(home: Path) -> None:
    context, tape = look(), Tape()
    with inference_guard.at_work():
        walk = path.draw(tape, context, path.Choice("spherical", 4, loop=True))
    ran(tape.code())

    assert (home / "walk.gif").read_bytes() == walk.gif()
    assert (home / "walk.webp").read_bytes() == walk.webp()
    with Image.open(home / "walk.gif") as animation:
        assert animation.n_frames == 12


@pytest.mark.slow
def test_lines_of_an_inversion_find_the_same_z() -> None:
    context, told = look(), []
    with inference_guard.at_work():
        inverted = inversion.draw(context, inversion.Choice(17, 2, 20), lambda *progress: told.append(progress))

    left = ran(inverted.code)

    assert [done for done, _, _ in told] == [10, 20]
    np.testing.assert_array_equal(left["image"], inverted.image)
    np.testing.assert_array_equal(left["inverted"].latent, inverted.found.latent)
    np.testing.assert_array_equal(left["picture"], inverted.found.image)


# The tape


def test_calls_are_written_as_they_were_made() -> None:
    tape = Tape()
    a = tape.call("a", np.zeros, 3)
    b = tape.call("b", np.stack, [a, a], axis=0)
    tape.item("c", b, 1)
    tape.call("d", np.add, a, np.array([1.0, 2.0, 3.0]))

    lines = tape.code().splitlines()
    assert lines[:4] == ["import numpy as np", "from PIL import Image", "from ganlib.utils import images", ""]
    assert lines[4:-1] == [
        "a = np.zeros(3)", "b = np.stack([a, a], axis=0)", "c = b[1]", "d = np.add(a, np.array([1.0, 2.0, 3.0]))"
    ]  # fmt: skip


def test_a_branch_goes_on_from_the_same_lines_by_itself() -> None:
    tape = Tape()
    a = tape.call("a", np.zeros, 3)
    branch = tape.branch()
    branch.call("b", np.stack, [a])

    assert branch.code().splitlines()[-3:-1] == ["a = np.zeros(3)", "b = np.stack([a])"]
    assert "np.stack" not in tape.code()


def test_line_that_is_there_is_not_repeated() -> None:
    tape = Tape()
    for _ in range(2):
        tape.call("a", np.zeros, 3)

    assert tape.code().count("np.zeros") == 1


def test_what_cannot_be_written_is_refused() -> None:
    with pytest.raises(TypeError, match="cannot write object"):
        Tape().call("a", np.shape, object())


def test_nothing_else_than_the_code_is_folded_in(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    monkeypatch.setattr(code.st, "code", lambda lines, **options: shown.append(lines))
    code.show("x = 1")

    assert shown == ["x = 1"]
