"""As code: the lines of `ganlib` that make a picture in a notebook, written down while the page makes it.

A view calls the library through a `Tape`, which keeps each call as a line. So the page and the code are one: there
is no second way to make the picture that could drift away from the first.
"""

import inspect
import sys
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import numpy as np
import streamlit as st

T = TypeVar("T")

_SHOWN = "Image.fromarray(images.enlarge(picture, 480).squeeze())"
_TO_SHOW = (("PIL", "Image"), ("ganlib.utils", "images"))


class Tape:
    """Calls of the library, in order, and what they returned."""

    def __init__(self) -> None:
        self._imports: dict[str, set[str]] = {}
        self._lines: list[str] = []
        self._names: dict[int, str] = {}
        self._values: list[Any] = []  # kept, so that no two of them ever have the same id

    def branch(self) -> "Tape":
        """Return a tape that begins with these lines and goes on by itself."""
        other = Tape()
        other._imports = {package: set(names) for package, names in self._imports.items()}
        other._lines, other._names, other._values = [*self._lines], {**self._names}, [*self._values]
        return other

    def call(self, name: str, function: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """Call a function and write it down as `name = function(...)`.

        Args are plain values, arrays of a few numbers, what the tape has returned before, and lists of these.
        """
        return self.note(name, function(*args, **kwargs), function, *args, **kwargs)

    def note(self, name: str, value: T, function: Callable[..., Any], *args: Any, **kwargs: Any) -> T:
        """Write a call down whose result is already at hand, and return the result."""
        return self._keep(name, value, self._expression(function, args, kwargs))

    def item(self, name: str, value: Any, index: Any) -> Any:
        """Take one or some of many, as `name = value[index]`."""
        return self._keep(name, value[index], f"{self._text(value)}[{self._text(index)}]")

    def attribute(self, attribute: str, owner: Any, name: str = "") -> Any:
        """Return `owner.attribute`, to be written as just that, or as `name` once a line has said what that is."""
        value, text = getattr(owner, attribute), f"{self._text(owner)}.{attribute}"
        if name:
            return self._keep(name, value, text)
        self._names[id(value)] = text
        self._values.append(value)
        return value

    def save(self, file: str, function: Callable[..., bytes], *args: Any) -> Callable[[], bytes]:
        """Write down that what a function returns goes into a file; return the call, for whoever wants the bytes."""
        self._import("pathlib", "Path")
        self._lines.append(f"Path({file!r}).write_bytes({self._expression(function, args, {})})")
        return partial(function, *args)

    def code(self) -> str:
        """Return all lines, the imports first; in the end they show the array called `picture`."""
        for package, name in _TO_SHOW:
            self._import(package, name)
        imports = [
            f"from {package} import {', '.join(sorted(names))}" if names else f"import {package} as np"
            for package, names in sorted(self._imports.items(), key=_import_order)
        ]
        return "\n".join([*imports, "", *self._lines, _SHOWN])

    def _import(self, package: str, *names: str) -> None:
        self._imports.setdefault(package, set()).update(names)

    def _keep(self, name: str, value: T, expression: str) -> T:
        line = f"{name} = {expression}"
        if line not in self._lines:
            self._lines.append(line)
        self._names[id(value)] = name
        self._values.append(value)
        return value

    def _expression(self, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
        parts = [self._text(arg) for arg in args]
        parts += [f"{key}={self._text(arg)}" for key, arg in kwargs.items() if arg is not None]
        return f"{self._called(function)}({', '.join(parts)})"

    def _called(self, function: Callable[..., Any]) -> str:
        owner = getattr(function, "__self__", None)
        if owner is not None and id(owner) in self._names:
            return f"{self._names[id(owner)]}.{function.__name__}"
        if function.__module__.partition(".")[0] == "numpy":
            self._import("numpy")
            return f"np.{function.__name__}"
        if inspect.isclass(function):
            self._import(function.__module__, function.__name__)
            return function.__name__
        package, _, module = function.__module__.rpartition(".")
        if getattr(sys.modules[package], function.__name__, None) is function:  # what a package offers as its own
            package, _, module = package.rpartition(".")
        self._import(package, module)
        return f"{module}.{function.__name__}"

    def _text(self, value: Any) -> str:
        if isinstance(value, (int, float, str)):
            return repr(value)
        if id(value) in self._names:
            return self._names[id(value)]
        if isinstance(value, list):
            return f"[{', '.join(map(self._text, value))}]"
        if isinstance(value, np.ndarray):
            self._import("numpy")
            return f"np.array({value.tolist()})"
        raise TypeError(f"A tape cannot write {type(value).__name__} down.")


def show(lines: str, about: str = "These lines make the same picture in a notebook.") -> None:
    with st.expander("As code", icon=":material/code:"):
        st.caption(about)
        st.code(lines, language="python", wrap_lines=True)


def _import_order(imported: tuple[str, set[str]]) -> tuple[int, bool, str]:
    package, names = imported
    root = package.partition(".")[0]
    return (0 if root in sys.stdlib_module_names else 2 if root == "ganlib" else 1), bool(names), package
