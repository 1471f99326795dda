"""A person's `keras.json`, left over from other work, makes no difference."""

import json
import os
import subprocess
import sys
from pathlib import Path

import keras
import pytest

from ganlib.backend import startup

ROOT = Path(__file__).parents[2]
SETTINGS = ("floatx", "epsilon", "image_data_format")
WANTED = ["float32", 1e-7, "channels_last", "float32"]
READ = f"print([*(getattr(keras.config, name)() for name in {SETTINGS}), keras.config.dtype_policy().name])"
ODD = {
    "other settings": json.dumps({"floatx": "float16", "epsilon": 1e-3, "image_data_format": "channels_first"}),
    "values that Keras refuses": json.dumps({"floatx": "float8", "epsilon": 1, "backend": "mxnet"}),
    "no table": "[]",
    "no JSON": "{",
}


def settings():
    return [getattr(keras.config, name)() for name in SETTINGS] + [keras.config.dtype_policy().name]


def test_a_notebook_that_has_imported_keras_already_gets_our_settings(monkeypatch):
    monkeypatch.setenv("KERAS_HOME", "elsewhere")  # so that it is put back
    keras.config.set_floatx("float16")
    keras.config.set_dtype_policy("float16")
    keras.config.set_epsilon(1e-3)
    keras.config.set_image_data_format("channels_first")
    startup.configure_keras()
    assert settings() == WANTED


@pytest.mark.slow
@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_keras_never_reads_the_persons_file(text, tmp_path):
    (tmp_path / "keras.json").write_text(text)
    done = subprocess.run(
        [sys.executable, "-c", f"import ganlib, keras; {READ}"],
        cwd=ROOT,
        env={**os.environ, "KERAS_HOME": str(tmp_path), "KERAS_BACKEND": keras.backend.backend()},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(WANTED)
    assert (tmp_path / "keras.json").read_text() == text
