"""`pip install .` brings the library, and all that ships, into a notebook elsewhere."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.slow
def test_an_installed_copy_finds_its_presets_models_and_classifiers(tmp_path):
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation"]
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True).stdout
    source = tmp_path / "source"  # pip leaves build files where it installs from
    for name in listed.decode().split("\0"):
        if name and (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, source / name)
    subprocess.run([*pip, "--target", tmp_path / "site", source], check=True, capture_output=True)
    code = """if True:
        import json, ganlib
        from ganlib import presets
        from ganlib.data import shipped
        from ganlib.runs import store
        models = [run.id for run in store.list_shipped()]
        path = shipped.verified("classifiers", "mnist")
        print(json.dumps([ganlib.__file__, len(presets.PRESETS), models, str(path)]))
    """
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "site")}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, check=True, capture_output=True, text=True
    )
    file, presets, models, classifier = json.loads(done.stdout)
    assert Path(file).is_relative_to(tmp_path / "site")
    assert Path(classifier).is_relative_to(tmp_path / "site")
    assert presets > 10
    assert "mnist-quick" in models
