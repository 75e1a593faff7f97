"""What a list costs the network: few requests, few bytes, and only the page again."""

import pytest

from tests import factories as make
from tests.browser.witness import take_picture

MOST_REQUESTS = 8
MOST_BYTES = 400_000


@pytest.fixture
def colleagues(cast, db_session):
    """With the cast's two, twenty people of the school."""
    for number in range(18):
        make.person(db_session, cast.school, name=f"同事{number:02d}")
    db_session.commit()


class Traffic:
    """What really went over the network, as the browser's own tools count it."""

    def __init__(self, page):
        self.kinds, self.local, self.sizes = {}, set(), {}
        tools = page.context.new_cdp_session(page)
        tools.on("Network.requestWillBeSent", self.note_request)
        tools.on("Network.requestServedFromCache", self.note_local)
        tools.on("Network.responseReceived", self.note_response)
        tools.on("Network.loadingFinished", self.note_end)
        tools.send("Network.enable")

    def note_request(self, event):
        if not event["request"]["url"].startswith("data:"):
            self.kinds[event["requestId"]] = event["type"]

    def note_local(self, event):
        self.local.add(event["requestId"])

    def note_response(self, event):
        if event["response"].get("fromDiskCache"):
            self.local.add(event["requestId"])

    def note_end(self, event):
        self.sizes[event["requestId"]] = event["encodedDataLength"]

    def sent(self):
        """The kinds of what was asked of the server."""
        return sorted(kind for key, kind in self.kinds.items() if key not in self.local)

    def weight(self):
        """The bytes that came from the server, headers included."""
        return sum(size for key, size in self.sizes.items() if key not in self.local)


def test_list_of_twenty_rows_is_light_and_then_only_the_page_itself(
    enter, cast, colleagues
):
    page = enter(cast.chief)
    cold = Traffic(page)
    page.goto("/admin/person-query/", wait_until="networkidle")
    rows = page.locator("#list tbody tr").count()
    requests, weight = cold.sent(), cold.weight()
    take_picture(page, "list")

    warm = Traffic(page)
    page.reload(wait_until="networkidle")

    assert rows == 20
    assert len(requests) <= MOST_REQUESTS
    assert 0 < weight <= MOST_BYTES
    assert warm.sent() == ["Document"]
