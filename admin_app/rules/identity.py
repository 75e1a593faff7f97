"""Whether this is a resident identity number, and what it tells (IN-09)."""

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from admin_app.enums import Sex
from admin_app.errors import Refused

ID_NUMBER_LENGTH = 18
MINIMUM_AGE = 14
MAXIMUM_AGE = 120
PROVINCES: Final = frozenset(
    [
        "11",
        "12",
        "13",
        "14",
        "15",
        "21",
        "22",
        "23",
        "31",
        "32",
        "33",
        "34",
        "35",
        "36",
        "37",
        "41",
        "42",
        "43",
        "44",
        "45",
        "46",
        "50",
        "51",
        "52",
        "53",
        "54",
        "61",
        "62",
        "63",
        "64",
        "65",
        "71",
        "81",
        "82",
        "83",
    ]
)
"""The first two digits in use; 81, 82 and 83 are residence permits."""

_FORM = re.compile(r"[0-9]{17}[0-9X]")
_WEIGHTS = tuple(2**place % 11 for place in range(17, 0, -1))
_CHECK_CHARACTERS = "10X98765432"


@dataclass(frozen=True)
class IdNumber:
    """A valid number and what follows from it."""

    number: str
    region: str
    birth_date: dt.date
    sex: Sex

    def __repr__(self) -> str:
        """Keep the number out of logs and tracebacks (PR-05)."""
        return f"IdNumber({self.region})"


def fold_id_number(raw: str) -> str:
    """Return what a person most likely meant: ASCII, no blanks, capital X."""
    folded = unicodedata.normalize("NFKC", raw)
    return re.sub(r"[ \t\u3000-]+", "", folded.strip()).upper()


def parse_id_number(raw: str, *, today: dt.date) -> IdNumber:
    """Return the number with what it tells, or refuse with a `reason` in the values.

    Strict: fold what a person typed with `fold_id_number` first. The first six digits
    are not looked up, because no list of divisions is complete.
    """
    number = _refuse_form(raw)
    birth_date = _read_birth_date(number)
    if not MINIMUM_AGE <= age_on(today, birth_date) <= MAXIMUM_AGE:
        raise _refusal(
            "身份证号码中的出生日期超出范围，须年满 %(minimum)s 岁且不超过"
            " %(maximum)s 岁，请核对。",
            "birth_range",
            minimum=MINIMUM_AGE,
            maximum=MAXIMUM_AGE,
        )
    if number[14:17] == "000":
        raise _refusal("身份证号码的顺序码不能为 000，请核对。", "sequence")
    if check_character(number[:17]) != number[17]:
        raise _refusal("身份证号码的校验码不正确，请逐位核对。", "check_digit")
    return IdNumber(
        number=number,
        region=number[:6],
        birth_date=birth_date,
        sex=Sex.male if int(number[16]) % 2 else Sex.female,
    )


def check_character(first_17: str) -> str:
    """Return the check character of the first 17 digits (ISO 7064 MOD 11-2)."""
    pairs = zip(first_17, _WEIGHTS, strict=True)
    return _CHECK_CHARACTERS[sum(int(digit) * weight for digit, weight in pairs) % 11]


def age_on(today: dt.date, birth_date: dt.date) -> int:
    """Return the completed years of life, negative before birth."""
    had_birthday = (today.month, today.day) >= (birth_date.month, birth_date.day)
    return today.year - birth_date.year - (not had_birthday)


def agree_with_id(
    id_number: IdNumber, *, sex: Sex | None, birth_date: dt.date | None
) -> None:
    """Refuse a sex or birth date that contradicts the number; None is not compared."""
    if sex is not None and sex is not id_number.sex:
        raise Refused("所选性别与身份证号码不一致，请核对后修改。", field="sex")
    if birth_date is not None and birth_date != id_number.birth_date:
        raise Refused(
            "所填出生日期与身份证号码不一致，请核对后修改。", field="birth_date"
        )


def _refuse_form(raw: str) -> str:
    if len(raw) != ID_NUMBER_LENGTH:
        raise _refusal(
            "身份证号码应为 %(expected)s 位，现为 %(found)s 位，请核对。",
            "length",
            expected=ID_NUMBER_LENGTH,
            found=len(raw),
        )
    number = raw[:17] + raw[17].replace("x", "X")
    if not _FORM.fullmatch(number):
        raise _refusal(
            "身份证号码前 17 位只能是数字，末位只能是数字或 X，请核对。", "format"
        )
    if number[:2] not in PROVINCES:
        raise _refusal("身份证号码前两位不是有效的省份代码，请核对。", "province")
    return number


def _read_birth_date(number: str) -> dt.date:
    try:
        return dt.date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise _refusal("身份证号码中的出生日期不存在，请核对。", "birth_date") from None


def _refusal(sentence: str, reason: str, **values: object) -> Refused:
    return Refused(sentence, field="id_number", reason=reason, **values)
