"""How an address becomes a QR code that a printed page can carry."""

from base64 import b64encode
from io import BytesIO

import segno

# Large modules keep viewers that smooth images from blurring the edges.
PIXELS_PER_MODULE = 10
QUIET_ZONE_MODULES = 4


def qr_png(text: str) -> bytes:
    """A black and white PNG of the text at error level M, quiet zone included."""
    code = segno.make_qr(text, error="m", boost_error=False)
    picture = BytesIO()
    code.save(picture, kind="png", scale=PIXELS_PER_MODULE, border=QUIET_ZONE_MODULES)
    return picture.getvalue()


def qr_data_uri(text: str) -> str:
    """The same picture as the value of an img's src."""
    return "data:image/png;base64," + b64encode(qr_png(text)).decode("ascii")
