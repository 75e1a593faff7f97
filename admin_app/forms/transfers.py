"""Forms of a person's move to another unit: asked for by themself, or by their unit."""

import functools

from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField

from admin_app.forms.base import LocalForm
from admin_app.forms.fields import Follows, PickedField, Required
from admin_app.operations.transfers import REASON_LENGTH
from admin_app.rules.texts import clean_text

_REASON = functools.partial(
    clean_text, field="reason", max_length=REASON_LENGTH, single_line=False
)


class TransferForm(LocalForm):
    """更改单位 (P11)."""

    region_id = PickedField(_l("新单位所属区域"), [Required()])
    unit_id = PickedField(_l("新单位"), [Required()])
    department_id = PickedField(
        _l("新部门"), description=_l("可以不选，调入后由新单位安排")
    )
    reason = TextAreaField(
        _l("调转原因"),
        [Required(), Follows(_REASON)],
        description=_l("例如调动、招聘或机构调整，新单位确认时会看到"),
        render_kw={"rows": 3, "maxlength": REASON_LENGTH},
    )


class OutgoingForm(TransferForm):
    """人员调出 (U33)."""

    person_id = PickedField(_l("调出人员"), [Required()])
