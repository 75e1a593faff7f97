"""Join the vendored and our own front-end sources into `admin_app/static/dist`.

Writes one style sheet, one script and the pictures under names that carry a hash
of their content, each with its gzip and Brotli form, and `manifest.json`. The
output depends on the sources alone and is committed. `--check` only compares.
"""

import gzip
import hashlib
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import brotli  # type: ignore[import-untyped]

STATIC = Path(__file__).resolve().parent.parent / "admin_app" / "static"
DIST = STATIC / "dist"
STYLES = (
    "vendor/tabler/tabler.min.css",
    "vendor/tom-select/tom-select.bootstrap5.min.css",
    "src/site.css",
)
SCRIPTS = (
    "vendor/tabler/tabler.min.js",
    "vendor/tom-select/tom-select.popular.min.js",
    "vendor/htmx/htmx.min.js",
    "src/dom.js",
    "src/dialogs.js",
    "src/forms.js",
    "src/selects.js",
    "src/pictures.js",
    "src/lists.js",
    "src/inbox.js",
    "src/picker.js",
    "src/page.js",
)
PICTURES = {
    "icons.svg": "vendor/tabler-icons/icons.svg",
    "logo.svg": "src/logo.svg",
}

# Families of Tabler that no page of ours uses: a selector naming one is left out.
UNUSED = re.compile(
    r"\.(?:"
    r"[\w-]*-?(?:facebook|twitter|linkedin|google|youtube|vimeo|dribbble|github"
    r"|instagram|pinterest|vk|rss|flickr|bitbucket|tabler|x)(?:-lt|-fg)?(?![\w-])"
    r"|(?:btn|btn-outline|btn-ghost|list-group-item|alert|table|link|link-underline"
    r"|text-bg|card-status|status|steps|nav)-(?:pink|purple|lime|teal|cyan|orange"
    r"|yellow|indigo|azure|blue|green|red|light|dark|muted|white)(?![\w-])"
    r"|[\w-]+-xxl(?:-[\w-]+)?(?![\w-])"
    r"|(?:navbar-expand|offcanvas)-(?:sm|xl)(?![\w-])"
    r"|(?:carousel|popover|bs-popover|form-colorinput|form-imagecheck|switch-icon"
    r"|ribbon|bg-gradient|markdown|divide|object-fit|link-underline|focus-ring"
    r"|calendar|page-cover|card-stamp|card-img|btn-animate|signature|sparkline"
    r"|chart-sparkline|noUi|litepicker|apexcharts|jvm|plyr|fslightbox|gl-star"
    r"|hugerte|tox|fc|dropzone|dz|clr|form-range|flag|payment|social|tracking"
    r"|modal-fullscreen|row-cols|column-gap|row-gap|form-floating|tag|tags"
    r"|chat|chat-bubble|cookies|lightbox-gallery|device|browser"
    r"|navbar-dark|layout-boxed|img-responsive|img-thumb)(?:-[\w-]+)?(?![\w-])"
    r")"
)
FADED = re.compile(
    r"color-mix\(in (?:srgb|oklab),\s*var\(--tblr-([\w-]+)\)\s*"
    r"(?:calc\((var\(--tblr-[\w-]+(?:,1)?\))\s*\*\s*100%\)|([\d.]+)%)?"
    r"\s*,\s*transparent(?: ([\d.]+)%)?\)"
)


def main(arguments: list[str]) -> int:
    """Write the built files, or with `--check` report whether they are current."""
    built = dict(_built_files())
    if "--check" in arguments:
        return _compare(built)
    DIST.mkdir(exist_ok=True)
    for path in DIST.iterdir():
        if path.name not in built:
            path.unlink()
    for name, content in built.items():
        (DIST / name).write_bytes(content)
    for name in json.loads(built["manifest.json"]).values():
        sizes = [len(built[name + end]) for end in ("", ".gz", ".br")]
        print("{}: {:,} B, gzip {:,} B, br {:,} B".format(name, *sizes))
    return 0


def _compare(built: dict[str, bytes]) -> int:
    """Compare names and plain content: compressors may differ between versions."""
    on_disk = {path.name: path for path in DIST.glob("*")}
    stale = [
        name
        for name, content in built.items()
        if name not in on_disk
        or (not name.endswith((".gz", ".br")) and on_disk[name].read_bytes() != content)
    ]
    stale += [name for name in on_disk if name not in built]
    if stale:
        print("static/dist is stale, run tools/build_static.py:", *sorted(stale))
    return 1 if stale else 0


def _built_files() -> Iterator[tuple[str, bytes]]:
    sources = {
        "site.css": _style_sheet().encode(),
        "site.js": _script().encode(),
        **{name: (STATIC / path).read_bytes() for name, path in PICTURES.items()},
    }
    manifest = {}
    for name, content in sources.items():
        stem, suffix = name.rsplit(".", 1)
        hashed = f"{stem}.{hashlib.sha256(content).hexdigest()[:12]}.{suffix}"
        manifest[name] = hashed
        yield hashed, content
        yield hashed + ".gz", gzip.compress(content, 9, mtime=0)
        yield hashed + ".br", brotli.compress(content)
    yield "manifest.json", (json.dumps(manifest, indent=2) + "\n").encode()


def _script() -> str:
    parts = [_read(name) for name in SCRIPTS]
    return "\n;\n".join(parts) + "\n"


def _style_sheet() -> str:
    tabler, *others = (_read(name) for name in STYLES)
    return "\n".join([_with_plain_opacity(_pruned(tabler)), *others])


def _read(name: str) -> str:
    text = (STATIC / name).read_text(encoding="utf-8")
    return re.sub(r"\s*(?://#|/\*#) sourceMappingURL=[^\n]*", "", text)


def _pruned(css: str) -> str:
    """The style sheet without the rules whose every selector is UNUSED."""
    kept = []
    for head, body in _blocks(css):
        if body is None:
            kept.append(head)
        elif head.startswith("@") and "{" in body:
            inner = body if "keyframes" in head else _pruned(body)
            if inner.strip():
                kept.append(f"{head}{{{inner}}}")
        elif head.startswith("@"):
            kept.append(f"{head}{{{body}}}")
        else:
            selectors = [s for s in _selectors(head) if not UNUSED.search(s)]
            if selectors:
                kept.append(f"{','.join(selectors)}{{{body}}}")
    return "".join(kept)


def _blocks(css: str) -> Iterator[tuple[str, str | None]]:
    """Top-level `head{body}` pairs; statements and comments come with no body."""
    token = re.compile(
        r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|/\*.*?\*/|[{};]', re.DOTALL
    )
    depth = start = opened = 0
    for match in token.finditer(css):
        mark = match.group()
        if mark == "{":
            depth += 1
            if depth == 1:
                opened = match.start()
        elif mark == "}":
            depth -= 1
            if depth == 0:
                yield css[start:opened].strip(), css[opened + 1 : match.start()]
                start = match.end()
        elif depth == 0 and (mark == ";" or mark.startswith("/*")):
            yield css[start : match.end()], None
            start = match.end()


def _selectors(head: str) -> list[str]:
    """Split at the commas that stand outside brackets."""
    parts, depth, current = [], 0, ""
    for letter in head:
        depth += (letter in "([") - (letter in ")]")
        if letter == "," and depth == 0:
            parts.append(current)
            current = ""
        else:
            current += letter
    return [*parts, current]


def _with_plain_opacity(css: str) -> str:
    """Write fading as rgba() where a colour has its numbers.

    Browsers before 2023, still common on office machines, do not know color-mix().
    """

    def plain(match: re.Match[str]) -> str:
        name, variable, percent, clear = match.groups()
        if f"--tblr-{name}-rgb:" not in css:
            return f"var(--tblr-{name})" if variable else match.group()
        share = float(percent) if percent else 100 - float(clear or 0)
        return f"rgba(var(--tblr-{name}-rgb),{variable or round(share / 100, 4)})"

    return FADED.sub(plain, css)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
