"""The rules that keep the house a house, read off the source: who may import what, and how long a module may be."""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from ganlib.catalog import datasets, initializers, losses, networks, training

ROOT = Path(__file__).parent.parent

# From low to high; a module imports from its own layer and from those below.
LAYERS = [
    "utils",
    "catalog",
    "config presets",
    "data",
    "plots runs",
    "experiments",
    "backend",
    "models",
    "metrics",
    "explore training",
    "cli __main__",
]
RANK = {name: rank for rank, layer in enumerate(LAYERS) for name in layer.split()}

BACKENDS = {"tensorflow", "torch", "jax"}
HEAVY = BACKENDS | {"keras", "streamlit"}
KERAS_PACKAGES = {"backend", "models", "training", "explore", "metrics"}
YARDSTICKS = "ganlib.training.benchmarks"
LONGEST = 250


class Import(NamedTuple):
    """One imported module; `lazy` if only a call or a type checker imports it, `for_types` if only the latter."""

    name: str
    lazy: bool
    line: int
    for_types: bool = False


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def sources() -> dict[str, Path]:
    paths = [path for folder in ("ganlib", "ui", "pages", "tools") for path in sorted((ROOT / folder).rglob("*.py"))]
    paths += [path for path in [ROOT / "app.py"] if path.exists()]
    return {module_name(path): path for path in paths}


SOURCES = sources()
TREES = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in SOURCES.items()}
LIBRARY = [name for name in SOURCES if name.partition(".")[0] == "ganlib"]

# Each rule collects what breaks it, by module: an empty table is a house in order.


@cache
def imports(module: str) -> list[Import]:
    return list(_imports(TREES[module]))


def _imports(node: ast.AST, lazy: bool = False, for_types: bool = False) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from (Import(alias.name, lazy, child.lineno, for_types) for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            # `from package import module` and `from module import thing` look alike.
            names = [f"{child.module}.{alias.name}" for alias in child.names]
            found = [name if name in SOURCES else str(child.module) for name in names]
            yield from (Import(name, lazy, child.lineno, for_types) for name in found)
        else:
            in_function = isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
            names_types = isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test)
            yield from _imports(child, lazy or in_function or names_types, for_types or names_types)


def roots(module: str, lazy: bool) -> set[str]:
    """Return the top-level packages that a module imports, those inside its functions too if `lazy`."""
    return {found.name.partition(".")[0] for found in imports(module) if lazy or not found.lazy}


def part(module: str) -> str:
    """Return the module's name right below `ganlib`, "" for `ganlib` itself."""
    return module.split(".")[1] if "." in module else ""


def computes(module: str) -> bool:
    return module.startswith("tools.") or (module.startswith("ganlib.") and part(module) in KERAS_PACKAGES)


# Rule 1: what is light stays light


def test_the_library_never_imports_streamlit():
    assert [module for module in LIBRARY if "streamlit" in roots(module, lazy=True)] == []


def loaded_by(module: str) -> set[str]:
    """Return every module that importing this one loads, as far as it is ours or heavy."""
    found, todo = set(), [module]
    while todo:
        name = todo.pop()
        if name in found:
            continue
        found.add(name)
        if name in SOURCES:
            todo += [each.name for each in imports(name) if not each.lazy]
            if "." in name:
                todo.append(name.rpartition(".")[0])
    return {name.partition(".")[0] if name.partition(".")[0] in HEAVY else name for name in found}


def test_keras_is_loaded_by_the_parts_that_compute_alone():
    found = {module: loaded_by(module) & (BACKENDS | {"keras"}) for module in SOURCES if not computes(module)}
    assert {module: heavy for module, heavy in found.items() if heavy} == {}


LIGHT = [
    *(
        "ganlib",
        "ganlib.config",
        "ganlib.presets",
        "ganlib.runs.store",
        "ganlib.runs.queue",
        "ganlib.data",
        "ganlib.plots",
    ),
    *("ganlib.cli", "ganlib.runs.archive", "ganlib.utils.images", "ganlib.models", "ganlib.training", "ganlib.explore"),
    *("ganlib.metrics", "ganlib.metrics.doctor", "ganlib.experiments"),
]


def heavy_after(modules: list[str]) -> dict[str, list[str]]:
    """Import modules one after the other in a fresh process; return which heavy ones are there after each."""
    code = (
        "import sys, json, importlib\nfound = {}\n"
        f"for name in {modules!r}:\n"
        "    importlib.import_module(name)\n"
        f"    found[name] = sorted({HEAVY!r} & set(sys.modules))\n"
        "print(json.dumps(found))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_importing_the_light_parts_loads_nothing_heavy():
    light = [name for name in LIGHT if name in SOURCES]
    assert heavy_after(light) == {name: [] for name in light}


def test_the_command_line_draws_no_charts_unless_it_is_asked_to():
    code = "import sys, ganlib.cli.main, ganlib.cli.warm_worker; print('plotly' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_importing_what_pages_share_loads_streamlit_alone():
    shared = [name for name in SOURCES if name.partition(".")[0] == "ui"]
    if not shared:
        pytest.skip("there is no ui yet")
    for name, heavy in heavy_after(shared).items():
        assert set(heavy) <= {"streamlit"}, name


# Rule 2: one door to the backend


def test_only_the_backends_own_modules_and_the_yardsticks_import_a_backend():
    doors = {module for module in SOURCES if roots(module, lazy=True) & BACKENDS}
    own = {f"ganlib.backend.{name}" for name in ("tensorflow", "replicas", "torch")}
    assert {module for module in doors if not module.startswith(YARDSTICKS)} == own


def test_keras_at_module_level_stays_in_the_parts_that_compute():
    assert [module for module in SOURCES if "keras" in roots(module, lazy=False) and not computes(module)] == []


# Rule 3: choices are tables

TABLES = {
    "dataset": datasets.DATASETS,
    "generator": networks.GENERATORS,
    "discriminator": networks.DISCRIMINATORS,
    "loss": losses.LOSSES,
    "initializer": initializers.INITIALIZERS,
    "prior": initializers.PRIORS,
    "optimizer": training.OPTIMIZERS,
}


def compared_choices(tree: ast.AST) -> Iterator[str]:
    """Yield comparisons such as `config.loss == "wgan"`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            names = {getattr(side, "attr", getattr(side, "id", None)) for side in sides}
            texts = {leaf.value for side in sides for leaf in ast.walk(side) if isinstance(leaf, ast.Constant)}
            if any(set(TABLES[name]) & texts for name in names & set(TABLES)):
                yield ast.unparse(node)


def test_no_choice_is_asked_for_by_name():
    """Except in the yardsticks, which are plain loops on purpose."""
    found = {module: list(compared_choices(TREES[module])) for module in SOURCES if not module.startswith(YARDSTICKS)}
    assert {module: comparisons for module, comparisons in found.items() if comparisons} == {}


# Rule 5: imports point one way


def test_every_part_of_the_library_has_a_layer():
    homeless = {part(module) for module in LIBRARY if part(module)} - set(RANK)
    assert not homeless, f"say in LAYERS where {', '.join(sorted(homeless))} belong"


def test_the_library_imports_downwards():
    upwards = [
        f"{module} imports {found.name} (line {found.line})"
        for module in LIBRARY
        for found in imports(module)
        if part(module) in RANK and RANK.get(part(found.name), -1) > RANK[part(module)]
    ]
    assert upwards == []


def test_pages_use_ui_and_ui_uses_the_library():
    allowed = {
        "ganlib": {"ganlib"},
        "ui": {"ui", "ganlib"},
        "pages": {"ui", "ganlib"},
        "app": {"ui", "ganlib"},
        "tools": {"tools", "ganlib"},
    }
    used = {module: roots(module, lazy=True) & set(allowed) for module in SOURCES}
    strayed = {module: homes - allowed[module.partition(".")[0]] for module, homes in used.items()}
    assert {module: homes for module, homes in strayed.items() if homes} == {}


def test_there_are_no_circles():
    """Names for a type checker alone load nothing, so a part may name the whole it belongs to."""
    loaded = {name: {found.name for found in imports(name) if not found.for_types} for name in SOURCES}
    edges = {name: found & set(SOURCES) - {name} for name, found in loaded.items()}
    while leaves := {name for name, below in edges.items() if not below}:
        edges = {name: below - leaves for name, below in edges.items() if name not in leaves}
    assert edges == {}


def test_a_pages_folder_knows_no_other_page():
    strayed = [
        f"{module} imports {found.name} (line {found.line})"
        for module in SOURCES
        if module.startswith("ui.")
        for found in imports(module)
        if found.name.startswith("ui.") and part(found.name) not in ("common", part(module))
    ]
    assert strayed == []


# Rule 6: rooms are few, and a module is read in one sitting


@pytest.mark.parametrize(("folder", "most"), [("ganlib", 16), ("ui", 8)])
def test_a_wing_has_few_rooms(folder, most):
    rooms = {part(module) for module in SOURCES if module.startswith(f"{folder}.")}
    assert len(rooms) + 1 <= most  # and the package's own file


def test_no_module_is_too_long():
    lengths = {module: len(path.read_text(encoding="utf-8").splitlines()) for module, path in SOURCES.items()}
    assert {module: length for module, length in lengths.items() if length > LONGEST} == {}


def test_the_textbook_is_short_and_knows_nothing_of_runs_queues_and_pages():
    core = [
        *(f"ganlib.models.{name}" for name in ("step", "losses", "penalties", "priors", "gan")),
        *(name for name in SOURCES if name.startswith("ganlib.models.networks")),
        *("ganlib.training.trainer", "ganlib.training.schedule"),
    ]
    assert sum(len(SOURCES[name].read_text(encoding="utf-8").splitlines()) for name in core) < 1300
    strangers = ("ganlib.runs", "ganlib.backend.replicas", "streamlit", "subprocess", "multiprocessing")
    found = {name: [each.name for each in imports(name) if each.name.startswith(strangers)] for name in core}
    assert {name: names for name, names in found.items() if names} == {}


# The rules themselves can fail


def test_the_scan_sees_what_it_should():
    tree = ast.parse(
        "import keras.layers\nfrom ganlib import data\nfrom typing import TYPE_CHECKING\n"
        "if TYPE_CHECKING:\n    import torch\n"
        "def f():\n    from tensorflow import constant\n"
        "try:\n    import streamlit as st\nexcept ImportError:\n    pass\n"
    )
    found = {name: lazy for name, lazy, *_ in _imports(tree, lazy=False)}
    assert found == {
        "keras.layers": False,
        "ganlib.data": False,
        "typing": False,
        "torch": True,
        "tensorflow": True,
        "streamlit": False,
    }
    assert "keras" in loaded_by("ganlib.models.gan")
    assert "tensorflow" in loaded_by("ganlib.models.penalties")
    assert list(compared_choices(ast.parse("if self.config.loss in ('wgan', 'hinge') or norm == 'batch': pass")))
