"""What a reader finds in a QR code."""

from base64 import b64decode
from io import BytesIO

import pytest
from PIL import Image
from pyzbar.pyzbar import decode

from admin_app.documents.qr import qr_data_uri, qr_png

ADDRESSES = [
    "https://check.example.org/c/HN20247F3K9Q2MX4TD",
    "HTTPS://CHECK.EXAMPLE.ORG/C/7F3K9Q2MX4TD",
    "https://check.example.org/c/" + "7f3k" * 40,
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_code_is_read_back(address):
    picture = Image.open(BytesIO(qr_png(address))).convert("L")

    assert [code.data.decode() for code in decode(picture)] == [address]


def test_data_uri_holds_the_same_picture():
    head, _, body = qr_data_uri(ADDRESSES[0]).partition(",")

    assert head == "data:image/png;base64"
    assert b64decode(body) == qr_png(ADDRESSES[0])
