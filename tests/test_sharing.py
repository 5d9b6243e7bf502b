"""What is stopped before it is shared: by a real commit, in a repository of its own."""

from __future__ import annotations

import base64
import json
import os
import secrets
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
import yaml
from click.testing import CliRunner

from spotify_analysis import cli, errors, redaction, tokens

ROOT = Path(__file__).parents[1]
ACCESS = "BQ" + secrets.token_urlsafe(96)
REFRESH = "AQ" + secrets.token_urlsafe(96)
SECRET, ID = secrets.token_hex(16), secrets.token_hex(16)
STATE, OTHER = secrets.token_urlsafe(32), secrets.token_urlsafe(20)
VERIFIER = secrets.token_urlsafe(64)
BASIC = base64.b64encode(f"{ID}:{SECRET}".encode()).decode()
ADDRESS = f"http://127.0.0.1:9090/callback?code={REFRESH}&state={STATE}"
EVERYTHING = (ACCESS, REFRESH, SECRET, STATE, VERIFIER, BASIC)


def unnamed(_value: object) -> str:
    """Number tests instead: secrets are drawn anew in each process, and names must not differ."""
    return "x"


def git(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "core.autocrlf=false"]
    return subprocess.run(
        ["git", *who, *arguments], cwd=cwd, capture_output=True, text=True, check=False
    )


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Make a repository with our hook, as `docs/sharing.md` says."""
    folder = tmp_path / "mine"
    folder.mkdir()
    assert git("init", "--quiet", "--template=", ".", cwd=folder).returncode == 0
    hook = folder / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(
        f"#!/bin/sh\nPYTHONPATH='{ROOT}' exec '{sys.executable}' -m spotify_analysis.cli "
        "check-secrets --staged\n",
        encoding="utf-8",
    )
    hook.chmod(0o755)
    return folder


def notebook(*cells: str, outputs: Any = (), **metadata: Any) -> str:
    """Write a notebook whose last cell has these outputs."""
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(one) for one in cells])
    made.cells[-1].outputs = list(outputs)
    made.metadata.update(metadata)
    return str(nbformat.writes(made))


def output(text: str) -> Any:
    return nbformat.v4.new_output("stream", name="stdout", text=text)


def test_attack_13_a_commit_of_every_kind_of_leak_is_stopped(repository: Path) -> None:
    token_file = f"{secrets.token_hex(32)}.token"
    files = {
        ".env": "SPOTIPY_CLIENT_ID=x\n",
        ".cache": "{}",
        ".cache-ada": "{}",
        token_file: "sealed, so nothing in it can be told\n",
        "source.ipynb": notebook("1 + 1", f"x = 1\ntoken = '{ACCESS}'"),
        "output.ipynb": notebook("1 + 1", "2 + 2", outputs=[output("4")]),
        "widgets.ipynb": notebook("1", widgets={"state": {}}),
        "settings.ini": f"[spotify_analysis]\nclient_secret = {SECRET}\n",
        "fine.py": "print('nothing here')\n",
    }
    for name, text in files.items():
        (repository / name).write_text(text, encoding="utf-8")
    assert git("add", "--all", "--force", cwd=repository).returncode == 0
    done = git("commit", "--message", "all of it", cwd=repository)
    assert done.returncode != 0
    said = done.stdout + done.stderr
    lines = {
        name: text.splitlines().index(next(line for line in text.splitlines() if mark in line)) + 1
        for name, text, mark in [
            ("source.ipynb", files["source.ipynb"], ACCESS),
            ("widgets.ipynb", files["widgets.ipynb"], '"widgets"'),
        ]
    }
    second = [
        n for n, line in enumerate(files["output.ipynb"].splitlines(), 1) if '"outputs"' in line
    ][1]
    for expected in (
        ".env:1: .env is private as a whole",
        ".cache:1: ",
        ".cache-ada:1: ",
        f"{token_file}:1: ",
        f"source.ipynb:{lines['source.ipynb']}: an access token",
        f"output.ipynb:{second}: outputs of code cell 2: clear them with nbstripout",
        f"widgets.ipynb:{lines['widgets.ipynb']}: the state of widgets",
        "settings.ini:2: a client secret",
        "8 found; nothing of it is shown.",
    ):
        assert expected in said, said
    assert "fine.py" not in said
    assert not [one[:6] for one in EVERYTHING if one in said]
    assert git("rev-parse", "--verify", "HEAD", cwd=repository).returncode != 0, "no commit"


def test_attack_13_what_is_staged_counts_and_not_what_stands_in_the_folder(
    repository: Path,
) -> None:
    path = repository / "bücher und mehr.py"
    path.write_text(f"token = '{REFRESH}'\n", encoding="utf-8")
    git("add", "--all", cwd=repository)
    path.write_text("token = load()\n", encoding="utf-8")
    assert "mehr.py:1: a refresh token" in git("commit", "-m", "x", cwd=repository).stderr
    git("add", "--all", cwd=repository)
    path.write_text(f"token = '{REFRESH}'\n", encoding="utf-8")
    done = git("commit", "-m", "x", cwd=repository)
    assert done.returncode == 0, done.stdout + done.stderr
    git("rm", "--quiet", "--cached", path.name, cwd=repository)
    assert git("commit", "-m", "gone", cwd=repository).returncode == 0


@pytest.mark.parametrize(
    ("line", "what"),
    [
        (f"token = '{ACCESS}'", "an access token"),
        (f"Authorization: Bearer {ACCESS}", "an access token"),
        (REFRESH, "a refresh token or an authorization code"),
        (f"SPOTIPY_CLIENT_SECRET={SECRET}", "a client secret"),
        (f'export SPOTIPY_CLIENT_SECRET="{SECRET.upper()}"', "a client secret"),
        (f"sa.login(client_secret='{SECRET}')", "a client secret"),
        (f'    "sa.login(client_secret=\\"{SECRET}\\")\\n",', "a client secret"),
        (f"SpotifyOAuth('{ID}', '{SECRET}')", "a client id and a client secret"),
        (f"Authorization: Basic {BASIC}", "a client id and a client secret"),
        (f"code_verifier={VERIFIER}", "a PKCE verifier"),
        (f"https://accounts.spotify.com/authorize?x=1&state={STATE}", "the state of a sign-in"),
        (f'{{"refresh_token": "{OTHER}"}}', "a saved login"),
    ],
    ids=unnamed,
)
def test_attack_13_every_kind_of_secret_is_named_by_its_line(line: str, what: str) -> None:
    found = redaction.look_through("x.txt", f"one\n\n{line}\nfour\n".encode())
    assert (found[0].line, found[0].what) == (3, what)
    assert str(found[0]) == f"x.txt:3: {what}"
    assert redaction.look_through("x.txt", f"{line}  # {redaction.ALLOWED}".encode()) == []


@pytest.mark.parametrize(
    "line",
    [
        f"SPOTIPY_CLIENT_ID={ID}",
        "client_secret = os.environ['SPOTIPY_CLIENT_SECRET']",
        f"commit {secrets.token_hex(20)}",
        f"spotify:track:{ID[:22]}",
        f"https://open.spotify.com/playlist/{ID[:22]}?si={ID}",
        f"sha256 {secrets.token_hex(32)}",
        "?code=XXXX&state=YYYY",
        '"outputs": [1]',
        "Basic training in the use of base64 and other codes of the trade",
    ],
    ids=unnamed,
)
def test_attack_13_what_is_no_secret_passes(line: str) -> None:
    assert redaction.look_through("README.md", line.encode()) == []


def test_attack_13_a_notebook_without_outputs_passes_and_a_broken_one_does_not() -> None:
    clean = notebook("1 + 1", "2 + 2").encode()
    assert redaction.look_through("a.ipynb", clean) == []
    for broken in (b"", b"[]", b'{"cells": 1}', b"[" * 100_000, clean[:-20]):
        (found,) = redaction.look_through("a.ipynb", broken)
        assert found.what == "it is no notebook that can be looked through"
    # all in one line, so that lines cannot be told apart
    squeezed = json.dumps(json.loads(notebook("1", outputs=[output("1")]))).encode()
    assert redaction.look_through("a.ipynb", squeezed)[0].line == 1


def test_attack_13_bytes_of_any_kind_are_looked_through() -> None:
    raw = b"\xff\xfe\x00" + ACCESS.encode() + b"\x00\xff"
    assert [one.what for one in redaction.look_through("x.bin", raw)] == ["an access token"]
    wide = f"token = '{ACCESS}'".encode("utf-16")
    assert [one.what for one in redaction.look_through("x.txt", wide)] == ["an access token"]


def test_attack_13_our_own_files_of_logins_are_known_by_name(tmp_path: Path) -> None:
    store = tokens.FileStore(tmp_path / "tokens")
    name = store.path(ID).name
    for one in (name, f"{name}.unreadable-20261127T000000Z"):
        assert redaction.look_through(f"deep/{one}", b"")[0].file == f"deep/{one}"
    store.save(tokens.Token(ACCESS, REFRESH, 1.0, frozenset(), 1.0, ID))
    kinds = {one.what for one in redaction.look_at(store.path(ID))}
    assert {"an access token", "a refresh token or an authorization code"} <= kinds


def test_attack_13_in_a_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    leak, fine = tmp_path / "leak.py", tmp_path / "fine.py"
    leak.write_text(f"x = 1\ny = '{ACCESS}'\n", encoding="utf-8")
    fine.write_text("x = 1\n", encoding="utf-8")
    done = CliRunner().invoke(cli.main, ["check-secrets", str(leak), str(fine)])
    assert done.exit_code == 1
    assert done.stdout == f"{leak}:2: an access token\n"
    assert ACCESS not in done.output
    assert CliRunner().invoke(cli.main, ["check-secrets", str(fine)]).exit_code == 0
    gone = CliRunner().invoke(cli.main, ["check-secrets", str(tmp_path / "gone")])
    assert gone.exit_code == 1
    assert "cannot be read (No such file or directory)" in gone.output
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(errors.ConfigError, match="inside the checkout"):
        redaction.look_at_staged()


def test_attack_13_nothing_of_ours_would_be_stopped() -> None:
    done = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "-z"], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip("not a git checkout, so there is no list of shared files to look through")
    names = [os.fsdecode(name) for name in done.stdout.split(b"\0") if name]
    found = [
        str(one)
        for name in names
        if (ROOT / name).is_file()
        for one in redaction.look_at(ROOT / name)
    ]
    assert found == []


def test_attack_13_the_hook_is_offered_to_other_repositories_and_used_here() -> None:
    (offered,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    ours = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    (used,) = ours["repos"][0]["hooks"]
    program, command = offered["entry"].split()
    assert program == "spotify-analysis"
    assert cli.main.get_command(None, command) is cli.check_secrets  # type: ignore[arg-type]
    assert (used["id"], used["entry"]) == (offered["id"], offered["entry"])
