"""What every answer tells the browser (AU-15)."""

import re

import pytest

from tests.browsing import sign_in
from tests.web.test_csrf import readable_routes

FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@pytest.mark.once
@pytest.mark.uncounted
@pytest.mark.requirement("AU-15")
@pytest.mark.parametrize("part", [None, "teacher", "chief", "superuser"])
def test_every_page_has_the_headers(app, client, cast, part):
    if part:
        sign_in(client, getattr(cast, part))

    answers = {path: client.get(path) for path in readable_routes(app)}

    assert len(answers) > 5
    for path, answer in answers.items():
        said = {name: answer.headers.get(name) for name in FIXED}
        assert (path, said) == (path, FIXED)
        assert (path, answer.headers.get("Cache-Control")) == (path, "no-store")
        policy = answer.headers["Content-Security-Policy"]
        assert (path, "unsafe-inline" in policy) == (path, False)


@pytest.mark.requirement("AU-15")
def test_nonce_is_new_in_each_answer_and_the_one_in_the_page(client):
    first, second = (client.get("/sign-in/individual") for _ in range(2))

    def nonces(answer):
        return set(re.findall(r'nonce="([^"]+)"', answer.text))

    told = re.search(r"'nonce-([^']+)'", first.headers["Content-Security-Policy"])[1]
    assert nonces(first) == {told}
    assert nonces(second) != nonces(first)


@pytest.mark.once
@pytest.mark.uncounted
@pytest.mark.requirement("AU-15")
def test_pages_have_no_inline_handler_or_style(app, client, cast):
    sign_in(client, cast.superuser)

    answers = {path: client.get(path) for path in readable_routes(app)}

    pages = {
        path: answer.text
        for path, answer in answers.items()
        if answer.mimetype == "text/html"
    }
    inline = re.compile(r"<[^>]+\s(?:on[a-z]+|style)=|javascript:")
    found = {path: inline.findall(text) for path, text in pages.items()}
    assert {path: hits for path, hits in found.items() if hits} == {}


@pytest.mark.requirement("AU-16")
@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "a b"])
def test_unknown_host_is_refused(client, host):
    answer = client.get("/sign-in/individual", headers={"Host": host})

    assert (answer.status_code, "evil" in answer.text) == (400, False)


@pytest.mark.requirement("AU-16")
def test_forged_forwarded_headers_change_nothing_without_a_proxy(client):
    answer = client.get(
        "/identities",
        headers={"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"},
    )

    assert answer.location == "/sign-in/individual?next=/identities"
