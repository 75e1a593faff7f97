"""Forms by which a unit takes on administrators: what they may do, and who they are (U21)."""

import functools
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField

from admin_app.forms.base import LocalForm
from admin_app.forms.fields import (
    ChoiceField,
    Follows,
    PickedField,
    Required,
)
from admin_app.forms.registration import typed_id_number
from admin_app.rules.contacts import parse_email, parse_mobile
from admin_app.rules.texts import clean_name, clean_text

_NAME = Follows(functools.partial(clean_name, field="name"))
_ID_NUMBER = {"autocomplete": "off", "maxlength": 24}


class PostForm(LocalForm):
    """What an administrator may do, and in which part of the unit (R09)."""

    role_id = ChoiceField(_l("角色"), validators=[Required()])
    department_id = PickedField(
        _l("管理部门"), description=_l("不选表示管理全单位；选定后只管理该部门及其下级")
    )


class OwnPersonForm(PostForm):
    """One of the unit's own professionals."""

    person_id = PickedField(_l("专业技术人员"), [Required()])


class KnownUserForm(PostForm):
    """Somebody who is a user already: number and name must agree."""

    id_number = StringField(
        _l("身份证号码"),
        [Required(), Follows(typed_id_number)],
        render_kw=_ID_NUMBER,
    )
    name = StringField(
        _l("姓名"),
        [Required(), _NAME],
        description=_l("须与该用户登记的姓名一致"),
        render_kw={"autocomplete": "off"},
    )


class NewUserForm(PostForm):
    """Somebody who is not yet a user."""

    id_number = StringField(
        _l("身份证号码"),
        [Required(), Follows(typed_id_number)],
        description=_l("即登录账号"),
        render_kw=_ID_NUMBER,
    )
    name = StringField(
        _l("姓名"), [Required(), _NAME], render_kw={"autocomplete": "off"}
    )
    mobile = StringField(
        _l("手机号码"),
        [Required(), Follows(parse_mobile)],
        render_kw={"inputmode": "tel", "autocomplete": "off"},
    )
    email = StringField(
        _l("电子邮箱"),
        [Required(), Follows(parse_email)],
        render_kw={"inputmode": "email", "autocomplete": "off"},
    )


REASON_LENGTH = 500


def _reason(raw: str) -> str:
    return clean_text(raw, field="reason", max_length=REASON_LENGTH)


class SuccessionForm(LocalForm):
    """申请继任: for which unit, who shall be its chief, and why."""

    unit_id = PickedField(
        _l("下级单位"),
        description=_l(
            "限直接下级单位；移交本单位的超级管理员，"
            "请用“管理单位管理员”中的“设为超级管理员”"
        ),
    )
    id_number = StringField(
        _l("继任人身份证号码"),
        [Required(), Follows(typed_id_number)],
        description=_l("继任人须已是本系统用户"),
        render_kw=_ID_NUMBER,
    )
    name = StringField(
        _l("继任人姓名"), [Required(), _NAME], render_kw={"autocomplete": "off"}
    )
    reason = TextAreaField(
        _l("申请理由"),
        [Required(), Follows(_reason)],
        description=_l("说明原超级管理员的情况，例如已调离、退休、无法联系"),
        render_kw={"rows": 3, "maxlength": REASON_LENGTH},
    )

    def __init__(self, *args: Any, may_be_own: bool, **kwargs: Any) -> None:
        """Want a unit below from whoever may not ask for their own."""
        super().__init__(*args, **kwargs)
        if may_be_own:
            self.unit_id.description = _l("不选表示本单位")
            return
        self.unit_id.validators = [Required()]
        self.unit_id.flags.required = True
