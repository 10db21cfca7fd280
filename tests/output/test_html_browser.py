"""The page in a real browser: nothing sticks out at desk and phone width or on paper, and its own policy holds."""

import json
import re
import shutil
import subprocess
import sys
from html import escape, unescape
from pathlib import Path

import pytest

from spillmark.output import html
from tests.output import cases

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
BROWSER = next((found for name in BROWSERS if (found := shutil.which(name))), None)
NO_SANDBOX = ["--no-sandbox"] if sys.platform == "linux" else []
PATIENCE = 90

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(BROWSER is None, reason="no Chromium was found: the page was not looked at in a browser"),
]

MEASURE = """
<script>
document.querySelectorAll("details").forEach(one => one.open = true);
const wide = document.documentElement.clientWidth;
const sticks = box => box.width > 0 && (box.right > wide + 1 || box.left < -1);
const out = [...document.body.querySelectorAll("*")].filter(one => !one.closest("svg, thead, .quiet, .skip"))
  .filter(one => sticks(one.getBoundingClientRect()))
  .map(one => one.tagName + "." + one.className + " " + one.textContent.slice(0, 60));
const seen = [...document.querySelectorAll("svg.lanes")].filter(one => one.getBoundingClientRect().width > 0).length;
const pre = document.createElement("pre");
pre.id = "measured";
pre.textContent = JSON.stringify({
  wide, scroll: document.documentElement.scrollWidth, out: out.slice(0, 5), drawings: seen,
  columns: getComputedStyle(document.querySelector(".boxes")).display,
});
document.body.append(pre);
</script></body>"""
FRAME = """<!DOCTYPE html><body><iframe width="{width}" height="900" style="border:0" srcdoc="{copy}"></iframe><script>
onload = () => document.body.append(document.querySelector("iframe").contentDocument.querySelector("#measured"));
</script></body>"""


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    assert BROWSER is not None
    command = [
        BROWSER,
        "--headless",
        *NO_SANDBOX,
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--hide-scrollbars",
        f"--user-data-dir={folder / 'profile'}",
        *arguments,
    ]
    return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=True)


def unguarded(source: str) -> str:
    """The page without its policy, so that a test can change it."""
    copy = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", source)
    assert copy != source
    return copy


def measured(source: str, width: int, folder: Path) -> dict[str, object]:
    """Measures a copy of the page that may run our script, in a frame, since no window is as narrow as a phone."""
    copy = unguarded(source)
    place = folder / "copy.html"
    framed = FRAME.format(width=width, copy=escape(copy.replace("</body>", MEASURE)))
    place.write_text(framed, encoding="utf-8")
    shown = run(folder, "--window-size=1400,1000", "--dump-dom", place.as_uri()).stdout
    found = re.search(r'<pre id="measured">(.*?)</pre>', shown, re.DOTALL)
    assert found is not None, "the measuring script did not run"
    result: dict[str, object] = json.loads(unescape(found.group(1)))
    return result


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", ["rich", "hostile", "empty"])
def test_nothing_sticks_out(name: str, width: int, tmp_path: Path) -> None:
    result = measured(html.render(getattr(cases, name)(), cases.cited()), width, tmp_path)
    assert result["wide"] == width
    assert result["out"] == []
    assert result["scroll"] == width
    assert result["columns"] == ("grid" if width == 1280 else "block")
    assert result["drawings"] == (1 if name == "rich" else 0)


def test_the_policy_lets_the_own_style_through_and_nothing_complains(tmp_path: Path) -> None:
    place = tmp_path / "report.html"
    place.write_text(html.render(cases.rich(), cases.cited()), encoding="utf-8")
    said = run(tmp_path, "--enable-logging=stderr", "--dump-dom", place.as_uri()).stderr
    assert "CONSOLE" not in said, said


def test_the_policy_stops_a_script_that_got_in(tmp_path: Path) -> None:
    place = tmp_path / "report.html"
    source = html.render(cases.rich()).replace("</body>", "<script>document.title = 'owned'</script></body>")
    place.write_text(source, encoding="utf-8")
    shown = run(tmp_path, "--dump-dom", place.as_uri()).stdout
    assert "<title>owned" not in shown


@pytest.mark.parametrize("size", ["A4", "letter", "A5"])
@pytest.mark.parametrize("name", ["rich", "hostile"])
def test_paper_holds_everything(name: str, size: str, tmp_path: Path) -> None:
    reader = shutil.which("pdftotext")
    if reader is None:
        pytest.skip("no pdftotext was found: the printed page was not read back")
    place, paper = tmp_path / "report.html", tmp_path / "report.pdf"
    source = unguarded(html.render(getattr(cases, name)(), cases.cited()))
    place.write_text(source.replace("size: auto;", f"size: {size};"), encoding="utf-8")
    run(tmp_path, "--no-pdf-header-footer", f"--print-to-pdf={paper}", place.as_uri())
    bounds = subprocess.run([reader, "-bbox", str(paper), "-"], capture_output=True, text=True, check=True).stdout
    pages = re.findall(r'<page width="([\d.]+)" height="([\d.]+)">(.*?)</page>', bounds, re.DOTALL)
    assert pages
    for width, _, words in pages:
        edges = [float(edge) for edge in re.findall(r'xMax="([\d.]+)"', words)]
        assert max(edges, default=0) <= float(width), "a word runs off the paper"
    if name == "rich":
        words = subprocess.run([reader, str(paper), "-"], capture_output=True, text=True, check=True).stdout
        assert words.count("TLP:AMBER") >= len(pages)
        assert "The notice must hold" in words  # what is folded away on the screen stands open on paper
        assert "No affected person resides in Texas." in words
