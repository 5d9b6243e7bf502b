"""Names written by strangers, wherever a table is shown: text, and nothing but text."""

from __future__ import annotations

import ast
import contextlib
import io
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import spotify_analysis
from spotify_analysis import account_data, history, playlists, tables
from spotify_analysis.loaders.rows import Reader

PACKAGE = Path(spotify_analysis.__file__).parent
EVIL = [
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "</td></table><iframe src=javascript:alert(1)>",
    "&lt;b&gt; & co",
    '" onmouseover="alert(1)',
]
ID = "4uLU6hMCjMI75M1A2tKUQC"


class Page(HTMLParser):
    """Collects the tags, attributes and words of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: list[str | None] = []
        self.words = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data: str) -> None:
        self.words += data

    def check(self, *texts: str) -> None:
        assert not self.tags & {"script", "img", "iframe", "b"}
        assert not [name for name in self.attributes if name.startswith("on")]
        for text in texts:
            assert text in self.words, text


def evil_frame() -> pd.DataFrame:
    frame = pd.DataFrame(
        {EVIL[0]: EVIL, "n": range(5)},
        index=pd.Index([f"{text} {n}" for n, text in enumerate(EVIL)], name=EVIL[1]),
    )
    frame.columns.name = EVIL[2]
    return frame


def test_attack_32_a_frame_shows_names_as_text() -> None:
    # pandas cuts words to 50 characters, which may be in the middle of one
    with pd.option_context("display.max_colwidth", None):
        page = Page(evil_frame()._repr_html_())
    page.check(*EVIL, f"{EVIL[1]} 1")
    many = pd.concat({EVIL[3]: evil_frame()}, axis=1, names=[EVIL[1], EVIL[2]])
    Page(many._repr_html_()).check(EVIL[3])


def test_attack_32_our_own_tables_show_names_as_text() -> None:
    rows = [{"ended_at": "2024-05-18T04:03:00Z", "artist": text, "track": text} for text in EVIL]
    plays = tables.conform(rows, tables.PLAYS)
    with pd.option_context("display.max_colwidth", None, "display.max_columns", None):
        Page(plays._repr_html_()).check(*EVIL)


class TestStyled:
    def test_attack_33_all_five_places_are_text(self) -> None:
        frame = evil_frame()
        before = frame.copy(deep=True)
        page = Page(tables.styled(frame, caption=f"of {EVIL[0]}").to_html())
        page.check(*EVIL, f"of {EVIL[0]}", f"{EVIL[1]} 1")
        pd.testing.assert_frame_equal(frame, before)

    def test_attack_33_pandas_alone_would_not_escape_them(self) -> None:
        # if this fails, pandas has changed its mind and our helper may be simpler
        escaping = evil_frame().style.format(escape="html").set_caption(EVIL[0])
        assert "<script>alert(1)</script>" in escaping.to_html()

    def test_attack_33_headers_of_several_rows(self) -> None:
        many = pd.concat({EVIL[0]: evil_frame()}, axis=1, names=[EVIL[1], EVIL[2]])
        many.index = pd.MultiIndex.from_product([[EVIL[0]], EVIL], names=EVIL[:2])
        Page(tables.styled(many).to_html()).check(*EVIL)

    def test_missing_values_numbers_and_dates(self) -> None:
        frame = pd.DataFrame(
            {
                "a": pd.array(["x", None], dtype="string"),
                "n": pd.array([1, None], dtype="Int64"),
                "at": pd.to_datetime(["2024-05-18", None]),
                "o": [("<b>", 1), None],
            }
        )
        page = Page(tables.styled(frame).to_html())
        page.check("('<b>', 1)", "2024-05-18")
        assert "NA" not in page.words
        assert "None" not in page.words
        assert tables.styled(frame[[]]).to_html()

    def test_attack_35_only_links_to_spotify_can_be_followed(self) -> None:
        good = f"https://open.spotify.com/track/{ID}?si=x"
        bad = ["javascript:alert(1)", f'https://open.spotify.com/"onclick="x/{ID}']
        page = Page(tables.styled(pd.DataFrame({"url": [good, *bad, "", None]})).to_html())
        page.check(good, *bad)
        assert page.links == [good]
        assert "rel" in page.attributes

    def test_attack_37_names_are_isolated_and_shortened_and_the_data_is_not(self) -> None:
        names = ["\u202eevil", "a" + "\u0301" * 10_000, "x" * 1_000_000, "e\u0301"]
        frame = pd.DataFrame({"artist": names})
        html = tables.styled(frame).to_html()
        assert len(html) < 5_000
        assert "<bdi>\u202eevil</bdi>" in html
        assert f"<bdi>a{4 * chr(0x301)}</bdi>" in html
        assert f"<bdi>{'x' * 200}…</bdi>" in html
        assert frame["artist"].tolist() == names


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        "data:text/html,<script>",
        "http://open.spotify.com/track/1",
        "https://open.spotify.com.evil.example/track/1",
        "https://open.spotify.com@evil.example/",
        "https://evil.example/https://open.spotify.com/",
        'https://open.spotify.com/track/1" onclick="x',
        "https://open.spotify.com/track/1'x",
        "https://open.spotify.com/track/1\nx",
        "https://open.spotify.com/<b>",
        "https://open.spotify.com",
        "//open.spotify.com/track/1",
    ],
)
def test_attack_35_a_link_elsewhere_is_no_link(url: str) -> None:
    assert tables.spotify_link(url) is None
    reader = Reader()
    assert reader.link({"external_urls": {"spotify": url}}) is None
    assert reader.rejected == {"url": 1}, "counted, not silently gone"


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/pixel.png",
        "http://i.scdn.co/image/1",
        "https://scdn.co.evil.example/1",
        "https://evilscdn.co/1",
        'https://i.scdn.co/1" onerror="x',
        "data:image/svg+xml,<svg onload=alert(1)>",
        "http://127.0.0.1.evil.example:1/x",
        "http://localhost:1/x",
    ],
)
def test_attack_35_a_picture_elsewhere_is_no_picture(url: str) -> None:
    reader = Reader()
    assert reader.image({"images": [{"url": url}]}) is None
    assert reader.rejected == {"image_url": 1}


@pytest.mark.parametrize(
    "url",
    [
        "https://i.scdn.co/image/ab67616d0000b273",
        "https://mosaic.scdn.co/640/ab67",
        "https://image-cdn-ak.spotifycdn.com/image/ab67",
        "https://blend-playlist-covers.spotifycdn.com/v2/blend_DEFAULT-x-en.jpg?a=1&b=2",
        "http://127.0.0.1:5000/image/key/64",
    ],
)
def test_attack_35_pictures_of_spotifys_own_servers_are_kept(url: str) -> None:
    reader = Reader()
    assert reader.image({"images": [{"url": url}]}) == url
    assert not reader.rejected
    link = f"https://open.spotify.com/playlist/{ID}?si=1"
    assert reader.link({"external_urls": {"spotify": link}}) == link
    assert reader.link({}) is None


def shown_change() -> str:
    change = playlists.Change(
        what=f"create the playlist {EVIL[0]!r}",
        steps=(EVIL[1],),
        dry_run=True,
        labels=tuple(EVIL),
        uris=(),
        left_out=((EVIL[1], EVIL[0]),),
        notes=(EVIL[2],),
    )
    return change._repr_html_()


def shown_table() -> str:
    evil = tables.Table(
        "evil", about=EVIL[0], columns={EVIL[1]: tables.Column("string", about=EVIL[2])}
    )
    return evil._repr_html_()


@pytest.mark.parametrize("make", [shown_change, shown_table], ids=["change", "table"])
def test_attack_34_our_own_objects_show_names_as_text(make: Callable[[], str]) -> None:
    page = Page(make())
    assert not page.tags & {"script", "img", "iframe"}
    assert not [name for name in page.attributes if name.startswith("on")]
    assert "alert(1)" in page.words


def test_attack_34_a_report_about_evil_files_is_text(tmp_path: Path) -> None:
    path = tmp_path / "<img src=x onerror=alert(1)>.json"
    path.write_text(
        '[{"endTime": "2024-05-18 10:00", "artistName": "a", "trackName": "b", "msPlayed": 1}]'
    )
    read = account_data.read(path, time_zone="UTC", progress=False)
    page = Page(read._repr_html_())
    assert "img" not in page.tags
    assert path.name in page.words
    kept = history.History(tmp_path / "kept")
    added = kept.add(read)
    assert "img" not in Page(added._repr_html_()).tags


def test_attack_34_a_progress_bar_in_a_notebook_shows_its_label_as_text() -> None:
    from tqdm.notebook import tqdm

    bar = tqdm(desc=EVIL[1], total=1, display=False, file=io.StringIO())
    labels = [child.value for child in bar.container.children if hasattr(child, "value")]
    bar.close()
    assert "<img" not in repr(labels)


# what a page does that got hold of a name as more than text
WATCH = """
window.fired = [];
window.alert = said => window.fired.push(String(said));
window.addEventListener("error", event => window.fired.push(event.message));
"""


@contextlib.contextmanager
def shown_by(chromium: Any, html: str, *, ready: str, files: dict[str, str]) -> Iterator[Any]:
    """Show a page in the browser, with nothing of the network but the files given."""
    page = chromium.new_page()
    asked: list[str] = []

    def answer(route: Any) -> None:
        url = route.request.url
        asked.append(url)
        name = url.rpartition("/")[2]
        if url == "https://table.example/":
            route.fulfill(body=f"<!doctype html><meta charset=utf-8>{html}", content_type=HTML)
        elif name in files:
            kind = "text/css" if name.endswith(".css") else "text/javascript"
            allowed = {"Access-Control-Allow-Origin": "*"}
            route.fulfill(body=files[name], content_type=kind, headers=allowed)
        else:
            route.abort()

    try:
        page.route("**/*", answer)
        page.add_init_script(WATCH)
        page.goto("https://table.example/")
        page.wait_for_selector(ready, timeout=60_000)
        yield page
        assert page.evaluate("window.fired") == []
        # an image or frame that came of a name would have been asked for
        assert {url.rpartition("/")[2] for url in asked} <= {"", *files}
        assert page.locator("img, iframe, [onerror], [onmouseover]").count() == 0
        assert page.locator("a[href^='javascript:']").count() == 0
    finally:
        page.close()


HTML = "text/html; charset=utf-8"


@pytest.mark.browser
def test_attack_34_itables_shows_names_as_text(chromium: Any) -> None:
    itables = pytest.importorskip("itables")
    assert itables.options.allow_html is False
    folder = Path(itables.__file__).parent / "html"
    files = {name: (folder / name).read_text("utf-8") for name in ("dt_bundle.js", "dt_bundle.css")}
    html = itables.to_html_datatable(evil_frame(), connected=True)
    # DataTables marks the table when it has taken it over
    with shown_by(chromium, html, ready="table.dataTable td", files=files) as page:
        words = page.inner_text("table.dataTable")
        for text in (*EVIL, f"{EVIL[1]} 1"):
            assert text in words, text


@pytest.mark.browser
def test_attack_34_plotly_runs_nothing_of_a_name(chromium: Any) -> None:
    plotly = pytest.importorskip("plotly")
    import plotly.graph_objects as go

    script = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
    links = ['<a href="javascript:alert(1)">x</a>', "</script><script>alert(1)</script>"]
    figure = go.Figure(go.Bar(x=[*EVIL, *links], y=list(range(1, 8)), name=EVIL[0], text=EVIL))
    figure.update_layout(title=EVIL[1], xaxis_title=links[0], showlegend=True)
    html = figure.to_html(include_plotlyjs="plotly.min.js")
    files = {"plotly.min.js": script.read_text("utf-8")}
    with shown_by(chromium, html, ready=".plotly .barlayer .point path", files=files) as page:
        label = page.locator(".hoverlayer text")
        for n in range(100):
            # a bar is there before it listens to the pointer
            page.locator(".plotly .barlayer .point path").first.hover(
                force=True, position={"x": 2 + n % 2, "y": 2}
            )
            page.wait_for_timeout(100)
            if label.count():
                break
        assert "alert(1)" in (page.text_content(".hoverlayer") or "")


def test_attack_34_nothing_of_ours_turns_escaping_off() -> None:
    """Names are the only thing that could be HTML, and none of these is ever asked for."""
    found = []
    for path in PACKAGE.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.keyword) and node.arg in ("allow_html", "escape", "autoescape"):
                is_off = isinstance(node.value, ast.Constant) and node.value.value in (False, None)
                if is_off or node.arg == "allow_html":
                    found.append((path.name, node.arg))
            name = getattr(node, "attr", None) or getattr(node, "id", None)
            if name in ("Markdown", "Markup"):
                found.append((path.name, str(name)))
    assert found == []
    for template in PACKAGE.rglob("*.j2"):
        assert "|safe" not in template.read_text(encoding="utf-8").replace(" ", ""), template
