"""Paste things into the login box without end; out comes the code or one of our sentences.

    python tests/auth/fuzz_paste.py FOLDER [options of libFuzzer]

FOLDER holds texts to begin with. Run by ``test_fuzzing.py`` for a minute, or by hand for a night.
"""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["spotify_analysis.auth.paste"]):
    from spotify_analysis import errors
    from spotify_analysis.auth import paste
    from spotify_analysis.auth.attempt import Attempt

CODE = "AQ" + "Bc3-_" * 40
STATE = "Zx9_-Kq7TtYw2mNbVc4rLp8sDf6gHj1kQe3uIoAa5Xz"
OURS = "http://127.0.0.1:9090/callback"


def one_input(data: bytes) -> None:
    """Paste one text, where a sign-in is waiting and where none is."""
    # a few words stand for what no fuzzer would guess
    text = data.decode("utf-8", "surrogateescape").replace("{c}", CODE).replace("{s}", STATE)
    text = text.replace("{u}", OURS)
    paste.looks_complete(text)
    waiting = Attempt(
        redirect_uri=OURS,
        authorize_url="https://accounts.spotify.com/authorize",
        scopes=frozenset(),
        state=STATE,
        verifier="v" * 64,
        created=1000.0,
    )
    for attempt in (waiting, None):
        try:
            code = paste.parse_paste(text, attempt, now=1010.0)
        except errors.PasteError as exc:
            message = str(exc)
            assert message.endswith((".", "!"))
            assert len(message) < 400
            for secret in (CODE, STATE, CODE.lower(), STATE.lower()):
                assert secret not in message, "a secret is repeated"
            assert message.isprintable()
        else:
            joined = "".join(text.split())
            assert attempt is not None
            assert STATE in joined
            assert code in joined
            assert code.replace("-", "").replace("_", "").isalnum()
            assert code.isascii()


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
