"""Imports point down the house, never up or sideways."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import spotify_analysis

PACKAGE = Path(spotify_analysis.__file__).parent

# A room may import rooms of the rows below its own, and nothing else of this package.
ROWS = [
    ["cli"],
    ["report", "suggestion_box"],
    ["demo", "plots", "recommend", "playlists", "history"],
    ["loaders", "account_data", "metrics", "counting", "recordings"],
    ["client"],
    ["auth"],
    ["config", "capabilities", "tables", "tokens", "transport"],
    ["redaction"],
    ["errors"],
]
ROW_OF = {room: n for n, row in enumerate(ROWS) for room in row}
FILES = sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


def room_of(path: Path) -> str:
    """Name the room a file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported_rooms(source: str) -> set[str]:
    """Name the rooms of this package that a source imports, also inside functions."""
    rooms = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            dotted = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide where a call goes"
            module = node.module or ""
            dotted = [module]
            if module == "spotify_analysis":
                dotted = [f"{module}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in dotted:
            parts = name.split(".")
            if parts[0] == "spotify_analysis" and len(parts) > 1:
                rooms.add(parts[1])
    return rooms - {"__version__"}


def test_every_room_has_a_row() -> None:
    assert {room_of(path) for path in FILES} <= set(ROW_OF)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_down(path: Path) -> None:
    room = room_of(path)
    wrong = {
        other
        for other in imported_rooms(path.read_text(encoding="utf-8"))
        if other != room and ROW_OF[other] <= ROW_OF[room]
    }
    assert not wrong, f"{room} must not import {sorted(wrong)}: they are not below it"


def test_the_check_sees_an_import_inside_a_function() -> None:
    assert imported_rooms("def f():\n    from spotify_analysis import cli\n") == {"cli"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_module_outgrows_a_sitting(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 800
