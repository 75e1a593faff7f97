"""Pages of the administration that no table describes: who may open them, where they hang."""

from typing import Any, ClassVar

from flask import abort
from flask.typing import ResponseReturnValue
from flask_admin import BaseView
from flask_babel import lazy_gettext as _l

from admin_app.permissions import Actor, permits
from admin_app.views.admin import menu
from admin_app.web.identity import current_actor


class TaskPage(BaseView):
    """A page with a place in the menu; opening it needs one permission."""

    title: ClassVar[str] = ""
    group: ClassVar[str] = ""
    permission: ClassVar[str] = ""
    path: ClassVar[str] = ""

    def __init__(self) -> None:
        """Hang the page under its address."""
        super().__init__(
            name=_l(self.title), endpoint=f"admin_{self.path}", url=self.path
        )

    @property
    def actor(self) -> Actor:
        """Who acts."""
        actor = current_actor()
        if actor is None:
            abort(401)
        return actor

    @classmethod
    def is_shown(cls, actor: Actor) -> bool:
        """Whether the page stands in the actor's menu."""
        return actor.is_administrator and permits(actor, cls.permission)

    def is_accessible(self) -> bool:
        """Whether the actor may open the page."""
        actor = current_actor()
        return actor is not None and self.is_shown(actor)

    def inaccessible_callback(self, name: str, **kwargs: Any) -> ResponseReturnValue:  # noqa: ARG002 (Flask-Admin's signature)
        """Ask visitors to sign in, refuse the others."""
        abort(401 if current_actor() is None else 403)

    def require(self, permission: str) -> None:
        """Answer 403 unless the actor holds the permission."""
        if not permits(self.actor, permission):
            abort(403)

    def render(self, template: str, **values: Any) -> Any:
        """Show a template with the menu."""
        beside = menu.side_menu(self.actor, self.endpoint)
        return super().render(template, side_menu=beside, **values)
