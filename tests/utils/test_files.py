import errno
import json
import math
import threading
from pathlib import Path

import pytest

from ganlib.utils import files

BROKEN_JSON = ["", "{", '{"a": 1', "not json", "[1, 2]", "3", '"text"', "null", "[" * 100_000, "{}x"]


# Replacing a file


def test_bytes_are_written_and_replaced(tmp_path):
    path = tmp_path / "file.bin"
    files.write_bytes(path, b"old")
    files.write_bytes(path, b"new, and longer")
    assert path.read_bytes() == b"new, and longer"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_full_disk_leaves_the_old_content_and_no_rest(tmp_path, monkeypatch, call):
    path = tmp_path / "file.bin"
    files.write_bytes(path, b"old")

    def full(*arguments):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(*((files.os, "fsync") if call == "fsync" else (Path, "replace")), full)
    with pytest.raises(OSError, match="No space left"):
        files.write_bytes(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_an_interruption_while_writing_leaves_the_old_content_and_no_rest(tmp_path, monkeypatch):
    path = tmp_path / "file.bin"
    files.write_bytes(path, b"old")

    def interrupted(descriptor):
        raise KeyboardInterrupt

    monkeypatch.setattr(files.os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        files.write_bytes(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_content_reaches_the_disk_before_the_name(tmp_path, monkeypatch):
    """Else a power cut leaves an empty file under the final name."""
    order = []
    fsync, replace = files.os.fsync, Path.replace
    monkeypatch.setattr(files.os, "fsync", lambda descriptor: (order.append("fsync"), fsync(descriptor)))
    monkeypatch.setattr(Path, "replace", lambda self, to: (order.append("replace"), replace(self, to)))
    files.write_bytes(tmp_path / "file.bin", b"content")
    assert order == ["fsync", "replace"]


def test_a_folder_that_is_gone_is_an_os_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        files.write_bytes(tmp_path / "gone" / "file.bin", b"content")


def test_readers_never_see_a_part(tmp_path):
    """One thread replaces a JSON file over and over while another reads it."""
    path, done = tmp_path / "status.json", threading.Event()
    files.write_json(path, {"numbers": [0] * 2000})

    def write():
        for number in range(60):
            files.write_json(path, {"numbers": [number] * 2000})
        done.set()

    writer = threading.Thread(target=write)
    writer.start()
    is_last = False
    while not is_last:
        is_last = done.is_set()
        value = files.read_json(path)
        assert value is not None
        assert len(value["numbers"]) == 2000
        assert len(set(value["numbers"])) == 1
    writer.join()
    assert value["numbers"][0] == 59


# JSON


def test_json_goes_there_and_back(tmp_path):
    value = {"text": "größer", "number": 1.5, "none": None, "nested": {"list": [1, True]}}
    files.write_json(tmp_path / "a.json", value)
    assert files.read_json(tmp_path / "a.json") == value


def test_numbers_that_json_has_no_word_for_become_null(tmp_path):
    value = {"nan": math.nan, "inf": [math.inf, 1.0], "deep": {"minus": -math.inf, "pair": (math.nan, 2)}}
    expected = {"nan": None, "inf": [None, 1.0], "deep": {"minus": None, "pair": [None, 2]}}
    files.write_json(tmp_path / "a.json", value)
    files.append_lines(tmp_path / "a.jsonl", [value])

    def strictly(text):
        return json.loads(text, parse_constant=pytest.fail)

    assert strictly((tmp_path / "a.json").read_text()) == expected
    assert strictly((tmp_path / "a.jsonl").read_text()) == expected


@pytest.mark.parametrize("content", BROKEN_JSON, ids=range(len(BROKEN_JSON)))
def test_json_that_is_no_whole_object_is_none(tmp_path, content):
    (tmp_path / "a.json").write_text(content)
    assert files.read_json(tmp_path / "a.json") is None


def test_json_that_is_no_text_is_none(tmp_path):
    (tmp_path / "a.json").write_bytes(b'{"a": "\xff"}')
    assert files.read_json(tmp_path / "a.json") is None


def test_json_that_is_missing_or_a_folder_is_none(tmp_path):
    assert files.read_json(tmp_path / "a.json") is None
    assert files.read_json(tmp_path) is None
    assert files.read_json(tmp_path / "gone" / "a.json") is None


# Line logs


def test_lines_are_appended_in_order(tmp_path):
    path = tmp_path / "a.jsonl"
    files.append_lines(path, [{"step": 1}, {"step": 2}])
    files.append_lines(path, [])
    files.append_lines(path, [{"step": 3, "text": "two\nlines\u2028or three"}])
    assert [line["step"] for line in files.read_lines(path)] == [1, 2, 3]
    assert path.read_bytes().count(b"\n") == 3


@pytest.mark.parametrize("missing", range(1, 14))
def test_a_half_written_last_line_is_left_out(tmp_path, missing):
    path = tmp_path / "a.jsonl"
    files.append_lines(path, [{"step": 1}, {"step": 2}])
    path.write_bytes(path.read_bytes()[:-missing])
    expected = [{"step": 1}, {"step": 2}] if missing == 1 else [{"step": 1}]
    assert files.read_lines(path) == expected


@pytest.mark.parametrize("content", BROKEN_JSON, ids=range(len(BROKEN_JSON)))
def test_a_damaged_line_costs_only_itself(tmp_path, content):
    path = tmp_path / "a.jsonl"
    path.write_text(f'{{"step": 1}}\n{content}\n{{"step": 3}}\n')
    assert files.read_lines(path) == [{"step": 1}, {"step": 3}]


def test_bytes_that_are_no_text_cost_only_their_line(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"step": 1}\n\xff\xfe\x00\n{"a": "\xff"}\n{"step": 3}\n')
    assert files.read_lines(path) == [{"step": 1}, {"step": 3}]


def test_what_is_appended_after_a_half_written_line_is_not_lost(tmp_path):
    """As after a crash in the middle of a write: the log goes on in a line of its own."""
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"step": 1}\n{"st')
    files.append_lines(path, [{"step": 2}])
    assert files.read_lines(path) == [{"step": 1}, {"step": 2}]


def test_a_missing_log_is_empty(tmp_path):
    assert files.read_lines(tmp_path / "a.jsonl") == []
    assert files.read_lines(tmp_path / "gone" / "a.jsonl") == []
    assert files.read_lines(tmp_path) == []


@pytest.mark.parametrize(
    ("number", "advice"),
    [
        (errno.ENOSPC, "make room first"),
        (errno.ENOTDIR, "GANLIB_RUNS leads to a file, so let it name a folder"),
        (errno.EACCES, "let GANLIB_RUNS name a folder that you may write to"),
    ],
)
def test_advice_about_a_folder_fits_what_is_wrong_with_it(number, advice):
    assert files.remedy(OSError(number, "no"), "GANLIB_RUNS") == advice
