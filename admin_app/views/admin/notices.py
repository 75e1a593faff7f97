"""通知公告: written by HR authorities and the platform (R07)."""

from admin_app import models as m
from admin_app.views.admin.base import EntityView
from admin_app.views.admin.filters import ChoiceFilter, DateFilter, PrefixFilter
from admin_app.views.admin.registry import entity


@entity(m.Notice, module="notices", label="通知公告", menu="通知公告")
class Notices(EntityView):
    """Notices, shown on the home page and in the workplaces they are meant for."""

    column_list = (
        "title",
        "audience",
        "unit.name",
        "published_from",
        "published_until",
    )
    column_sortable_list = ("id", "published_from")
    form_columns = ("title", "body", "audience", "published_from", "published_until")
    filters = (
        lambda: PrefixFilter("title"),
        lambda: ChoiceFilter("audience"),
        lambda: DateFilter("published_from"),
    )
