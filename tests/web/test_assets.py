"""Static files have hashed addresses, long caching and no way to the sources."""

import pytest
from flask import Flask

from admin_app.web.assets import init_assets


@pytest.fixture
def files():
    app = Flask(__name__, static_folder=None)
    init_assets(app)
    return app


def test_asset_is_served_compressed_and_for_a_year(files):
    address = files.jinja_env.globals["asset"]("site.css")

    answer = files.test_client().get(address, headers={"Accept-Encoding": "br"})
    answer.close()

    assert answer.status_code == 200
    assert answer.headers["Content-Encoding"] == "br"
    assert answer.headers["Cache-Control"] == "max-age=31536000, public, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_asset_address_of_unknown_name_is_refused(files):
    asset = files.jinja_env.globals["asset"]

    with pytest.raises(KeyError):
        asset("sites.css")


@pytest.mark.parametrize(
    "address",
    [
        "/static/src/site.css",
        "/static/vendor/htmx/htmx.min.js",
        "/static/../models.py",
        "/static/%2e%2e/models.py",
    ],
)
def test_source_has_no_address(files, address):
    client = files.test_client()

    answer = client.get(address)

    assert answer.status_code == 404
