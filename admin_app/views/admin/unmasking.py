"""Who sees full personal numbers, and what must happen before (PR-02)?"""

import datetime as dt
from typing import Any, Final

from flask import Response, g, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _

from admin_app.forms.unmasking import UnmaskForm
from admin_app.operations.audit import record as audit
from admin_app.views.admin.base import EntityView
from admin_app.views.admin.display import is_masked, plain
from admin_app.web import limits, step_up
from admin_app.web.errors import TooMany
from admin_app.web.transactions import saving

A_DAY: Final = 100
DAY: Final = dt.timedelta(days=1)


class Unmasking(EntityView):
    """A screen whose details can show full numbers: one record, once, for a reason."""

    details_template = "admin/model/unmask.html"

    @expose("/unmask/", methods=("POST",))
    def unmask_view(self) -> ResponseReturnValue:
        """Show the full numbers of one record in this answer and in no other."""
        self.require("unmask")
        form = self.unmask_form()
        if not form.validate():
            return self._answer(form, 422)
        if "password" in form and not step_up.step_up(form.password.data or ""):
            form.password.errors = [_("密码错误")]
            return self._answer(form, 400)
        self._count()
        record = self.opened()
        with saving() as session:
            audit(
                session,
                "unmask",
                object_kind=self.entity_model.__tablename__,
                object_id=record.id,
                after={"reason": form.reason.data},
            )
        return self._answer(self.unmask_form(empty=True), 200, self._full(record))

    def unmask_form(self, *, empty: bool = False) -> UnmaskForm:
        """Return the form; it asks for no password that was given lately."""
        form = UnmaskForm(None if empty else request.form)
        if step_up.is_fresh():
            del form.password
        return form

    def _count(self) -> None:
        try:
            limits.hit("unmask", str(self.actor.account_id), A_DAY, DAY)
        except TooMany:
            with saving() as session:
                audit(
                    session,
                    "unmask",
                    object_kind=self.entity_model.__tablename__,
                    object_id=request.args.get("id", ""),
                    result="refused",
                )
            raise

    def _answer(
        self, form: UnmaskForm, status: int, revealed: Any = ()
    ) -> ResponseReturnValue:
        if "password" in form:
            form.password.data = ""
        # `render` hands it to the page of this one request.
        g.unmasking = {"unmask_form": form, "revealed": revealed}
        return Response(self.details_view(), status)

    def _full(self, record: Any) -> list[tuple[Any, str]]:
        return [
            (shown.label, plain(shown.value(record)))
            for shown in self.detailed
            if is_masked(shown)
        ]

    def render(self, template: str, **kwargs: Any) -> str:
        """Offer the form beside the details to whoever may."""
        if template == self.details_template and self.allows("unmask"):
            kwargs["unmask_form"] = self.unmask_form(empty=True)
            kwargs |= g.get("unmasking", {})
        return super().render(template, **kwargs)
