"""Whether a picture can be a person's photo (一寸照: 25 × 35 mm)."""

from typing import Final

from admin_app.errors import Refused

LEAST: Final = (200, 280)
"""Fewer pixels cannot be printed on a certificate."""
SHRUNK_TO: Final = (600, 840)
"""More pixels than these are given up: a photo is shown small and printed small."""
SLIMMEST, WIDEST = 1.2, 1.6
"""Height by width: 1.4 is an inch photo, 1.29 one of 35 × 45 mm."""


def refuse_unless_portrait(width: int, height: int) -> None:
    """Refuse a picture that stands the wrong way, is no portrait, or is too small."""
    if height <= width:
        raise Refused(
            "照片应为竖版（高大于宽），这张为 %(width)s×%(height)s 像素，"
            "请旋转或裁剪后重新上传。",
            field="photo",
            width=width,
            height=height,
        )
    if not SLIMMEST <= height / width <= WIDEST:
        raise Refused(
            "照片的宽高比应约为 5:7（一寸证件照），这张为 %(width)s×%(height)s 像素，"
            "请裁剪后重新上传。",
            field="photo",
            width=width,
            height=height,
        )
    if width < LEAST[0] or height < LEAST[1]:
        raise Refused(
            "照片太小，至少需要 %(least_width)s×%(least_height)s 像素，"
            "请上传清晰的证件照。",
            field="photo",
            least_width=LEAST[0],
            least_height=LEAST[1],
        )
