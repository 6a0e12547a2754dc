"""The plain files inside archives: bombs, damage and archives within archives are refused."""

import gzip
import struct
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from lzma import LZMAError
from typing import IO, BinaryIO, cast
from zipfile import BadZipFile, ZipFile, ZipInfo

from channels.core.errors import Refused

UNPACKED_LIMIT = 4_000_000_000  # bytes of one file; a settlement of a million lines has about 0.3 billion
BOMB_RATIO = 300  # reports shrink to a tenth or a fortieth; what shrinks more is no report
BOMB_FLOOR = 50_000_000  # bytes below which the ratio does not matter
ARCHIVE_FILES = 1_000
_CHUNK = 1 << 20
_GZIP = b"\x1f\x8b"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")  # the second is one with nothing in it
# What the parts of Python that unpack raise for damaged, encrypted or exotic archives.
_DAMAGE = (BadZipFile, OSError, EOFError, zlib.error, LZMAError, RuntimeError, ValueError, struct.error)


@contextmanager
def spooled() -> Iterator[BinaryIO]:
    with tempfile.TemporaryFile(prefix="plumbline-") as out:
        yield cast(BinaryIO, out)


def unpack(stream: BinaryIO, name: str) -> Iterator[tuple[str, BinaryIO]]:
    """The plain files inside a file: itself, or what .gz and .zip hold.

    Raises Refused for bombs and damage; a zip with bad files in it gives its good ones first, then names the bad.
    """
    start = stream.read(4)
    stream.seek(0)
    if start[:2] == _GZIP:
        with spooled() as out:
            _inflate(gzip.GzipFile(fileobj=stream), out, size_of(stream))
            _refuse_nested(out, "the .gz file")
            yield name.removesuffix(".gz"), out
    elif start in _ZIP and not _is_workbook(stream):
        yield from _unzip(stream, name)
    else:
        yield name, stream


def _is_workbook(stream: BinaryIO) -> bool:
    return "[Content_Types].xml" in _archive_in(stream).namelist()


def _archive_in(stream: BinaryIO) -> ZipFile:
    try:
        return ZipFile(stream)
    except _DAMAGE as error:
        raise Refused(f"the archive is damaged: {error}") from error
    finally:
        stream.seek(0)


def _unzip(stream: BinaryIO, name: str) -> Iterator[tuple[str, BinaryIO]]:
    archive = _archive_in(stream)
    members = [item for item in archive.infolist() if not item.is_dir() and not item.filename.startswith("__MACOSX")]
    if not members:
        raise Refused("the archive is empty")
    if len(members) > ARCHIVE_FILES:
        raise Refused(f"the archive holds {len(members):,} files; the limit is {ARCHIVE_FILES:,}")
    bad: list[str] = []
    for item in members:
        with spooled() as out:
            try:
                _unzip_one(archive, item, out)
            except Refused as refused:
                bad.append(f"{item.filename} in the archive: {refused}")
                continue
            yield f"{name}/{item.filename}", out
    if bad:
        raise Refused("; ".join(bad))


def _unzip_one(archive: ZipFile, item: ZipInfo, out: BinaryIO) -> None:
    if item.flag_bits & 1:
        raise Refused("it is encrypted; unpack it with its password first")
    try:
        packed = archive.open(item)
    except _DAMAGE as error:
        raise Refused(f"it cannot be unpacked: {error}") from error
    with packed:
        _inflate(packed, out, item.compress_size)
    _refuse_nested(out, "it")


def _refuse_nested(out: BinaryIO, what: str) -> None:
    start = out.read(4)
    out.seek(0)
    if start[:2] == _GZIP or (start in _ZIP and not _is_workbook(out)):
        raise Refused(f"{what} holds another archive; unpack it first")


def _inflate(packed: IO[bytes] | gzip.GzipFile, out: BinaryIO, packed_size: int) -> None:
    size = 0
    while chunk := _read(packed):
        size += len(chunk)
        if size > UNPACKED_LIMIT or (size > BOMB_FLOOR and size > packed_size * BOMB_RATIO):
            raise Refused(f"the archive unpacks to more than {size:,} bytes from {packed_size:,}: not a report")
        out.write(chunk)
    out.seek(0)


def _read(packed: IO[bytes] | gzip.GzipFile) -> bytes:
    try:
        return packed.read(_CHUNK)
    except _DAMAGE as error:
        raise Refused(f"the archive is damaged or cut off: {error}") from error


def size_of(stream: BinaryIO) -> int:
    """Bytes; the stream is at its beginning then."""
    end = stream.seek(0, 2)
    stream.seek(0)
    return end
