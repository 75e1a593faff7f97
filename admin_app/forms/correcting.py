"""The form by which a name and an identity number are corrected (R04)."""

import functools

from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField

from admin_app.forms.base import LocalForm
from admin_app.forms.fields import Follows, PictureField, Required
from admin_app.rules.texts import clean_text

REASON_LENGTH = 500


class CorrectionForm(LocalForm):
    """正确的姓名、身份证号码, why, and the paper that shows it."""

    name = StringField(
        _l("正确的姓名"),
        description=_l("不修改请留空"),
        render_kw={"maxlength": 50, "autocomplete": "off"},
    )
    id_number = StringField(
        _l("正确的身份证号码"),
        description=_l("不修改请留空"),
        render_kw={"maxlength": 40, "autocomplete": "off"},
    )
    reason = TextAreaField(
        _l("更正原因"),
        [
            Required(),
            Follows(
                functools.partial(clean_text, field="reason", max_length=REASON_LENGTH)
            ),
        ],
        render_kw={"maxlength": REASON_LENGTH, "rows": 3},
    )
    evidence = PictureField(
        _l("证明材料"),
        [Required()],
        description=_l("身份证、户籍证明等的清晰图片，JPG 或 PNG，不超过 5 MB"),
        render_kw={"accept": "image/jpeg,image/png"},
    )
