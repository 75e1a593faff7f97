"""Records that a session loads by a statement which is made once (decision 20).

SQLAlchemy finds out anew in each run where the columns and relationships of all that is
joined belong, which takes it longer than the database takes to find them.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, class_mapper
from sqlalchemy.orm.attributes import instance_state, set_committed_value
from sqlalchemy.orm.util import identity_key

from admin_app.prepared import Prepared


class Loading:
    """Loads a record of a model with what it points at, each as it is now.

    `beside` names what is read of each relationship's record; what is not named is read
    when somebody asks for it.
    """

    __slots__ = ("_parts", "_statement")

    def __init__(
        self,
        model: Any,
        beside: Mapping[Any, Sequence[Any]],
        asked: Callable[[Select[Any]], Select[Any]],
    ) -> None:
        """Take what is loaded; `asked` adds to the SELECT which records they are."""
        own = [getattr(model, each.key) for each in class_mapper(model).column_attrs]
        parts = [_Part(model, own)]
        for way, columns in beside.items():
            target = way.property.mapper.class_
            parts.append(_Part(target, [target.id, *columns], way))
        found = select(*(column for part in parts for column in part.columns))
        start, lacking = 0, {model: False}
        for part in parts:
            part.ways = [way for way in beside if way.class_ is part.model]
            part.place = slice(start, start := start + len(part.columns))
            if part.way is not None:
                nullable = any(c.nullable for c in part.way.property.local_columns)
                # Behind what may not be there nothing has to be.
                lacking[part.model] = nullable or lacking[part.way.class_]
                found = found.join(part.way, isouter=lacking[part.model])
        self._parts = parts[::-1]
        self._statement = Prepared(asked(found))

    def first(self, session: Session, values: Mapping[str, Any]) -> Any | None:
        """Return the first record that is found, None where there is none."""
        for row in self._statement.rows(session, values):
            found: dict[Any, Any] = {}
            # What others point at comes before them.
            for part in self._parts:
                found[part.way] = part.brought(session, row, found)
            return found[None]
        return None


class _Part:
    """The records of one model in what is found, and by which way they are found."""

    def __init__(self, model: Any, columns: Sequence[Any], way: Any = None) -> None:
        self.model, self.columns, self.way = model, columns, way
        self.ways: Sequence[Any] = ()
        self.place = slice(0)
        self._names = [column.key for column in columns]
        every = {each.key for each in class_mapper(model).column_attrs}
        self._unread = every.difference(self._names)

    def brought(
        self, session: Session, row: Any, found: Mapping[Any, Any]
    ) -> Any | None:
        """Return the record that a row tells of, in the session as if it had loaded it."""
        told = dict(zip(self._names, row[self.place], strict=True))
        if told["id"] is None:
            return None
        told |= {way.key: found[way] for way in self.ways}
        key = identity_key(self.model, told["id"])
        known = session.identity_map.get(key)
        if known is None:
            return self._new(session, key, told)
        session.expire(known)
        for name, value in told.items():
            set_committed_value(known, name, value)
        return known

    def _new(self, session: Session, key: Any, told: Mapping[str, Any]) -> Any:
        record = class_mapper(self.model).class_manager.new_instance()
        state = instance_state(record)
        state.key, state.session_id = key, session.hash_key
        state.dict.update(told)
        state.expired_attributes.update(self._unread)
        session.identity_map.add(state)
        return record
