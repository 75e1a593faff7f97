"""The form that asks why somebody's full numbers are needed (PR-02)."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import Length

from admin_app.forms.base import LocalForm
from admin_app.forms.fields import Follows, Required
from admin_app.rules.texts import clean_text


def _clean(text: str) -> str:
    return clean_text(text, field="reason", max_length=200)


class UnmaskForm(LocalForm):
    """查看原因."""

    reason = StringField(
        _l("查看原因"),
        [Required(), Follows(_clean), Length(min=2, max=200)],
        description=_l("将与您的姓名、时间一并记入系统日志"),
        render_kw={"maxlength": 200, "autocomplete": "off"},
    )
