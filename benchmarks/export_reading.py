"""Export zip to a table of plays: against json + DataFrame and pd.read_json, time and memory.

    python benchmarks/export_reading.py [number of plays]

Each way runs in a process of its own, so that the peak of memory is its own.
"""

from __future__ import annotations

import io
import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

N_PLAYS = 200_000
N_RUNS = 5
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
    "json + DataFrame": json_and_frame,
    "pd.read_json": pandas_read_json,
}


def measure(way: str, path: Path) -> None:
    """Print the seconds of one reading, its peak of memory and its total."""
    import pandas as pd  # noqa: F401 - importing is not what is measured

    if way == "ours":
        from spotify_analysis import account_data  # noqa: F401
    began = time.perf_counter()
    total = WAYS[way](path)
    took = time.perf_counter() - began
    print(took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, total)


def main() -> None:
    """Compare the ways and print the ratios."""
    n_plays = int(sys.argv[1]) if len(sys.argv) > 1 else N_PLAYS
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.zip"
        write_export(path, n_plays)
        print(f"{n_plays:,} plays, {path.stat().st_size / 1e6:.1f} MB zipped, {N_RUNS} runs each")
        runs: dict[str, list[list[float]]] = {way: [] for way in WAYS}
        for _ in range(N_RUNS):  # in turn, so that a busy machine is busy for all
            for way in WAYS:
                command = [sys.executable, __file__, "--way", way, str(path)]
                told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
                runs[way].append([float(value) for value in told.split()])
    totals = {tuple(run[2] for run in told) for told in runs.values()}
    if len(totals) != 1:
        raise SystemExit(f"the ways disagree on the time listened: {totals}")
    seconds = {way: statistics.median(run[0] for run in told) for way, told in runs.items()}
    for way, told in runs.items():
        print(
            f"{way:<18} {seconds[way]:6.2f} s  {max(run[1] for run in told):6.0f} MB peak  "
            f"ours takes {seconds['ours'] / seconds[way]:.2f} of it"
        )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--way"]:
        measure(sys.argv[2], Path(sys.argv[3]))
    else:
        main()
