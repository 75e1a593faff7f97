"""Extensions, made empty here and bound to the program in create_app."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from flask_login import LoginManager
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

from admin_app.routed import RoutedSession

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """What every table has in common: the names of its constraints."""

    metadata = MetaData(naming_convention=NAMING)


db = SQLAlchemy(
    model_class=Base,
    session_options={"class_": RoutedSession, "expire_on_commit": False},
)
if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model
login_manager = LoginManager()


class Keyring:
    """The data keys in use: the first one writes, all of them read."""

    def __init__(self) -> None:
        """Start without keys; `bind` brings them."""
        self._keys: dict[str, bytes] = {}

    def bind(self, keys: Mapping[str, bytes]) -> None:
        """Take the keys, newest first, 64 bytes each (AES-256-SIV)."""
        self._keys = dict(keys)

    @property
    def current(self) -> tuple[str, bytes]:
        """The name and bytes of the key that writes."""
        return next(iter(self._keys.items()))

    @property
    def keys(self) -> tuple[bytes, ...]:
        """Every key that is held, newest first."""
        return tuple(self._keys.values())

    @property
    def names(self) -> tuple[str, ...]:
        """The name of every key that is held, newest first."""
        return tuple(self._keys)

    def named(self, name: str) -> bytes:
        """Return the key of that name; KeyError when it is not held."""
        return self._keys[name]


keyring = Keyring()
