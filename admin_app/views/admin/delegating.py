"""委托办理: during an absence a colleague decides in one's name (X06)."""

from flask import Response, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from typing_extensions import override

from admin_app.errors import Refused
from admin_app.extensions import db
from admin_app.forms.delegations import DelegationForm
from admin_app.models import Delegation
from admin_app.operations import delegations as acts
from admin_app.permissions import Actor
from admin_app.views.admin.pages import TaskPage
from admin_app.web.clock import now, today
from admin_app.web.once import once
from admin_app.web.refusals import show_on
from admin_app.web.transactions import saving


class Delegating(TaskPage):
    """What the actor has delegated and what to them, and the form for another time."""

    title = "委托办理"
    group = "管理直属账户"
    path = "delegate"

    @classmethod
    @override
    def is_shown(cls, actor: Actor) -> bool:
        """Offer it to administrators who decide about anything."""
        return actor.is_administrator and bool(acts.deciding_rights(actor))

    @expose("/", methods=("GET", "POST"))
    @once
    def index(self) -> ResponseReturnValue:
        """List delegations; take in a new one."""
        form = DelegationForm(request.form if request.method == "POST" else None)
        form.delegate_id.offer(acts.colleagues(db.session(), actor=self.actor))
        if request.method == "GET":
            return self._page(form)
        if form.validate() and form.starts_on.data and form.ends_on.data:
            try:
                with saving() as session:
                    acts.delegate(
                        session,
                        actor=self.actor,
                        delegate_id=form.delegate_id.data,
                        starts_on=form.starts_on.data,
                        ends_on=form.ends_on.data,
                        now=now(),
                    )
            except Refused as refused:
                show_on(form, refused)
            else:
                flash(_("已委托，受托人会收到消息。"), "success")
                return redirect(url_for(".index"), 303)
        return self._page(form, 422)

    @expose("/<int:record_id>/withdraw", methods=("POST",))
    @once
    def withdraw(self, record_id: int) -> ResponseReturnValue:
        """End one of the actor's own delegations now."""
        with saving() as session:
            row = session.get(Delegation, record_id)
            own = (self.actor.account_id, self.actor.unit_id)
            if row is None or (row.account_id, row.unit_id) != own:
                abort(404)
            acts.withdraw_delegation(session, actor=self.actor, row=row, now=now())
        flash(_("已撤回委托。"), "success")
        return redirect(url_for(".index"), 303)

    def _page(self, form: DelegationForm, status: int = 200) -> ResponseReturnValue:
        rows = acts.delegations_of(db.session(), actor=self.actor)
        page = self.render(
            "admin/delegations.html",
            form=form,
            is_nobody_fit=not any(choice.value for choice in form.delegate_id.choices),
            rows=[(row, *_standing(row), self._may_end(row)) for row in rows],
        )
        return Response(page, status)

    def _may_end(self, row: Delegation) -> bool:
        is_own = row.account_id == self.actor.account_id
        return is_own and row.withdrawn_at is None and row.ends_on >= today()


def _standing(row: Delegation) -> tuple[str, str]:
    """Return how a delegation stands now, with the colour of its badge."""
    if row.withdrawn_at is not None:
        return _("已撤回"), "gray"
    if row.ends_on < today():
        return _("已到期"), "gray"
    if row.starts_on > today():
        return _("未开始"), "blue"
    return _("进行中"), "green"
