"""Whether this is a unit's credit code or organisation code."""

import re

from admin_app.errors import Refused
from admin_app.rules.texts import fold_number

CREDIT_CODE_LENGTH = 18
ORGANIZATION_CODE_LENGTH = 9
REGISTRATION_KINDS = {
    "1": "12349",
    "2": "19",
    "3": "123459",
    "4": "19",
    "5": "12349",
    "6": "129",
    "7": "129",
    "8": "19",
    "9": "123",
    "A": "19",
    "N": "1239",
    "Y": "1",
}
"""Registering body → the kinds of organisation that it registers (GB 32100)."""

_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_FORM = re.compile(
    rf"[{_CREDIT_ALPHABET}]{{2}}[0-9]{{6}}[{_CREDIT_ALPHABET}]{{10}}"
)
_CREDIT_WEIGHTS = tuple(3**place % 31 for place in range(17))
_ORGANIZATION_FORM = re.compile(r"[0-9A-Z]{8}[0-9X]")
_ORGANIZATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def parse_registration_code(raw: str) -> str:
    """Return either code in its stored form; 9 or 10 characters mean the older one."""
    code = fold_number(raw)
    if len(code.replace("-", "")) == ORGANIZATION_CODE_LENGTH:
        return parse_organization_code(code)
    return parse_social_credit_code(code)


def parse_social_credit_code(raw: str) -> str:
    """Return the 18 characters in capitals, or refuse with a `reason`."""
    code = fold_number(raw)
    if len(code) != CREDIT_CODE_LENGTH:
        raise _refusal(
            "统一社会信用代码应为 %(expected)s 位，现为 %(found)s 位，请对照证照核对。",
            "length",
            expected=CREDIT_CODE_LENGTH,
            found=len(code),
        )
    if not _CREDIT_FORM.fullmatch(code):
        raise _refusal(
            "统一社会信用代码只能有数字和大写字母（不含 I、O、S、V、Z），"
            "第 3 至 8 位为数字，请对照证照核对。",
            "format",
        )
    if code[1] not in REGISTRATION_KINDS.get(code[0], ""):
        raise _refusal("统一社会信用代码前两位不是有效的登记类别，请核对。", "kind")
    if credit_check_character(code[:17]) != code[17]:
        raise _refusal("统一社会信用代码的校验码不正确，请逐位核对。", "check_digit")
    if organization_check_character(code[8:16]) != code[16]:
        raise _refusal(
            "统一社会信用代码中的组织机构代码校验码不正确，请逐位核对。", "org_check"
        )
    return code


def parse_organization_code(raw: str) -> str:
    """Return the 9 characters without hyphen, or refuse with a `reason`."""
    code = re.sub(r"(?<=^.{8})-(?=.$)", "", fold_number(raw))
    if not _ORGANIZATION_FORM.fullmatch(code):
        raise _refusal(
            "组织机构代码应为 8 位数字或大写字母加 1 位校验码，请对照证书核对。",
            "format",
        )
    if organization_check_character(code[:8]) != code[8]:
        raise _refusal("组织机构代码的校验码不正确，请逐位核对。", "org_check")
    return code


def credit_check_character(first_17: str) -> str:
    """Return the check character of GB 32100 (mod 31)."""
    pairs = zip(first_17, _CREDIT_WEIGHTS, strict=True)
    total = sum(_CREDIT_ALPHABET.index(sign) * weight for sign, weight in pairs)
    return _CREDIT_ALPHABET[-total % 31]


def organization_check_character(first_8: str) -> str:
    """Return the check character of GB 11714 (mod 11)."""
    pairs = zip(first_8, _ORGANIZATION_WEIGHTS, strict=True)
    remainder = -sum(int(sign, 36) * weight for sign, weight in pairs) % 11
    return "X" if remainder == 10 else str(remainder)  # noqa: PLR2004 (ten is written X)


def _refusal(sentence: str, reason: str, **values: object) -> Refused:
    return Refused(sentence, field="registration_code", reason=reason, **values)
