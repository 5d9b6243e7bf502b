"""What the user told us: credentials, addresses, folders, time zone.

`load` looks in five places and takes each setting from the first that has it: arguments, the
environment, a ``.env`` file, an ``.ini`` file, a ``.json`` file. The names in the environment are
those spotipy uses, so credentials that work there work here.
"""

from __future__ import annotations

import configparser
import difflib
import hmac
import io
import json
import math
import os
import re
import shutil
import stat
import subprocess
import tempfile
import warnings
import zoneinfo
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

from spotify_analysis import errors, redaction

__all__ = [
    "ACCOUNTS_URL",
    "API_URL",
    "ENVIRONMENT",
    "REDIRECT_URI",
    "Settings",
    "check_client_secret",
    "check_redirect_uri",
    "config_dir",
    "load",
    "remember_client_id",
    "remember_client_secret",
]

ACCOUNTS_URL = "https://accounts.spotify.com"
API_URL = "https://api.spotify.com/v1/"
# Registered without a port: Spotify lets the port of a loopback address vary, so any free one does.
REDIRECT_URI = "http://127.0.0.1/callback"

# setting -> its name in the environment and in .env files; .ini and .json use the setting's name
ENVIRONMENT = {
    "client_id": "SPOTIPY_CLIENT_ID",
    "client_secret": "SPOTIPY_CLIENT_SECRET",
    "redirect_uri": "SPOTIPY_REDIRECT_URI",
    "time_zone": "SPOTIFY_ANALYSIS_TIME_ZONE",
    "max_wait_s": "SPOTIFY_ANALYSIS_MAX_WAIT_S",
    "calls_per_30_s": "SPOTIFY_ANALYSIS_CALLS_PER_30_S",
    "calls_per_day": "SPOTIFY_ANALYSIS_CALLS_PER_DAY",
    "developer": "SPOTIFY_ANALYSIS_DEVELOPER",
    "store": "SPOTIFY_ANALYSIS_STORE",
    "key": "SPOTIFY_ANALYSIS_KEY",
    "home": "SPOTIFY_ANALYSIS_HOME",
    "data_dir": "SPOTIFY_ANALYSIS_DATA_DIR",
    "cache_dir": "SPOTIFY_ANALYSIS_CACHE_DIR",
    "api_url": "SPOTIFY_ANALYSIS_API_URL",
    "accounts_url": "SPOTIFY_ANALYSIS_ACCOUNTS_URL",
    "listenbrainz_token": "LISTENBRAINZ_TOKEN",
    "lastfm_api_key": "LASTFM_API_KEY",
}

_NAME = "spotify_analysis"
_FOLDER = "spotify-analysis"
_LOOPBACK = ("127.0.0.1", "::1")
_MAX_FILE_BYTES = 64 * 1024
_NUMBERS = ("max_wait_s", "calls_per_30_s", "calls_per_day")
_CREDENTIAL = re.compile(r"[0-9a-fA-F]{32}")


def _data_dir() -> Path:
    import platformdirs

    return Path(platformdirs.user_data_dir(_FOLDER, appauthor=False))


def _cache_dir() -> Path:
    import platformdirs

    return Path(platformdirs.user_cache_dir(_FOLDER, appauthor=False))


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the user may set, checked.

    Parameters
    ----------
    client_id : str, optional
        The client id of the user's own app at developer.spotify.com.
    client_secret : str, optional
        The app's secret. Not needed: without it sign-in uses PKCE.
    redirect_uri : str
        The redirect address registered for the app.
    accounts_url, api_url : str
        Spotify's servers, or a stand-in on a loopback address.
    data_dir, cache_dir : Path
        Where logins and what was loaded are kept, and what can be loaded again.
    time_zone : str, optional
        The listener's time zone by its IANA name: ``"Europe/Berlin"``.
    max_wait_s : float
        The longest wait Spotify may ask for before we raise instead, in seconds.
    calls_per_30_s : int, optional
        Calls that all kernels together send in a rolling window of 30 seconds; 0 does not limit.
        By default 90 at Spotify itself, and no limit at a stand-in.
    calls_per_day : int
        Calls that all kernels together may send in 24 hours; 0, the default, does not limit.
    developer : str
        A name that tells developer accounts apart where more than one is used from this computer:
        Spotify counts calls per developer account, whatever the client id.
    store : str
        Where logins are kept: ``"file"``, ``"file:FOLDER"``, ``"memory"``, ``"sqlite:///FILE"``,
        ``"postgresql+psycopg://USER@HOST/DATABASE"`` or ``"vault-kv://secret/spotify/{user}"``.
        Not shown: it may hold a password.
    key : str, optional
        What seals them: ``"none"``, ``"keyring"``, ``"aws-kms://arn:..."``,
        ``"gcp-kms://projects/..."`` or ``"vault://transit/keys/NAME"``. By default files are
        sealed with the keyring of this computer if there is one.
    listenbrainz_token, lastfm_api_key : str, optional
        Keys of services that suggest new artists.
    source : str
        Where the client id came from, in words.

    Raises
    ------
    ConfigError
        If an address, the time zone or the wait cannot be right.
    """

    client_id: str | None = None
    client_secret: str | None = field(default=None, repr=False)
    redirect_uri: str = REDIRECT_URI
    accounts_url: str = ACCOUNTS_URL
    api_url: str = API_URL
    data_dir: Path = field(default_factory=_data_dir)
    cache_dir: Path = field(default_factory=_cache_dir)
    time_zone: str | None = None
    max_wait_s: float = 60.0
    calls_per_30_s: int | None = None
    calls_per_day: int = 0
    developer: str = ""
    store: str = field(default="file", repr=False)
    key: str | None = None
    listenbrainz_token: str | None = field(default=None, repr=False)
    lastfm_api_key: str | None = field(default=None, repr=False)
    source: str = "arguments"

    def __post_init__(self) -> None:
        def put(name: str, value: object) -> None:
            object.__setattr__(self, name, value)

        if self.client_secret is not None:
            put("client_secret", redaction.Hidden(self.client_secret))
        put("redirect_uri", check_redirect_uri(self.redirect_uri))
        put("accounts_url", _check_server(self.accounts_url, ACCOUNTS_URL, "accounts_url"))
        put("api_url", _check_server(self.api_url, API_URL, "api_url") + "/")
        put("time_zone", _check_time_zone(self.time_zone))
        put("max_wait_s", _check_seconds(self.max_wait_s))
        if self.calls_per_30_s is not None:
            put("calls_per_30_s", _check_calls(self.calls_per_30_s, "calls_per_30_s"))
        put("calls_per_day", _check_calls(self.calls_per_day, "calls_per_day"))
        put("data_dir", Path(self.data_dir).expanduser())
        put("cache_dir", Path(self.cache_dir).expanduser())
        for name in ("listenbrainz_token", "lastfm_api_key"):
            _check_key(getattr(self, name), name)

    def __reduce__(self) -> NoReturn:
        raise TypeError("settings may hold a client secret and are not pickled: load() them anew")

    def __copy__(self) -> Settings:
        return self

    def __deepcopy__(self, memo: object) -> Settings:
        return self


# ---------------------------------------------------------------- looking in the five places


def load(*, file: str | os.PathLike[str] | None = None, **overrides: Any) -> Settings:
    """Collect the settings from arguments, environment and files.

    Parameters
    ----------
    file : path, optional
        Read this file (``.ini``, ``.json``, anything else as ``.env``) before the environment,
        and look for no other.
    **overrides : Any
        Settings by name; None counts as not given.

    Returns
    -------
    Settings
        Each setting from the first place that has it: arguments, `file`, environment, ``.env``,
        ``spotify_analysis.ini``, ``spotify_analysis.json``. The files are looked for in the
        current folder and then in the user's configuration folder.

    Raises
    ------
    ConfigError
        If a file cannot be read or a setting cannot be right. Its message never holds a value.
    ValueError
        If there is no such setting.

    Notes
    -----
    Warns when a file with a client secret can be read by other users of the computer, or lies in
    a git checkout that does not ignore it.

    Examples
    --------
    >>> load(client_id="0123456789abcdef0123456789abcdef").source
    'arguments'
    """
    unknown = sorted(overrides.keys() - ENVIRONMENT.keys())
    if unknown:
        raise ValueError(f"There is no setting {unknown[0]!r}; known are {', '.join(ENVIRONMENT)}.")
    found, source = _collected(
        {name: value for name, value in overrides.items() if value is not None}, file
    )
    home = found.pop("home", None)
    if home is not None:
        home = Path(home).expanduser()
        found.setdefault("data_dir", home)
        found.setdefault("cache_dir", home / "cache")
    for name in ("client_id", "client_secret"):
        if name in found:
            found[name] = _check_credential(found[name], name, source[name])
    if "max_wait_s" in found:
        found["max_wait_s"] = _check_seconds(found["max_wait_s"])
    return Settings(source=source.get("client_id", "nowhere"), **found)


def _collected(
    arguments: Mapping[str, Any], file: str | os.PathLike[str] | None = None
) -> tuple[dict[str, Any], dict[str, str]]:
    """Take each setting from the first place that has it, and say which that is."""
    places: list[tuple[str, Mapping[str, Any]]] = [("arguments", arguments)]
    environment = {
        name: os.environ[variable]
        for name, variable in ENVIRONMENT.items()
        if variable in os.environ
    }
    if file is not None:
        path = Path(file).expanduser()
        if not path.is_file():
            raise errors.ConfigError(f"There is no settings file {str(path)!r}.")
        places += [(str(path), _read(path)), ("environment", environment)]
    else:
        places.append(("environment", environment))
        places += [(str(path), _read(path)) for path in _files(_home(places))]

    found: dict[str, Any] = {}
    source: dict[str, str] = {}
    for place, values in places:
        for name, value in values.items():
            given = value.strip() if isinstance(value, str) else value
            if name not in found and given != "":
                found[name], source[name] = given, place
    return found, source


def config_dir(home: str | os.PathLike[str] | None = None) -> Path:
    """Name the folder of the user's own settings files.

    Parameters
    ----------
    home : path, optional
        A folder that holds everything of ours; by default that of ``SPOTIFY_ANALYSIS_HOME``.

    Returns
    -------
    Path
        The folder, which need not exist.
    """
    home = home or os.environ.get(ENVIRONMENT["home"], "").strip() or None
    if home is not None:
        return Path(home).expanduser()
    import platformdirs

    return Path(platformdirs.user_config_dir(_FOLDER, appauthor=False))


def remember_client_id(client_id: str) -> Path:
    """Write a client id into the user's settings file, so that the next `load` finds it.

    Parameters
    ----------
    client_id : str
        The client id; it is not a secret.

    Returns
    -------
    Path
        ``spotify_analysis.json`` in `config_dir`. Other settings in it stay.

    Raises
    ------
    ConfigError
        If the file cannot be read or written.
    """
    return _remember("client_id", client_id, "The client id")


def remember_client_secret(secret: str) -> Path:
    """Write a client secret into the user's settings file, where no other place overrules it.

    Parameters
    ----------
    secret : str
        The client secret.

    Returns
    -------
    Path
        ``spotify_analysis.json`` in `config_dir`, readable by its owner alone.

    Raises
    ------
    ConfigError
        If another place would still give another secret, or the file cannot be read or written;
        nothing was changed.
    """
    name = "client_secret"
    path = config_dir() / f"{_NAME}.json"
    found, source = _collected({})
    place = source.get(name)
    # compared as they are found: the folder of the settings file may be the current one
    if place is not None and not (Path(place).name == path.name and _same(Path(place), path)):
        if hmac.compare_digest(str(found[name]).encode(), secret.encode()):
            return path
        where = f"{ENVIRONMENT[name]} in the environment" if place == "environment" else place
        raise errors.ConfigError(
            f"Spotify accepts this client secret, but the one from {where} would still be used: "
            "put the new one there. Nothing was changed."
        )
    return _remember(name, str(secret), "The client secret")


def _same(one: Path, other: Path) -> bool:
    return one.resolve() == other.resolve()


def _remember(name: str, value: str, what: str) -> Path:
    path = config_dir() / f"{_NAME}.json"
    known = _read(path) if path.is_file() else {}
    content = json.dumps({**known, name: value}, indent=2, ensure_ascii=False) + "\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # mkstemp makes it 0600: the file may hold a secret as well
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{_NAME}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as out:
                out.write(content)
                out.flush()
                os.fsync(out.fileno())
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as exc:
        raise errors.ConfigError(
            f"{what} could not be written to {str(path)!r} ({exc.strerror}). "
            f"Set {ENVIRONMENT[name]} in the environment instead."
        ) from exc
    return path


def _home(places: list[tuple[str, Mapping[str, Any]]]) -> str | None:
    for _, values in places:
        if values.get("home"):
            return str(values["home"])
    return None


def _files(home: str | None) -> Iterator[Path]:
    """Name the settings files that exist, by kind and then from near to far."""
    folders = list(dict.fromkeys([Path(), config_dir(home)]))
    for name in (".env", f"{_NAME}.ini", f"{_NAME}.json"):
        for folder in folders:
            path = folder / name
            if path.is_file():
                yield path


# ---------------------------------------------------------------- reading the three kinds of files


def _read(path: Path) -> dict[str, Any]:
    """Read one settings file; nothing of its text may enter a message."""
    try:
        with path.open("rb") as file:
            content = file.read(_MAX_FILE_BYTES + 1)
    except OSError as exc:
        raise errors.ConfigError(f"{str(path)!r} cannot be read ({exc.strerror}).") from exc
    if len(content) > _MAX_FILE_BYTES:
        raise _bad(path, None, f"is larger than {_MAX_FILE_BYTES // 1024} kB")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        line = content[: exc.start].count(b"\n") + 1
        raise _bad(path, line, "is not UTF-8; save the file as UTF-8") from None
    reader = {".ini": _read_ini, ".json": _read_json}.get(path.suffix.lower(), _read_env)
    values = reader(path, text)
    if "client_secret" in values:
        _warn_if_exposed(path, "a client secret")
    elif "@" in str(values.get("store", "")):
        _warn_if_exposed(path, "the address of a database")
    return values


def _read_env(path: Path, text: str) -> dict[str, Any]:
    from dotenv import parser

    names = {variable: name for name, variable in ENVIRONMENT.items()}
    values: dict[str, Any] = {}
    # the parser alone: nothing is interpolated, and it knows the line
    for binding in parser.parse_stream(io.StringIO(text)):
        # the text of a binding begins with the blank lines before it
        written = binding.original.string
        blank = written[: len(written) - len(written.lstrip())]
        line = binding.original.line + blank.count("\n")
        if binding.error:
            raise _bad(path, line, "is not of the form NAME=value")
        name = names.get(binding.key or "")
        if name is None:
            continue
        if binding.value is None:
            raise _bad(path, line, "has a name without a value")
        if name in values:
            raise _bad(path, line, f"gives {binding.key} a second time")
        values[name] = binding.value
    return values


def _read_ini(path: Path, text: str) -> dict[str, Any]:
    # interpolation would choke on a % in a secret
    ini = configparser.ConfigParser(interpolation=None, default_section="")
    try:
        ini.read_string(text)
    except configparser.DuplicateOptionError as exc:
        raise _bad(path, exc.lineno, "gives the same setting a second time") from None
    except configparser.DuplicateSectionError as exc:
        raise _bad(path, exc.lineno, f"begins [{_NAME}] a second time") from None
    except configparser.MissingSectionHeaderError as exc:
        raise _bad(path, exc.lineno, f"stands before a section: begin with [{_NAME}]") from None
    except configparser.ParsingError as exc:
        line = exc.errors[0][0] if exc.errors else None
        raise _bad(path, line, "is not of the form name = value") from None
    except configparser.Error:
        raise _bad(path, None, "is not an .ini file") from None
    if _NAME not in ini:
        raise _bad(path, None, f"has no section [{_NAME}]")
    values = dict(ini[_NAME])
    _check_names(path, values)
    return dict(values)


def _read_json(path: Path, text: str) -> dict[str, Any]:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        values = dict(pairs)
        if len(values) < len(pairs):
            raise _bad(path, None, "gives the same setting twice")
        return values

    try:
        values = json.loads(text, object_pairs_hook=once)
    except json.JSONDecodeError as exc:
        # `doc` of this exception is the whole file
        raise _bad(path, exc.lineno, "is not valid JSON") from None
    except (RecursionError, ValueError):
        raise _bad(path, None, "is not valid JSON") from None
    if not isinstance(values, dict):
        raise _bad(path, None, 'is not one JSON object: {"client_id": "..."}')
    _check_names(path, values)
    for name, value in values.items():
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not (isinstance(value, str) or (name in _NUMBERS and number)):
            raise _bad(path, None, f"has something other than text as {name!r}")
    return values


def _check_names(path: Path, values: Mapping[str, Any]) -> None:
    for name in values:
        if name not in ENVIRONMENT:
            near = difflib.get_close_matches(name, ENVIRONMENT, n=1)
            # a name is shown only if it is nearly one of ours: it could be a misplaced secret
            raise _bad(
                path,
                None,
                f"has the unknown setting {name!r}; did you mean {near[0]!r}"
                if near
                else f"has an unknown setting; known are {', '.join(ENVIRONMENT)}",
            )


def _bad(path: Path, line: int | None, what: str) -> errors.ConfigError:
    where = f"Line {line} of {str(path)!r}" if line else f"{str(path)!r}"
    return errors.ConfigError(f"{where} {what}.")


def _warn_if_exposed(path: Path, what: str) -> None:
    problem = None
    if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        problem = f"can be read by other users of this computer: chmod 600 {path.name}"
    elif _git_would_share(path):
        problem = f"lies in a git checkout that does not ignore it: add {path.name} to .gitignore"
    if problem:
        warnings.warn(f"{str(path)!r} holds {what} and {problem}", UserWarning, stacklevel=4)


def _git_would_share(path: Path) -> bool:
    path = path.resolve()
    git = shutil.which("git")
    if git is None or not any((folder / ".git").exists() for folder in path.parents):
        return False
    try:
        done = subprocess.run(
            [git, "-C", str(path.parent), "check-ignore", "--quiet", "--", path.name],
            capture_output=True,
            check=False,
            timeout=5,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 1


# ---------------------------------------------------------------- checking single settings


def check_client_secret(secret: str) -> str:
    """Refuse what cannot be a client secret.

    Parameters
    ----------
    secret : str
        What was given; blanks around it do not matter.

    Returns
    -------
    str
        The secret, which does not show itself.

    Raises
    ------
    ConfigError
        If it has another form than Spotify's secrets; it is not repeated.
    """
    return redaction.Hidden(_check_credential(secret.strip(), "client_secret", "arguments"))


def check_redirect_uri(uri: str) -> str:
    """Refuse a redirect address that Spotify does not accept.

    Parameters
    ----------
    uri : str
        The address as registered for the app.

    Returns
    -------
    str
        The same address.

    Raises
    ------
    ConfigError
        If it is not https and not a loopback address, or is malformed; the message says what to
        register instead.

    Notes
    -----
    Spotify closed ``localhost`` and plain http for other hosts on 27 November 2025. Warns about a
    hyphen in the path of a loopback address, which Spotify has been seen to refuse.

    Examples
    --------
    >>> check_redirect_uri("http://127.0.0.1/callback")
    'http://127.0.0.1/callback'
    """
    uri = uri.strip()
    remedy = f"Register {REDIRECT_URI} in the app's settings at developer.spotify.com, and use that"
    try:
        parts = urlsplit(uri)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise errors.ConfigError(
            f"The redirect address is not a valid address. {remedy}."
        ) from None
    if (
        not uri.isascii()
        or not uri.isprintable()
        or any(char in uri for char in ' "<>\\')
        or parts.scheme not in ("http", "https")
        or not host
        or "@" in parts.netloc
        or parts.query
        or parts.fragment
        or uri.endswith(("?", "#"))
        or port == 0
    ):
        raise errors.ConfigError(
            f"The redirect address is not of the form http://127.0.0.1/callback. {remedy}."
        )
    if host == "localhost" or host.endswith(".localhost"):
        right = uri.replace(parts.netloc, parts.netloc.replace(host, "127.0.0.1"), 1)
        raise errors.ConfigError(
            "Spotify no longer accepts 'localhost' in a redirect address. Register "
            f"{right} in the app's settings at developer.spotify.com, and use that."
        )
    if parts.scheme == "http" and host not in _LOOPBACK:
        raise errors.ConfigError(
            f"Spotify accepts plain http only for 127.0.0.1 and [::1], not for {host!r}. {remedy}."
        )
    if host in _LOOPBACK and "-" in parts.path:
        warnings.warn(
            f"Spotify has been seen to refuse redirect addresses with a hyphen: {uri}. "
            "If its page says 'Invalid redirect URI', register one without.",
            UserWarning,
            stacklevel=2,
        )
    return uri


def _check_server(url: str, spotify: str, name: str) -> str:
    """Accept Spotify's own server, or a stand-in on this computer."""
    url = url.strip().rstrip("/")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        host, parts = "", urlsplit("")
    plain = not (parts.query or parts.fragment or "@" in parts.netloc)
    if plain and (
        url == spotify.rstrip("/") or (host in _LOOPBACK and parts.scheme in ("http", "https"))
    ):
        return url
    raise errors.ConfigError(
        f"`{name}` must be {spotify} or a stand-in at http://127.0.0.1:PORT: "
        "a Spotify login goes nowhere else."
    )


def _check_time_zone(name: str | None) -> str | None:
    if name is None:
        return None
    try:
        zoneinfo.ZoneInfo(name)
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
        near = difflib.get_close_matches(name, zoneinfo.available_timezones(), n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ", like 'Europe/Berlin'."
        raise errors.ConfigError(
            f"`time_zone` {name[:60]!r} is not a name of the IANA list{hint}"
        ) from None
    return name


def _check_seconds(value: object) -> float:
    try:
        seconds = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        seconds = math.nan
    if isinstance(value, bool) or not 0 <= seconds < math.inf:
        raise errors.ConfigError("`max_wait_s` must be a number of seconds, 0 or more.")
    return seconds


def _check_key(value: object, name: str) -> None:
    """Refuse what cannot be a key of a service, without showing it."""
    is_key = isinstance(value, str) and re.fullmatch(r"[!-~]{8,200}", value)
    if value is not None and not is_key:
        raise errors.ConfigError(
            f"`{name}` ({ENVIRONMENT[name]}) is not a key: some 32 letters and digits in one "
            "word. Copy it again from the service's page."
        )


def _check_calls(value: object, name: str) -> int:
    text = str(value).strip()
    if isinstance(value, bool) or not text.isdecimal() or not text.isascii() or len(text) > 9:
        raise errors.ConfigError(f"`{name}` must be a number of calls, 0 (no limit) or more.")
    return int(text)


def _check_credential(value: object, name: str, source: str) -> str:
    text = str(value)
    if not _CREDENTIAL.fullmatch(text):
        what = {"client_id": "client id", "client_secret": "client secret"}[name]
        raise errors.ConfigError(
            f"The {what} from {source} ({name} or {ENVIRONMENT[name]}) is not one: it has "
            f"{len(text)} characters, and Spotify's have 32, all digits or letters a to f. "
            "Copy it from your app's page at https://developer.spotify.com/dashboard."
        )
    return text
