"""Reading zip files from untrusted sources: size, name and kind of each member are checked before it is unpacked.

Nothing is written anywhere: whoever unpacks reads one member after the other, and decides where its content goes.
"""

import errno
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import PurePosixPath
from typing import IO

from ganlib.utils.errors import UserError

_END = b"PK\x05\x06"  # begins the record at the end of a zip file, which says where its table of contents is
_HUGE = b"PK\x06\x07"  # begins the locator of a second such record, for huge files
_HUGE_END = b"PK\x06\x06"
_LOCATOR_BYTES, _HUGE_END_BYTES = 20, 56
_END_BYTES = 22
_LONGEST_COMMENT = 65_535
_ENTRY_BYTES = 400  # of the table of contents; the names of real files rarely take half of it
_OTHERS = (
    (0, b"Rar!", "RAR"),
    (0, b"7z\xbc\xaf\x27\x1c", "7z"),
    (0, b"\x1f\x8b", "gzip"),
    (0, b"BZh", "bzip2"),
    (0, b"\xfd7zXZ", "xz"),
    (257, b"ustar", "tar"),
)
"""Where archives of other kinds say what they are, and how."""


_IS_UTF8 = 0x800  # a member's flag
_FRAMES = re.compile("[\u2500-\u259f]")  # IBM's letters for frames of text windows, which no name has
_JAPANESE = re.compile("[\x20-\x7e\u3000-\uff60]+")
_DAMAGE = (zipfile.BadZipFile, struct.error, zlib.error)


class Packed:
    """A zip file whose table of contents is sound.

    Attributes:
        files: its members but for folders and what a computer leaves about by itself: plainly packed, each under a
            relative path of its own, with / between its parts.
    """

    def __init__(self, opened: zipfile.ZipFile, files: list[zipfile.ZipInfo], advice: str) -> None:
        self.files = files
        self._opened = opened
        self._advice = advice

    def read(self, info: zipfile.ZipInfo) -> bytes:
        """Return a member's content, no more than its size. Raises UserError: damaged, or of another size."""
        with _damage_told(self._advice), self._opened.open(info) as file:
            content = file.read(info.file_size + 1)
        if len(content) != info.file_size:
            raise UserError(f"{shown(info)} is not as large as it says; {self._advice}.")
        return content


@contextmanager
def opened(
    archive: IO[bytes], *, most_files: int, most_bytes: int, most_file_bytes: int, advice: str
) -> Iterator[Packed]:
    """Open a zip file, or refuse it before anything in it is unpacked.

    Args:
        archive: the file, open for reading, at any position.
        most_files: how many members there may be.
        most_bytes: how much they may take together, unpacked.
        most_file_bytes: how much each may take.
        advice: what to do about a file that is refused, as the second half of a sentence.

    Raises:
        UserError: it is no whole zip file, is too large, or holds what is no plainly packed file.
    """
    with _damage_told(advice):
        _check_kind(archive)
        _check_table(archive, most_files)
        file = zipfile.ZipFile(archive)
    with file:
        files = _readable(file.infolist())
        if len(files) > most_files:
            raise UserError(f"This zip file holds {len(files):,} files; at most {most_files:,} are taken.")
        if max((info.file_size for info in files), default=0) > most_file_bytes:
            raise UserError(f"A file in this zip file takes more than {most_file_bytes // 10**6:,} MB; {advice}.")
        if sum(info.file_size for info in files) > most_bytes:
            raise UserError(f"Unpacked, this zip file would take more than {most_bytes // 10**6:,} MB; {advice}.")
        seen: set[str] = set()
        for info in files:
            if problem := _problem(info, seen):
                raise UserError(f"{shown(info)} {problem}; {advice}.")
            seen.add(str(PurePosixPath(info.filename)))
        yield Packed(file, files, advice)


def shown(info: zipfile.ZipInfo) -> str:
    """Name a member in a sentence, on one line of bearable length."""
    name = info.filename
    return f"{name if len(name) <= 80 else f'{name[:80]}...'!r} in this zip file"


def is_litter(place: str) -> bool:
    """Whether a file is one that a computer leaves about by itself."""
    parts = place.split("/")
    is_of_a_mac = any(part in ("__MACOSX", ".DS_Store") or part.startswith("._") for part in parts)
    return is_of_a_mac or parts[-1].lower() in ("thumbs.db", "desktop.ini")


def _readable(members: list[zipfile.ZipInfo]) -> list[zipfile.ZipInfo]:
    """Return the members that count, named as whoever packed them meant to."""
    names = [_name(info) for info in members]
    # Only .NET's old packer writes a\\b.png, and then throughout; elsewhere it is half a letter of another alphabet.
    is_backwards = not any("/" in name for name in names)
    for info, name in zip(members, names, strict=True):
        info.filename = name.replace("\\", "/" if is_backwards else "_")
    return [info for info in members if not info.filename.endswith("/") and not is_litter(info.filename)]


def _name(info: zipfile.ZipInfo) -> str:
    """Return a member's name: macOS and others write UTF-8 and do not say so, and zipfile then reads IBM's letters."""
    name = info.filename
    if not info.flag_bits & _IS_UTF8:
        with suppress(UnicodeError):  # it is in neither
            content = name.encode("cp437")
            try:
                name = content.decode("utf-8")
            except UnicodeError:
                if _FRAMES.search(name) and _JAPANESE.fullmatch(read := content.decode("cp932")):
                    name = read
    return unicodedata.normalize("NFC", name)


def _problem(info: zipfile.ZipInfo, seen: set[str]) -> str | None:
    """Say what makes a member unfit, before a byte of it is unpacked."""
    path = PurePosixPath(info.filename)
    if not path.name or path.is_absolute() or ".." in path.parts or re.match("[A-Za-z]:", info.filename):
        return "has a name that leads elsewhere"
    if str(path) in seen:
        return "is there twice"
    if info.flag_bits & 1:
        return "is encrypted, and nobody can type a password here"
    if stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG):
        return "is a link or something else that is no plain file"
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "is compressed in an unusual way"
    return None


def _check_kind(archive: IO[bytes]) -> None:
    """Refuse, by a `UserError`, an archive of another kind, and say what it is."""
    archive.seek(0)
    start = archive.read(300)
    for place, magic, kind in _OTHERS:
        if start[place:].startswith(magic):
            raise UserError(
                f"This is a {kind} archive and no zip file; unpack it, and pack what was in it as a zip file."
            )


def _check_table(archive: IO[bytes], most_files: int) -> None:
    """Refuse a table of contents that would fill the memory: zipfile reads all of it, and makes an object a line.

    Raises:
        UserError: the table is longer than so many files need.
        BadZipFile: there is none.
    """
    length = archive.seek(0, 2)
    archive.seek(max(0, length - _END_BYTES - _LONGEST_COMMENT))
    tail = archive.read()
    plain = tail[-_END_BYTES:]
    # As zipfile looks for it: at the very end, else wherever it last occurs before a comment.
    record = plain if plain.startswith(_END) and plain.endswith(b"\0\0") else tail[tail.rfind(_END) :]
    if len(record) < _END_BYTES or not record.startswith(_END):
        raise zipfile.BadZipFile("no table of contents")
    (table_bytes,) = struct.unpack_from("<I", record, 12)
    before = tail[: len(tail) - len(record)]
    # The true size for huge files stands in another place, to which 20 bytes right before this record lead.
    locator = before[-_LOCATOR_BYTES:]
    if locator.startswith(_HUGE):
        # zipfile looks right before the locator or where it points, depending on its version.
        for place in (length - len(record) - _LOCATOR_BYTES - _HUGE_END_BYTES, *struct.unpack_from("<Q", locator, 8)):
            if 0 <= place < length:
                archive.seek(place)
                huge = archive.read(_HUGE_END_BYTES)
                if len(huge) == _HUGE_END_BYTES and huge.startswith(_HUGE_END):
                    table_bytes = max(
                        struct.unpack_from("<Q", huge, 40)[0], 0 if table_bytes == 2**32 - 1 else table_bytes
                    )
    if table_bytes > most_files * _ENTRY_BYTES:
        raise UserError(f"This zip file holds too many files; at most {most_files:,} are taken.")


@contextmanager
def _damage_told(advice: str) -> Iterator[None]:
    """Turn the many ways in which a damaged zip file makes itself known into one sentence."""
    try:
        yield
    except UserError:
        raise
    except OSError as error:
        if error.errno != errno.EINVAL:
            raise
        raise UserError(f"This file is no whole zip file; {advice}.") from error  # a place before its beginning
    except (*_DAMAGE, NotImplementedError, OverflowError, EOFError, ValueError) as error:
        raise UserError(f"This file is no whole zip file; {advice}.") from error
