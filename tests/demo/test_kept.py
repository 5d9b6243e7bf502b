"""Finished exports that are kept: the same bytes, made once, and never a reason to fail."""

from __future__ import annotations

import os
import re
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import spotify_analysis
from spotify_analysis import config, demo
from spotify_analysis.demo import kept
from spotify_analysis.demo import listener as listeners

CONTENT = b"PK a made-up export " * 500  # 10,000 bytes
# a program that keeps an export of that content, and does something else when it is made
CHILD = """
import resource, signal, sys
from pathlib import Path
from spotify_analysis import demo
from spotify_analysis.demo import kept
demo.LOADED_AT += 3600
def make(path):
    path.write_bytes(b"PK a made-up export " * 500)
    {then}
print(len(kept.written(Path(sys.argv[1]), make, "export").read_bytes()))
"""
LIMIT = "resource.setrlimit(resource.RLIMIT_FSIZE, (4_000, resource.RLIM_INFINITY))"


class Maker:
    """Makes an export, and counts how often it was asked to."""

    def __init__(self, content: bytes = CONTENT) -> None:
        self.content = content
        self.n_made = 0

    def __call__(self, path: Path) -> None:
        self.n_made += 1
        path.write_bytes(self.content)


@pytest.fixture(autouse=True)
def _nothing_was_edited(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody may save a source while the tests run; those that need an edit make one."""
    monkeypatch.setattr(demo, "LOADED_AT", time.time() + 3600)


def folder() -> Path:
    return config.load().cache_dir / kept.FOLDER


def names() -> list[str]:
    return sorted(path.name for path in folder().iterdir())


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def child(then: str, path: Path) -> subprocess.Popen[str]:
    code = CHILD.format(then=then)
    return subprocess.Popen(
        [sys.executable, "-c", code, str(path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_an_export_is_made_once(
    small: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def listener(seed: int) -> Any:
        asked.append(seed)
        return small(f"ada{seed}")

    monkeypatch.setattr(listeners, "listener", listener)
    calls: list[Callable[[Path], Path]] = [
        demo.export_zip,
        demo.account_zip,
        lambda path: demo.export_zip(path, generation="G2a"),
        lambda path: demo.account_zip(path, generation="2023"),
        lambda path: demo.export_zip(path, seed=2),
    ]
    made = [call(tmp_path / str(number)) for number, call in enumerate(calls)]
    contents = [path.read_bytes() for path in made]
    assert len(set(contents)) == 5
    assert asked == [1, 1, 1, 1, 2]
    again = [call(tmp_path / "again" / str(number)) for number, call in enumerate(calls)]
    assert [path.read_bytes() for path in again] == contents
    assert [path.name for path in again] == [path.name for path in made]
    assert len(asked) == 5
    assert {mode(path) for path in (*made, *again)} == {0o644}
    with pytest.raises(ValueError, match=r"`generation` must be one of .*; not 'G9'"):
        demo.export_zip(tmp_path, generation="G9")


def test_what_is_kept_is_private(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        kept.written(tmp_path / "a.zip", Maker(), "export")
    finally:
        os.umask(before)
    (file,) = folder().iterdir()
    assert mode(file) == 0o600
    assert file.read_bytes() == CONTENT
    # also the folders above, which a history or a login may come to lie in
    assert {mode(path) for path in (folder(), folder().parent, folder().parent.parent)} == {0o700}


@pytest.mark.parametrize(
    "damage",
    [
        lambda file: file.write_bytes(CONTENT[:-1]),
        lambda file: file.write_bytes(b""),
        lambda file: file.write_bytes(CONTENT.replace(b"made", b"make", 1)),
        lambda file: file.unlink(),
        lambda file: (file.unlink(), file.mkdir()),
        lambda file: (file.unlink(), file.symlink_to("nowhere")),
    ],
    ids=["short", "empty", "edited", "gone", "a folder", "a broken link"],
)
def test_a_damaged_one_is_made_again(damage: Callable[[Path], object], tmp_path: Path) -> None:
    make = Maker()
    kept.written(tmp_path / "a.zip", make, "export")
    (file,) = folder().iterdir()
    damage(file)
    assert kept.written(tmp_path / "b.zip", make, "export").read_bytes() == CONTENT
    assert make.n_made == 2
    if file.is_dir():  # that is no file of ours to take away
        return
    assert kept.written(tmp_path / "c.zip", make, "export").read_bytes() == CONTENT
    assert make.n_made == 2
    assert names() == [file.name]


def test_other_sources_make_another_export(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "words.toml"
    source.write_text("words = 1", encoding="utf-8")
    monkeypatch.setattr(kept, "sources", lambda: [source])
    make = Maker()
    for text, n_made in (("words = 1", 1), ("words = 2", 2), ("words = 1", 2)):
        source.write_text(text, encoding="utf-8")
        kept.written(tmp_path / "a.zip", make, "export")
        assert make.n_made == n_made


def test_sources_edited_since_they_were_loaded_keep_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "code.py"
    source.write_text("edited", encoding="utf-8")
    os.utime(source, (0, 0))  # a copy that keeps times is young all the same
    monkeypatch.setattr(kept, "sources", lambda: [source])
    monkeypatch.setattr(demo, "LOADED_AT", time.time() - 3600)
    make = Maker()
    for _ in range(2):
        assert kept.written(tmp_path / "a.zip", make, "export").read_bytes() == CONTENT
    assert make.n_made == 2
    assert not folder().exists()


def test_sources_edited_while_they_were_at_work_keep_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "code.py"
    source.write_text("before", encoding="utf-8")
    monkeypatch.setattr(kept, "sources", lambda: [source])

    def make(path: Path) -> None:
        path.write_bytes(CONTENT)
        source.write_text("after", encoding="utf-8")

    kept.written(tmp_path / "a.zip", make, "export")
    assert not folder().exists()


def test_every_source_counts() -> None:
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from spotify_analysis.demo import exports, listener\n"
        "made = listener.listener(3, years=1)\n"
        "exports.write_extended(made, Path(sys.argv[1]), generation='G2d')\n"
        "exports.write_account_data(made, Path(sys.argv[1]), generation='2026')\n"
        "for name, module in sys.modules.items():\n"
        "    if name.split('.')[0] == 'spotify_analysis':\n"
        "        print(module.__file__)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "export.zip"],
        cwd=os.environ["HOME"],
        env={**os.environ, "PYTHONPATH": str(Path(spotify_analysis.__file__).parents[1])},
        capture_output=True,
        text=True,
        check=True,
    )
    used = {Path(line) for line in done.stdout.splitlines()}
    package = Path(spotify_analysis.__file__).parent
    assert package / "demo" / "listener" / "life.py" in used
    front_pages = {package / "__init__.py", package / "demo" / "__init__.py"}
    assert used - front_pages == {path for path in kept.sources() if path.suffix == ".py"}
    assert package / "demo" / "names.toml" in kept.sources()


@pytest.mark.parametrize(
    "place",
    ["a file", "/proc/nowhere", "~nobody-of-this-name/cache"],
    ids=["a file", "read-only", "no home"],
)
def test_a_cache_folder_that_cannot_be_used_is_done_without(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a file").write_bytes(b"")
    monkeypatch.setenv("SPOTIFY_ANALYSIS_CACHE_DIR", place)
    make = Maker()
    for _ in range(2):
        assert kept.written(tmp_path / "a.zip", make, "export").read_bytes() == CONTENT
    assert make.n_made == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a file", "a.zip", "home"]


@pytest.mark.parametrize(
    ("settings", "n_made"),
    [
        ("SPOTIPY_CLIENT_ID", 2),  # a name without a value
        # readable by others, of which an own account is warned
        ("SPOTIPY_CLIENT_SECRET=" + "0123456789abcdef" * 2, 1),
    ],
)
def test_settings_of_an_own_account_are_of_no_matter(
    settings: str, n_made: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(".env").write_text(settings, encoding="utf-8")
    Path(".env").chmod(0o644)
    make = Maker()
    for _ in range(2):
        kept.written(tmp_path / "a.zip", make, "export")
    assert make.n_made == n_made


@pytest.mark.skipif(sys.platform == "win32", reason="limits of processes are POSIX")
def test_a_full_disk_costs_only_time(tmp_path: Path) -> None:
    for _ in range(2):
        with child(LIMIT, tmp_path / "a.zip") as process:
            out, err = process.communicate()
        assert (out, err) == ("10000\n", "")
        assert names() == []


@pytest.mark.skipif(sys.platform == "win32", reason="limits of processes are POSIX")
def test_killed_in_the_middle_of_a_write(tmp_path: Path) -> None:
    deadly = f"signal.signal(signal.SIGXFSZ, signal.SIG_DFL); {LIMIT}"
    with child(deadly, tmp_path / "a.zip") as process:
        process.communicate()
    assert process.returncode == -signal.SIGXFSZ
    (draft,) = folder().iterdir()
    assert (draft.stat().st_size, draft.suffix) == (4000, ".new")
    make = Maker()
    for _ in range(2):
        assert kept.written(tmp_path / "b.zip", make, "export").read_bytes() == CONTENT
    assert make.n_made == 1
    assert draft.exists()  # another process may be at work on it
    os.utime(draft, (0, 0))
    kept.written(tmp_path / "b.zip", make, "another")
    assert not draft.exists()
    assert len(names()) == 2


def test_several_at_once(tmp_path: Path) -> None:
    children = [child("pass", tmp_path / f"{number}.zip") for number in range(3)]
    for process in children:
        with process:
            out, err = process.communicate()
            assert (out, err) == ("10000\n", "")
    assert len(names()) == 1
    make = Maker()
    kept.written(tmp_path / "a.zip", make, "export")
    assert make.n_made == 0


def test_old_ones_do_not_pile_up(tmp_path: Path) -> None:
    makers = [Maker(CONTENT + bytes([number])) for number in range(kept.MOST_KEPT + 3)]
    for number, make in enumerate(makers[: kept.MOST_KEPT]):
        kept.written(tmp_path / "a.zip", make, number)
        for file in folder().iterdir():
            if file.read_bytes() == make.content:
                os.utime(file, (number, number))
    kept.written(tmp_path / "a.zip", makers[0], 0)  # used again, so that 1 is now the oldest
    for number in range(kept.MOST_KEPT, len(makers)):
        kept.written(tmp_path / "a.zip", makers[number], number)
        assert len(names()) == kept.MOST_KEPT
    for number in (0, *range(4, len(makers))):
        kept.written(tmp_path / "a.zip", makers[number], number)
    assert [make.n_made for make in makers] == [1] * len(makers)
    kept.written(tmp_path / "a.zip", makers[1], 1)
    assert makers[1].n_made == 2


@pytest.mark.skipif(sys.platform == "win32", reason="limits of processes are POSIX")
@pytest.mark.parametrize(
    "write",
    [
        "exports.write_extended(listener.empty_listener(1), path, generation='G2d')",
        "packing.write_whole(path, bytes(4001))",
    ],
)
def test_a_full_disk_at_the_target_leaves_nothing_half_written(write: str, tmp_path: Path) -> None:
    code = (
        "import resource, sys\n"
        "from pathlib import Path\n"
        "from spotify_analysis.demo import exports, listener\n"
        "from spotify_analysis.demo.exports import packing\n"
        "path = Path(sys.argv[1])\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100, resource.RLIM_INFINITY))\n"
        f"try:\n    {write}\nexcept OSError as exc:\n    print(exc.strerror)"
    )
    target = tmp_path / "full" / "export.zip"
    done = subprocess.run(
        [sys.executable, "-c", code, str(target)], capture_output=True, text=True, check=True
    )
    assert (done.stdout, done.stderr) == ("File too large\n", "")
    assert list(target.parent.iterdir()) == []


def test_the_page_says_what_is_kept() -> None:
    page = Path(__file__).parents[2] / "docs" / "troubleshooting.md"
    (row,) = re.findall(rf"^\| `{kept.FOLDER}/`.*$", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert ("the six used last" in row) == (kept.MOST_KEPT == 6)
    assert "`demo.export_zip()`" in row
