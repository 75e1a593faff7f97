"""Tries what the matrix decides, and returns every difference in words."""

import io
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from openpyxl import load_workbook
from pypdf import PdfReader

from admin_app import models as m
from admin_app.permissions import GRAVE
from admin_app.views.admin.export import KINDS as FILES
from admin_app.views.admin.filters import LookupFilter
from tests.matrix.decisions import (
    CHANGE_PASSWORD,
    SHUT,
    SIGN_IN,
    before_any_rule,
)
from tests.matrix.world import CAST, PLACES, VISITORS, mark

ARGUMENT = re.compile(r"<(?:[^:<>]+(?:\([^)]*\))?:)?[a-z_]+>")
KINDS = {"declaration", "person_registration", "unit_registration"}


@dataclass
class Try:
    """One request of one member of the cast, and what the matrix decides for it."""

    who: str
    path: str
    expected: Any
    place: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    writes: bool = False
    tells: str = ""
    echo: str = ""
    is_early: bool = False
    """Whether it is answered before any row of the page is asked for."""
    proven: bool = False


def differences(world, decisions, route, *, beyond_rights=False):
    """Return where the program does not do what is decided for the route.

    `beyond_rights` leaves out what is refused for a right alone.
    """
    tries = list(tries_of(world, decisions, route))
    if beyond_rights:
        tries = [t for t in tries if not t.is_early]
    quiet = [t for t in tries if not t.writes]
    found = []
    for one in quiet:
        found += _wrong(world, decisions, route, one)
    if quiet and (changed := world.changed()):
        # Whoever ends their other sessions changes nothing that is kept.
        if changed != ["signed in"]:
            found.append(f"{route} changed {changed} though it should change nothing")
        world.restore()
    for one in tries:
        if one.writes:
            found += _wrong(world, decisions, route, one)
            world.restore()
    return found


def _wrong(world, decisions, route, one):
    told = f"{route.method} {one.path} {one.data or ''} as {one.who}"
    told += f" on {one.place}" if one.place else ""
    told += " after proof" if one.proven else ""
    try:
        data = one.data or None
        answer = world.ask(
            one.who, route.method, one.path, proven=one.proven, data=data
        )
    except Exception as failure:  # noqa: BLE001 (whatever it is, it is a difference)
        return [f"{told}: raised {failure!r}"]
    found = []
    given = _given(answer)
    expected = (
        one.expected if isinstance(one.expected, set | frozenset) else {one.expected}
    )
    if given not in expected:
        found.append(f"{told}: {given}, decided is {sorted(map(str, expected))}")
    found += [f"{told}: {w}" for w in wrong_headers(decisions, one.who, answer)]
    body = readable(answer)
    found += [f"{told}: tells {w}" for w in leaks(world, decisions, one, body)]
    return found


def readable(answer):
    """The text of an answer as somebody reads it: of cells and of printed pages, too."""
    data = answer.get_data()
    if answer.mimetype == "application/pdf":
        pages = PdfReader(io.BytesIO(data)).pages
        # Lines are broken wherever the paper ends.
        return "".join(page.extract_text() for page in pages).replace("\n", "")
    if answer.mimetype.endswith("spreadsheetml.sheet"):
        book = load_workbook(io.BytesIO(data))
        rows = (row for sheet in book for row in sheet.iter_rows(values_only=True))
        return "\n".join(str(cell) for row in rows for cell in row if cell is not None)
    return data.decode(errors="replace")


def _given(answer):
    location = answer.headers.get("Location", "")
    if answer.status_code == 303 and location.startswith("/sign-in/"):
        return SIGN_IN
    if answer.status_code == 303 and location == "/password":
        return CHANGE_PASSWORD
    return answer.status_code


def wrong_headers(decisions, who, answer):
    """Return the headers that are missing or other than decided (AU-15)."""
    wrong = [
        f"header {name} is {answer.headers.get(name)!r}"
        for name, value in decisions.headers.items()
        if answer.headers.get(name) != value
    ]
    policy = answer.headers.get("Content-Security-Policy", "")
    ours = "frame-ancestors 'none'" in policy and "'unsafe-inline'" not in policy
    if not ours and policy != "default-src 'none'; sandbox":
        wrong.append(f"policy {policy!r}")
    if who not in VISITORS and "no-store" not in answer.headers.get(
        "Cache-Control", ""
    ):
        wrong.append("may be stored")
    return wrong


def leaks(world, decisions, one, body):
    """Return the canaries in a body that its reader may not read."""
    seen = decisions.places(one.who, "places")
    found = []
    for name, place in world.places.items():
        numbers = [n for n in place.numbers if n in body and n != one.echo]
        found += [f"a number of somebody of {name}" for _number in numbers]
        if name not in seen and mark(place.canary) in body and place.canary != one.echo:
            found.append(f"what belongs to {name}")
    if one.tells != "unit names":
        known = set(decisions.sees.get(one.who, {}).get("knows", ())) | set(seen)
        known |= (
            {"school", "own", "desk"} if {"school", "own", "desk"} & known else set()
        )
        own = world.names
        found += [
            f"the name of {name}"
            for name, canary in own.items()
            if name not in known and mark(canary) in body and canary != one.echo
        ]
    return found


def tries_of(world, decisions, route) -> Iterable[Try]:
    """Return every request that the matrix decides for a route."""
    if not route.screen:
        yield from _of_page(world, decisions, decisions.pages[route.name], route)
        return
    screen = decisions.screens[route.screen]
    view = view_of(world, route.screen)
    for name, door in decisions.door(*route.door.split(" ", 1)).items():
        for who in CAST:
            make = _SPECIAL.get(name, _at_door)
            yield from make(world, decisions, screen, view, name, door, who, route)


def view_of(world, name):
    """Return the screen of this address."""
    views = world.app.extensions["admin_screens"]
    return next(v for v in views if v.url == f"/admin/{name}")


def _allowed(decisions, screen, who, method, verb, *, is_there=True):
    """Return what is answered whatever the record, or None where the record decides."""
    early = before_any_rule(who, method, {})
    if early is not None:
        return early
    if who not in screen.may["view"]:
        return {403}
    if not is_there:
        return SHUT
    return None if who in screen.may.get(verb, ()) else {403}


def _at_door(world, decisions, screen, view, name, door, who, route):
    early = _allowed(
        decisions,
        screen,
        who,
        route.method,
        door["needs"],
        is_there=name in screen.doors,
    )
    answer = door["answer"]
    answers = set(answer) if isinstance(answer, list) else {answer}
    writes = bool(door.get("writes")) and early is None
    if door.get("of") != "record":
        path = route.rule.replace("<export_type>", "csv")
        yield Try(
            who, path, early or answers, writes=writes, is_early=early is not None
        )
        return
    path = route.rule
    for place in [*PLACES] if early is None else ["own"]:
        key = key_of(world, view, place)
        expected = early or (
            answers if sees(decisions, screen, view, who, place) else {404}
        )
        # Forms of the platform are tried with nothing in them: 422 or, where every
        # field may be empty, 303.
        query = "" if name == "delete" else f"?id={key}"
        data = {"id": str(key)} if name == "delete" else {}
        yield Try(
            who,
            path + query,
            expected,
            place,
            data,
            writes=writes and expected != {404},
            is_early=early is not None,
        )
        if not is_placed(view):
            return


def _at_list(world, decisions, screen, view, name, door, who, route):
    early = _allowed(decisions, screen, who, route.method, "view")
    addresses = ["", "?size=100"]
    addresses += [f"?tab={tab.name}" for tab in view.tabs]
    for query in addresses if early is None else [""]:
        yield Try(who, route.rule + query, early or {200}, is_early=early is not None)
    if early is None and view.searched:
        for place in telling(decisions, who):
            canary = world.places[place].canary
            path = f"{route.rule}?search={canary}"
            yield Try(who, path, {200}, place, echo=canary)


def _at_filter(world, decisions, screen, view, name, door, who, route):
    if _allowed(decisions, screen, who, route.method, "view") is not None:
        return
    for used in view.used_filters:
        if not isinstance(used, LookupFilter):
            continue
        for place in telling(decisions, who):
            key = related_key(world, used.target, place)
            if key is None:
                continue
            seen = place in decisions.places(who, "places")
            if used.target is m.Unit and who == "department":
                seen = place in {"desk", "own"}
            if used.target is m.Role and who == "department":
                seen = False
            path = f"{route.rule}?{used.name}={key}"
            yield Try(who, path, {200} if seen else {404}, place)


def _at_lookup(world, decisions, screen, view, name, door, who, route):
    early = _allowed(
        decisions, screen, who, route.method, "view", is_there="lookup" in screen.doors
    )
    with world.app.app_context():
        names = sorted(view.looked_up()) or ["nothing"]
    for used in names if early is None else names[:1]:
        path = f"{route.rule}?name={used}"
        yield Try(who, path, early or {200}, is_early=early is not None)
        for place in telling(decisions, who) if early is None else ():
            for canary in {world.places[place].canary, world.places[place].unit_name}:
                path = f"{route.rule}?name={used}&q={canary}"
                yield Try(who, path, {200}, place)


def _at_action(world, decisions, screen, view, name, door, who, route):
    actions = screen.actions or {"approve": "approve"}
    for action, verb in actions.items():
        early = _allowed(
            decisions, screen, who, route.method, verb, is_there=bool(screen.actions)
        )
        base = {"action": action, "comment": "意见"}
        if early is not None:
            key = key_of(world, view, "own")
            data = {**base, "rowid": str(key)}
            yield Try(who, route.rule, early, "own", data, is_early=True)
            continue
        # The second step asks for the own password where the right is grave.
        second = 422 if f"{view.module}:{verb}" in GRAVE else 200
        inside = [p for p in PLACES if sees(decisions, screen, view, who, p)]
        for place in inside[:1]:
            data = {**base, "rowid": str(key_of(world, view, place)), "confirmed": "1"}
            yield Try(who, route.rule, second, place, data, writes=True)
        for place in PLACES:
            key = str(key_of(world, view, place))
            seen = sees(decisions, screen, view, who, place)
            data = {**base, "rowid": key}
            if not seen:
                data["confirmed"] = "1"
            yield Try(who, route.rule, {200} if seen else {404}, place, data)
        yield Try(who, route.rule, {200, 303}, "", {**base, "select_all": "1"})


def _at_export(world, decisions, screen, view, name, door, who, route):
    early = _allowed(
        decisions,
        screen,
        who,
        route.method,
        door["needs"],
        is_there=name in screen.doors,
    )
    for kind in FILES if early is None else ("csv",):
        path = route.rule.replace("<export_type>", kind)
        asked = early or {door["answer"]}
        yield Try(who, path, asked, is_early=early is not None)
        if early is None:
            yield Try(who, path, {200}, proven=True)


_SPECIAL = {
    "list": _at_list,
    "filter": _at_filter,
    "lookup": _at_lookup,
    "action": _at_action,
    "export": _at_export,
}


def sees(decisions, screen, view, who, place):
    """Tell whether the matrix lets a member see the record of a place on a screen."""
    if not is_placed(view):
        return "nobody" not in str(screen.of) or who == "superuser"
    return place in decisions.places(who, screen.of)


def telling(decisions, who):
    """Return the places worth trying: of those in sight two are enough."""
    seen = decisions.places(who, "places")
    inside = [place for place in PLACES if place in seen]
    return inside[:2] + [place for place in PLACES if place not in seen]


def is_placed(view):
    """Tell whether the records of a screen hang on units."""
    return view.entity_model.__scope__ != ()


def key_of(world, view, place):
    """Return the key of a place's record on a screen."""
    table = view.entity_model.__tablename__
    return world.places[place].rows.get(table) or world.constants[table]


def related_key(world, target, place):
    """Return the key of a place's record that a filter may name."""
    found = world.places[place]
    if target is m.Unit:
        return found.unit_id
    return found.rows.get(target.__tablename__)


def _of_page(world, decisions, page, route):
    for who in CAST:
        early = before_any_rule(who, route.method, page.answers, page.visitors_get)
        if early is None and who not in page.answers:
            early = {403}
        if not page.of:
            path = ARGUMENT.sub(page.filled, route.rule)
            expected = early or page.answers[who]
            writes = page.writes and early is None
            writes = writes or (page.writes and who == "must_change")
            yield Try(
                who,
                path,
                expected,
                writes=writes,
                tells=page.tells,
                is_early=early is not None,
            )
            continue
        for kind in page.of:
            yield from _of_kind(world, decisions, page, route, who, kind, early)


def _of_kind(world, decisions, page, route, who, kind, early):
    sight = page.sight.get(kind) if kind in (page.sight or {}) else page.sight
    seen = decisions.places(who, sight)
    tried = [*PLACES] if early is None else ["own"]
    if page.once and early is None:
        first = next(p for p in PLACES if p in seen) if seen else ""
        tried = [p for p in PLACES if p == first or p not in seen]
    for place in tried:
        path, data, echo = filled(world, page, route, place, kind)
        if who in VISITORS and who in page.answers and page.visitors_get:
            expected = {page.visitors_get}
        else:
            expected = early or (
                page.answers[who] if place in seen else {page.out_of_sight}
            )
        writes = page.writes and early is None and place in seen
        yield Try(
            who,
            path,
            expected,
            place,
            data,
            writes=writes,
            echo=echo,
            is_early=early is not None,
        )


def filled(world, page, route, place, kind):
    """Return path and form with the keys of the place's record."""
    found = world.places[place]
    word, _space, rest = kind.partition(" ")
    key = found.rows.get(word) or found.rows.get(word.replace(" ", "_"))
    if word == "file":
        key = found.files[rest]
    values = {"number": found.numbers[0], "person_id": found.person_id}
    data = {name: text.format(**values) for name, text in page.sends.items()}
    key = key or found.person_id
    path = route.rule
    # The record is the last argument, a word before it is as the entry says.
    arguments = ARGUMENT.findall(path)
    for argument in arguments[:-1]:
        path = path.replace(argument, page.filled)
    for argument in arguments[-1:]:
        path = path.replace(argument, str(key))
    return path, data, values["number"]


__all__ = ["Try", "differences", "tries_of"]
