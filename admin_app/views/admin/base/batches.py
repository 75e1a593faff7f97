"""What can be done with many rows at once: ask first, act, tell each row's result."""

from collections.abc import Collection, Mapping
from typing import Any, Final

from flask import Response, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose

from admin_app.errors import Conflict, Refused
from admin_app.extensions import db
from admin_app.rules.attachments import MAX_ATTACHMENTS, MAX_BYTES
from admin_app.views.admin import actions, lookups
from admin_app.views.admin.actions import BatchAction, Selection
from admin_app.views.admin.base.rows import Rows
from admin_app.views.admin.base.screen import Tab
from admin_app.web import step_up
from admin_app.web.i18n import worded as _
from admin_app.web.once import lead_to, once
from admin_app.web.refusals import translate
from admin_app.web.transactions import concluded, saving

ASKED: Final = frozenset({"comment", "attachments"})
"""What the second step asks for: a refusal of it is said beside it."""
WITHDRAWN: Final = "申请人已撤回，无需办理。"


class Batches(Rows):
    """A screen with actions in two steps on ticked rows, or on all that match."""

    def offered_actions(self) -> list[dict[str, str]]:
        """Return the actions that the actor may use on the tab of the address."""
        return self.actions_on(self.tab())

    def actions_on(self, tab: Tab | None) -> list[dict[str, str]]:
        """Return the actions that the actor may use on a tab."""
        return [
            {
                "name": action.name,
                "label": _(action.label),
                "style": action.style,
                "icon": action.icon,
            }
            for action in self.batch_actions
            if self.allows(action.verb)
            and (tab is None or not action.tabs or tab.name in action.tabs)
        ]

    def open_actions(
        self,
        record: Any,  # noqa: ARG002 (for those who look at it)
    ) -> list[BatchAction]:
        """Return the actions that make sense for this record now."""
        return [a for a in self.batch_actions if self.allows(a.verb)]

    def onward(
        self,
        action: BatchAction,  # noqa: ARG002 (for those who have a queue)
        selection: Selection,  # noqa: ARG002
    ) -> str:
        """Return the way to what comes after the one record that is acted on, if any."""
        return ""

    @expose("/action/", methods=("GET", "POST"))
    @once
    def action_view(self) -> ResponseReturnValue:
        """Ask first (how many rows, and why), then act and tell each row's result."""
        if request.method != "POST":
            # A form that is sent twice is led here the second time.
            flash(_("该操作已提交，请勿重复办理，结果见列表。"), "info")
            return redirect(url_for(".index_view"), 303)
        name = request.form.get("action", "")
        action = next((a for a in self.batch_actions if a.name == name), None)
        if action is None:
            abort(404)
        self.require(action.verb)
        selection = self.selection()
        is_confirmed = request.form.get("confirmed") == "1"
        if not selection.seen and not (is_confirmed and selection.withdrawn):
            sentence = WITHDRAWN if selection.withdrawn else "请先勾选记录"
            flash(_(sentence), "warning")
            return redirect(self.return_url(), 303)
        comment = request.form.get("comment", "").strip()
        if not is_confirmed:
            return self._ask(action, selection, {})
        if action.needs_reason and not comment:
            errors = {"comment": _("请填写原因")}
            return Response(self._ask(action, selection, errors), 422)
        step_up.prove(f"{self.module}:{action.verb}")
        try:
            return self.act(action, selection, comment)
        except Refused as refused:
            if refused.field not in ASKED:
                raise
            errors = {refused.field: translate(refused)}
            return Response(self._ask(action, selection, errors), 422)

    def selection(self) -> Selection:
        """Return the rows an action is about; 404 if one of them is out of scope."""
        if request.form.get("select_all") == "1":
            raw = request.form.get("upto")
            upto = lookups.key_of(raw) if raw else None
            ids = actions.matching(
                db.session(), self.entity_model, self.criteria(), upto=upto
            )
            seen: dict[int, int | None] = dict.fromkeys(ids)
            top = upto or max(ids, default=0)
            return Selection(seen, everything=True, total=len(ids), upto=top)
        ticked = actions.ticked(request.form)
        withdrawn = self.withdrawn(ticked)
        seen = {key: ticked[key] for key in ticked if key not in withdrawn}
        if not actions.in_scope(db.session(), self.entity_model, self.scope(), seen):
            abort(404)
        return Selection(seen, total=len(seen), withdrawn=withdrawn)

    def withdrawn(
        self,
        ids: Collection[int],  # noqa: ARG002 (for those whose owners take back)
    ) -> frozenset[int]:
        """Return which of these rows were in sight until their owners took them back."""
        return frozenset()

    def _ask(
        self, action: BatchAction, selection: Selection, errors: Mapping[str, str]
    ) -> str:
        hidden = [("action", action.name), ("confirmed", "1")]
        hidden.append(("url", self.return_url()))
        if selection.everything:
            hidden += [("select_all", "1"), ("upto", str(selection.upto))]
            hidden.append(("expected", str(selection.total)))
        else:
            hidden += [("rowid", item) for item in request.form.getlist("rowid")]
        page: str = self.render(
            "admin/model/confirm.html",
            action=action,
            question=_(action.question, n=selection.total),
            total=selection.total,
            rows=self.rows(list(selection.seen)[:20]),
            hidden=hidden,
            expected=(
                action.expects(self.actor, selection.seen) if action.expects else []
            ),
            errors=errors,
            most_files=MAX_ATTACHMENTS,
            most_bytes=MAX_BYTES,
            action_url=request.full_path.rstrip("?"),
            return_url=self.return_url(),
            onward=self.onward(action, selection),
        )
        return page

    def act(
        self, action: BatchAction, selection: Selection, comment: str
    ) -> ResponseReturnValue:
        """Carry the action out and tell each row's result, or lead on as was asked."""
        onward = self.onward(action, selection)
        with saving():
            result = action.run(self.actor, selection.seen, comment)
            result.refused.update(
                dict.fromkeys(sorted(selection.withdrawn), Conflict(WITHDRAWN))
            )
            if "onward" in request.form and onward and not result.refused:
                [row] = self.rows(result.done)
                told = {"action": _(action.label), "record": row.label}
                return concluded(_("已%(action)s：%(record)s", **told), onward)
            lead_to(request.path)
        # The records were changed by statements: what is loaded is out of date.
        db.session.expire_all()
        done, refused = result.done, result.refused
        rows = self.rows([*list(refused)[: actions.MOST_TICKED], *done[: actions.TOLD]])
        names = {row.key.partition(":")[0]: row.label for row in rows}
        why = [(names.get(str(k), f"#{k}"), translate(r)) for k, r in refused.items()]
        expected = request.form.get("expected", "")
        page: str = self.render(
            "admin/model/result.html",
            action=action,
            done_count=len(done),
            refused=why,
            done=[
                (names[str(key)], result.notes.get(key, ""))
                for key in done[: actions.TOLD]
                if str(key) in names
            ],
            expected=int(expected) if expected.isdecimal() else selection.total,
            total=selection.total,
            return_url=self.return_url(),
            onward=onward,
        )
        return page
