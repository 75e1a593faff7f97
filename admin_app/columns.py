"""Column types and the mixins that say how a row hangs on units, people and time."""

# ruff: noqa: ARG002 (SQLAlchemy hands every type decorator its dialect)
import base64
import datetime as dt
import decimal
import enum
from collections.abc import Callable
from typing import Any, Final

from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from sqlalchemy import (
    BigInteger,
    BindParameter,
    CheckConstraint,
    DateTime,
    Dialect,
    Enum,
    ForeignKey,
    Integer,
    SmallInteger,
    String,
    Text,
    TypeDecorator,
    type_coerce,
)
from sqlalchemy.orm import Mapped, declared_attr, mapped_column
from sqlalchemy.sql import operators

from admin_app.enums import State
from admin_app.extensions import keyring

BigId = BigInteger().with_variant(Integer, "sqlite")
"""Keys come from one allocator per table and never run out."""


class Sorted(TypeDecorator[str]):
    """Text compared by code point on both databases, so that prefix ranges work."""

    impl = String
    cache_ok = True

    def __init__(self, length: int) -> None:
        """Limit the length in characters."""
        super().__init__(length)
        self.length = length

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """Use the C collation where the database has others."""
        collation = "C" if dialect.name == "postgresql" else None
        return dialect.type_descriptor(String(self.length, collation=collation))


def seal(text: str, *, name: str, key_name: str | None = None) -> str:
    """Encrypt for the column `name`, with the current key or the one that is named."""
    key_name = key_name or keyring.current[0]
    sealed = AESSIV(keyring.named(key_name)).encrypt(text.encode(), [name.encode()])
    return f"{key_name}:{base64.urlsafe_b64encode(sealed).decode()}"


def unseal(sealed: str, *, name: str) -> str:
    """Decrypt with the key that wrote it."""
    key_name, _, text = sealed.partition(":")
    opened = AESSIV(keyring.named(key_name)).decrypt(
        base64.urlsafe_b64decode(text), [name.encode()]
    )
    return opened.decode()


_LOOKUPS: Final[dict[Any, tuple[Any, bool]]] = {
    operators.eq: (operators.in_op, False),
    operators.ne: (operators.not_in_op, False),
    operators.in_op: (operators.in_op, True),
    operators.not_in_op: (operators.not_in_op, True),
}


class SealedComparator(TypeDecorator.Comparator[str], String.Comparator[str]):
    """Looks a text up as each held key would have stored it (PR-03)."""

    def operate(self, op: Callable[..., Any], *other: Any, **kwargs: Any) -> Any:
        """Compare with the ciphertexts of all keys; other operators are as usual.

        TypeError for a parameter, whose text would be written with one key alone.
        """
        expression: Any = self.expr
        found, is_many = _LOOKUPS.get(op, (None, False))
        if found is not None and any(isinstance(o, BindParameter) for o in other):
            raise TypeError(f"{expression}: is looked up by texts, under every key")
        texts = other[0] if is_many else other
        if found is None or not _are_texts(texts):
            return super().operate(op, *other, **kwargs)
        sealed = [
            seal(text, name=expression.type.name, key_name=key_name)
            for text in texts
            for key_name in keyring.names
        ]
        return type_coerce(expression, String).operate(found, sealed)


def _are_texts(values: Any) -> bool:
    return isinstance(values, list | tuple | set | frozenset) and all(
        isinstance(value, str) for value in values
    )


class EncryptedText(TypeDecorator[str]):
    """Text that is stored only encrypted (AES-SIV, PR-03).

    Equal texts of one column are stored equal under one key, so that UNIQUE works; `==`
    and IN find them under every held key; ranges and LIKE do not. The column's name is
    bound in as associated data.
    """

    impl = String
    cache_ok = True
    comparator_factory = SealedComparator

    def __init__(self, name: str, length: int = 255) -> None:
        """Name the column for the associated data."""
        super().__init__(length)
        self.name = name

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Encrypt with the current key."""
        return None if value is None else seal(value, name=self.name)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Decrypt with the key that wrote it."""
        return None if value is None else unseal(value, name=self.name)


class Amount(TypeDecorator[decimal.Decimal]):
    """Hours or credits as exact decimals, stored as whole hundredths."""

    impl = Integer
    cache_ok = True

    def process_bind_param(
        self, value: decimal.Decimal | int | None, dialect: Dialect
    ) -> int | None:
        """Store hundredths; a finer amount is a programming error."""
        if value is None:
            return None
        hundredths = decimal.Decimal(value) * 100
        if hundredths != hundredths.to_integral_value():
            message = f"amount finer than a hundredth: {value}"
            raise ValueError(message)
        return int(hundredths)

    def process_result_value(
        self, value: int | None, dialect: Dialect
    ) -> decimal.Decimal | None:
        """Give decimals back, without trailing zeros in the hundredths."""
        if value is None:
            return None
        return decimal.Decimal(value) / 100


class LargeAmount(Amount):
    """A sum of hours that a province may earn."""

    impl = BigInteger
    cache_ok = True


class Moment(TypeDecorator[dt.datetime]):
    """A point in time: aware in Python, UTC in the database."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(
        self, value: dt.datetime | None, dialect: Dialect
    ) -> dt.datetime | None:
        """Refuse naive times, store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = "a moment needs a time zone"
            raise ValueError(message)
        return value.astimezone(dt.UTC).replace(tzinfo=None)

    def process_result_value(
        self, value: dt.datetime | None, dialect: Dialect
    ) -> dt.datetime | None:
        """Give UTC back."""
        return None if value is None else value.replace(tzinfo=dt.UTC)


def choice(kind: type[enum.Enum], name: str | None = None) -> Enum:
    """Return the column type of a closed list: names as text with a named check."""
    return Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        length=24,
        name=name or kind.__name__.lower(),
    )


def utc_now() -> dt.datetime:
    """Return the present moment."""
    return dt.datetime.now(dt.UTC)


def reference(
    target: str, *, comment: str, nullable: bool = False, index: bool = False
) -> Mapped[Any]:
    """Return a foreign key column to `target` ("table.column")."""
    return mapped_column(
        BigId, ForeignKey(target), nullable=nullable, comment=comment, index=index
    )


class Identified:
    """A row with a key of its own."""

    id: Mapped[int] = mapped_column(BigId, primary_key=True, comment="编号")


class Timestamped:
    """A row that knows when it came and when it last changed."""

    created_at: Mapped[dt.datetime] = mapped_column(
        Moment, default=utc_now, comment="创建时间"
    )
    updated_at: Mapped[dt.datetime] = mapped_column(
        Moment, default=utc_now, onupdate=utc_now, comment="更新时间"
    )


class CodeTable(Identified):
    """A list of codes: national standards and options of our own."""

    code: Mapped[str] = mapped_column(Sorted(24), unique=True, comment="代码")
    name: Mapped[str] = mapped_column(Sorted(100), index=True, comment="名称")
    name_en: Mapped[str] = mapped_column(String(160), default="", comment="英文名称")
    sort_order: Mapped[int] = mapped_column(Integer, default=0, comment="排序")
    is_active: Mapped[bool] = mapped_column(default=True, comment="启用")


class CodeTree(CodeTable):
    """A list of codes in levels."""

    level: Mapped[int] = mapped_column(SmallInteger, default=1, comment="层级")

    @declared_attr
    def parent_id(cls) -> Mapped[int | None]:  # noqa: N805 (declared_attr gives the class)
        """Hang on a row of the same table."""
        return mapped_column(
            BigId,
            ForeignKey(f"{cls.__tablename__}.id"),  # type: ignore[attr-defined]
            index=True,
            comment="上级",
        )


class UnitOwned:
    """A row that belongs to a unit; scope starts here."""

    unit_id: Mapped[int] = mapped_column(BigId, ForeignKey("unit.id"), comment="单位")


class PersonOwned:
    """A row that belongs to a person."""

    person_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("person.id"), comment="专业技术人员"
    )


class Approvable:
    """A row that waits for decisions; only workflows.py writes these columns."""

    state: Mapped[State] = mapped_column(
        choice(State), default=State.draft, comment="状态"
    )
    step: Mapped[int] = mapped_column(SmallInteger, default=0, comment="审批步骤")
    version: Mapped[int] = mapped_column(Integer, default=0, comment="版本")
    submitted_at: Mapped[dt.datetime | None] = mapped_column(Moment, comment="提交时间")
    waiting_since: Mapped[dt.datetime | None] = mapped_column(
        Moment, comment="到达时间"
    )
    decided_at: Mapped[dt.datetime | None] = mapped_column(Moment, comment="审核时间")
    opinion: Mapped[str] = mapped_column(Text, default="", comment="审核意见")

    @declared_attr
    def decider_id(cls) -> Mapped[int | None]:  # noqa: N805 (declared_attr gives the class)
        """The unit that must decide now; set exactly while the row is pending."""
        return mapped_column(BigId, ForeignKey("unit.id"), comment="审核单位")


def decider_while_pending() -> CheckConstraint:
    """Return the constraint that a row waits at a unit exactly while it is pending."""
    return CheckConstraint(
        "(state = 'pending') = (decider_id IS NOT NULL)", name="decider_while_pending"
    )
