"""系统: jobs, sessions and the audit log, read-only."""

from collections.abc import Collection, Mapping
from typing import Any, Final

from flask import request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from sqlalchemy import ColumnElement, func, literal_column, or_
from typing_extensions import override

from admin_app import models as m
from admin_app.permissions import Actor
from admin_app.views.admin.base import EntityView, Tab
from admin_app.views.admin.filters import (
    LONGEST,
    ChoiceFilter,
    DateFilter,
    NumberFilter,
    PrefixFilter,
)
from admin_app.views.admin.narrowing import Narrowing, Wished, wish
from admin_app.views.admin.registry import entity
from admin_app.web import auditing

MENU = "系统"

TECHNICAL = {
    m.Captcha: "unanswered picture codes live minutes and hold nothing to read",
    m.OneTimeCode: "codes live minutes; only their keyed hash is kept",
    m.OutgoingMessage: "messages live until they have left, encrypted",
    m.VerifiedContact: "is told beside the address that it verifies",
    m.FormToken: "tokens of sent forms live a day and hold nothing to read",
    m.RateCounter: "counters live minutes; their keys are hashes",
    m.PasswordHistory: "holds nothing but password hashes, which nobody may see",
    m.Authenticator: "holds a secret that nobody may see",
    m.RecoveryCode: "holds nothing but hashes, which nobody may see",
    m.ClosedModule: "is shown and set as a matrix of its own",
    m.Message: "is meant for one account, which reads it on its own page",
    m.UnitTally: "counts declarations; the first page tells the sums",
    m.UnitRoll: "holds the sums that the first page tells",
    m.RollFold: "holds when the sums were last brought up to date",
}
"""The tables without a screen, and why."""
IS_ACT_ITSELF: Final = or_(
    m.AuditEntry.subject_id.is_(None),
    # In its text, so that every plan sees that `ix_audit_entry_act` holds these lines.
    m.AuditEntry.action != literal_column("'export'"),
)
ACTS: Final = "acts"


class NameFilter(PrefixFilter):
    """A name that begins like this, in a column that is not sorted by code point."""

    @override
    def wishes(self, args: Mapping[str, str], actor: Actor | None) -> dict[str, Any]:
        """Ask for the beginning itself."""
        term = args.get(self.name, "").strip()[:LONGEST]
        return {self.name: term} if term else {}

    @override
    def criterion(self, names: Collection[str]) -> ColumnElement[bool]:
        """Compare the beginning, which no index serves."""
        beginning = wish(self.name, self.column)
        first: ColumnElement[int] = literal_column("1")
        begins: ColumnElement[bool] = (
            func.substr(self.column, first, func.length(beginning)) == beginning
        )
        return begins


@entity(m.Job, module="records", label="后台任务", menu=MENU)
class Jobs(EntityView):
    """Long work in the background."""

    column_list = ("kind", "account_id", "state", "done", "total", "created_at")
    form_columns = ()
    filters = (lambda: ChoiceFilter("state"), lambda: NumberFilter("account_id"))


@entity(m.UserSession, module="accounts", label="登录会话", menu=MENU)
class UserSessions(EntityView):
    """Who is signed in; neither the secret nor its hash is shown."""

    column_list = (
        *("account.person.name", "created_at", "last_seen_at"),
        *("expires_at", "address"),
    )
    column_searchable_list = ("account.person.name",)
    column_sortable_list = ("id", "expires_at")
    form_columns = ()
    filters = (lambda: NumberFilter("account_id"), lambda: DateFilter("expires_at"))


@entity(m.AuditEntry, module="audit_log", label="系统日志", menu=MENU)
class AuditEntries(EntityView):
    """The append-only log; who reads it stands in it (AD-06)."""

    column_list = (
        *("at", "actor_name", "identity"),
        *("action", "object_kind", "object_id", "result"),
    )
    filters = (
        lambda: NumberFilter("account_id"),
        lambda: NameFilter("actor_name"),
        lambda: ChoiceFilter("action"),
        lambda: ChoiceFilter("object_kind"),
        lambda: PrefixFilter("object_id"),
        lambda: DateFilter("at"),
    )
    tabs = (
        # An exported list has one line to tell of it, and one for each of its people.
        Tab(ACTS, "操作记录", lambda _actor: IS_ACT_ITSELF, is_counted=False),
        Tab("all", "含导出名单所涉人员", lambda _actor: None, is_counted=False),
    )

    @override
    def subject(self, actor: Actor, *, is_narrowed: bool) -> list[ColumnElement[bool]]:
        """Leave it to `wishes` where the log is narrowed: no index holds both."""
        return [] if is_narrowed else super().subject(actor, is_narrowed=False)

    @override
    def wishes(self) -> list[Wished]:
        """Test of a narrowed log no more lines than any narrowed list looks at."""
        found, tab = super().wishes(), self.tab()
        if found and tab is not None and tab.name == ACTS:
            found.append(Narrowing(IS_ACT_ITSELF.is_(True)).of({}))
        return found

    @expose("/")
    def index_view(self) -> ResponseReturnValue:
        """List lines, and note who looked for what."""
        self._note_reading("", sought=request.args.to_dict())
        page: ResponseReturnValue = super().index_view()
        return page

    @expose("/details/")
    def details_view(self) -> ResponseReturnValue:
        """Show a line, and note who did."""
        self._note_reading(self.opened().id, sought={})
        page: ResponseReturnValue = super().details_view()
        return page

    def _note_reading(self, key: object, *, sought: dict[str, str]) -> None:
        auditing.note(
            "read_log",
            object_kind=self.entity_model.__tablename__,
            object_id=key,
            after=sought,
        )
