"""The forms of the second step: setting it up, passing it, switching it off."""

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField, StringField

from admin_app.forms.base import LocalForm
from admin_app.forms.fields import Required

_OF_CODE = {"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": 12}
_OF_RECOVERY = {"autocomplete": "off", "maxlength": 40}


class SetUpForm(LocalForm):
    """The first code, which shows that the authenticator has the secret."""

    code = StringField(_l("6 位动态口令"), [Required()], render_kw=_OF_CODE)


class CodeForm(LocalForm):
    """A code of the authenticator, or a recovery code in its place."""

    code = StringField(_l("6 位动态口令"), render_kw=_OF_CODE)
    recovery_code = StringField(_l("恢复码"), render_kw=_OF_RECOVERY)


class SwitchOffForm(CodeForm):
    """Password and code: what a stranger at an open screen does not have."""

    password = PasswordField(
        _l("登录密码"), [Required()], render_kw={"autocomplete": "current-password"}
    )
