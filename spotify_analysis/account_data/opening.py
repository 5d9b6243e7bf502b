"""Where an export lies: a zip, a folder or files, opened so that nothing in it can do harm.

Nothing is ever unpacked to disk. A zip is judged by its directory before a byte is inflated, and
again while inflating, because its directory can lie.
"""

from __future__ import annotations

import gzip
import io
import os
import re
import stat
import struct
import threading
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from spotify_analysis import errors

__all__ = ["Budget", "HarmfulZipError", "Member", "find_members"]

# Honest exports: at most 13 MB a member, some hundred members, packed 10:1 to 228:1.
MAX_MEMBERS = 2_000
MAX_MEMBER_BYTES = 256 * 2**20
MAX_TOTAL_BYTES = 2 * 2**30
MAX_RATIO = 500
RATIO_FROM_BYTES = 16 * 2**20
PART_BYTES = 2**20
PEEK_BYTES = 64 * 2**10

# Identity, address, payment, messages and advertising segments: never opened, never named;
# "user.json" is ListenBrainz's file of who somebody is.
_PRIVATE = re.compile(
    r"(user_?data|user_?attributes|identity|identifiers?|payments?|user_?address|message_?data"
    r"|inferences)[\w\- ()]*\.(json|jsonl|csv)|user( \(\d+\))?\.json",
    re.IGNORECASE,
)
# deflate, no name, no time, no matter what system
_GZIP_BEGINS = b"\x1f\x8b\x08" + bytes(6) + b"\xff"
_ORDERLY = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class HarmfulZipError(errors.ExportReadError):
    """A zip that is built to do harm; no part of it is read, whatever the caller asked for.

    Parameters
    ----------
    message : str
        What happened and what to do next.
    file : str or None
        Name of the file inside the export.
    position : int or None
        Byte at which reading failed, where known.
    """


@dataclass(slots=True)
class Budget:
    """How many more bytes may be read.

    Parameters
    ----------
    left : int
        How many.
    """

    left: int = field(default_factory=lambda: MAX_TOTAL_BYTES)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    def spend(self, n_bytes: int, name: str) -> None:
        """Count bytes that were read.

        Parameters
        ----------
        n_bytes : int
            How many.
        name : str
            Of what.

        Raises
        ------
        HarmfulZipError
            If it was too many.
        """
        with self._lock:  # several files are read at once
            self.left -= n_bytes
            is_spent = self.left < 0
        if is_spent:
            raise HarmfulZipError(
                f"{name!r} and the files before it are larger than {MAX_TOTAL_BYTES >> 20:,} MB "
                "together; no export is. Nothing was imported.",
                file=name,
            )


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an export: JSON, JSON lines or CSV.

    Parameters
    ----------
    name : str
        Its name inside the export, as reports and errors show it.
    open : callable
        Opens it for reading bytes.
    packed_bytes : int or None
        Its size inside a zip.
    is_private : bool
        It holds identity, payment or messages and stays closed.
    inflate : callable or None
        Opens it in a faster way, if it is packed as Spotify packs.
    """

    name: str
    open: Callable[[], IO[bytes]]
    packed_bytes: int | None = None
    is_private: bool = False
    inflate: Callable[[], IO[bytes]] | None = None

    def peek(self) -> bytes:
        """Read the beginning.

        Returns
        -------
        bytes
            At most 64 KB.

        Raises
        ------
        ExportReadError
            If it cannot be read.
        """
        with self._own_errors(), self.open() as file:
            return file.read(PEEK_BYTES)

    def read(self, budget: Budget) -> bytes:
        """Read everything, within limits.

        Parameters
        ----------
        budget : Budget
            What may still be read; is spent.

        Returns
        -------
        bytes
            The content.

        Raises
        ------
        ExportReadError
            If it cannot be read.
        HarmfulZipError
            If it swells beyond what any honest file does.
        """
        parts = []
        room = memoryview(bytearray(PART_BYTES))
        with self.filling(budget) as fill:
            while n_bytes := fill(room):
                parts.append(bytes(room[:n_bytes]))
        return b"".join(parts)

    @contextmanager
    def filling(self, budget: Budget) -> Iterator[Callable[[memoryview], int]]:
        """Read within limits, into memory that is there.

        Parameters
        ----------
        budget : Budget
            What may still be read; is spent.

        Yields
        ------
        callable
            Puts the next bytes into a buffer and says how many; none at the end.

        Raises
        ------
        ExportReadError
            If it cannot be read.
        HarmfulZipError
            If it swells beyond what any honest file does.
        """
        n_bytes = 0
        with self._own_errors(), (self.inflate or self.open)() as file:
            readinto: Callable[[memoryview], int] = file.readinto  # type: ignore[attr-defined]

            def fill(room: memoryview) -> int:
                nonlocal n_bytes
                n_more = len(room)  # what it may have cost, if it fails
                try:
                    n_more = readinto(room)
                finally:
                    n_bytes += n_more
                    budget.spend(n_more, self.name)
                if self.packed_bytes is not None:
                    self._stop_if_swollen(n_bytes, self.packed_bytes)
                return n_more

            yield fill

    def _stop_if_swollen(self, n_bytes: int, packed_bytes: int) -> None:
        if n_bytes > MAX_MEMBER_BYTES or (
            n_bytes > RATIO_FROM_BYTES and n_bytes > MAX_RATIO * max(packed_bytes, 1)
        ):
            raise HarmfulZipError(
                f"{self.name!r} swells from {packed_bytes:,} to more than {n_bytes:,} bytes: this "
                "is a zip bomb and no export. Nothing was imported.",
                file=self.name,
            )

    @contextmanager
    def _own_errors(self) -> Iterator[None]:
        try:
            yield
        except (zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, EOFError) as exc:
            raise errors.ExportReadError(
                f"{self.name!r} is damaged inside the zip ({exc}). Download the export again.",
                file=self.name,
            ) from exc
        except OSError as exc:
            raise errors.ExportReadError(
                f"{self.name!r} cannot be read: {exc.strerror or exc}.", file=self.name
            ) from exc


def find_members(
    paths: str | os.PathLike[str] | Iterable[str | os.PathLike[str]], stack: ExitStack
) -> list[Member]:
    """Find the files of an export that may hold something: JSON, JSON lines, CSV, and zips.

    Parameters
    ----------
    paths : path or iterable of paths
        Zips, folders (searched with their subfolders; zips in them too) and single files, in any
        mixture.
    stack : ExitStack
        Holds zips open; leaving it closes them.

    Returns
    -------
    list of Member
        The files, in the order in which people count (2 before 10).

    Raises
    ------
    ExportReadError
        If there is no such path, or a zip cannot be read.
    HarmfulZipError
        If a zip is built to do harm.
    ValueError
        If it is no path.
    """
    several = isinstance(paths, Iterable) and not isinstance(paths, str)
    listed: list[Any] = list(paths) if several else [paths]  # type: ignore[arg-type]
    wrong = [one for one in listed if not isinstance(one, str | os.PathLike)]
    if wrong:
        raise ValueError(f"`path` must be a path or several; not {type(wrong[0]).__name__}.")
    if not listed:
        raise errors.ExportReadError("No path was given: name the zip, folder or files to read.")
    members = []
    for path, label in _labelled([Path(given).expanduser() for given in listed]):
        prefix = f"{label}/" if len(listed) > 1 else ""
        if path.is_dir():
            members += _in_folder(path, prefix, stack)
        elif path.is_file() and _is_private(path.name):
            members.append(_file(path, label))
        elif path.is_file():
            members += _in_zip(path, prefix, stack) if _is_zip(path) else [_file(path, label)]
        else:
            raise errors.ExportReadError(
                f"There is no file or folder {str(path)!r}. Check the path; a relative one starts "
                f"from {str(Path.cwd())!r}.",
                file=path.name,
            )
    return sorted(members, key=lambda member: _counted(member.name))


def _labelled(paths: list[Path]) -> list[tuple[Path, str]]:
    """Name each path by as many of its last parts as tell it from the others.

    Downloads of several years are all called the same, in folders of their own.
    """
    given = {path.absolute().parts: path for path in paths}  # each path once
    labelled = []
    for own, path in given.items():
        n = 1
        while n < len(own) and any(other[-n:] == own[-n:] for other in given if other != own):
            n += 1
        labelled.append((path, "/".join(own[-n:])))
    return labelled


def _counted(name: str) -> list[tuple[str, int]]:
    return [(text, int(part or -1)) for text, part in re.findall(r"(\D+)(\d{0,15})", f"/{name}")]


def _file(path: Path, name: str) -> Member:
    return Member(name, lambda: path.open("rb"), is_private=_is_private(path.name))


def _is_private(name: str) -> bool:
    return _PRIVATE.fullmatch(name) is not None


def _in_folder(folder: Path, prefix: str, stack: ExitStack) -> list[Member]:
    members = []
    for path in folder.rglob("*"):
        # a link could lead out of the folder that was given
        if not _is_wanted(path.name) or not path.is_file() or path.is_symlink():
            continue
        name = prefix + path.relative_to(folder).as_posix()
        try:
            is_zip = path.suffix.lower() == ".zip" and _is_zip(path)
            members += _in_zip(path, f"{name}/", stack) if is_zip else [_file(path, name)]
        except HarmfulZipError:
            raise
        except errors.ExportReadError as exc:
            # one download of several: whether it stops the others is the caller's choice
            members.append(Member(name, _raiser(exc)))
    return members


def _raiser(exc: errors.ExportReadError) -> Callable[[], IO[bytes]]:
    def open_damaged() -> IO[bytes]:
        raise exc

    return open_damaged


def _is_wanted(name: str) -> bool:
    # "._x.json" are macOS's notes about x.json
    known = (".json", ".jsonl", ".csv", ".zip")
    return name.lower().endswith(known) and not name.startswith("._")


def _is_zip(path: Path) -> bool:
    """Tell a zip from a JSON file by its first bytes, and say what else people save as a zip."""
    try:
        with path.open("rb") as file:
            start = file.read(512)
    except OSError as exc:
        raise errors.ExportReadError(
            f"{path.name!r} cannot be read: {exc.strerror or exc}.", file=path.name
        ) from exc
    if start.startswith(b"PK"):
        return True
    problem = None
    if not start:
        problem = "is empty"
    elif start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        problem = "is a web page and no export: the link for downloading has probably run out"
    elif path.suffix.lower() == ".zip":
        problem = "is no zip"
    if problem:
        raise errors.ExportReadError(
            f"{path.name!r} {problem}. Download the export again.", file=path.name
        )
    return False


def _in_zip(path: Path, prefix: str, stack: ExitStack) -> list[Member]:
    try:
        opened = stack.enter_context(zipfile.ZipFile(path))
        listed = opened.infolist()
    except (zipfile.BadZipFile, EOFError, ValueError, NotImplementedError) as exc:
        raise errors.ExportReadError(
            f"{path.name!r} is cut off or no zip ({exc}). Download the export again.",
            file=path.name,
        ) from exc
    except OSError as exc:
        raise errors.ExportReadError(
            f"{path.name!r} cannot be read: {exc.strerror or exc}.", file=path.name
        ) from exc
    _check_directory(listed, opened.start_dir, path.name)
    members = []
    for info in listed:
        mode = info.external_attr >> 16
        name = info.filename.replace("\\", "/").rsplit("/", 1)[-1]
        # a folder's name ends in a slash: nothing is left of it that could be wanted
        if (stat.S_IFMT(mode) not in (0, stat.S_IFREG)) or not _is_wanted(name):
            continue
        members.append(
            Member(
                prefix + _shown(info.filename),
                _opener(opened, info),
                packed_bytes=info.compress_size,
                is_private=_is_private(name),
                inflate=_inflater(path, info) if _is_plain(info) else None,
            )
        )
    return members


def _is_plain(info: zipfile.ZipInfo) -> bool:
    return info.compress_type == zipfile.ZIP_DEFLATED and not info.flag_bits & 0x1


def _inflater(path: Path, info: zipfile.ZipInfo) -> Callable[[], IO[bytes]]:
    """Return a function that opens a member; a quarter of the time of zipfile's own way.

    A member is what gzip wraps in another way: so it is wrapped like that, and inflated and
    checked without a Python object in between.
    """

    def inflate() -> IO[bytes]:
        from isal import igzip

        with path.open("rb") as file:
            file.seek(info.header_offset)
            header = file.read(30)
            if len(header) < 30 or not header.startswith(b"PK\3\4"):
                raise zipfile.BadZipFile("its header is not where the directory says")
            file.seek(sum(struct.unpack("<HH", header[26:])), os.SEEK_CUR)
            packed = file.read(info.compress_size)
        ends = struct.pack("<LL", info.CRC, info.file_size % 2**32)
        as_file: Any = igzip.IGzipFile  # has no types
        opened: IO[bytes] = as_file(fileobj=io.BytesIO(_GZIP_BEGINS + packed + ends))
        return opened

    return inflate


def _shown(name: str) -> str:
    """Make a name of a zip fit for a message and a table: a name, not a way out of a folder."""
    parts = [part for part in re.split(r"[/\\]+", name) if part not in ("", ".", "..")]
    return "".join(sign if sign.isprintable() else "?" for sign in "/".join(parts))[-200:]


def _opener(opened: zipfile.ZipFile, info: zipfile.ZipInfo) -> Callable[[], IO[bytes]]:
    name = _shown(info.filename)

    def open_member() -> IO[bytes]:
        if info.flag_bits & 0x1:
            raise errors.ExportReadError(
                f"{name!r} is encrypted. Unpack the zip with its password and pass the folder.",
                file=name,
            )
        if info.compress_type not in _ORDERLY:
            raise errors.ExportReadError(
                f"{name!r} is packed in a way Spotify does not use (method {info.compress_type}). "
                "Unpack the zip and pass the folder.",
                file=name,
            )
        return opened.open(info)

    return open_member


def _check_directory(listed: list[zipfile.ZipInfo], end: int, name: str) -> None:
    """Refuse a zip whose directory shows that no exporter made it."""
    if len(listed) > MAX_MEMBERS:
        raise HarmfulZipError(
            f"{name!r} holds {len(listed):,} files; no export has more than {MAX_MEMBERS:,}. "
            "Nothing was imported.",
            file=name,
        )
    names = [info.filename for info in listed]
    if len(set(names)) < len(names):
        doubled = next(one for one in names if names.count(one) > 1)
        raise HarmfulZipError(
            f"{name!r} holds {_shown(doubled)!r} twice, so nobody can say which one is meant. "
            "Nothing was imported.",
            file=_shown(doubled),
        )
    # Python 3.11.7 and 3.12.1 read members that share their bytes; 3.13 refuses them itself
    in_order = sorted(listed, key=lambda info: info.header_offset)
    begins = [*(info.header_offset for info in in_order), end]
    for info, next_begins in zip(in_order, begins[1:], strict=True):
        if info.header_offset + 30 + len(info.orig_filename) + info.compress_size > next_begins:
            raise HarmfulZipError(
                f"{name!r} is a zip whose files overlap, as no exporter makes it. "
                "Nothing was imported.",
                file=name,
            )
