"""Files that are whole or not there: written beside their place and moved in one step."""

from __future__ import annotations

import contextlib
import os
import re
import stat
import tempfile
import unicodedata
from collections.abc import Callable, Collection
from pathlib import Path

from spotify_analysis import errors

__all__ = ["file_name", "replace_file"]

# Windows keeps these for devices, whatever follows a dot; a folder may be shared with one.
_DEVICES = re.compile(r"(CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(COM|LPT)[0-9¹²³])", re.IGNORECASE)
_MAX_BYTES = 180


def replace_file(
    path: str | os.PathLike[str], write: Callable[[Path], None], *, overwrite: bool = True
) -> Path:
    """Write a file so that readers see the old one or the new one, never half of one.

    Parameters
    ----------
    path : path
        Where the file shall be; missing folders are made.
    write : callable
        Writes the contents to the path it is given.
    overwrite : bool
        Replace a file that is there already.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    TableError
        If the file exists and may not be replaced, or cannot be written; what was there before is
        untouched.

    Notes
    -----
    A new file is readable by its owner alone, because listening is personal; a file that is
    replaced keeps its mode.
    """
    target = Path(path)
    if not overwrite and target.exists():
        raise errors.TableError(
            f"{str(target)!r} exists already. Choose another name, or pass `overwrite=True`."
        )
    draft: Path | None = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:40]}.")
        draft = Path(name)
        os.close(handle)
        write(draft)
        with draft.open("rb+") as written:
            os.fsync(written.fileno())
        with contextlib.suppress(FileNotFoundError):
            draft.chmod(stat.S_IMODE(target.stat().st_mode))
        draft.replace(target)
    except OSError as exc:
        raise errors.TableError(
            f"{str(target)!r} could not be written: {exc.strerror or exc}. Nothing was changed; "
            "make room or choose another folder, and write again."
        ) from exc
    finally:
        if draft is not None:
            draft.unlink(missing_ok=True)
    return target


def file_name(name: str, *, suffix: str = ".csv", taken: Collection[str] = ()) -> str:
    """Make a file name of any text, such as the name of a playlist.

    Parameters
    ----------
    name : str
        The text.
    suffix : str
        Ending, with its dot.
    taken : collection of str
        File names that are in use; a number keeps the new one apart from them, also on disks that
        do not tell capitals from small letters.

    Returns
    -------
    str
        A name without folders, which Linux, macOS and Windows all accept.

    Examples
    --------
    >>> file_name("../AC/DC: live?")
    'AC_DC_ live.csv'
    >>> file_name("Road trip", taken={"road TRIP.csv"})
    'Road trip (2).csv'
    """
    # Cc and Cf: control signs, and those that turn the reading direction or cannot be seen
    seen = "".join(
        " " if unicodedata.category(sign) in ("Zl", "Zp", "Cc") else sign
        for sign in unicodedata.normalize("NFC", name)
        if unicodedata.category(sign) not in ("Cf", "Cs", "Co", "Cn")
    )
    stem = re.sub(r'[<>:"/\\|?*]', "_", seen)
    stem = re.sub(r"\s+", " ", stem)
    stem = stem.strip(" ._-~")
    if _DEVICES.fullmatch(stem.split(".")[0].rstrip()):
        stem = f"_{stem}"
    stem = _shortened(stem) or "unnamed"
    in_use = {other.casefold() for other in taken}
    candidate, n = f"{stem}{suffix}", 1
    while candidate.casefold() in in_use:
        n += 1
        candidate = f"{stem} ({n}){suffix}"
    return candidate


def _shortened(stem: str) -> str:
    """Cut to what every file system takes, not inside a character."""
    return stem.encode()[:_MAX_BYTES].decode(errors="ignore").rstrip(" .")
