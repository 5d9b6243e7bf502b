"""Export zip to a table of plays: time and memory against a floor, plain pandas and two peers.

    python benchmarks/export_reading.py [number of plays] ...

The floor is what nobody can save: to inflate the zip (isal) and to parse the JSON to a tape
(simdjson), without making a table of it. Each way runs in a process of its own, so that the peak
of memory is its own; the ways take turns, so that a busy machine is busy for all. The peers are
installed into a throwaway environment, if they can be had.
"""

from __future__ import annotations

import importlib
import io
import json
import random
import resource
import statistics
import struct
import subprocess
import sys
import tempfile
import time
import venv
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

SIZES = (200_000, 1_000_000)
# by number of plays: the largest takes minutes
N_RUNS = {200_000: 5}
N_RUNS_OF_OTHERS = 3
FLOOR_GOAL = 2.0
PANDAS_GOAL = 4.5
ROWS_PER_FILE = 16_000


def write_export(path: Path, n_plays: int) -> None:
    """Write an extended history of made-up plays in the layout of 2025."""
    chance = random.Random(1)
    at = datetime(2015, 1, 1, tzinfo=UTC)
    artists = [f"Artist {n} ó" for n in range(3_000)]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for first in range(0, n_plays, ROWS_PER_FILE):
            rows = []
            for _ in range(min(ROWS_PER_FILE, n_plays - first)):
                ms_played = chance.choice([chance.randrange(30_000), chance.randrange(400_000)])
                at += timedelta(milliseconds=ms_played, seconds=chance.randrange(1_500))
                track = chance.randrange(40_000)
                ended = chance.choice(["trackdone", "trackdone", "fwdbtn", "endplay"])
                rows.append(
                    {
                        "ts": f"{at:%Y-%m-%dT%H:%M:%SZ}",
                        "platform": chance.choice(["ios", "windows", "android"]),
                        "ms_played": ms_played,
                        "conn_country": "DE",
                        "ip_addr": "198.51.100.1",
                        "master_metadata_track_name": f"A song with number {track}",
                        "master_metadata_album_artist_name": artists[track % 3_000],
                        "master_metadata_album_album_name": f"The album {track // 10}",
                        "spotify_track_uri": f"spotify:track:{track:022d}",
                        "episode_name": None,
                        "episode_show_name": None,
                        "spotify_episode_uri": None,
                        "audiobook_title": None,
                        "audiobook_uri": None,
                        "audiobook_chapter_uri": None,
                        "audiobook_chapter_title": None,
                        "reason_start": "trackdone",
                        "reason_end": ended,
                        "shuffle": False,
                        "skipped": ended != "trackdone",
                        "offline": False,
                        "offline_timestamp": int(at.timestamp()) - ms_played // 1000,
                        "incognito_mode": False,
                    }
                )
            name = f"Spotify Extended Streaming History/Streaming_History_Audio_{first}.json"
            packed.writestr(name, json.dumps(rows, indent=2, ensure_ascii=False))


def floor(path: Path) -> int:
    """Inflate and parse, and make nothing of it."""
    import simdjson
    from isal import isal_zlib

    parser = simdjson.Parser()
    n_rows = 0
    with zipfile.ZipFile(path) as packed, path.open("rb") as file:
        for info in packed.infolist():
            file.seek(info.header_offset + 26)
            name, extra = struct.unpack("<HH", file.read(4))
            file.seek(name + extra, 1)
            inflate = isal_zlib.decompressobj(-15).decompress
            tape = parser.parse(inflate(file.read(info.compress_size), info.file_size))
            n_rows += len(tape)
            del tape
    return n_rows


def ours(path: Path) -> int:
    """Read it with this package."""
    from spotify_analysis import account_data

    return int(account_data.read(path, time_zone="UTC", progress=False).plays["ms_played"].sum())


def json_and_frame(path: Path) -> int:
    """Read it as most notebooks do: a list of dicts to a DataFrame, times parsed."""
    import pandas as pd

    rows = []
    with zipfile.ZipFile(path) as packed:
        for name in packed.namelist():
            rows += json.loads(packed.read(name))
    frame = pd.DataFrame(rows)
    frame["ts"] = pd.to_datetime(frame["ts"])
    return int(frame["ms_played"].sum())


def pandas_read_json(path: Path) -> int:
    """Read it file by file with pandas."""
    import pandas as pd

    with zipfile.ZipFile(path) as packed:
        frames = [pd.read_json(io.BytesIO(packed.read(name))) for name in packed.namelist()]
    return int(pd.concat(frames)["ms_played"].sum())


WAYS: dict[str, Callable[[Path], int]] = {
    "ours": ours,
    "floor": floor,
    "pd.read_json": pandas_read_json,
    "json + DataFrame": json_and_frame,
}
# how a published tool reads a zip, in an interpreter that has it and not us
PEERS = {
    "memory.fm": """
from memoryfm.io.spotify import from_spotify_zip
total = len(from_spotify_zip(path, tz="UTC", min_duration_ms=0).df)
""",
    "spotify-history-reader": """
from spotify_history_reader import SpotifyHistoryReader
with SpotifyHistoryReader() as reader:
    reader.add_source_zip(path)
    total = len(list(reader.read()))
""",
}
_TIMED = """
import resource, sys, time
path = sys.argv[1]
{imports}
began = time.perf_counter()
{body}
took = time.perf_counter() - began
print("measured", took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, total)
"""


def measure(way: str, path: Path) -> None:
    """Print the seconds of one reading, its peak of memory and its total."""
    # importing is not what is measured
    importlib.import_module("pandas")
    for name in {
        "ours": ["spotify_analysis.account_data", "isal.isal_zlib"],
        "floor": ["isal.isal_zlib", "simdjson"],
    }.get(way, []):
        importlib.import_module(name)
    began = time.perf_counter()
    total = WAYS[way](path)
    took = time.perf_counter() - began
    print("measured", took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, total)


def peers_in(folder: Path) -> dict[str, list[str]]:
    """Install the peers, each into an environment of its own; give the commands that run them."""
    commands = {}
    for package, body in PEERS.items():
        home = folder / package
        venv.create(home, with_pip=True)
        python = str(home / "bin" / "python")
        install = [python, "-m", "pip", "install", "--quiet", package]
        done = subprocess.run(install, capture_output=True, text=True, check=False)
        if done.returncode:
            why = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
            print(f"  {package} is left out, it cannot be installed here: {why}")
            continue
        imports, body = body.strip().split("\n", 1)
        commands[package] = [python, "-c", _TIMED.format(imports=imports, body=body)]
    return commands


def run(command: list[str]) -> list[float]:
    """Run one reading; give its seconds, peak and total."""
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    line = next(line for line in told.splitlines() if line.startswith("measured"))
    return [float(value) for value in line.split()[1:]]


def compare(path: Path, n_plays: int, peers: dict[str, list[str]]) -> None:
    """Run all ways in turn and print what came of it."""
    n_runs = N_RUNS.get(n_plays, N_RUNS_OF_OTHERS)
    commands = {way: [sys.executable, __file__, "--way", way] for way in WAYS} | peers
    runs: dict[str, list[list[float]]] = {way: [] for way in commands}
    for _ in range(n_runs):
        for way, command in commands.items():
            runs[way].append(run([*command, str(path)]))
    counted = {tuple(run[2] for run in told) for way, told in runs.items() if way in WAYS}
    counted.discard((n_plays,) * n_runs)  # the floor counts rows
    if len(counted) != 1:
        raise SystemExit(f"the ways disagree on the time listened: {counted}")
    seconds = {way: statistics.median(run[0] for run in told) for way, told in runs.items()}
    print(f"{n_plays:,} plays, {path.stat().st_size / 1e6:.1f} MB zipped, median of {n_runs} runs")
    for way, told in runs.items():
        print(
            f"  {way:<24} {seconds[way]:6.2f} s {max(run[1] for run in told):6.0f} MB peak "
            f"{seconds[way] / seconds['floor']:7.2f} x floor {seconds[way] / seconds['ours']:7.2f} "
            "x ours"
        )
    to_floor = seconds["ours"] / seconds["floor"]
    to_pandas = seconds["pd.read_json"] / seconds["ours"]
    for what, value, holds, goal in (
        ("of the floor", to_floor, to_floor <= FLOOR_GOAL, f"at most {FLOOR_GOAL}"),
        (
            "faster than pd.read_json",
            to_pandas,
            to_pandas >= PANDAS_GOAL,
            f"at least {PANDAS_GOAL}",
        ),
    ):
        print(f"  ours: {value:.2f} x {what} (goal: {goal}): {'met' if holds else 'missed'}")


def main() -> None:
    """Compare the ways and print the ratios."""
    with tempfile.TemporaryDirectory() as folder:
        peers = peers_in(Path(folder))
        for n_plays in [int(given) for given in sys.argv[1:]] or SIZES:
            path = Path(folder) / "export.zip"
            write_export(path, n_plays)
            compare(path, n_plays, peers)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--way"]:
        measure(sys.argv[2], Path(sys.argv[3]))
    else:
        main()
