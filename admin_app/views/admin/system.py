"""系统: jobs, sessions and the audit log, read-only."""

from admin_app import models as m
from admin_app.views.admin.base import EntityView
from admin_app.views.admin.filters import (
    ChoiceFilter,
    DateFilter,
    NumberFilter,
    PrefixFilter,
)
from admin_app.views.admin.registry import entity

MENU = "系统"

TECHNICAL = {
    m.Captcha: "unanswered picture codes live minutes and hold nothing to read",
    m.FormToken: "tokens of sent forms live a day and hold nothing to read",
    m.RateCounter: "counters live minutes; their keys are hashes",
    m.PasswordHistory: "holds nothing but password hashes, which nobody may see",
    m.Message: "is meant for one account, which reads it on its own page",
}
"""The tables without a screen, and why."""


@entity(m.Job, module="records", label="后台任务", menu=MENU)
class Jobs(EntityView):
    """Long work in the background."""

    column_list = ("kind", "account_id", "state", "done", "total", "created_at")
    form_columns = ()
    filters = (lambda: ChoiceFilter("state"), lambda: NumberFilter("account_id"))


@entity(m.UserSession, module="audit_log", label="登录会话", menu=MENU)
class UserSessions(EntityView):
    """Who is signed in; neither the secret nor its hash is shown."""

    column_list = ("account_id", "created_at", "last_seen_at", "expires_at", "address")
    column_sortable_list = ("id", "expires_at")
    filters = (lambda: NumberFilter("account_id"), lambda: DateFilter("expires_at"))


@entity(m.AuditEntry, module="audit_log", label="系统日志", menu=MENU)
class AuditEntries(EntityView):
    """The append-only log."""

    column_list = ("at", "actor_name", "identity", "action", "object_kind", "object_id")
    column_sortable_list = ("id", "object_kind")
    filters = (
        lambda: NumberFilter("account_id"),
        lambda: PrefixFilter("object_kind"),
        lambda: PrefixFilter("object_id"),
        lambda: DateFilter("at"),
    )
