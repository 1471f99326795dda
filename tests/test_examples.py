"""The notebooks in `examples/` run from beginning to end, and keep no output."""

import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOKS = sorted((Path(__file__).parents[1] / "examples").glob("*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_short_and_comes_without_output(path):
    code = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    assert sum(bool(line.strip()) for cell in code for line in cell.source.splitlines()) < 40
    assert not any(cell.outputs for cell in code)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_and_ends_far_from_noise(path, monkeypatch):
    root = path.parents[1]
    monkeypatch.setenv("PYTHONPATH", str(root))
    done = NotebookClient(
        nbformat.read(path, as_version=4), timeout=500, resources={"metadata": {"path": root}}
    ).execute()
    printed = [part.text for cell in done.cells for part in cell.get("outputs", ()) if part.output_type == "stream"]
    line = next(line for text in printed for line in text.splitlines() if line.startswith("frechet_distance"))
    ours, _, noise = (float(word) for word in re.findall(r"\d+\.\d+", line))
    assert ours < noise / 4
