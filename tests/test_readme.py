"""What the documents tell people to type is understood."""

import re
import shlex
from pathlib import Path

import pytest

from ganlib import presets
from ganlib.cli.main import _parser
from ganlib.experiments import ready_made

ROOT = Path(__file__).parent.parent
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
COMMANDS = sorted(
    {
        match.group(1).split("#")[0].strip()
        for document in DOCUMENTS
        for match in re.finditer(r"python -m ganlib ([^`\n]+)", document.read_text(encoding="utf-8"))
    }
)


@pytest.mark.parametrize("command", COMMANDS)
def test_command_is_understood(command):
    if "--help" in command:
        with pytest.raises(SystemExit) as stopped:
            _parser().parse_args(shlex.split(command))
        assert stopped.value.code == 0
    else:
        _parser().parse_args(shlex.split(command))


@pytest.mark.parametrize("command", [command for command in COMMANDS if command.startswith("experiment ")])
def test_experiment_that_is_named_can_be_started(command):
    options = _parser().parse_args(shlex.split(command))
    (presets if options.vary or options.over else ready_made).get(options.name)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document):
    for target in re.findall(r"\]\(([^)#:]+)\)", document.read_text(encoding="utf-8")):
        assert (document.parent / target).exists(), target


def test_make_targets_exist():
    targets = set(re.findall(r"^([a-z0-9]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    for document in DOCUMENTS:
        named = set(re.findall(r"(?:^|`)make ([a-z0-9]+)", document.read_text(encoding="utf-8"), flags=re.MULTILINE))
        assert named <= targets
