"""Files of an export, put into a folder or a ZIP without ever leaving one half-written."""

from __future__ import annotations

import tempfile
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

__all__ = ["Package", "moment_ms", "write_whole"]

_ZIP_DATE = (2026, 11, 22, 21, 0, 0)  # the same bytes whenever it is written


class Package:
    """A folder, or a ZIP if the name ends so, that receives the files of one export.

    Parameters
    ----------
    target : pathlib.Path
        Folder, or path of a ZIP file.
    folder : str
        Folder inside that Spotify gives the package; ``""`` for none.
    """

    def __init__(self, target: Path, folder: str) -> None:
        self._target = target
        self._folder = folder
        self._zip: zipfile.ZipFile | None = None
        self._unfinished: Path | None = None
        self.paths: list[Path] = []

    def __enter__(self) -> Self:
        if self._target.suffix.lower() == ".zip":
            self._unfinished = _draft_for(self._target)
            self._zip = zipfile.ZipFile(
                self._unfinished, "w", zipfile.ZIP_DEFLATED, compresslevel=4
            )
        else:
            (self._target / self._folder).mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._zip is None or self._unfinished is None:
            return
        try:
            self._zip.close()
            if kind is None:
                self._unfinished.chmod(0o644)
                self._unfinished.replace(self._target)
                self.paths.append(self._target)
        finally:
            self._unfinished.unlink(missing_ok=True)

    def add(self, name: str, data: bytes) -> None:
        """Put a file into the package.

        Parameters
        ----------
        name : str
            File name, with folders inside the package where there are any.
        data : bytes
            Content.
        """
        if self._zip is not None:
            inside = f"{self._folder}/{name}" if self._folder else name
            info = zipfile.ZipInfo(inside, _ZIP_DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            self._zip.writestr(info, data)
            return
        path = self._target / self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.part")
        part.write_bytes(data)
        part.replace(path)
        self.paths.append(path)


def write_whole(target: Path, data: bytes) -> None:
    """Write a finished ZIP so that there is the whole of it or nothing.

    Parameters
    ----------
    target : pathlib.Path
        The file; missing folders are made.
    data : bytes
        Content.

    Raises
    ------
    OSError
        If it cannot be written; no half-written file is left.
    """
    unfinished = _draft_for(target)
    try:
        unfinished.write_bytes(data)
        unfinished.chmod(0o644)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def _draft_for(target: Path) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(
        dir=target.parent, prefix=".export-", suffix=".part", delete=False
    ) as file:
        return Path(file.name)


def moment_ms(moment: str, name: str) -> int:
    """Read an argument that is a moment.

    Parameters
    ----------
    moment : str
        ISO date or date and time; UTC where no zone is given.
    name : str
        Name of the argument, for the message.

    Returns
    -------
    int
        UTC epoch milliseconds.

    Raises
    ------
    ValueError
        If it is not ISO 8601.
    """
    try:
        at = datetime.fromisoformat(moment)
    except ValueError as exc:
        raise ValueError(f"`{name}` must be an ISO date or time; not {moment!r}.") from exc
    return int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1000)
