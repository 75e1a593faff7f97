"""待办: everything that waits for the actor's decision in one list, and what was decided."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from typing_extensions import override

from admin_app.enums import RecordKind
from admin_app.errors import Refused
from admin_app.extensions import db
from admin_app.operations.saved_filters import (
    forget_filter,
    save_filter,
    saved_filters,
)
from admin_app.permissions import Actor
from admin_app.views.admin import search, waiting_list
from admin_app.views.admin.base import EntityView
from admin_app.views.admin.base.rows import ways
from admin_app.views.admin.boundaries import BadAddress
from admin_app.views.admin.display import plain
from admin_app.views.admin.pages import TaskPage
from admin_app.views.admin.paging import CAP
from admin_app.views.admin.queues import queues
from admin_app.views.admin.tellings import action_of, kind_of, words_of
from admin_app.views.admin.wanted import WORDS, Boundary, Wanted, boundary_of
from admin_app.views.tones import act_tone
from admin_app.web.clock import now
from admin_app.web.i18n import worded as _
from admin_app.web.looks import page_size
from admin_app.web.once import once
from admin_app.web.refusals import translate
from admin_app.web.transactions import saving

DAYS: Final = (3, 7, 15, 30)
PENDING, REVIEWED = "pending", "reviewed"


class Told(NamedTuple):
    """What is the same in all rows of a kind: its name, and the ends of their links."""

    label: str
    way: str
    back: str


class Line(NamedTuple):
    """One row of the list, as a person reads it; the template takes it apart."""

    kind: str
    kind_label: str
    label: str
    """What the row is called in sentences about it."""
    key: str
    url: str
    applicant: str
    unit: str
    about: str
    at: str
    since: str = ""
    days: int = 0
    urges: int = 0
    outcome: str = ""
    color: str = ""


class Address:
    """What the address of the list asks for; BadAddress for what no link would say."""

    def __init__(self, args: Mapping[str, str]) -> None:
        """Read the words that narrow the list, and where the page begins."""
        self.home = url_for("admin_inbox.index")
        self.is_pending = args.get("tab", PENDING) == PENDING
        if not self.is_pending and args["tab"] != REVIEWED:
            raise BadAddress("tab")
        self.tab = {} if self.is_pending else {"tab": REVIEWED}
        found = {word: args.get(word, "").strip() for word in WORDS}
        self.words = {word: text for word, text in found.items() if text}
        self.kind = self._kind()
        self.wanted = self._wanted()
        self.boundary = None
        if after := args.get("after"):
            self.boundary = boundary_of(after, backwards=False)
        elif before := args.get("before"):
            self.boundary = boundary_of(before, backwards=True)

    def url(self, **changes: Any) -> str:
        """Return the address with changes, at its first page."""
        return self.of({**self.tab, **self.words, **changes})

    @property
    def whole(self) -> str:
        """The address of the whole tab."""
        return self.of(self.tab)

    def of(self, words: Mapping[str, Any]) -> str:
        """Return the address of the list that words narrow, at its first page."""
        told = {word: text for word, text in words.items() if text is not None}
        return f"{self.home}?{urlencode(told)}" if told else self.home

    def _kind(self) -> RecordKind | None:
        if "kind" not in self.words:
            return None
        try:
            return RecordKind[self.words["kind"]]
        except KeyError as mistake:
            raise BadAddress("kind") from mistake

    def _wanted(self) -> Wanted:
        days = self.words.get("days", "")
        if days not in ("", *map(str, DAYS)) or self.words.get("urged", "1") != "1":
            raise BadAddress("days")
        return Wanted(
            applicant=self._term("applicant"),
            unit=self._term("unit"),
            waiting_until=now() - dt.timedelta(days=int(days)) if days else None,
            is_urged="urged" in self.words,
        )

    def _term(self, word: str) -> str:
        return self.words.get(word, "")[: search.LONGEST]


class Inbox(TaskPage):
    """All kinds that the actor decides about; each is decided on its own screen."""

    title = "待办"
    group = "待办"
    path = "inbox"

    @classmethod
    @override
    def is_shown(cls, actor: Actor) -> bool:
        """Show it to whoever decides about anything."""
        return bool(queues(actor))

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """List what waits, the oldest first, or what was decided, the latest first."""
        return self._page()

    @expose("/next")
    def next(self) -> ResponseReturnValue:
        """Lead to the record at which the page of the address begins.

        Behind the last one it is the first again, and the list where nothing waits.
        """
        address, screens = self._address(), self._screens()
        places = dict.fromkeys((address.boundary, None))
        pages = (self._listed(address, screens, place)[1].rows for place in places)
        if row := next((rows[0] for rows in pages if rows), None):
            way, back = ways(screens[kind_of(row)].url, address.url())
            return redirect(f"{way}details/?id={row.record_id}{back}", 303)
        flash(_("没有其他待审核的记录了。"), "info")
        return redirect(address.url(), 303)

    @expose("/filters", methods=("POST",))
    @once
    def save(self) -> ResponseReturnValue:
        """Give what narrows the list now a name."""
        title, address = request.form.get("title", ""), self._address()
        try:
            with saving() as session:
                save_filter(
                    session,
                    account_id=self.actor.account_id,
                    name=title,
                    words=address.words,
                )
        except Refused as refused:
            return self._page(title=title, error=translate(refused)), 422
        flash(_("已保存，下次点击名称即可使用。"), "success")
        return redirect(address.of(address.words), 303)

    @expose("/filters/<int:filter_id>/delete", methods=("POST",))
    @once
    def forget(self, filter_id: int) -> ResponseReturnValue:
        """Delete a saved filter of the actor's own."""
        with saving() as session:
            own = self.actor.account_id
            if not forget_filter(session, account_id=own, filter_id=filter_id):
                abort(404)
        flash(_("已删除"), "success")
        return redirect(url_for(".index"), 303)

    def _address(self) -> Address:
        try:
            return Address(request.args)
        except BadAddress:
            abort(400)

    def _page(self, *, title: str = "", error: str = "") -> str:
        address, screens = self._address(), self._screens()
        is_reading = request.method == "GET"
        back = request.full_path.rstrip("?") if is_reading else address.url()
        counts, page = self._listed(address, screens, address.boundary)
        told = {
            kind: Told(_(kind.label), *ways(screen.url, back))
            for kind, screen in screens.items()
        }
        moment = now()
        lines = [_line(row, told[kind_of(row)], moment) for row in page.rows]
        body: str = self.render(
            "admin/inbox.html",
            lines=lines,
            bars=_bars(screens, lines, address, back),
            address=address,
            is_pending=address.is_pending,
            tab_items=_tabs(counts, address),
            chips=_chips(counts, address),
            pager={
                "previous_url": page.previous and address.url(before=page.previous),
                "next_url": page.next and address.url(after=page.next),
            },
            days=[(n, _("%(n)s 天以上", n=n)) for n in DAYS],
            saved=self._saved(address),
            title=title,
            error=error,
        )
        return body

    def _listed(
        self,
        address: Address,
        screens: Mapping[RecordKind, EntityView],
        boundary: Boundary | None,
    ) -> tuple[Mapping[RecordKind, int], waiting_list.Page]:
        if address.kind is not None and address.kind not in screens:
            abort(404)
        listing = waiting_list.waiting if address.is_pending else waiting_list.reviewed
        return listing(
            db.session(),
            actor=self.actor,
            kinds=tuple(screens),
            only=address.kind,
            wanted=address.wanted,
            size=page_size(),
            boundary=boundary,
        )

    def _screens(self) -> dict[RecordKind, EntityView]:
        found = queues(self.actor)
        return {screen.kind: screen for screen in found if screen.kind}

    def _saved(self, address: Address) -> list[tuple[Any, str]]:
        own = saved_filters(db.session(), account_id=self.actor.account_id)
        return [(each, address.of(each.words)) for each in own]


def _line(row: Any, told: Told, moment: dt.datetime) -> Line:
    words = [*map(_, words_of(row)), row.about]
    line = Line(
        kind=kind_of(row).name,
        kind_label=told.label,
        label=f"{row.applicant or row.unit} · {told.label}",
        key=str(row.record_id),
        url=f"{told.way}details/?id={row.record_id}{told.back}",
        applicant=row.applicant,
        unit=row.unit or "",
        about=" · ".join(filter(None, words)),
        at=plain(row.at),
    )
    if hasattr(row, "action"):
        action = action_of(row)
        return line._replace(outcome=_(action.label), color=act_tone(action))
    return line._replace(
        key=f"{row.record_id}:{row.version}",
        since=plain(row.waiting_since),
        days=(moment - row.waiting_since).days,
        urges=row.urges,
    )


def _bars(
    screens: Mapping[RecordKind, EntityView],
    lines: Sequence[Line],
    address: Address,
    back: str,
) -> list[dict[str, Any]]:
    """Return the actions of each kind on the page, which its own screen carries out."""
    found, here = [], {line.kind for line in lines}
    for kind, screen in screens.items():
        if kind.name not in here:
            continue
        pending, reviewed = screen.tabs
        if actions := screen.actions_on(pending if address.is_pending else reviewed):
            url = url_for(f"{screen.endpoint}.action_view", url=back)
            label = _(kind.label)
            told = {"kind": kind.name, "label": label, "url": url, "actions": actions}
            found.append(told)
    return found


def _tabs(counts: Mapping[RecordKind, int], address: Address) -> list[dict[str, Any]]:
    return [
        {
            "label": _("待审核"),
            "url": address.home,
            "count": _told(sum(counts.values())),
            "is_active": address.is_pending,
        },
        {
            "label": _("已审核"),
            "url": address.of({"tab": REVIEWED}),
            "count": None,
            "is_active": not address.is_pending,
        },
    ]


def _chips(counts: Mapping[RecordKind, int], address: Address) -> list[dict[str, Any]]:
    """Return the kinds as links; none where there is only one to choose."""
    if len(counts) == 1:
        return []
    whole = {
        "label": _("全部"),
        "url": address.url(kind=None),
        "count": None,
        "is_active": address.kind is None,
    }
    return [
        whole,
        *(
            {
                "label": _(kind.label),
                "url": address.url(kind=kind.name),
                "count": _told(count) if address.is_pending else None,
                "is_active": address.kind is kind,
            }
            for kind, count in counts.items()
            if count or not address.is_pending or address.kind is kind
        ),
    ]


def _told(count: int) -> str:
    return f"{CAP}+" if count > CAP else str(count)
