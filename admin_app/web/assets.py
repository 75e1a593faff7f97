"""Static files: hashed addresses, a year of caching, precompressed bodies."""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from wsgiref.headers import Headers

from flask import Flask
from markupsafe import Markup
from whitenoise import WhiteNoise

from admin_app.web.templating import settled

DIST = Path(__file__).resolve().parent.parent / "static" / "dist"
PREFIX = "/static/"
A_YEAR = 31_536_000
ICON = Markup('<svg class="icon" {}><use href="{}#{}"/></svg>')
SILENT = Markup('aria-hidden="true"')


def init_assets(app: Flask) -> None:
    """Serve the built files below /static/ and give templates `asset(name)` and
    `icon(name)`.

    Files are answered before Flask is entered: no session, no database. The
    application must be made with `static_folder=None`, so that sources and
    manifests have no address.
    """
    manifest: dict[str, str] = json.loads((DIST / "manifest.json").read_text())
    addresses = {name: PREFIX + hashed for name, hashed in manifest.items()}

    @settled
    def asset(name: str) -> str:
        """Address of a built file; an unknown name is a mistake in a template."""
        return addresses[name]

    @cache
    def silent(name: str) -> Markup:
        return ICON.format(SILENT, asset("icons.svg"), name)

    @settled
    def icon(name: str, label: str = "") -> Markup:
        """Draw an icon of the sprite (tools/icons.txt); without a label it says nothing."""
        if not label:
            return silent(name)
        told = Markup('role="img" aria-label="{}"').format(label)
        return ICON.format(told, asset("icons.svg"), name)

    app.jinja_env.globals.update(asset=asset, icon=icon)
    files = WhiteNoise(
        app.wsgi_app,
        immutable_file_test=_has_hash(set(manifest.values())),
        allow_all_origins=False,
        add_headers_function=_harden,
    )
    files.FOREVER = A_YEAR
    files.add_files(str(DIST), prefix=PREFIX)
    app.wsgi_app = files  # type: ignore[method-assign]


def _has_hash(hashed: set[str]) -> Callable[[str, str], bool]:
    return lambda _path, url: url.removeprefix(PREFIX) in hashed


def _harden(headers: Headers, _path: str, _url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
