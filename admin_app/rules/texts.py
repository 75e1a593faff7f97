"""Whether this text is fit to be stored (IN-08)."""

import re
import unicodedata

from admin_app.errors import Refused

NAME_MIN_LENGTH = 2
NAME_MAX_LENGTH = 50
MIDDLE_DOT = "·"

_BIDI_CONTROLS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e") | (
    frozenset("\u2066\u2067\u2068\u2069")
)
_ZERO_WIDTH = frozenset("\u00ad\u180e\u200b\u200c\u200d\u2060\ufeff")
_LINE_CONTROLS = frozenset("\n\t")
# Keyboards and older systems write the dot of a name in many ways.
_MIDDLE_DOTS = str.maketrans(dict.fromkeys("•‧∙⋅・･．", MIDDLE_DOT))
_NAME_MARKS = frozenset(f"{MIDDLE_DOT} -'’.")


def fold_number(raw: str) -> str:
    """Return a number or code as it is printed: ASCII, no blanks, capitals."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", raw)).upper()


def clean_text(
    value: object, *, field: str, max_length: int, single_line: bool = True
) -> str:
    """Return the text in NFC without outer blanks, or refuse what no database holds.

    Length counts characters, so that SQLite and PostgreSQL give the same verdict.
    """
    if not isinstance(value, str):
        raise Refused("此处只能填写文字，请重新填写。", field=field)
    allowed = frozenset() if single_line else _LINE_CONTROLS
    lines = value if single_line else value.replace("\r\n", "\n").replace("\r", "\n")
    _refuse_controls(lines.strip(), field=field, allowed=allowed)
    text = unicodedata.normalize("NFC", lines.strip())
    if len(text) > max_length:
        raise Refused(
            "内容有 %(length)s 个字符，最多 %(max_length)s 个，请删减后再提交。",
            field=field,
            length=len(text),
            max_length=max_length,
        )
    return text


def clean_name(value: object, *, field: str) -> str:
    """Return a person's name: letters, with · or blanks only inside."""
    text = clean_text(value, field=field, max_length=NAME_MAX_LENGTH)
    refuse_zero_width(text, field=field)
    name = re.sub(r" +", " ", text.translate(_MIDDLE_DOTS))
    if len(name) < NAME_MIN_LENGTH:
        raise Refused(
            "姓名至少 %(min_length)s 个字，请按身份证上的姓名填写。",
            field=field,
            min_length=NAME_MIN_LENGTH,
        )
    if not _is_name(name):
        raise Refused(
            "姓名中只能有汉字、字母和间隔号“·”，请按身份证上的姓名填写。", field=field
        )
    return name


def refuse_zero_width(text: str, *, field: str) -> None:
    """Refuse characters that nobody sees, in names and numbers."""
    if _ZERO_WIDTH.intersection(text):
        raise Refused("内容中有看不见的字符，请删除后手工重新输入。", field=field)


def name_skeleton(name: str) -> str:
    """Return what two spellings of one name have in common, for finding duplicates."""
    folded = unicodedata.normalize("NFKC", name.translate(_MIDDLE_DOTS)).casefold()
    return "".join(character for character in folded if character.isalpha())


def _refuse_controls(text: str, *, field: str, allowed: frozenset[str]) -> None:
    for character in text:
        if character in allowed:
            continue
        if character in _BIDI_CONTROLS or _is_unstorable(character):
            raise Refused(
                "内容中有不可见的控制字符或换行，请删除后再提交。", field=field
            )


def _is_unstorable(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"}


def _is_name(name: str) -> bool:
    ends_are_letters = name[0].isalpha() and (name[-1].isalpha() or name[-1] == ".")
    inside = all(character.isalpha() or character in _NAME_MARKS for character in name)
    return ends_are_letters and inside
