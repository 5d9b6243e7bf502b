"""What people paste into the login box; each row of the table in the security reference."""

from __future__ import annotations

import secrets
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spotify_analysis import errors
from spotify_analysis.auth import paste
from spotify_analysis.auth.attempt import LIFE_S, Attempt

CODE = "AQ" + "Bc3-_" * 40
STATE = secrets.token_urlsafe(32)
OURS = "http://127.0.0.1:9090/callback"
BASE = f"{OURS}?code={CODE}&state={STATE}"


def attempt(redirect_uri: str = OURS, **changes: object) -> Attempt:
    one = Attempt(
        redirect_uri=redirect_uri,
        authorize_url="https://accounts.spotify.com/authorize?...",
        scopes=frozenset(),
        state=STATE,
        verifier="v" * 64,
        created=1000.0,
    )
    for name, value in changes.items():
        setattr(one, name, value)
    return one


def refused(text: str, one: Attempt | None = None, *, now: float = 1010.0) -> str:
    """Paste it; give the message, which must hold nothing secret."""
    with pytest.raises(errors.PasteError) as caught:
        paste.parse_paste(text, one or attempt(), now=now)
    message = str(caught.value)
    assert CODE not in message
    assert STATE not in message
    assert message.endswith((".", "!"))
    return message


ACCEPTED = {
    "as it is": BASE,
    "blanks around": f"  \t{BASE} \u00a0",
    "double quotes": f'"{BASE}"',
    "typographic quotes and blanks": f" \u201c{BASE}\u201d ",
    "angle brackets": f"<{BASE}>",
    "line break at the end": f"{BASE}\r\n",
    "line break within": f"{BASE[:60]}\n{BASE[60:]}",
    "line break and indent within": f"{BASE[:60]}\r\n   {BASE[60:]}",
    "no scheme": BASE.removeprefix("http://"),
    "Facebook's tail": f"{BASE}#_=_",
    "capital scheme": BASE.replace("http://", "HTTP://"),
    "https on loopback": BASE.replace("http://", "https://"),
    "byte order mark": f"\ufeff{BASE}",
    "state first": f"{OURS}?state={STATE}&code={CODE}",
    "one more field": f"{BASE}&iss=https%3A%2F%2Faccounts.spotify.com",
}


@pytest.mark.parametrize("text", ACCEPTED.values(), ids=ACCEPTED)
def test_paste_right_address(text: str) -> None:
    assert paste.parse_paste(text, attempt(), now=1010.0) == CODE


@pytest.mark.parametrize(
    ("redirect_uri", "text"),
    [
        ("http://127.0.0.1/callback", "http://127.0.0.1/callback"),
        ("http://127.0.0.1/callback", "127.0.0.1/callback"),
        ("http://[::1]:5000/callback", "http://[::1]:5000/callback"),
        ("http://[::1]:5000/callback", "[::1]:5000/callback"),
        ("https://example.org/callback", "https://EXAMPLE.org/callback"),
        ("https://example.org/callback", "https://example.org:443/callback"),
        ("http://127.0.0.1:9090/", "http://127.0.0.1:9090/"),
    ],
)
def test_paste_right_address_of_another_registration(redirect_uri: str, text: str) -> None:
    given_text = f"{text}?code={CODE}&state={STATE}"
    assert paste.parse_paste(given_text, attempt(redirect_uri), now=1010.0) == CODE


NOT_AN_ADDRESS = "That is not an address"
ELSEWHERE = "not to your redirect address. Nothing was sent."
HIDDEN_USER = "The address hides a user name before an @. Nothing was sent."
BAD_SCHEME = "That is not a web address that begins with http://."
ALTERED = "It was altered on the way. Nothing was sent."
DAMAGED = "The code in this address is cut off or damaged."
INVISIBLE = "The address has blanks or invisible characters in it."
NO_CODE = "There is no code in this address."
TOKEN_IN_FRAGMENT = "The address carries a token after # (the old implicit grant)."


def with_code(code: str) -> str:
    return f"{OURS}?code={code}&state={STATE}"


def at(place: str) -> str:
    return BASE.replace(OURS, place)


# row of the table -> what is pasted, and how the message begins
REFUSED: dict[str, dict[str, tuple[str, str]]] = {
    "nothing": {
        "nothing": ("", "Nothing was pasted."),
        "blanks": ("  \t\r\n ", "Nothing was pasted."),
        "byte order mark": ("\ufeff", "Nothing was pasted."),
        "empty quotes": ('""', "Nothing was pasted."),
    },
    "too_long": {
        "too long": ("x" * 8193, "That is 8,193 characters, far longer than a redirect address."),
    },
    "bare_code": {
        "bare code": (
            CODE,
            "That is only the code. Paste the whole address, so that its state can",
        ),
    },
    "client_id_or_secret": {
        "client secret": (
            "0123456789abcdef" * 2,
            "That looks like a client id or client secret. It",
        ),
    },
    "access_token": {
        "access token": (
            "BQ" + "x" * 80,
            "That looks like an access token. It was not stored or sent",
        ),
        "bearer token": ("Bearer BQ" + "x" * 80, "That looks like an access token."),
    },
    "sign_in_page": {
        "sign-in page": (
            f"https://accounts.spotify.com/authorize?client_id=1&state={STATE}",
            "That is the sign-in page itself.",
        ),
        "log-in page": (
            "https://accounts.spotify.com/en/login?x=1",
            "That is the sign-in page itself",
        ),
        "sign-in page with its redirect": (
            f"https://accounts.spotify.com/authorize?redirect_uri={OURS}&state={STATE}",
            "That is the sign-in page itself.",
        ),
    },
    "declined": {
        "declined": (
            f"{OURS}?error=access_denied&state={STATE}",
            "Spotify says the access was declined. Nothing was stored.",
        ),
    },
    "errors_of_spotify": {
        "server_error": (
            f"{OURS}?error=server_error&state={STATE}",
            "Spotify had a fault of its own",
        ),
        "temporarily_unavailable": (
            f"{OURS}?error=temporarily_unavailable&state={STATE}",
            "Spotify's sign-in is overloaded for now.",
        ),
        "invalid_scope": (
            f"{OURS}?error=invalid_scope&state={STATE}",
            "Spotify does not know one of the permissions",
        ),
        "invalid_client": (
            f"{OURS}?error=invalid_client&state={STATE}",
            "Spotify does not know this app",
        ),
    },
    "unknown_error": {
        "unknown error with HTML": (
            f"{OURS}?error=%3Cscript%3Ealert(1)%3C/script%3E{'x' * 50}&state={STATE}",
            "Spotify refused the sign-in with “scriptalertscriptxxxxxxxxxxxxxxxxxxxxxxx”.",
        ),
        "empty error": (f"{OURS}?error=&state={STATE}", "Spotify refused the sign-in."),
    },
    "wrong_state": {
        "no state": (
            f"{OURS}?code={CODE}",
            "The address has no state, so it may not come from your",
        ),
        "empty state": (
            f"{OURS}?code={CODE}&state=",
            "The address has no state, so it may not come",
        ),
        "another state": (
            f"{OURS}?code={CODE}&state={'x' * 43}",
            "The address belongs to another sign-in",
        ),
        "state of other letters": (
            f"{OURS}?code={CODE}&state=%C3%A4%FF",
            "The address belongs to another sign-in",
        ),
        "error with another state": (
            f"{OURS}?error=access_denied&state={'x' * 43}",
            "The address belongs to another sign-in",
        ),
        "error without state": (f"{OURS}?error=access_denied", "The address has no state"),
    },
    "altered": {
        "state twice": (f"{BASE}&state={STATE}", ALTERED),
        "code twice": (f"{BASE}&code={CODE}", ALTERED),
        "code and error": (f"{BASE}&error=access_denied", ALTERED),
    },
    "no_code": {
        "no query": (OURS, NO_CODE),
        "empty query": (f"{OURS}?", NO_CODE),
        "no code": (f"{OURS}?state={STATE}", NO_CODE),
        "only an unknown field": (f"{OURS}?x=1", NO_CODE),
    },
    "damaged_code": {
        "code cut off": (with_code("AQ"), DAMAGED),
        "code with dots": (with_code(CODE[:30] + "..."), DAMAGED),
        "code with ellipsis": (with_code(CODE[:30] + "%E2%80%A6"), DAMAGED),
        "code with blank": (with_code(CODE[:50] + " " + CODE[50:]), DAMAGED),
        "code with plus": (with_code(CODE[:50] + "+" + CODE[50:]), DAMAGED),
        "code with coded blank": (with_code(CODE[:50] + "%20" + CODE[50:]), DAMAGED),
        "code with CR LF": (with_code(CODE[:50] + "%0D%0AHost:x" + CODE[50:]), DAMAGED),
        "code with NUL": (with_code(CODE[:50] + "%00" + CODE[50:]), DAMAGED),
        "code of 5,000": (with_code("A" * 5000), DAMAGED),
        "code with bad percent": (with_code(CODE[:50] + "%zz"), DAMAGED),
        "code that ends in percent": (with_code(CODE + "%"), DAMAGED),
        "empty code": (with_code(""), DAMAGED),
        "bad percent elsewhere": (f"{BASE}&x=%zz", "The part after ? is damaged."),
    },
    "elsewhere": {
        "other host": (
            at("http://evil.example:9090/callback"),
            f"goes to evil.example, {ELSEWHERE}",
        ),
        "look-alike host": (
            at("http://127.0.0.1.evil.example:9090/callback"),
            f"goes to 127.0.0.1.evil.example, {ELSEWHERE}",
        ),
        "look-alike host without scheme": (at("127.0.0.1.evil.example/callback"), ELSEWHERE),
        "other port": (at("http://127.0.0.1:9091/callback"), ELSEWHERE),
        "no port": (at("http://127.0.0.1/callback"), ELSEWHERE),
        "other path": (at("http://127.0.0.1:9090/other"), ELSEWHERE),
        "path with slash": (at("http://127.0.0.1:9090/callback/"), ELSEWHERE),
        "path in capitals": (at("http://127.0.0.1:9090/Callback"), ELSEWHERE),
        "path around a corner": (at("http://127.0.0.1:9090/x/../callback"), ELSEWHERE),
        "short host": (at("http://127.1:9090/callback"), f"goes to 127.1, {ELSEWHERE}"),
        "decimal host": (at("http://2130706433:9090/callback"), f"goes to 2130706433, {ELSEWHERE}"),
        "full-width digits": (at("http://１２７.0.0.1:9090/callback"), ELSEWHERE),
        "full-width port": (at("http://127.0.0.1:９090/callback"), "not"),
        "host with a dot at its end": (at("http://127.0.0.1.:9090/callback"), ELSEWHERE),
        "mail scanner": (
            f"https://safelinks.example/?url={quote(BASE, safe='')}",
            f"goes to safelinks.example, {ELSEWHERE}",
        ),
    },
    "hidden_user_name": {
        "user name and host": (at("http://127.0.0.1:9090@evil/callback"), HIDDEN_USER),
        "user name": (at("http://user@127.0.0.1:9090/callback"), HIDDEN_USER),
        "user name without scheme": (at("user@127.0.0.1:9090/callback"), "not"),
        "backslash": (at("http://127.0.0.1:9090\\@evil/callback"), HIDDEN_USER),
        "backslash alone": (at("http://evil\\127.0.0.1:9090/callback"), HIDDEN_USER),
    },
    "localhost": {
        "localhost": (
            at("http://localhost:9090/callback"),
            "Spotify accepts only 127.0.0.1: set the redirect URI to http://127.0.0.1/callback",
        ),
        "localhost without scheme": (
            at("localhost:9090/callback"),
            "Spotify accepts only 127.0.0.1",
        ),
    },
    "invalid_address": {
        "port 99999": (at("http://127.0.0.1:99999/callback"), "That is not a valid address."),
        "port in letters": (at("http://127.0.0.1:port/callback"), "That is not a valid address."),
        "broken brackets": (at("http://[::1:9090/callback"), "That is not a valid address."),
        "wrong brackets": (at("http://[nonsense]:9090/callback"), "That is not a valid address."),
        "no host": ("http://?code=1&state=2", "That is not a valid address."),
    },
    "other_schemes": {
        "javascript": ("javascript:alert(1)?code=1&state=2", BAD_SCHEME),
        "data": ("data:text/html,<script>alert(1)</script>", BAD_SCHEME),
        "file": ("file:///home/me/callback?code=1&state=2", BAD_SCHEME),
        "spotify": ("spotify:track:0123456789012345678901", BAD_SCHEME),
        "view-source": (f"view-source:{BASE}", BAD_SCHEME),
        "chrome-error": ("chrome-error://chromewebdata/", BAD_SCHEME),
        "about": ("about:blank", BAD_SCHEME),
    },
    "implicit_grant": {
        "implicit grant": (f"{OURS}#access_token=BQxxx&state={STATE}", TOKEN_IN_FRAGMENT),
        "implicit grant elsewhere": ("http://x.example/#access_token=BQxxx", TOKEN_IN_FRAGMENT),
    },
    "copied_from_source_or_link": {
        "page source": (BASE.replace("&", "&amp;"), "It was copied from page source"),
        "percent-encoded": (quote(BASE, safe=""), "It was copied from a link"),
    },
    "no_address": {
        "two addresses in lines": (
            f"{BASE}\n{BASE}",
            f"{NOT_AN_ADDRESS}: more than one was pasted.",
        ),
        "two addresses": (f"{BASE} {BASE}", f"{NOT_AN_ADDRESS}: more than one was pasted."),
        "two addresses run together": (BASE + BASE, f"{NOT_AN_ADDRESS}: more than one was pasted."),
        "sentence": ("It says this site cannot be reached", NOT_AN_ADDRESS),
        "sentence with the address": (f"Here it is: {BASE}", NOT_AN_ADDRESS),
        "word": ("hello", NOT_AN_ADDRESS),
        "Markdown link": (f"[callback]({BASE})", NOT_AN_ADDRESS),
        "JSON": (f'{{"url": "{BASE}"}}', NOT_AN_ADDRESS),
        "HTML": (f'<a href="{BASE}">x</a>', NOT_AN_ADDRESS),
        "curl": (f"curl '{BASE}'", NOT_AN_ADDRESS),
        "only the query": (f"?code={CODE}&state={STATE}", NOT_AN_ADDRESS),
        "only the fields": (f"code={CODE}&state={STATE}", NOT_AN_ADDRESS),
        "http: without slashes": (BASE.replace("http://", "http:"), NOT_AN_ADDRESS),
    },
    "invisible": {
        "zero-width": (with_code(CODE[:50] + "\u200b" + CODE[50:]), INVISIBLE),
        "zero-width in the host": (at("http://127.0.0\u200b.1:9090/callback"), INVISIBLE),
        "bidi": (at("http://127.0.0.1:9090/\u202ecallback"), INVISIBLE),
        "NUL": (with_code(CODE[:50] + "\x00" + CODE[50:]), INVISIBLE),
        "blank in the state": (f"{BASE[:-10]} {BASE[-10:]}", INVISIBLE),
    },
    "many_fields": {
        "30 more fields": (BASE + "&x=1" * 30, "The part after ? is damaged."),
    },
}


def row(name: str) -> pytest.MarkDecorator:
    """Give a test each line of one row."""
    return pytest.mark.parametrize(
        ("text", "begins"), REFUSED[name].values(), ids=list(REFUSED[name])
    )


def check(text: str, begins: str) -> None:
    message = refused(text)
    if begins.startswith(("not", "goes")):
        assert begins in message
    else:
        assert message.startswith(begins)


@row("nothing")
def test_paste_nothing(text: str, begins: str) -> None:
    check(text, begins)


@row("too_long")
def test_paste_too_long(text: str, begins: str) -> None:
    check(text, begins)


@row("bare_code")
def test_paste_bare_code(text: str, begins: str) -> None:
    check(text, begins)


@row("client_id_or_secret")
def test_paste_client_id_or_secret(text: str, begins: str) -> None:
    check(text, begins)


@row("access_token")
def test_paste_access_token(text: str, begins: str) -> None:
    check(text, begins)


@row("sign_in_page")
def test_paste_sign_in_page(text: str, begins: str) -> None:
    check(text, begins)


@row("declined")
def test_paste_declined(text: str, begins: str) -> None:
    check(text, begins)


@row("errors_of_spotify")
def test_paste_errors_of_spotify(text: str, begins: str) -> None:
    check(text, begins)


@row("unknown_error")
def test_paste_unknown_error(text: str, begins: str) -> None:
    check(text, begins)


@row("wrong_state")
def test_paste_wrong_state(text: str, begins: str) -> None:
    check(text, begins)


@row("altered")
def test_paste_altered(text: str, begins: str) -> None:
    check(text, begins)


@row("no_code")
def test_paste_no_code(text: str, begins: str) -> None:
    check(text, begins)


@row("damaged_code")
def test_paste_damaged_code(text: str, begins: str) -> None:
    check(text, begins)


@row("elsewhere")
def test_paste_elsewhere(text: str, begins: str) -> None:
    check(text, begins)


@row("hidden_user_name")
def test_paste_hidden_user_name(text: str, begins: str) -> None:
    check(text, begins)


@row("localhost")
def test_paste_localhost(text: str, begins: str) -> None:
    check(text, begins)


@row("invalid_address")
def test_paste_invalid_address(text: str, begins: str) -> None:
    check(text, begins)


@row("other_schemes")
def test_paste_other_schemes(text: str, begins: str) -> None:
    check(text, begins)


@row("implicit_grant")
def test_paste_implicit_grant(text: str, begins: str) -> None:
    check(text, begins)


@row("copied_from_source_or_link")
def test_paste_copied_from_source_or_link(text: str, begins: str) -> None:
    check(text, begins)


@row("no_address")
def test_paste_no_address(text: str, begins: str) -> None:
    check(text, begins)


@row("invisible")
def test_paste_invisible(text: str, begins: str) -> None:
    check(text, begins)


@row("many_fields")
def test_paste_many_fields(text: str, begins: str) -> None:
    check(text, begins)


def test_every_row_of_the_table_has_its_test() -> None:
    assert {name for name in REFUSED if f"test_paste_{name}" not in globals()} == set()


def test_paste_elsewhere_begins_as_promised() -> None:
    assert refused(at("http://evil.example/callback")).startswith("That address goes to evil")


def test_paste_over_used_before() -> None:
    assert refused(BASE, attempt(used=True)) == "This address was used already. Press Start again."


def test_paste_over_older_than_ten_minutes() -> None:
    assert paste.parse_paste(BASE, attempt(), now=1000 + LIFE_S) == CODE
    message = refused(BASE, now=1001 + LIFE_S)
    assert message == "This sign-in has run out; it lasts ten minutes. Press Start again."


def test_paste_over_after_the_kernel_was_restarted() -> None:
    with pytest.raises(errors.PasteError, match=r"No sign-in is running.* Press Start again\."):
        paste.parse_paste(BASE, None)


@pytest.mark.parametrize(
    "text", [BASE, f"{OURS}?error=access_denied&state={STATE}"], ids=["code", "declined"]
)
def test_paste_over_is_told_from_what_can_be_mended(text: str) -> None:
    with pytest.raises(paste.EndedError):
        paste.parse_paste(text, attempt(used=True))
    with pytest.raises(errors.PasteError) as caught:
        paste.parse_paste(text.replace("9090", "9091"), attempt())
    assert not isinstance(caught.value, paste.EndedError)


def test_paste_client_id_or_secret_says_to_rotate_it() -> None:
    message = refused("0123456789abcdef" * 2)
    assert "It was not sent anywhere;" in message
    assert "rotate it" in message


def test_paste_shows_no_host_that_could_be_a_secret() -> None:
    assert STATE.lower() not in refused(at(f"http://{STATE}.example/callback")).lower()
    assert "another place" in refused(at("http://bücher.example/callback"))


@pytest.mark.parametrize(
    ("text", "complete"),
    [
        (BASE, True),
        (f"{OURS}?error=access_denied&state={STATE}", True),
        (OURS, False),
        (f"code={CODE}&state={STATE}", False),
        (f"{OURS}?code={CODE}", False),
        ("", False),
    ],
    ids=["code", "declined", "address alone", "no address", "no state", "nothing"],
)
def test_paste_is_taken_without_enter_when_complete(text: str, complete: bool) -> None:
    assert paste.looks_complete(text) is complete


PIECES = st.sampled_from(
    [
        *(CODE, STATE, OURS, BASE, "code=", "state=", "error=", "?", "&", "=", "#", "%", "%20"),
        *("http://", "https://", "127.0.0.1", ":9090", "/callback", "@", "\\", "\n", " ", "\u200b"),
        *('"', "<", "access_denied", "access_token=", "localhost", "[::1]", ";", "\ufeff", "\x00"),
    ]
)


@given(text=st.one_of(st.text(), st.lists(PIECES | st.text(max_size=3), max_size=12).map("".join)))
def test_paste_any_text_ends_in_the_code_or_in_our_error(text: str) -> None:
    try:
        code = paste.parse_paste(text, attempt(), now=1010.0)
    except errors.PasteError as exc:
        message = str(exc)
        assert CODE not in message
        assert STATE not in message
        assert CODE.lower() not in message.lower()
        assert STATE.lower() not in message.lower()
    else:
        assert STATE in text.replace("\n", "").replace("\r", "")
        assert code in text.replace("\n", "").replace("\r", "").replace(" ", "")
        assert paste._CODE.fullmatch(code)
