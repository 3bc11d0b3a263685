"""Lines on standard output and error, whatever the terminal or the pipe can write."""

from __future__ import annotations

import codecs
import io
import sys
import unicodedata
from typing import TextIO

REPLACEMENT = "?"
_HANDLER = "studyloop.nearest"
# What sentences, names and tables are written with, and how a keyboard of 1980 would say it.
_PLAIN = {
    "\N{HORIZONTAL ELLIPSIS}": "...",
    "\N{EN DASH}": "-",
    "\N{EM DASH}": "-",
    "\N{MINUS SIGN}": "-",
    "\N{NON-BREAKING HYPHEN}": "-",
    "\N{LEFT SINGLE QUOTATION MARK}": "'",
    "\N{RIGHT SINGLE QUOTATION MARK}": "'",
    "\N{LEFT DOUBLE QUOTATION MARK}": '"',
    "\N{RIGHT DOUBLE QUOTATION MARK}": '"',
    "\N{RIGHTWARDS ARROW}": "->",
    "\N{LEFTWARDS ARROW}": "<-",
    "\N{BULLET}": "*",
    "\N{MIDDLE DOT}": "-",
    "\N{MULTIPLICATION SIGN}": "x",
    "\N{LATIN SMALL LETTER SHARP S}": "ss",
}


def make_writable() -> None:
    """Have both streams write another sign for what their encoding lacks, instead of failing on it.

    Once at the beginning of the process: commands, logs, refused options and tracebacks all go through them.
    A name that is no text, such as a file's in another encoding, is written by a UTF-8 terminal so too.
    """
    codecs.register_error(_HANDLER, _nearest)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_HANDLER)


def say(text: str, *, err: bool = False) -> None:
    """Write a line to standard output, or to standard error."""
    # Not typer.echo: it writes UTF-8 to whoever has asked for ASCII.
    stream = sys.stderr if err else sys.stdout
    stream.write(f"{text}\n")
    stream.flush()


def writes_all(stream: TextIO) -> bool:
    """Return True if each character can be written there; JSON has escapes of its own for the others."""
    return codecs.lookup(stream.encoding or "ascii").name.startswith("utf")


def _nearest(error: UnicodeError) -> tuple[str | bytes, int]:
    """Return what stands for the characters that an encoding lacks: as an error handler of codecs does."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = error.object[error.start : error.end]
    return "".join(_plain(character) for character in text), error.end


def _plain(character: str) -> str:
    """Return a character in ASCII: its base letter or what it is written with, else a question mark."""
    # An accent that stands apart goes with the letter before it, as a joiner and a form of an emoji do.
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return ""
    spelled = _PLAIN.get(character) or unicodedata.normalize("NFKD", character)
    return "".join(c for c in spelled if c.isascii()) or REPLACEMENT
