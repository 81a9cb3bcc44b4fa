"""The edges of the command line: what its arguments say, what it reads, and what it writes.

Machines read UTF-8, whatever the locale. People read the encoding of their terminal; what it
cannot show is escaped.
"""

import codecs
import errno
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from pathlib import Path
from typing import Any

import click

from guidekg.characters import SURROGATE, printable, understood
from guidekg.errors import GuideKGError
from guidekg.i18n import Language, from_locale

_PEOPLE = ("table", "text")


def spoken() -> Language:
    """Return the language of help and errors, which come before the options are parsed."""
    arguments = sys.argv[1:]
    for position, argument in enumerate(arguments):
        name, _, value = argument.partition("=")
        if name == "--lang":
            value = value or "".join(arguments[position + 1 : position + 2])
            return "zh" if value == "zh" else from_locale() if value != "en" else "en"
    return from_locale()


def words(zh: str, en: str) -> str:
    """Return the words of the language of help."""
    return zh if spoken() == "zh" else en


def misuse(zh: str, en: str) -> click.UsageError:
    """Return the error of arguments that do not go together, or cannot be followed here."""
    return click.UsageError(words(zh, en))


def prepare() -> None:
    """Make the standard streams and the arguments fit to be used, in any locale.

    The streams are open, and no character stops them; the arguments can be encoded again.
    """
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:  # closed; another file would take its number
            number = os.open(os.devnull, os.O_RDWR)
            if name != "stdin":
                setattr(sys, name, os.fdopen(number, "w", encoding="utf-8"))
    codecs.register_error("guidekg", _as_the_system_does)
    encoding = sys.getfilesystemencoding()
    sys.argv = [os.fsdecode(argument.encode(encoding, "guidekg")) for argument in sys.argv]
    codecs.register(_seven_bit)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            ascii_only = codecs.lookup(stream.encoding).name == "ascii"
            encoding = "seven_bit" if ascii_only else stream.encoding
            stream.reconfigure(encoding=encoding, errors="backslashreplace")


def _seven_bit(name: str) -> codecs.CodecInfo | None:
    """Return ASCII under a name of ours: click takes a stream that is called ASCII for UTF-8."""
    if name != "seven_bit":
        return None
    plain = codecs.lookup("ascii")
    return codecs.CodecInfo(
        plain.encode,
        plain.decode,
        incrementalencoder=plain.incrementalencoder,
        incrementaldecoder=plain.incrementaldecoder,
        name=name,
    )


def _as_the_system_does(error: UnicodeError) -> tuple[bytes, int]:
    """Encode what the system decodes and Python does not: in GBK, among others, 0x80 as a euro."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    character = error.object[error.start]
    made = (
        character.encode("ascii", "surrogateescape")
        if SURROGATE.match(character)
        else b"\x80"
        if character == "€"
        else character.encode("gb18030")
    )
    return made, error.start + 1


def encodable(text: str) -> bool:
    """Tell whether standard output can show a text as it is, without escapes."""
    try:
        text.encode(sys.stdout.encoding)
    except UnicodeEncodeError:
        return False
    return True


def for_machines() -> None:
    """Write UTF-8 to standard output, whatever the locale."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")


def in_form(_ctx: click.Context, _param: click.Parameter, form: str) -> str:
    """Take the form of an output: all but those for people are written in UTF-8."""
    if form not in _PEOPLE:
        for_machines()
    return form


def standard_input() -> bytes:
    """Return all of standard input.

    Raises:
        OSError: there is none, or it cannot be read.
    """
    if sys.stdin is None:
        raise OSError(errno.EBADF, words("没有标准输入", "there is no standard input"))
    return sys.stdin.buffer.read()


class _Text(click.ParamType):  # type: ignore[type-arg]  # older versions take none
    """A name or words that a person writes, and no path: understood in any locale."""

    name = "text"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        text = understood(value)
        if SURROGATE.search(text):
            self.fail(
                words("其中有不成字符的字节。", "it holds bytes that are no characters."),
                param,
                ctx,
            )
        return text


TEXT = _Text()


@contextmanager
def written(output: str, mode: str, **options: Any) -> Iterator[Any]:
    """Yield a file to write, opened as by ``Path.open``; it stands in its place only when it is whole.

    Devices and pipes, and files of a folder that takes no new one, are written where they are.

    Raises:
        GuideKGError: it cannot be written.
    """
    path = Path(os.path.realpath(output))
    special = path.exists() and not (path.is_file() and os.access(path.parent, os.W_OK))
    part = path if special else path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        try:
            with part.open(mode, **options) as opened:
                yield opened
            if not special:
                if path.exists():
                    shutil.copymode(path, part)
                part.replace(path)
        except BaseException:
            if not special:
                part.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise GuideKGError(
            f"{printable(output)}：无法写入（{error.strerror or error}）。",
            f"{printable(output)}: it cannot be written ({error.strerror or error})",
        ) from None


def finish(code: int) -> int:
    """Write what is left of the output, and return the exit code.

    Who reads only the beginning of it (``| head``) is no fault.
    """
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError as error:
            # What cannot be written is not tried again at the end of the process.
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
            if stream is sys.stdout:
                code = failed(error)
    return code


def say(message: str) -> None:
    """Tell a person what went wrong, where that can be written."""
    with suppress(OSError):
        click.echo(f"guidekg: {message}", err=True)


def failed(error: OSError) -> int:
    """Say what the system refused, and return the exit code."""
    if isinstance(error, BrokenPipeError):
        return 0
    reason = error.strerror or str(error)
    named = f"{printable(error.filename)}: " if error.filename else ""
    said = GuideKGError(f"{named}系统拒绝了：{reason}", f"{named}the system refuses: {reason}")
    say(said.message(spoken()))
    return said.exit_code
