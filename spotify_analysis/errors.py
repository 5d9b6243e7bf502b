"""Every error this package raises on purpose, under one base class.

An error keeps its facts as attributes and says in its message what happened, with the value, and
what to do next. A wrong argument is a plain ``ValueError`` and not listed here.
"""

from __future__ import annotations

from datetime import datetime

__all__ = [
    "AlteredTokenError",
    "BadAnswerError",
    "BadRequestError",
    "ConfigError",
    "ExportReadError",
    "ForbiddenError",
    "HistoryBusyError",
    "HistoryError",
    "IncompleteError",
    "KeyDeniedError",
    "KeyUnavailableError",
    "LoginError",
    "MaybeDoneError",
    "MissingScopeError",
    "NetworkError",
    "NotFoundError",
    "NotLoggedInError",
    "NotRegisteredError",
    "PasteError",
    "PremiumRequiredError",
    "QueryError",
    "QuotaExceededError",
    "RateLimitedError",
    "ServerError",
    "SpotifyAnalysisError",
    "SpotifyError",
    "TableError",
    "TermsError",
    "TokenStoreError",
    "TooSlowError",
    "UnfinishedChangeError",
    "UntrustedHostError",
    "WithdrawnError",
]


class SpotifyAnalysisError(Exception):
    """The base of all errors raised on purpose by this package."""

    def _render_traceback_(self) -> list[str]:
        # IPython shows this one line instead of a traceback: the sentence is written for the
        # listener, and a traceback could hold what must not be saved into a notebook.
        return [f"{type(self).__name__}: {self}"]


# ---------------------------------------------------------------- what the user told us


class ConfigError(SpotifyAnalysisError):
    """A credential, a settings file or a folder is missing or unusable."""


class TableError(SpotifyAnalysisError):
    """A file or frame does not hold the table it should."""


class TermsError(SpotifyAnalysisError):
    """Spotify's terms forbid what was asked for, and it was not allowed by name."""


class ExportReadError(SpotifyAnalysisError):
    """A file of the privacy export cannot be read.

    Parameters
    ----------
    message : str
        What happened and what to do next.
    file : str or None
        Name of the file inside the export.
    position : int or None
        Byte at which reading failed, where known.
    """

    def __init__(
        self, message: str, *, file: str | None = None, position: int | None = None
    ) -> None:
        super().__init__(message)
        self.file = file
        self.position = position


# ---------------------------------------------------------------- the kept history


class HistoryError(SpotifyAnalysisError):
    """The kept history cannot be read or written; what it held before is untouched."""


class HistoryBusyError(HistoryError):
    """Another process is writing to the kept history, and has been for longer than we wait."""


class QueryError(SpotifyAnalysisError):
    """A question in SQL is none, or asks for something there is not or that is closed."""


# ---------------------------------------------------------------- signing in


class LoginError(SpotifyAnalysisError):
    """Signing in failed; nothing was stored."""


class PasteError(LoginError):
    """What was pasted into the login box is not the redirect address we wait for."""


class NotLoggedInError(SpotifyAnalysisError):
    """No usable saved login: sign in first."""


class TokenStoreError(SpotifyAnalysisError):
    """A saved login cannot be read or written safely."""


class AlteredTokenError(TokenStoreError):
    """A saved login was changed, cut or moved since it was written."""


class KeyUnavailableError(TokenStoreError):
    """The key that seals saved logins cannot be reached or used now; the login is untouched."""


class KeyDeniedError(TokenStoreError):
    """The key service does not let us use the key; the saved login is untouched."""


# ---------------------------------------------------------------- what Spotify answered


class SpotifyError(SpotifyAnalysisError):
    """Spotify did not give the answer we asked for.

    Parameters
    ----------
    message : str
        What happened and what to do next.
    status : int or None
        HTTP status of the last answer, if there was one.
    endpoint : str or None
        Method and path of the call, without query: ``"GET /me/top/tracks"``.
    """

    def __init__(
        self, message: str, *, status: int | None = None, endpoint: str | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.endpoint = endpoint
        # how far a list had come when the error struck; None where no list was being loaded
        self.n_loaded: int | None = None
        self.n_total: int | None = None
        # tables that had come whole before it, by name; filled by `loaders.everything`
        self.tables: dict[str, object] = {}


class BadRequestError(SpotifyError):
    """Spotify refused an argument (400)."""


class NotFoundError(SpotifyError):
    """Spotify knows nothing under this id (404)."""


class ForbiddenError(SpotifyError):
    """Spotify refuses this call for this app or person (403)."""


class MissingScopeError(ForbiddenError):
    """The saved login lacks a permission this call needs.

    Parameters
    ----------
    message : str
        What happened and what to do next.
    scopes : tuple of str
        The permissions to grant.
    status, endpoint
        As in `SpotifyError`.
    """

    def __init__(
        self,
        message: str,
        *,
        scopes: tuple[str, ...] = (),
        status: int | None = None,
        endpoint: str | None = None,
    ) -> None:
        super().__init__(message, status=status, endpoint=endpoint)
        self.scopes = scopes


class NotRegisteredError(ForbiddenError):
    """The person is not on the app's list of users."""


class PremiumRequiredError(ForbiddenError):
    """The owner of the app has no active Premium subscription."""


class WithdrawnError(ForbiddenError):
    """Spotify has withdrawn this endpoint from this kind of app.

    Parameters
    ----------
    message : str
        What happened and what to do next.
    since : str or None
        Date of the withdrawal, ``YYYY-MM-DD``.
    instead : str or None
        What to use instead.
    source : str or None
        Address of Spotify's own notice.
    status, endpoint
        As in `SpotifyError`.
    """

    def __init__(
        self,
        message: str,
        *,
        since: str | None = None,
        instead: str | None = None,
        source: str | None = None,
        status: int | None = None,
        endpoint: str | None = None,
    ) -> None:
        super().__init__(message, status=status, endpoint=endpoint)
        self.since = since
        self.instead = instead
        self.source = source


class RateLimitedError(SpotifyError):
    """Spotify asked us to wait longer than the user allows.

    Parameters
    ----------
    message : str
        What happened and what to do next.
    wait_s : float or None
        Seconds Spotify asked for.
    resume_at : datetime or None
        UTC time at which calls may go on.
    status, endpoint
        As in `SpotifyError`.
    """

    def __init__(
        self,
        message: str,
        *,
        wait_s: float | None = None,
        resume_at: datetime | None = None,
        status: int | None = 429,
        endpoint: str | None = None,
    ) -> None:
        super().__init__(message, status=status, endpoint=endpoint)
        self.wait_s = wait_s
        self.resume_at = resume_at


class QuotaExceededError(RateLimitedError):
    """The developer account has used up its quota of calls; only time helps."""


class ServerError(SpotifyError):
    """Spotify had a fault of its own (5xx), also after trying again."""


class BadAnswerError(SpotifyError):
    """Spotify answered with something that is not the promised JSON."""


class NetworkError(SpotifyError):
    """Spotify could not be reached, or its answer broke off.

    Parameters
    ----------
    message : str
        What happened and what to do next.
    cause : str or None
        What failed: ``"name"``, ``"refused"``, ``"proxy"``, ``"tls"``, ``"cut"``, ``"silence"``
        or ``"slow"``.
    was_sent : bool
        Whether the request may have reached Spotify; False where no connection stood.
    status, endpoint
        As in `SpotifyError`.
    """

    def __init__(
        self,
        message: str,
        *,
        cause: str | None = None,
        was_sent: bool = False,
        status: int | None = None,
        endpoint: str | None = None,
    ) -> None:
        super().__init__(message, status=status, endpoint=endpoint)
        self.cause = cause
        self.was_sent = was_sent


class TooSlowError(NetworkError):
    """Spotify did not finish its answer in time."""


class UntrustedHostError(SpotifyError):
    """A request would have gone to a host that is not Spotify's; it was not sent."""


class MaybeDoneError(SpotifyError):
    """The answer to a change was lost, so it may or may not have been carried out."""


class UnfinishedChangeError(SpotifyError):
    """A change of several calls broke off; it says what stands and how to go on.

    Parameters
    ----------
    message : str
        What happened and what to do next.
    playlist_id : str or None
        The playlist that is half changed.
    n_done : int
        Tracks written (or taken out) before it broke off.
    left : tuple of str
        URIs still to do, in order.
    before : tuple of str or None
        What the playlist held before, where that was read.
    status, endpoint
        As in `SpotifyError`.
    """

    def __init__(
        self,
        message: str,
        *,
        playlist_id: str | None = None,
        n_done: int = 0,
        left: tuple[str, ...] = (),
        before: tuple[str, ...] | None = None,
        status: int | None = None,
        endpoint: str | None = None,
    ) -> None:
        super().__init__(message, status=status, endpoint=endpoint)
        self.playlist_id = playlist_id
        self.n_done = n_done
        self.left = left
        self.before = before


class IncompleteError(SpotifyError):
    """A list ended before the number of rows Spotify had announced; it is not returned."""
