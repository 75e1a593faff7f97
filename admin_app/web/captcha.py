"""A picture code that works once (AU-01): the answer stays here, as a keyed hash."""

import datetime as dt
import io
import math
import secrets
from typing import Final

from flask import current_app
from PIL import Image, ImageDraw, ImageFont
from sqlalchemy import delete

from admin_app.dialects import insert_on
from admin_app.models import Captcha
from admin_app.web import sessions
from admin_app.web.clock import now
from admin_app.web.tokens import keyed
from admin_app.web.transactions import apart
from config.settings import Settings

ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without 0 O 1 I L, which look alike."""
LENGTH: Final = 5
LIFETIME: Final = dt.timedelta(seconds=120)
WIDTH, HEIGHT = 120, 40
SCALE: Final = 2
_dice: Final = secrets.SystemRandom()


def is_on() -> bool:
    """Tell whether forms ask for a picture code."""
    settings: Settings = current_app.extensions["settings"]
    return settings.captcha_enabled


def issue() -> bytes:
    """Return a new picture (PNG); this browser's last one is worthless from now on."""
    text = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    key = _key(sessions.current().ensure_token())
    fresh = {"answer": _answer(key, text), "expires_at": now() + LIFETIME}
    with apart() as connection:
        connection.execute(delete(Captcha).where(Captcha.expires_at < now() - LIFETIME))
        connection.execute(
            insert_on(connection, Captcha)
            .values(id=key, **fresh)
            .on_conflict_do_update(index_elements=[Captcha.id], set_=fresh)
        )
    return draw(text)


def consume(answer: str | None) -> bool:
    """Tell whether the answer is right, and use the picture up either way."""
    if not is_on():
        return True
    secret = sessions.current().presented
    if secret is None:
        return False
    key = _key(secret)
    with apart() as connection:
        found = connection.execute(
            delete(Captcha)
            .where(Captcha.id == key)
            .returning(Captcha.answer, Captcha.expires_at)
        ).one_or_none()
    if found is None or found.expires_at < now():
        return False
    given = "".join((answer or "").split()).upper()
    return secrets.compare_digest(found.answer, _answer(key, given))


def draw(text: str) -> bytes:
    """Return the text as a noisy picture."""
    size = (WIDTH * SCALE, HEIGHT * SCALE)
    picture = Image.new("RGB", size, _pale())
    pen = ImageDraw.Draw(picture)
    for _ in range(5):
        pen.line(_wave(size), fill=_dark(120), width=SCALE)
    step = size[0] // (len(text) + 1)
    for position, sign in enumerate(text):
        stamp = _stamp(sign)
        left = step // 3 + position * step + _dice.randint(-4, 4)
        top = _dice.randint(0, max(size[1] - stamp.height, 1))
        picture.paste(_dark(0), (left, top), stamp)
    for _ in range(3):
        pen.line(_wave(size), fill=_dark(60), width=SCALE)
    for _ in range(300):
        point = (_dice.randrange(size[0]), _dice.randrange(size[1]))
        pen.point(point, fill=_dark(100))
    target = io.BytesIO()
    picture.save(target, "PNG", optimize=False)
    return target.getvalue()


def _stamp(sign: str) -> Image.Image:
    font = ImageFont.load_default(_dice.randint(46, 56))
    stamp = Image.new("L", (64, 72), 0)
    ImageDraw.Draw(stamp).text((32, 36), sign, fill=255, font=font, anchor="mm")
    return stamp.rotate(_dice.uniform(-24, 24), resample=Image.Resampling.BICUBIC)


def _wave(size: tuple[int, int]) -> list[tuple[float, float]]:
    middle, height = _dice.uniform(0, size[1]), _dice.uniform(6, 24)
    length, phase = _dice.uniform(30, 80), _dice.uniform(0, 6)
    return [
        (x, middle + height * math.sin(x / length + phase))
        for x in range(0, size[0] + 1, 6)
    ]


def _pale() -> tuple[int, int, int]:
    return (_dice.randint(232, 250), _dice.randint(232, 250), _dice.randint(232, 250))


def _dark(more: int) -> tuple[int, int, int]:
    low, high = 20 + more // 2, 90 + more
    return (
        _dice.randint(low, high),
        _dice.randint(low, high),
        _dice.randint(low, high),
    )


def _key(secret: str) -> str:
    return keyed("captcha", secret)[:43]


def _answer(key: str, text: str) -> str:
    return keyed("captcha-answer", f"{key}:{text}")
