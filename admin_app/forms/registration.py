"""Forms of registration: a unit in two steps, an individual, and the progress inquiry."""

import functools
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import PasswordField, StringField
from wtforms.validators import ValidationError

from admin_app.enums import Sex
from admin_app.errors import Refused
from admin_app.forms.base import LocalForm
from admin_app.forms.fields import (
    ChoiceField,
    DayField,
    Follows,
    PickedField,
    PictureField,
    Required,
    WordField,
    single_line,
)
from admin_app.rules.contacts import parse_email, parse_landline, parse_mobile
from admin_app.rules.identity import fold_id_number, parse_id_number
from admin_app.rules.passwords import refuse_weak_password
from admin_app.rules.registration_codes import parse_registration_code
from admin_app.rules.texts import clean_name
from admin_app.web.clock import today
from admin_app.web.refusals import translate

NAME_LENGTH = 100
ADDRESS_LENGTH = 200
CONTACT_LENGTH = 50


def typed_id_number(raw: str) -> str:
    """Return the number that a person meant, or refuse what is none."""
    return parse_id_number(fold_id_number(raw), today=today()).number


class CaptchaForm(LocalForm):
    """A form that asks for the picture code where the setting wants one."""

    captcha = StringField(_l("验证码"), [Required()])

    def __init__(self, *args: Any, with_captcha: bool = True, **kwargs: Any) -> None:
        """Drop the picture code where it is switched off."""
        super().__init__(*args, **kwargs)
        if not with_captcha:
            del self.captcha


class UnitForm(LocalForm):
    """Step 1: what the unit is, and under whom it stands (U02-U06)."""

    name = StringField(_l("单位名称"), [Required(), single_line(NAME_LENGTH)])
    registration_code = StringField(
        _l("组织机构代码/统一社会信用代码"),
        [Required(), Follows(parse_registration_code)],
        description=_l("18 位统一社会信用代码或 9 位组织机构代码，按证照填写"),
    )
    nature_id = ChoiceField(_l("单位性质"), validators=[Required()])
    level_id = ChoiceField(_l("单位级别"), validators=[Required()])
    industry_id = ChoiceField(_l("所属行业"), validators=[Required()])
    phone = StringField(
        _l("单位电话"),
        [Required(), Follows(parse_landline)],
        description=_l("区号-号码，例如 0371-12345678"),
    )
    region_id = PickedField(_l("所在地区"), [Required()])
    superior_id = PickedField(
        _l("所属上级单位/主管部门/同级人社部门"),
        [Required()],
        description=_l("由所选单位审核本单位的注册，之后的申报也由它逐级审批"),
    )
    address = StringField(_l("单位地址"), [single_line(ADDRESS_LENGTH)])
    contact = StringField(_l("联系人"), [single_line(CONTACT_LENGTH)])
    scan = PictureField(
        _l("单位证照扫描件"),
        description=_l("营业执照、法人证书等的清晰图片，JPG 或 PNG，不超过 5 MB"),
        render_kw={"accept": "image/jpeg,image/png"},
    )


class PersonalForm(LocalForm):
    """个人信息 (P02)."""

    region_id = PickedField(_l("用人单位所属区域"), [Required()])
    unit_id = PickedField(_l("单位"), [Required()])
    department_id = PickedField(
        _l("部门"), description=_l("单位设有部门时必须选择所在部门")
    )
    sex = WordField(_l("性别"), Sex, validators=[Required()])
    birth_date = DayField(_l("出生日期"), [Required()])
    ethnic_group_id = ChoiceField(_l("民族"), validators=[Required()])
    native_place_id = PickedField(_l("籍贯"))
    graduation_school = StringField(
        _l("毕业院校"), [Required(), single_line(NAME_LENGTH)]
    )
    major_id = PickedField(_l("所学专业"), [Required()])

    def validate_birth_date(self, field: DayField) -> None:
        """Refuse a day that has not come yet."""
        if field.data is not None and field.data > today():
            raise ValidationError(gettext("出生日期不能晚于今天，请核对。"))


class ContactForm(LocalForm):
    """Who somebody is and how to reach them; editable until they are admitted."""

    name = StringField(
        _l("真实姓名"),
        [Required(), Follows(functools.partial(clean_name, field="name"))],
        description=_l("与身份证一致，审核通过后不能自行修改"),
    )
    mobile = StringField(
        _l("手机号码"),
        [Required(), Follows(parse_mobile)],
        render_kw={"inputmode": "tel", "autocomplete": "tel"},
    )
    email = StringField(
        _l("电子邮箱"),
        [Required(), Follows(parse_email)],
        render_kw={"inputmode": "email", "autocomplete": "email"},
    )


class KnownApplicantForm(CaptchaForm):
    """已是本系统用户: who they are is shown by their password (U07)."""

    id_number = StringField(
        _l("身份证号码"), [Required()], render_kw={"autocomplete": "username"}
    )
    password = PasswordField(
        _l("密码"),
        [Required()],
        description=_l("本系统的登录密码"),
        render_kw={"autocomplete": "current-password"},
    )


class NewApplicantForm(CaptchaForm, ContactForm):
    """新用户: the account and who stands behind it (U08, P01)."""

    id_number = StringField(
        _l("身份证号码"),
        [Required(), Follows(typed_id_number)],
        description=_l("即登录账号，注册后不能修改"),
        render_kw={"autocomplete": "username"},
    )
    password = PasswordField(
        _l("密码"),
        [Required()],
        description=_l("8-20 位，不要纯数字或字母"),
        render_kw={"autocomplete": "new-password"},
    )
    password_again = PasswordField(
        _l("确认密码"), [Required()], render_kw={"autocomplete": "new-password"}
    )
    code = StringField(
        _l("收到的验证码"),
        description=_l("6 位数字，5 分钟内有效"),
        render_kw={
            "required": True,
            "inputmode": "numeric",
            "autocomplete": "one-time-code",
            "maxlength": 8,
        },
    )
    sent_code = ""

    def __init__(self, *args: Any, with_code: bool = False, **kwargs: Any) -> None:
        """Ask for a code that is sent, where one can be; the picture code goes before it."""
        super().__init__(*args, **kwargs)
        if not with_code:
            del self.code
            return
        self.code.flags.required = True
        if "captcha" in self:
            self.captcha.validators = ()
            self.captcha.flags.required = False
            self.captcha.label.text = gettext("图片验证码")

    def validate_password(self, field: PasswordField) -> None:
        """Refuse a weak password beside its field (AU-04)."""
        try:
            refuse_weak_password(
                field.data,
                id_number=fold_id_number(self.id_number.data or ""),
                name=self.name.data,
                mobile=self.mobile.data,
            )
        except Refused as refused:
            raise ValidationError(translate(refused)) from None

    def validate_password_again(self, field: PasswordField) -> None:
        """Refuse two different passwords."""
        if field.data != self.password.data:
            raise ValidationError(gettext("两次输入的密码不一致，请重新输入。"))


class NewUnitApplicantForm(NewApplicantForm):
    """Step 2 for somebody who is not yet a user (U08)."""

    landline = StringField(_l("固定电话"), [Follows(parse_landline)])


class NewIndividualForm(NewApplicantForm, PersonalForm):
    """Registration of an individual who is not yet a user (P01, P02)."""


class KnownIndividualForm(KnownApplicantForm, PersonalForm):
    """Registration as an individual of somebody who already is a user (P05)."""


class CorrectedIndividualForm(PersonalForm, ContactForm):
    """A rejected or withdrawn registration, to be corrected and submitted again."""


class ProgressForm(KnownApplicantForm):
    """注册审核进度查询: name, identity number, password (P06)."""

    name = StringField(_l("姓名"), [Required()])
