import pytest

from ganlib.cli import main


@pytest.fixture
def folder(tmp_path):
    """Where runs live."""
    return tmp_path / "runs"


@pytest.fixture
def cli(folder, capsys):
    """Run a command on a folder of its own; returns exit status, output and errors."""

    def cli(*words):
        try:
            status = main([*map(str, words), "--runs", str(folder)])
        except SystemExit as stopped:
            status = stopped.code
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return cli
