"""Commands to a trainer."""

import shutil

import pytest

from ganlib import presets
from ganlib.runs import commands, store
from ganlib.runs.commands import Command
from ganlib.utils.errors import UserError


@pytest.fixture
def run(tmp_path):
    return store.create(presets.get("digits-quick").config, {}, "a", tmp_path)


def test_commands_come_in_the_order_they_were_given_until_they_are_done(run):
    given = [Command("pause"), Command("resume"), Command("change", {"g_learning_rate": 0.1}), Command("stop")]
    for command in given:
        commands.send(run, command)
    waiting = commands.pending(run)
    assert waiting == given
    assert commands.pending(run) == given  # looking is not doing
    commands.done(run, waiting[0])
    assert commands.pending(run) == given[1:]
    assert commands.forget(run, "resume", "stop")
    assert commands.pending(run) == [given[2]]
    assert not commands.forget(run, "resume", "stop")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"a": 1}', '{"command": "x", "settings": 3}', "\x00"])
def test_a_damaged_command_is_dropped(run, text):
    (run.path / "control" / "1.json").write_text(text)
    commands.send(run, Command("stop"))
    assert commands.pending(run) == [Command("stop")]


def test_a_run_that_is_gone_cannot_be_told_anything(run):
    shutil.rmtree(run.path)
    with pytest.raises(UserError, match="could not be told to stop"):
        commands.send(run, Command("stop"))
