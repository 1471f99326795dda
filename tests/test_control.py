"""Commands to a trainer."""

import shutil

import pytest

from ganlib import control, presets, runs
from ganlib.control import Command
from ganlib.errors import UserError


@pytest.fixture
def run(tmp_path):
    return runs.create(presets.get("digits-quick").config, {}, "a", tmp_path)


def test_commands_come_in_the_order_they_were_given_until_they_are_done(run):
    given = [Command("pause"), Command("resume"), Command("change", {"g_learning_rate": 0.1}), Command("stop")]
    for command in given:
        control.send(run, command)
    waiting = control.pending(run)
    assert waiting == given
    assert control.pending(run) == given  # looking is not doing
    control.done(run, waiting[0])
    assert control.pending(run) == given[1:]
    assert control.forget(run, "resume", "stop")
    assert control.pending(run) == [given[2]]
    assert not control.forget(run, "resume", "stop")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"a": 1}', '{"command": "x", "settings": 3}', "\x00"])
def test_a_damaged_command_is_dropped(run, text):
    (run.path / "control" / "1.json").write_text(text)
    control.send(run, Command("stop"))
    assert control.pending(run) == [Command("stop")]


def test_a_run_that_is_gone_cannot_be_told_anything(run):
    shutil.rmtree(run.path)
    with pytest.raises(UserError, match="could not be told to stop"):
        control.send(run, Command("stop"))
