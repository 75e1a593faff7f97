"""How is a tree of thousands shown? Level by level, each a page of its own."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import aliased

from admin_app.extensions import db
from admin_app.permissions import Actor
from admin_app.rules.paths import steps_of
from admin_app.views.admin import lookups
from admin_app.views.admin.base import EntityView, Tab
from admin_app.views.admin.base.rows import Row
from admin_app.views.admin.display import Cell

AT_ONCE: Final = 50
"""So many nodes of a level come at once."""
TREE: Final = "tree"
BRANCH: Final = "branch-"


@dataclass(frozen=True, slots=True)
class Node:
    """A record in its place; `branch_url` leads to what hangs on it, if anything does."""

    key: str
    row: Row
    notes: Sequence[Cell]
    links: Sequence[dict[str, str]]
    branch_url: str = ""


@dataclass(frozen=True, slots=True)
class Level:
    """What hangs on one record, or stands at the top."""

    nodes: Sequence[Node]
    more_url: str = ""


def tree_tab(*, without: frozenset[str] = frozenset()) -> Tab:
    """Return the tab of the tree; it leaves out what the place already tells."""
    return Tab(TREE, "树形", lambda _actor: None, is_counted=False, without=without)


def list_tab() -> Tab:
    """Return the tab of the same records, one below the other."""
    return Tab("list", "列表", lambda _actor: None, is_counted=False)


class TreeView(EntityView):
    """A screen over records that hang on each other and have a `path` of keys.

    Whoever searches or filters gets a list: what is found may stand anywhere.
    """

    parent_key: ClassVar[str]
    """The column with the key of the record above."""
    list_template = "admin/model/tree.html"

    @abstractmethod
    def roots(self, actor: Actor) -> ColumnElement[bool]:
        """Return the records at which the actor's tree begins."""

    def shows_tree(self) -> bool:
        """Tell whether the address asks for the tree."""
        tab = self.tab()
        is_narrowed = any(map(request.args.get, self.filter_words()))
        return tab is not None and tab.name == TREE and not is_narrowed

    @expose("/")
    def index_view(self) -> ResponseReturnValue:
        """Show a level of the tree, alone or in its page; or list the rows found."""
        if not self.shows_tree():
            answer: ResponseReturnValue = super().index_view()
            return answer
        parent = self._parent()
        level = self.level(parent)
        if request.headers.get("HX-Target", "").startswith(BRANCH):
            return self.render("admin/model/branch.html", level=level)
        return self.render(
            "admin/model/tree_rows.html" if self.is_fragment() else self.list_template,
            level=level,
            crumbs=self._crumbs(parent),
            empty_hint=self.empty_hint(),
            **self.frame(),
        )

    def _parent(self) -> Any:
        raw = request.args.get("parent")
        return self.get_one(raw) if raw else None

    def level(self, parent: Any) -> Level:
        """Return a page of what hangs on the record, by three statements."""
        model: Any = self.entity_model
        child: Any = aliased(model)
        has_children = exists().where(getattr(child, self.parent_key) == model.id)
        here = (
            self.roots(self.actor)
            if parent is None
            else getattr(model, self.parent_key) == parent.id
        )
        statement = select(model.id, has_children).where(*self.scope(), here)
        if after := request.args.get("beyond"):
            statement = statement.where(model.id > lookups.key_of(after))
        page = statement.order_by(model.id).limit(AT_ONCE + 1)
        found = [(key, is_parent) for key, is_parent in db.session.execute(page)]
        shown = dict(found[:AT_ONCE])
        nodes = [
            self._node(row, is_parent)
            for row, is_parent in zip(
                self.rows(list(shown)), shown.values(), strict=True
            )
        ]
        parent_key = parent.id if parent is not None else None
        is_more = len(found) > AT_ONCE
        more_url = self.place_url(parent_key, beyond=max(shown)) if is_more else ""
        return Level(nodes, more_url)

    def _node(self, row: Row, is_parent: bool) -> Node:  # noqa: FBT001 (a field)
        key = row.key.partition(":")[0]
        return Node(
            key=key,
            row=row,
            notes=[cell for cell in row.cells[1:] if cell.text],
            # The first link leads where the name does.
            links=row.links[1:],
            branch_url=self.place_url(key) if is_parent else "",
        )

    def place_url(self, key: object = None, **more: object) -> str:
        """Return the address of the level below a record, or of the top."""
        given: dict[str, Any] = {"tab": TREE, "parent": key, **more}
        return url_for(".index_view", **{k: v for k, v in given.items() if v})

    def _crumbs(self, parent: Any) -> list[tuple[str, str]]:
        """Return the names that lead to the record, each with its level's address."""
        if parent is None:
            return []
        model: Any = self.entity_model
        keys = steps_of(parent.path)
        inside = select(model.id, model.name).where(*self.scope(), model.id.in_(keys))
        names = {row.id: row.name for row in db.session.execute(inside)}
        steps = [(names[key], self.place_url(key)) for key in keys if key in names]
        return [(_("全部"), self.place_url()), *steps]
