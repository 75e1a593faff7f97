"""The settings of a person: how the platform speaks and looks to them."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice

from admin_app.enums import Language, Theme
from admin_app.forms.base import LocalForm
from admin_app.forms.fields import Required
from admin_app.rules.page_sizes import PAGE_SIZES


class SettingsForm(LocalForm):
    """语言、主题、大字体、每页行数."""

    locale = RadioField(
        _l("语言"),
        [Required()],
        choices=[SelectChoice(each.name, each.label) for each in Language],
    )
    theme = RadioField(
        _l("主题"),
        [Required()],
        choices=[SelectChoice(theme.name, _l(theme.label)) for theme in Theme],
    )
    is_large_type = BooleanField(
        _l("大字体"), description=_l("放大所有文字，适合看不清小字时使用。")
    )
    page_size = SelectField(
        _l("列表每页行数"),
        choices=[SelectChoice(size, str(size)) for size in PAGE_SIZES],
        coerce=int,
    )
