"""The forms of signing in and of changing a password."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import PasswordField, StringField
from wtforms.validators import ValidationError

from admin_app.forms.base import LocalForm
from admin_app.forms.fields import Follows, Required
from admin_app.forms.registration import CaptchaForm, typed_id_number


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
    activation = StringField(
        _l("激活码"),
        [Required()],
        description=_l("由为您重置密码的管理员告知，区分大小写"),
        render_kw={"autocomplete": "off", "maxlength": 20},
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


class ForgotPasswordForm(CaptchaForm):
    """忘记密码: whose password it is (P26)."""

    id_number = StringField(
        _l("身份证号码"),
        [Required(), Follows(typed_id_number)],
        description=_l("即登录账号"),
        render_kw={"autocomplete": "username", "maxlength": 40},
    )


class CodeForm(LocalForm):
    """The six digits that were sent."""

    code = StringField(
        _l("验证码"),
        [Required()],
        description=_l("6 位数字，5 分钟内有效"),
        render_kw={
            "inputmode": "numeric",
            "autocomplete": "one-time-code",
            "maxlength": 8,
        },
    )


class RecoverPasswordForm(LocalForm):
    """新密码、确认新密码."""

    new_password = PasswordField(
        _l("新密码"),
        [Required()],
        description=_l("8-20位，不要纯数字或字母"),
        render_kw={"autocomplete": "new-password"},
    )
    confirmation = PasswordField(
        _l("确认新密码"), [Required()], render_kw={"autocomplete": "new-password"}
    )

    def validate_confirmation(self, field: PasswordField) -> None:
        """Refuse two different passwords."""
        if field.data != self.new_password.data:
            raise ValidationError(gettext("两次输入的密码不一致，请重新输入。"))
