"""The stand-in Spotify in the foreground."""

from __future__ import annotations

import itertools
import os
import re
import signal
import subprocess
import sys

import requests


def test_the_stand_in_in_the_foreground_until_interrupted() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "spotify_analysis.cli", "demo", "--serve", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        said = "".join(itertools.takewhile(lambda line: "_API_URL=" not in line, process.stdout))
        url = re.search(r"http://127\.0\.0\.1:\d+", said)
        assert url is not None
        about = requests.get(f"{url[0]}/_demo", timeout=5).json()
        assert f"SPOTIPY_CLIENT_ID={about['client_id']}" in said
        assert f"SPOTIFY_ANALYSIS_ACCOUNTS_URL={about['accounts_url']}" in said
        process.send_signal(signal.SIGINT)
        assert process.stderr.read() == ""
    assert process.returncode == 0
