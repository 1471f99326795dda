"""Commands to a trainer."""

import shutil

import pytest

from ganlib import control, presets, runs
from ganlib.control import Command
from ganlib.errors import UserError


@pytest.fixture
def run(tmp_path):
    return runs.create(presets.get("digits-quick").config, {}, "a", tmp_path)


def test_commands_come_in_the_order_they_were_given_and_once(run):
    given = [Command("pause"), Command("resume"), Command("change", {"g_learning_rate": 0.1}), Command("stop")]
    for command in given:
        control.send(run, command)
    assert control.take(run) == given
    assert control.take(run) == []


@pytest.mark.parametrize("text", ["", "{", "[]", '{"a": 1}', "\x00"])
def test_a_damaged_command_is_dropped(run, text):
    (run.path / "control" / "1.json").write_text(text)
    control.send(run, Command("stop"))
    assert control.take(run) == [Command("stop")]


def test_a_run_that_is_gone_cannot_be_told_anything(run):
    shutil.rmtree(run.path)
    with pytest.raises(UserError, match="could not be told to stop"):
        control.send(run, Command("stop"))
