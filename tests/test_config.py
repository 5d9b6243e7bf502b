"""Settings come from the first place that has them, and errors never show a value."""

from __future__ import annotations

import copy
import json
import os
import pickle
import subprocess
from pathlib import Path
from typing import Any

import pytest

from spotify_analysis import config, errors

ID = "0123456789abcdef0123456789abcdef"
OTHER_ID = "f" * 32
SECRET = "5ec2e75ec2e75ec2e75ec2e75ec2e7ab"  # pragma: allowlist secret


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    return here


def write(path: Path, text: str | bytes, *, mode: int = 0o600) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    path.chmod(mode)
    return path


def test_with_nothing_set(tmp_path: Path) -> None:
    settings = config.load()
    assert settings.client_id is None
    assert settings.client_secret is None
    assert settings.redirect_uri == "http://127.0.0.1/callback"
    assert settings.accounts_url == "https://accounts.spotify.com"
    assert settings.api_url == "https://api.spotify.com/v1/"
    assert settings.max_wait_s == 60.0
    assert settings.calls_per_30_s is None, "the client's own pace"
    assert (settings.calls_per_day, settings.developer) == (0, ""), "no budget, one account"
    assert settings.store == "file"
    assert settings.source == "nowhere"
    assert settings.data_dir == tmp_path / "home" / "spotify"
    assert not settings.data_dir.exists(), "loading touches nothing"


def test_every_place_in_its_turn(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    far = config.config_dir()
    places = [
        (far / "spotify_analysis.json", json.dumps({"client_id": "1" * 32})),
        (folder / "spotify_analysis.json", json.dumps({"client_id": "2" * 32})),
        (far / "spotify_analysis.ini", f"[spotify_analysis]\nclient_id = {'3' * 32}\n"),
        (folder / "spotify_analysis.ini", f"[spotify_analysis]\nclient_id = {'4' * 32}\n"),
        (far / ".env", f"SPOTIPY_CLIENT_ID={'5' * 32}\n"),
        (folder / ".env", f"SPOTIPY_CLIENT_ID={'6' * 32}\n"),
    ]
    for n, (path, text) in enumerate(places, start=1):
        write(path, text)
        settings = config.load()
        assert settings.client_id == str(n) * 32
        assert path.name in settings.source
    monkeypatch.setenv("SPOTIPY_CLIENT_ID", "7" * 32)
    assert config.load().client_id == "7" * 32
    assert config.load().source == "environment"
    assert config.load(client_id="8" * 32).client_id == "8" * 32
    assert config.load(client_id="8" * 32).source == "arguments"
    assert config.load(client_id=None).source == "environment"


def test_a_named_file_is_the_only_one_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder / ".env", "SPOTIFY_ANALYSIS_TIME_ZONE=Asia/Tokyo\n")
    named = write(folder / "mine.json", json.dumps({"client_id": ID, "max_wait_s": 5}))
    monkeypatch.setenv("SPOTIPY_CLIENT_ID", OTHER_ID)
    settings = config.load(file=named)
    assert (settings.client_id, settings.max_wait_s, settings.time_zone) == (ID, 5.0, None)
    with pytest.raises(errors.ConfigError, match=r"no settings file 'absent\.ini'"):
        config.load(file="absent.ini")


def test_empty_counts_as_not_given(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPOTIPY_CLIENT_ID", "  ")
    write(folder / ".env", f"SPOTIPY_CLIENT_ID=  {ID}  \n")
    assert config.load().client_id == ID


def test_every_setting_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {
        "SPOTIPY_CLIENT_ID": ID,
        "SPOTIPY_CLIENT_SECRET": SECRET,
        "SPOTIPY_REDIRECT_URI": "http://[::1]:9090/callback",
        "SPOTIFY_ANALYSIS_TIME_ZONE": "America/Argentina/Buenos_Aires",
        "SPOTIFY_ANALYSIS_MAX_WAIT_S": "0",
        "SPOTIFY_ANALYSIS_CALLS_PER_30_S": " 40 ",
        "SPOTIFY_ANALYSIS_CALLS_PER_DAY": "600",
        "SPOTIFY_ANALYSIS_DEVELOPER": "band",
        "SPOTIFY_ANALYSIS_STORE": "memory",
        "SPOTIFY_ANALYSIS_HOME": str(tmp_path / "x"),
        "SPOTIFY_ANALYSIS_CACHE_DIR": str(tmp_path / "y"),
        "SPOTIFY_ANALYSIS_API_URL": "http://127.0.0.1:5000/v1",
        "SPOTIFY_ANALYSIS_ACCOUNTS_URL": "http://127.0.0.1:5000/",
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    settings = config.load()
    assert settings.client_secret == SECRET
    assert settings.redirect_uri == "http://[::1]:9090/callback"
    assert settings.time_zone == "America/Argentina/Buenos_Aires"
    assert settings.max_wait_s == 0.0
    assert (settings.calls_per_30_s, settings.calls_per_day) == (40, 600)
    assert settings.developer == "band"
    assert settings.store == "memory"
    assert settings.data_dir == tmp_path / "x"
    assert settings.cache_dir == tmp_path / "y"
    assert settings.api_url == "http://127.0.0.1:5000/v1/"
    assert settings.accounts_url == "http://127.0.0.1:5000"


class TestFiles:
    @pytest.mark.parametrize(
        "text",
        [
            f"SPOTIPY_CLIENT_ID={ID}\nSPOTIFY_ANALYSIS_STORE=file:/a%20$HOME/${{X}}\n",
            f"\ufeffexport SPOTIPY_CLIENT_ID='{ID}'\r\n"
            'SPOTIFY_ANALYSIS_STORE="file:/a%20$HOME/${X}"\r\n',
            f"# mine\nOTHER=1\nOTHER=2\nSPOTIPY_CLIENT_ID = {ID} # app\n"
            "SPOTIFY_ANALYSIS_STORE='file:/a%20$HOME/${X}'",
        ],
    )
    def test_attack_48_env_is_read_exactly(self, folder: Path, text: str) -> None:
        write(folder / ".env", text)
        assert config.load().client_id == ID
        assert config.load().store == "file:/a%20$HOME/${X}"

    @pytest.mark.parametrize("start", ["", "\ufeff"])
    def test_attack_48_ini_is_read_exactly(self, folder: Path, start: str) -> None:
        text = f"{start}[spotify_analysis]\r\nClient_ID = {ID}\r\nstore = file:/a%20$HOME/%(x)s\r\n"
        write(folder / "spotify_analysis.ini", text)
        assert config.load().client_id == ID
        assert config.load().store == "file:/a%20$HOME/%(x)s"

    @pytest.mark.parametrize("start", ["", "\ufeff"])
    def test_attack_48_json_is_read_exactly(self, folder: Path, start: str) -> None:
        text = start + json.dumps({"client_id": ID, "max_wait_s": 12.5, "store": "file:/ä%s"})
        write(folder / "spotify_analysis.json", text)
        settings = config.load()
        assert (settings.client_id, settings.max_wait_s) == (ID, 12.5)
        assert settings.store == "file:/ä%s"

    @pytest.mark.parametrize(
        ("name", "text", "message"),
        [
            (".env", f"A=1\n\nthis is no setting {SECRET}\n", "Line 3 .* not of the form NAME=val"),
            (".env", f"SPOTIPY_CLIENT_ID={ID}\nSPOTIPY_CLIENT_ID={SECRET}\n", "Line 2 .* a second"),
            (".env", "A=1\nSPOTIPY_CLIENT_SECRET\n", "Line 2 .* without a value"),
            (".env", f"A=1\nB=\xe4{SECRET}\n".encode("latin-1"), "Line 2 .* not UTF-8"),
            (".env", "#" * 70_000, "larger than 64 kB"),
            ("spotify_analysis.ini", f"client_id={SECRET}", "Line 1 .* stands before a section"),
            (
                "spotify_analysis.ini",
                f"[spotify_analysis]\n{SECRET}\n",
                "Line 2 .* not of the form",
            ),
            (
                "spotify_analysis.ini",
                f"[spotify_analysis]\nclient_id={ID}\nclient_id={SECRET}",
                "Line 3 .* the same setting a second time",
            ),
            (
                "spotify_analysis.ini",
                f"[spotify_analysis]\n[spotify_analysis]\nclient_id={SECRET}",
                "Line 2 .* a second time",
            ),
            ("spotify_analysis.ini", f"[spotipy]\nclient_id={SECRET}", "no section"),
            ("spotify_analysis.ini", "[spotify_analysis]\nclientid=1", "mean 'client_id'"),
            (
                "spotify_analysis.ini",
                f"[spotify_analysis]\n{SECRET} = client_secret",
                "unknown setting; known are client_id",
            ),
            ("spotify_analysis.json", f'{{"client_id":\n "{SECRET}', "Line 2 .* not valid JSON"),
            ("spotify_analysis.json", f'["{SECRET}"]', "not one JSON object"),
            ("spotify_analysis.json", f'{{"client_id": ["{SECRET}"]}}', "other than text as 'cl"),
            ("spotify_analysis.json", '{"store": "file", "store": "memory"}', "same setting twice"),
            ("spotify_analysis.json", "[" * 60_000, "not valid JSON"),
            ("spotify_analysis.json", '{"max_wait_s": true}', "other than text"),
        ],
    )
    def test_attack_48_refused_with_the_line_and_without_the_value(
        self, folder: Path, name: str, text: str | bytes, message: str
    ) -> None:
        write(folder / name, text)
        with pytest.raises(errors.ConfigError, match=message) as caught:
            config.load()
        assert SECRET not in str(caught.value)
        assert caught.value.__cause__ is None
        assert caught.value.__suppress_context__ or caught.value.__context__ is None

    @pytest.mark.skipif(os.name != "posix", reason="modes are for POSIX")
    def test_warns_when_others_can_read_the_secret(self, folder: Path) -> None:
        write(folder / ".env", f"SPOTIPY_CLIENT_SECRET={SECRET}\n", mode=0o644)
        with pytest.warns(UserWarning, match=r"chmod 600 \.env") as warned:
            config.load()
        assert SECRET not in str(warned[0].message)

    def test_does_not_warn_about_a_client_id_alone(self, folder: Path) -> None:
        write(folder / ".env", f"SPOTIPY_CLIENT_ID={ID}\n", mode=0o644)
        assert config.load().client_id == ID

    def test_warns_when_git_would_share_the_secret(self, folder: Path) -> None:
        subprocess.run(["git", "init", "--quiet", "."], check=True)
        write(folder / ".env", f"SPOTIPY_CLIENT_SECRET={SECRET}\n")
        with pytest.warns(UserWarning, match=r"add \.env to \.gitignore"):
            config.load()
        (folder / ".gitignore").write_text(".env\n")
        assert config.load().client_secret == SECRET


class TestSettings:
    def test_show_no_secret(self) -> None:
        settings = config.load(client_id=ID, client_secret=SECRET)
        assert SECRET not in repr(settings) + str(settings)
        with pytest.raises(TypeError, match="not pickled"):
            pickle.dumps(settings)
        assert copy.deepcopy(settings) is settings
        with pytest.raises(TypeError):
            vars(settings)

    def test_an_unknown_name(self) -> None:
        with pytest.raises(ValueError, match="There is no setting 'clientid'; known are client_id"):
            config.load(clientid=ID)

    @pytest.mark.parametrize("name", ["client_id", "client_secret"])
    @pytest.mark.parametrize("value", ["your-spotify-client-id", SECRET + "0", SECRET[:-1] + "g"])
    def test_a_credential_that_is_none(self, name: str, value: str) -> None:
        with pytest.raises(errors.ConfigError, match=r"from arguments .* is not one") as caught:
            config.load(**{name: value})
        assert value not in str(caught.value)
        assert f"it has {len(value)} characters" in str(caught.value)

    @pytest.mark.parametrize("value", ["soon", "-1", "inf", "nan", True, [1]])
    def test_a_wait_that_is_none(self, value: Any) -> None:
        with pytest.raises(errors.ConfigError, match="`max_wait_s` must be a number of seconds"):
            config.load(max_wait_s=value)

    @pytest.mark.parametrize("name", ["calls_per_30_s", "calls_per_day"])
    @pytest.mark.parametrize("value", ["many", "-1", "1.5", "٣", "1" * 10, True, [1]])
    def test_a_number_of_calls_that_is_none(self, name: str, value: Any) -> None:
        with pytest.raises(errors.ConfigError, match=f"`{name}` must be a number of calls, 0"):
            config.load(**{name: value})

    @pytest.mark.parametrize(
        ("name", "text"),
        [
            (
                ".env",
                "SPOTIFY_ANALYSIS_CALLS_PER_30_S=0\nSPOTIFY_ANALYSIS_CALLS_PER_DAY=250\n"
                "SPOTIFY_ANALYSIS_DEVELOPER=band\n",
            ),
            (
                "spotify_analysis.ini",
                "[spotify_analysis]\ncalls_per_30_s=0\ncalls_per_day=250\ndeveloper=band\n",
            ),
            (
                "spotify_analysis.json",
                '{"calls_per_30_s": 0, "calls_per_day": 250, "developer": "band"}',
            ),
        ],
    )
    def test_numbers_of_calls_from_each_kind_of_file(
        self, folder: Path, name: str, text: str
    ) -> None:
        write(folder / name, text)
        settings = config.load()
        assert settings.calls_per_30_s == 0, "no limit, which is not the same as not said"
        assert (settings.calls_per_day, settings.developer) == (250, "band")

    def test_a_time_zone_that_is_none(self) -> None:
        with pytest.raises(errors.ConfigError, match="did you mean 'Europe/Berlin'"):
            config.load(time_zone="Europe/Belrin")
        for name in ("../../etc/passwd", "/etc/passwd", "", "x" * 500):
            if name:
                with pytest.raises(errors.ConfigError, match="IANA"):
                    config.load(time_zone=name)

    @pytest.mark.parametrize(
        "url",
        [
            "https://api.spotify.com.evil.example/v1/",
            "http://api.spotify.com/v1/",
            "https://evil.example/v1/",
            "http://localhost:5000/v1/",
            "http://10.0.0.1/v1/",
            "http://127.0.0.1:99999/v1/",
            "http://user@127.0.0.1:5000/v1/",
            "http://127.0.0.1@evil.example/",
            "127.0.0.1:5000",
            "ftp://127.0.0.1/",
        ],
    )
    def test_a_login_goes_nowhere_else(self, url: str) -> None:
        with pytest.raises(errors.ConfigError, match="a Spotify login goes nowhere else"):
            config.load(api_url=url)
        with pytest.raises(errors.ConfigError, match="a Spotify login goes nowhere else"):
            config.load(accounts_url=url)


class TestRedirectUri:
    @pytest.mark.parametrize(
        "uri",
        [
            "http://127.0.0.1/callback",
            "http://127.0.0.1:9090/callback",
            "http://[::1]:9090/",
            "https://example.org/call-back",
        ],
    )
    def test_accepted(self, uri: str) -> None:
        assert config.check_redirect_uri(uri) == uri

    @pytest.mark.parametrize(
        ("uri", "message"),
        [
            ("http://localhost:9090/callback", "Register http://127.0.0.1:9090/callback in"),
            ("https://localhost/callback", "Register https://127.0.0.1/callback in"),
            ("http://example.org/callback", "plain http only for 127.0.0.1"),
            ("http://10.0.0.1/callback", "plain http only for 127.0.0.1"),
            ("http://127.1/callback", "plain http only for 127.0.0.1"),
            ("myapp://callback", "not of the form"),
            ("127.0.0.1/callback", "not of the form"),
            ("http://127.0.0.1/callback?x=1", "not of the form"),
            ("http://127.0.0.1/callback#x", "not of the form"),
            ("http://user@127.0.0.1/callback", "not of the form"),
            ("http://127.0.0.1/call back", "not of the form"),
            ("http://１２７.0.0.1/callback", "not of the form"),
            ("http://127.0.0.1:99999/callback", "is not a valid address"),
            ("http://[::1/callback", "is not a valid address"),
        ],
    )
    def test_refused_with_what_to_register(self, uri: str, message: str) -> None:
        with pytest.raises(errors.ConfigError, match=message) as caught:
            config.check_redirect_uri(uri)
        assert "developer.spotify.com" in str(caught.value)

    def test_a_hyphen_on_loopback_is_warned_about(self) -> None:
        with pytest.warns(UserWarning, match="hyphen"):
            config.check_redirect_uri("http://127.0.0.1/call-back")


class TestRememberedClientId:
    def test_is_found_again(self) -> None:
        path = config.remember_client_id(ID)
        assert config.load().client_id == ID
        if os.name == "posix":
            assert path.stat().st_mode & 0o077 == 0

    def test_leaves_other_settings(self) -> None:
        path = write(
            config.config_dir() / "spotify_analysis.json",
            json.dumps({"time_zone": "Europe/Berlin", "client_id": OTHER_ID}),
        )
        assert config.remember_client_id(ID) == path
        assert config.load().time_zone == "Europe/Berlin"
        assert config.load().client_id == ID
        assert [one.name for one in path.parent.iterdir()] == ["spotify_analysis.json"]

    def test_a_file_it_cannot_read_is_left_alone(self) -> None:
        path = write(config.config_dir() / "spotify_analysis.json", "{")
        with pytest.raises(errors.ConfigError, match="not valid JSON"):
            config.remember_client_id(ID)
        assert path.read_text() == "{"

    def test_a_folder_that_cannot_be_written(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "file").write_text("")
        monkeypatch.setenv("SPOTIFY_ANALYSIS_HOME", str(tmp_path / "file" / "x"))
        with pytest.raises(errors.ConfigError, match="Set SPOTIPY_CLIENT_ID in the environment"):
            config.remember_client_id(ID)
