"""Zip files from strangers: what is refused before anything is unpacked, and that damage has one voice."""

import contextlib
import io
import stat
import struct
import zipfile

import pytest

from ganlib.utils import safe_zip
from ganlib.utils.errors import UserError

BOUNDS = {"most_files": 20, "most_bytes": 100_000, "most_file_bytes": 60_000, "advice": "pack it again"}


def packed(*members, compression=zipfile.ZIP_DEFLATED):
    """Return a zip file of (name or ZipInfo, content)."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as opened:
        for name, content in members:
            opened.writestr(name, content)
    return buffer.getvalue()


def contents(content, **bounds):
    with safe_zip.opened(io.BytesIO(content), **{**BOUNDS, **bounds}) as found:
        return {info.filename: found.read(info) for info in found.files}


def refusal(content, **bounds):
    with pytest.raises(UserError) as refused:
        contents(content, **bounds)
    sentence = str(refused.value)
    assert "\n" not in sentence
    assert len(sentence) < 250
    return sentence


GOOD = packed(("a.txt", b"one"), ("folder/", b""), ("folder/b.txt", b"two" * 1000))


def test_members_are_read_and_folders_left_out():
    assert contents(GOOD) == {"a.txt": b"one", "folder/b.txt": b"two" * 1000}


def test_a_comment_at_the_end_does_no_harm():
    buffer = io.BytesIO(GOOD)
    with zipfile.ZipFile(buffer, "a") as opened:
        opened.comment = b"made by hand, PK\x05 and all"
    assert contents(buffer.getvalue()) == contents(GOOD)


@pytest.mark.parametrize(
    "content",
    [b"", b"hello", b"PK\x05\x06", GOOD[:-30], GOOD[:20], b"\0" * 100],
    ids=["empty", "text", "end only", "cut", "cut early", "zeros"],
)
def test_what_is_no_zip_file_is_refused(content):
    assert refusal(content) == "This file is no whole zip file; pack it again."


def linked():
    info = zipfile.ZipInfo("a.png")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return packed((info, b"/etc/passwd"))


def encrypted():
    content = bytearray(GOOD)
    content[content.find(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def twice(*names):
    content = packed(("aaaaa", b"1"), ("bbbbb", b"2"))
    return content.replace(b"aaaaa", names[0]).replace(b"bbbbb", names[1])


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (packed(*((f"{number}.txt", b"") for number in range(21))), "holds 21 files; at most 20 are taken."),
        (packed(("a", b"\0" * 50_000), ("b", b"\0" * 50_001)), "Unpacked, this zip file would take more than"),
        (packed(("a", b"\0" * 60_001)), "A file in this zip file takes more than"),
        (packed(("../a", b"")), "'../a' in this zip file has a name that leads elsewhere; pack it again."),
        (packed(("a/../b", b"")), "leads elsewhere"),
        (packed(("/etc/a", b"")), "leads elsewhere"),
        (packed(("a\\..\\b", b"")), "leads elsewhere"),
        (packed(("C:/a", b"")), "leads elsewhere"),
        (linked(), "'a.png' in this zip file is a link"),
        (encrypted(), "'a.txt' in this zip file is encrypted"),
        (packed(("a", b"x"), compression=zipfile.ZIP_LZMA), "compressed in an unusual way"),
        (twice(b"a.png", b"a.png"), "'a.png' in this zip file is there twice"),
        (packed(("a//b", b""), ("a/b", b"")), "'a/b' in this zip file is there twice"),
        (packed(("a", b"")).replace(b"a", b"."), "leads elsewhere"),
        (packed(("x" * 5000 + "/../y", b"")), "leads elsewhere"),
    ],
)
def test_what_is_no_plain_file_is_refused(content, reason):
    assert reason in refusal(content)


def test_a_size_that_lies_is_found_out():
    content = bytearray(packed(("a", b"a" * 40_000)))
    size = struct.pack("<I", 40_000)
    while (place := content.find(size)) >= 0:
        content[place : place + 4] = struct.pack("<I", 10)
    assert "pack it again." in refusal(bytes(content))


def test_a_huge_table_of_contents_is_refused_unread(monkeypatch):
    def read(*arguments):
        raise AssertionError("the table was read")

    content = bytearray(packed(*((f"{'x' * 200}{number}", b"") for number in range(100))))
    monkeypatch.setattr(zipfile, "ZipFile", read)
    assert refusal(bytes(content)) == "This zip file holds too many files; at most 20 are taken."


def test_a_huge_table_cannot_hide_behind_a_second_end():
    """zipfile believes a record at the very end before it looks for one in the comment."""
    content = bytearray(packed(*((f"{'x' * 200}{number}", b"") for number in range(100))))
    # The record's own fields hold its first four bytes again: "PK\5\6" as the number of files.
    content[-14:-10] = b"PK\x05\x06"
    assert refusal(bytes(content)) == "This zip file holds too many files; at most 20 are taken."


def huge(table_bytes):
    """Return GOOD with the second table's end that .NET and others write, for huge files, into small ones too."""
    end = GOOD[-22:]
    count, length, offset = struct.unpack("<HII", end[10:20])
    second = b"PK\x06\x06" + struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, count, count, table_bytes or length, offset)
    locator = b"PK\x06\x07" + struct.pack("<IQI", 0, len(GOOD) - 22, 1)
    return GOOD[:-22] + second + locator + end


def test_the_format_for_huge_files_is_read_within_the_same_bounds():
    assert contents(huge(None)) == contents(GOOD)
    assert "too many files" in refusal(huge(10**9))


def test_what_a_computer_leaves_about_is_left_out():
    litter = ["__MACOSX/a.txt", "__MACOSX/._a.txt", ".DS_Store", "folder/.DS_Store", "Thumbs.db", "x/desktop.ini"]
    assert list(contents(packed(("a.txt", b"one"), *((name, b"") for name in litter)))) == ["a.txt"]


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Äpfel/a".encode(), "Äpfel/a"),
        ("A\u0308pfel/a".encode(), "Äpfel/a"),
        ("ä/a".encode("cp437"), "ä/a"),
        (b"\xc4/a", "─/a"),
        ("猫/a".encode("cp932"), None),
        ("表/a".encode("cp932"), None),
        (b"x\\b\\a", "x/b/a"),
    ],
)
def test_names_are_read_as_they_were_meant(written, name):
    stand_in = "q" * len(written)
    found = list(contents(packed((stand_in, b"")).replace(stand_in.encode(), written)))
    assert len(found) == 1
    assert name is None or found == [name]


def test_a_table_that_points_nowhere_is_a_sentence_about_the_zip_file(tmp_path):
    content = bytearray(GOOD)
    content[-6:-2] = struct.pack("<I", 4_000_000_000)
    file = tmp_path / "bad.zip"
    file.write_bytes(content)
    with (
        file.open("rb") as opened,
        pytest.raises(UserError, match="no whole zip file"),
        safe_zip.opened(opened, **BOUNDS) as found,
    ):
        found.read(found.files[0])


@pytest.mark.parametrize(
    ("start", "kind"), [(b"Rar!\x1a", "RAR"), (b"7z\xbc\xaf\x27\x1c", "7z"), (b"\x1f\x8b", "gzip")]
)
def test_an_archive_of_another_kind_is_told_so(start, kind):
    assert refusal(start + b"\0" * 400).startswith(f"This is a {kind} archive and no zip file; unpack it")


def test_damage_anywhere_raises_no_other_error():
    for place in range(len(GOOD)):
        for value in (0x00, 0xFF, GOOD[place] ^ 0x01, GOOD[place] ^ 0x80):
            with contextlib.suppress(UserError):
                contents(GOOD[:place] + bytes([value]) + GOOD[place + 1 :])


@pytest.mark.parametrize(
    ("encoding", "meant"),
    [("shift_jis", "ねこ/写真.png"), ("cp437", "Äpfel/é.png"), ("utf-8", "ねこ/é.png"), ("shift_jis", "ねこ/表.png")],
)
def test_names_are_read_in_the_encoding_they_were_written_in(encoding, meant):
    plain = "n" * len(meant.encode(encoding))
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr(plain, b"")
    stored = io.BytesIO(archive.getvalue().replace(plain.encode(), meant.encode(encoding)))
    with safe_zip.opened(stored, most_files=9, most_bytes=9, most_file_bytes=9, advice="pack it anew") as packed:
        assert [info.filename for info in packed.files] == [meant]
