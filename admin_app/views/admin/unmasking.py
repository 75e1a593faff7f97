"""Who sees full personal numbers, and what must happen before (PR-02)?"""

import datetime as dt
from typing import Any, Final

from flask import Response, g, request
from flask.typing import ResponseReturnValue
from flask_admin import expose

from admin_app.extensions import db
from admin_app.forms.unmasking import UnmaskForm
from admin_app.operations.audit import record as audit
from admin_app.views.admin.base import EntityView
from admin_app.views.admin.display import is_masked, plain
from admin_app.web import auditing, limits
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
        record = self.opened_for("unmask")
        form = UnmaskForm(request.form)
        if not form.validate():
            return self._answer(form, 422)
        self._count()
        subjects = auditing.subjects(self.entity_model, [record.id])
        with saving() as session:
            audit(
                session,
                "unmask",
                object_kind=self.entity_model.__tablename__,
                object_id=record.id,
                after={"reason": form.reason.data, "screen": self.endpoint_name()},
                subject_id=next(iter(subjects), None),
            )
        return self._answer(UnmaskForm(), 200, self._full(record))

    def _count(self) -> None:
        # The counter commits by itself: what was read so far is read again.
        db.session.rollback()
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
            kwargs["unmask_form"] = UnmaskForm()
            kwargs |= g.get("unmasking", {})
        return super().render(template, **kwargs)
