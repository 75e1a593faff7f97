"""What the browser loads is built from the committed sources, lean and complete."""

import json
import re
from pathlib import Path

import pytest

from tools import build_static

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "admin_app" / "templates").rglob("*.html"))


def test_committed_files_are_current():
    stale = build_static.main(["--check"])

    assert stale == 0


def test_page_files_together_stay_small():
    built = json.loads((build_static.DIST / "manifest.json").read_text())

    total = sum((build_static.DIST / f"{n}.br").stat().st_size for n in built.values())

    assert total <= 150_000


@pytest.mark.parametrize(
    ("css", "kept"),
    [
        (".btn-facebook{color:red}", ""),
        (".btn,.btn-facebook{color:red}", ".btn{color:red}"),
        ("@media print{.carousel{top:0}}", ""),
        ("@media print{.card{top:0}}", "@media print{.card{top:0}}"),
        ("@keyframes x{0%{top:0}}", "@keyframes x{0%{top:0}}"),
        ('.card::before{content:"}"}', '.card::before{content:"}"}'),
        (".btn:not(.a,.b){top:0}", ".btn:not(.a,.b){top:0}"),
    ],
)
def test_pruning_leaves_what_pages_use(css, kept):
    assert build_static._pruned(css) == kept


def test_icons_named_in_templates_are_in_the_sprite():
    sprite = (ROOT / "admin_app/static/vendor/tabler-icons/icons.svg").read_text()
    drawn = set(re.findall(r'<symbol id="([^"]+)"', sprite))

    named = {
        name
        for path in TEMPLATES
        for name in re.findall(r"\bicon\('([a-z0-9-]+)'", path.read_text())
    }

    assert len(named) > 20
    assert named - drawn == set()


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_template_has_nothing_that_the_content_policy_forbids(path):
    text = path.read_text(encoding="utf-8")

    forbidden = re.findall(
        r"\son[a-z]+\s*=\s*\"|\sstyle\s*=\s*\"|javascript:|\|\s*safe\b|hx-on", text
    )

    assert forbidden == []
