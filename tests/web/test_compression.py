"""HTML is compressed, and its length tells an observer nothing exact."""

import gzip

import pytest
from flask import Flask, jsonify

from admin_app.web.compression import gzip_of_random_length, init_compression

LONG_PAGE = "<p>继续教育</p>" * 200


@pytest.fixture
def pages():
    app = Flask(__name__, static_folder=None)
    init_compression(app)
    app.add_url_rule("/long", "long", lambda: LONG_PAGE)
    app.add_url_rule("/short", "short", lambda: "<p>短</p>")
    app.add_url_rule("/data", "data", lambda: jsonify(text=LONG_PAGE))
    return app.test_client()


def test_long_page_is_compressed(pages):
    answer = pages.get("/long", headers={"Accept-Encoding": "gzip"})

    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(answer.data).decode() == LONG_PAGE


@pytest.mark.parametrize(
    ("address", "accepted", "why"),
    [
        ("/long", "br", "the browser does not read gzip"),
        ("/long", "gzip;q=0", "the browser refuses gzip"),
        ("/short", "gzip", "nothing to win"),
        ("/data", "gzip", "not a page"),
    ],
)
def test_answer_stays_plain_when(pages, address, accepted, why):
    answer = pages.get(address, headers={"Accept-Encoding": accepted})

    assert "Content-Encoding" not in answer.headers, why


def test_same_page_has_many_lengths():
    body = LONG_PAGE.encode()

    lengths = {len(gzip_of_random_length(body)) for _ in range(200)}

    assert len(lengths) > 20
