"""What does a dotted name such as `person.name` mean on a model, and how is it called?"""

from dataclasses import dataclass
from typing import Any, Final

from flask_babel.speaklater import LazyString
from sqlalchemy import inspect
from sqlalchemy.orm import DeclarativeBase, RelationshipProperty

from admin_app.models import Person
from admin_app.web.i18n import current_locale
from admin_app.web.i18n import lazily as _l

Model = type[DeclarativeBase]


@dataclass(frozen=True, slots=True)
class Shown:
    """A column that a screen shows, with the relations that lead to it."""

    path: str
    label: LazyString
    attribute: Any
    chain: tuple[Any, ...] = ()
    english: Any = None
    """The column that holds the same name in English, where the related row has one."""

    def value(self, record: Any) -> Any:
        """Return what the record holds there; None as soon as a relation is empty."""
        for relation in self.chain:
            record = getattr(record, relation.key)
            if record is None:
                return None
        in_english = self.english is not None and current_locale() == "en"
        own: Any = getattr(record, self.attribute.key)
        return (in_english and getattr(record, self.english.key)) or own


def resolve(model: Model, path: str, label: str = "") -> Shown:
    """Return the column behind a dotted name.

    Raises AttributeError for a name that the model does not have, and ValueError for
    a column without a label.
    """
    *relations, name = path.split(".")
    owner: Any = model
    chain = []
    for relation in relations:
        attribute = getattr(owner, relation)
        chain.append(attribute)
        owner = attribute.property.mapper.class_
    attribute = getattr(owner, name)
    sentence = label or _label(attribute, chain)
    if not sentence:
        raise ValueError(f"{model.__name__}.{path} has no label")
    # A code table's own screen shows both names, everybody else one of them.
    english = getattr(owner, "name_en", None) if chain and name == "name" else None
    return Shown(path, _l(sentence), attribute, tuple(chain), english)


def _label(attribute: Any, chain: list[Any]) -> str:
    # `unit.name` is called 单位, but `person.name` 姓名: a person has many columns.
    if chain and attribute.key == "name" and attribute.class_ is not Person:
        return relation_label(chain[-1])
    if isinstance(attribute.property, RelationshipProperty):
        return relation_label(attribute)
    return str(attribute.property.columns[0].comment or "")


def relation_label(relation: Any) -> str:
    """Return the label of the foreign key behind a relation."""
    column = next(iter(relation.property.local_columns))
    return str(column.comment or "")


def relation_of(model: Model, column_key: str) -> Any | None:
    """Return the relation that is kept in a foreign key, if the model has one."""
    mapper: Any = inspect(model)
    column = mapper.columns[column_key]
    for relation in mapper.relationships:
        if (
            relation.local_columns == {column}
            and relation.direction.name == "MANYTOONE"
        ):
            return getattr(model, relation.key)
    return None


BOOKKEEPING: Final = frozenset({"id", "created_at", "updated_at"})
"""What a record's page tells last; its name comes first."""


def all_paths(model: Model, *, without: frozenset[str] = frozenset()) -> list[str]:
    """Name every column of the model, a relation's label in place of its key."""
    mapper: Any = inspect(model)
    paths = []
    for column in mapper.column_attrs:
        if column.key in without:
            continue
        relation = relation_of(model, column.key)
        if relation is None or not hasattr(relation.property.mapper.class_, "name"):
            paths.append(column.key)
        else:
            paths.append(f"{relation.key}.name")
    return sorted(paths, key=lambda path: (path != "name", path in BOOKKEEPING))
