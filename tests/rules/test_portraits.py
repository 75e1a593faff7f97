"""一寸照: which pictures stand upright, in proportion, and large enough."""

import pytest

from admin_app.errors import Refused
from admin_app.rules.portraits import refuse_unless_portrait

GOOD = {
    "an inch photo": (295, 413),
    "a passport photo": (413, 531),
    "the smallest": (200, 280),
}
BAD = {
    "square": (400, 400, "照片应为竖版（高大于宽）"),
    "lying": (420, 300, "照片应为竖版（高大于宽）"),
    "nearly square": (400, 470, "照片的宽高比应约为 5:7"),
    "a strip": (300, 600, "照片的宽高比应约为 5:7"),
    "tiny": (199, 279, "照片太小，至少需要 200×280 像素"),
}


@pytest.mark.parametrize("size", GOOD.values(), ids=GOOD)
def test_portrait_is_accepted(size):
    refuse_unless_portrait(*size)


@pytest.mark.parametrize(("width", "height", "said"), BAD.values(), ids=BAD)
def test_other_picture_is_refused_with_what_to_do(width, height, said):
    with pytest.raises(Refused) as refused:
        refuse_unless_portrait(width, height)

    assert str(refused.value).startswith(said)
    assert refused.value.field == "photo"
