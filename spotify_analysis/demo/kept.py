"""Finished exports kept in the cache folder, because making one takes seconds.

A convenience: whatever is wrong with what is kept, an export is made anew and nothing is said.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.resources
import os
import platform
import sys
import tempfile
import time
import warnings
import zlib
import zoneinfo
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np

from spotify_analysis import config, demo, errors
from spotify_analysis.demo.exports import packing
from spotify_analysis.demo.listener import days

__all__ = ["FOLDER", "MOST_KEPT", "sources", "written"]

FOLDER = "made_up"  # in the cache folder
MOST_KEPT = 6  # the latest used; 5 MB each at most
_DRAFT_S = 86_400  # after a day nobody writes at one any more
_COARSE_S = 2.0  # to which some disks keep times
# no home, a folder that cannot be used, settings that are wrong: no reason to refuse an export
_TROUBLE = (OSError, RuntimeError, ValueError, ImportError, errors.ConfigError)


class _Place(NamedTuple):
    folder: Path
    key: str  # of everything that decides what is in the file

    def name(self, data: bytes) -> str:
        """Name a file by its content too, so that it shows when that is no longer whole."""
        return f"{self.key}-{hashlib.sha256(data).hexdigest()[:32]}.zip"


def written(path: Path, make: Callable[[Path], object], *what: object) -> Path:
    """Write an export, the one that is kept if there is one.

    Parameters
    ----------
    path : Path
        Where to write it.
    make : callable
        Makes the export at the path it is given.
    *what : object
        What is made: kind, generation, seed.

    Returns
    -------
    Path
        `path`.

    Raises
    ------
    OSError
        If `path` cannot be written; no half-written file is left.
    """
    place = _place(what)
    data = None if place is None else _found(place)
    if data is not None:
        packing.write_whole(path, data)
        return path
    make(path)
    # the sources may have changed while they were at work
    if place is not None and place == _place(what):
        with contextlib.suppress(*_TROUBLE):
            _keep(place, path.read_bytes())
    return path


def sources() -> list[Path]:
    """List the files of this package that decide what is in an export.

    Returns
    -------
    list of Path
        Code and words.

    Raises
    ------
    OSError
        If they are not files of their own here.
    """
    here = Path(__file__).parent
    found = [here / "catalogue.py", here / "names.toml"]
    for folder in ("exports", "listener"):
        code = sorted((here / folder).glob("*.py"))
        if not code:
            raise FileNotFoundError(here / folder)
        found += code
    return found


def _place(what: tuple[object, ...]) -> _Place | None:
    """Tell where an export is kept; None where none can be."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # settings are of no matter to who has no account
            folder = config.load().cache_dir / FOLDER
        recipe = hashlib.sha256(repr(what).encode())
        for file in sources():
            about = file.stat()
            if max(about.st_mtime, about.st_ctime) > demo.LOADED_AT - _COARSE_S:
                return None  # edited since: what runs here is not what stands there
            recipe.update(hashlib.sha256(file.read_bytes()).digest())
        for zone in sorted(set(days.ZONES.values())):
            recipe.update(hashlib.sha256(_zone(zone)).digest())
    except _TROUBLE:
        return None
    # streams of random numbers, the last bits of sums, and compression
    versions = (sys.version, platform.machine(), np.__version__, zlib.ZLIB_RUNTIME_VERSION)
    recipe.update(repr(versions).encode())
    return _Place(folder, recipe.hexdigest()[:32])


def _zone(name: str) -> bytes:
    for folder in zoneinfo.TZPATH:
        file = Path(folder, name)
        if file.is_file():
            return file.read_bytes()
    return importlib.resources.files("tzdata").joinpath("zoneinfo", name).read_bytes()


def _found(place: _Place) -> bytes | None:
    """Read what is kept; what is not whole is thrown away."""
    with contextlib.suppress(*_TROUBLE):
        for file in place.folder.glob(f"{place.key}-*.zip"):
            data = file.read_bytes()
            if file.name == place.name(data):
                with contextlib.suppress(OSError):
                    os.utime(file)  # what was used lately is kept longest
                return data
            file.unlink(missing_ok=True)
    return None


def _keep(place: _Place, data: bytes) -> None:
    # `parents=True` would make those with whatever mode the umask leaves
    for folder in reversed((place.folder, *place.folder.parents)):
        if not folder.exists():
            folder.mkdir(exist_ok=True, mode=0o700)
    # mkstemp makes it 0600; open() would obey the umask
    handle, name = tempfile.mkstemp(dir=place.folder, prefix=".", suffix=".new")
    draft = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
        draft.replace(place.folder / place.name(data))
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    _tidy(place.folder)


def _tidy(folder: Path) -> None:
    """Forget the exports not used for longest, and what a killed process left half-written."""
    by_use = sorted(folder.glob("*.zip"), key=lambda file: file.stat().st_mtime, reverse=True)
    for file in by_use[MOST_KEPT:]:
        file.unlink(missing_ok=True)
    for draft in folder.glob(".*.new"):
        if draft.stat().st_mtime < time.time() - _DRAFT_S:
            draft.unlink(missing_ok=True)
