"""Forms of a unit's changes: another code, another superior (U16, U17)."""

import functools

from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField

from admin_app.forms.base import LocalForm
from admin_app.forms.fields import Follows, PickedField, Required
from admin_app.operations.unit_changes import REASON_LENGTH
from admin_app.rules.registration_codes import parse_registration_code
from admin_app.rules.texts import clean_text

_REASON = functools.partial(
    clean_text, field="reason", max_length=REASON_LENGTH, single_line=False
)


class ReasonedForm(LocalForm):
    """What every change tells: why."""

    reason = TextAreaField(
        _l("变更原因"),
        [Required(), Follows(_REASON)],
        description=_l("写明依据，例如批准文件的名称和文号，上级部门审核时会看到"),
        render_kw={"rows": 3, "maxlength": REASON_LENGTH},
    )


class CodeForm(ReasonedForm):
    """修改单位信息 (U16)."""

    registration_code = StringField(
        _l("新的组织机构代码/统一社会信用代码"),
        [Required(), Follows(parse_registration_code)],
        description=_l("18 位统一社会信用代码或 9 位组织机构代码，按证照填写"),
        render_kw={"autocomplete": "off"},
    )


class SuperiorForm(ReasonedForm):
    """更换上级部门 (U17)."""

    superior_id = PickedField(
        _l("新上级部门"),
        [Required()],
        description=_l("先由现上级部门审核，再由新上级部门审核，都通过后生效"),
    )
