"""Bytes to lines of text: which encoding it is, and lines of a length that a vendor writes."""

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, getincrementaldecoder
from collections.abc import Iterator
from typing import BinaryIO

from channels.core.errors import Refused

LINE_LIMIT = 1_000_000  # bytes; the longest real line seen is under 10 kB
_CHUNK = 1 << 20


def find_encoding(stream: BinaryIO) -> str:
    """UTF-8 (with or without a mark), UTF-16, gb18030 (Excel in China), cp932 (Amazon Japan) or latin-1.

    Judged over the whole stream. Raises Refused for one with NUL bytes.
    """
    if stream.read(2) in (BOM_UTF16_LE, BOM_UTF16_BE):
        return "utf-16"
    return next(name for name, codec, sign in _ENCODINGS if _fits(stream, codec, sign))


# Name, codec to try, and what must occur beside. The bytes of Chinese come in pairs that latin-1 text does not have;
# most of cp932's characters begin in 0x81–0x9F, where latin-1 has no letters.
_ENCODINGS = (
    ("utf-8-sig", "utf-8", re.compile(b"")),
    ("gb18030", "gb2312", re.compile(b"")),
    ("cp932", "cp932", re.compile(b"[\x81-\x9f]")),
    ("latin-1", "latin-1", re.compile(b"")),
)


def _fits(stream: BinaryIO, codec: str, sign: re.Pattern[bytes]) -> bool:
    decoder = getincrementaldecoder(codec)()
    seen = False
    stream.seek(0)
    try:
        while chunk := stream.read(_CHUNK):
            if b"\0" in chunk:
                raise Refused("the file holds NUL bytes: it is binary or damaged; export it again as text")
            seen = seen or bool(sign.search(chunk))
            if not chunk.isascii() or decoder.getstate()[0]:
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return seen


def lines(stream: BinaryIO, encoding: str) -> Iterator[str]:
    """The physical lines without their ends. Raises Refused at a line that is no line."""
    if encoding == "utf-16":
        yield from _lines_of_utf16(stream)
        return
    number = 0
    while line := stream.readline(LINE_LIMIT + 1):
        number += 1
        if len(line) > LINE_LIMIT:
            raise _too_long(number)
        yield (
            (line[3:] if number == 1 and line[:3] == BOM_UTF8 else line)
            .decode("utf-8" if encoding == "utf-8-sig" else encoding, errors="replace")
            .rstrip("\r\n")
        )


def _lines_of_utf16(stream: BinaryIO) -> Iterator[str]:
    decoder = getincrementaldecoder("utf-16")(errors="replace")
    number, rest = 0, ""
    while chunk := stream.read(_CHUNK):
        *whole, rest = (rest + decoder.decode(chunk)).split("\n")
        for line in whole:
            number += 1
            yield line.rstrip("\r")
        if len(rest) > LINE_LIMIT:
            raise _too_long(number + 1)
    if rest := rest + decoder.decode(b"", final=True):
        yield rest.rstrip("\r")


def _too_long(number: int) -> Refused:
    return Refused(f"line {number} is longer than {LINE_LIMIT:,} bytes; this is not a report of a marketplace")
