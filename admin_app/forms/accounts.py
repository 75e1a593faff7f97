"""The forms of signing in and of changing a password."""

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField, StringField

from admin_app.forms.base import LocalForm
from admin_app.forms.fields import Required


class SignInForm(LocalForm):
    """登录账户、密码、验证码 (U10, P07)."""

    id_number = StringField(
        _l("登录账户"),
        [Required()],
        description=_l("身份证号码"),
        render_kw={"autocomplete": "username", "maxlength": 40},
    )
    password = PasswordField(
        _l("密码"), [Required()], render_kw={"autocomplete": "current-password"}
    )
    captcha = StringField(_l("验证码"), [Required()], render_kw={"maxlength": 8})


class ChangePasswordForm(LocalForm):
    """原密码、新密码、确认新密码 (U18, P15)."""

    old_password = PasswordField(
        _l("原密码"), [Required()], render_kw={"autocomplete": "current-password"}
    )
    new_password = PasswordField(
        _l("新密码"),
        [Required()],
        description=_l("8-20位，不要纯数字或字母"),
        render_kw={"autocomplete": "new-password"},
    )
    confirmation = PasswordField(
        _l("确认新密码"), [Required()], render_kw={"autocomplete": "new-password"}
    )
