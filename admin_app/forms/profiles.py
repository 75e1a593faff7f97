"""Forms of 用户资料管理: one for each tab, and one for the photo."""

from typing import Any, Final

from flask_babel import lazy_gettext as _l
from wtforms import StringField

from admin_app.enums import ProfileSection
from admin_app.forms.base import LocalForm
from admin_app.forms.fields import (
    ChoiceField,
    DayField,
    Follows,
    PickedField,
    PictureField,
    Required,
    single_line,
)
from admin_app.models import Person
from admin_app.rules.contacts import parse_email, parse_landline, parse_mobile

SEALED: Final = ("mobile", "email")
"""What is stored sealed: it is replaced without being shown."""


class ProfileForm(LocalForm):
    """A tab's form; its fields are called as the columns."""

    def values(self) -> dict[str, Any]:
        """Return what was typed, by column: an empty text is one, a day is none."""
        return {field.name: field.data for field in self}


class BasicForm(ProfileForm):
    """基本信息; numbers that are known already stay when their fields are empty."""

    mobile = StringField(
        _l("手机号码"),
        [Follows(parse_mobile)],
        render_kw={"inputmode": "tel", "autocomplete": "tel", "maxlength": 20},
    )
    email = StringField(
        _l("电子邮箱"),
        [Follows(parse_email)],
        render_kw={"inputmode": "email", "autocomplete": "email", "maxlength": 254},
    )
    landline = StringField(
        _l("固定电话"),
        [Follows(parse_landline)],
        description=_l("区号-号码，例如 0371-12345678"),
        render_kw={"inputmode": "tel", "maxlength": 30},
    )
    ethnic_group_id = ChoiceField(_l("民族"), validators=[Required()])
    native_place_id = PickedField(_l("籍贯"))
    political_status_id = ChoiceField(_l("政治面貌"))
    work_start_date = DayField(_l("参加工作时间"))

    def require_missing(self, person: Person) -> None:
        """Star the numbers that are not known yet; the others may be left empty."""
        for name in SEALED:
            if not getattr(person, name):
                self[name].validators = [Required(), *self[name].validators]
                self[name].flags.required = True

    def values(self) -> dict[str, Any]:
        """Leave out the numbers that stay."""
        given = super().values()
        kept = {name for name in SEALED if not given.get(name)}
        return {name: value for name, value in given.items() if name not in kept}


class EducationForm(ProfileForm):
    """A line of 学历."""

    education_level_id = ChoiceField(_l("学历"), validators=[Required()])
    degree_id = ChoiceField(_l("学位"))
    school = StringField(
        _l("毕业院校"), [Required(), single_line(100)], render_kw={"maxlength": 100}
    )
    major_id = PickedField(_l("所学专业"))
    graduated_on = DayField(_l("毕业时间"), [Required()])


class QualificationForm(ProfileForm):
    """A line of 职（执）业资格."""

    name = StringField(
        _l("资格名称"),
        [Required(), single_line(100)],
        description=_l("与证书一致，例如 一级注册建造师"),
        render_kw={"maxlength": 100},
    )
    certificate_number = StringField(
        _l("证书编号"), [single_line(60)], render_kw={"maxlength": 60}
    )
    obtained_on = DayField(_l("取得时间"), [Required()])


class PostForm(ProfileForm):
    """A line of 专业技术职务."""

    title_id = PickedField(_l("专业技术职务"), [Required()])
    obtained_on = DayField(_l("取得时间"), [Required()])


class HonourForm(ProfileForm):
    """A line of 学术技术称号."""

    name = StringField(
        _l("称号名称"), [Required(), single_line(100)], render_kw={"maxlength": 100}
    )
    granted_by = StringField(
        _l("授予单位"), [single_line(100)], render_kw={"maxlength": 100}
    )
    obtained_on = DayField(_l("取得时间"), [Required()])


FORMS: Final[dict[ProfileSection, type[ProfileForm]]] = {
    ProfileSection.basic: BasicForm,
    ProfileSection.education: EducationForm,
    ProfileSection.qualification: QualificationForm,
    ProfileSection.post: PostForm,
    ProfileSection.honour: HonourForm,
}


class PhotoForm(LocalForm):
    """一寸照."""

    photo = PictureField(
        _l("一寸照"),
        description=_l("近期正面免冠证件照，JPG 或 PNG，竖版，宽高比约 5:7"),
        render_kw={"accept": "image/jpeg,image/png"},
    )
