"""The form by which an administrator who will be away names a colleague (X06)."""

from flask_babel import lazy_gettext as _l

from admin_app.forms.base import LocalForm
from admin_app.forms.fields import ChoiceField, DayField, Required


class DelegationForm(LocalForm):
    """To whom, and from which day to which."""

    delegate_id = ChoiceField(
        _l("受托人"),
        validators=[Required()],
        description=_l("本单位其他管理员，须具有与您相同的审核权限和管理范围"),
    )
    starts_on = DayField(_l("开始日期"), [Required()])
    ends_on = DayField(
        _l("结束日期"), [Required()], description=_l("含当天，到期自动结束")
    )
