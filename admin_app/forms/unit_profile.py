"""单位资料管理: what a unit changes of itself, and the scan of its papers (U15)."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField

from admin_app.forms.base import LocalForm
from admin_app.forms.fields import (
    ChoiceField,
    Follows,
    PictureField,
    Required,
    single_line,
)
from admin_app.rules.contacts import parse_landline


class UnitProfileForm(LocalForm):
    """What is saved at once."""

    seen_at = HiddenField()
    name = StringField(
        _l("单位名称"),
        [Required(), single_line(100)],
        description=_l("填写全称，与单位证照一致"),
    )
    short_name = StringField(_l("简称"), [single_line(50)])
    nature_id = ChoiceField(_l("单位性质"), validators=[Required()])
    industry_id = ChoiceField(_l("所属行业"), validators=[Required()])
    phone = StringField(
        _l("单位电话"),
        [Required(), Follows(parse_landline)],
        description=_l("区号-号码，例如 0371-12345678"),
        render_kw={"inputmode": "tel"},
    )
    contact = StringField(_l("联系人"), [single_line(50)])
    address = StringField(_l("单位地址"), [single_line(200)])


class UnitScanForm(LocalForm):
    """Another scan."""

    scan = PictureField(
        _l("单位证照扫描件"),
        description=_l("营业执照、法人证书等的清晰图片，JPG 或 PNG，不超过 5 MB"),
        render_kw={"accept": "image/jpeg,image/png", "required": True},
    )
