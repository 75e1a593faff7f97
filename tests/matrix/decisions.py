"""Reads matrix.yaml: what it decides for a route, a member of the cast and a place."""

from dataclasses import dataclass, field
from pathlib import Path

import yaml

from tests.matrix.world import CAST, PLACES, VISITORS

FILE = Path(__file__).with_name("matrix.yaml")
SHUT = frozenset({403, 404})
SIGN_IN = "sign in"
CHANGE_PASSWORD = "change password"
SHIELD = {"GET": CHANGE_PASSWORD, "POST": 403}


class Undecided(AssertionError):  # noqa: N818 (it says what is wrong)
    """The matrix and the program do not speak of the same things."""


@dataclass(frozen=True)
class Screen:
    """A generated screen as the matrix knows it."""

    name: str
    may: dict[str, frozenset[str]]
    doors: frozenset[str] = frozenset()
    actions: dict[str, str] = field(default_factory=dict)
    of: dict[str, object] | str | None = None


@dataclass(frozen=True)
class Page:
    """An address that no screen generates."""

    route: str
    answers: dict[str, frozenset[object]]
    of: tuple[str, ...] = ()
    filled: str = "1"
    sends: dict[str, str] = field(default_factory=dict)
    sight: object = None
    writes: bool = False
    once: bool = False
    tells: str = ""
    out_of_sight: int = 404
    visitors_get: int | None = None


class Decisions:
    """The whole matrix."""

    def __init__(self, said):
        """Expand the groups; a word that means nothing is refused."""
        self.said = said
        self.groups = said["groups"]
        self.sees = said["sees"]
        self.doors = said["doors"]
        self.headers = said["headers"]
        self.screens = {}
        for entry in said["screens"]:
            for name in entry["names"]:
                refuse(name in self.screens, f"{name} is decided twice")
                self.screens[name] = self._screen(name, entry)
        self.pages = {}
        for entry in said["pages"]:
            for route in entry["routes"]:
                refuse(route in self.pages, f"{route} is decided twice")
                self.pages[route] = self._page(route, entry)

    @classmethod
    def read(cls, path=FILE):
        """Read the file."""
        return cls(yaml.safe_load(path.read_text(encoding="utf-8")))

    def members(self, words):
        """Return the cast that names and groups stand for."""
        found = set()
        for word in words:
            if word in CAST and word not in self.groups:
                found.add(word)
            else:
                refuse(word not in self.groups, f"nobody is called {word}")
                found |= {
                    one
                    for inner in self.groups[word]
                    for one in ([inner] if inner in CAST else self.members([inner]))
                }
        return frozenset(found)

    def _screen(self, name, entry):
        unknown = set(entry.get("doors", ())) - {*self.doors, "lookup", "new"}
        refuse(unknown, f"{name}: no door is called {unknown}")
        may = {verb: self.members(words) for verb, words in entry["may"].items()}
        doors = set(entry.get("doors", ()))
        doors |= {"create"} if "new" in doors else set()
        doors |= {"change"} if "edit" in doors else set()
        return Screen(
            name,
            may,
            frozenset(doors | {"list", "details", "again", "unexported"}),
            entry.get("actions", {}),
            entry.get("of"),
        )

    def _page(self, route, entry):
        answers = {}
        # One's own name counts more than a group, and the smaller group more.
        order = sorted(entry["answers"], key=lambda w: -len(self.members([w])))
        for word in order:
            said = entry["answers"][word]
            for who in self.members([word]):
                answers[who] = frozenset(said if isinstance(said, list) else [said])
        of = entry.get("of", ())
        more = {
            key: entry[key]
            for key in ("sight", "writes", "once", "tells", "out_of_sight")
            if key in entry
        }
        return Page(
            route,
            answers,
            of=(of,) if isinstance(of, str) else tuple(of),
            filled=entry.get("filled", "1"),
            sends=entry.get("sends", {}),
            visitors_get=entry.get("visitors_get"),
            **more,
        )

    def places(self, who, of):
        """Return the places whose records a member sees, as an entry narrows them."""
        word = of if isinstance(of, str) else self._word(who, of)
        if who not in self.sees or word == "nobody":
            return frozenset()
        if isinstance(word, list):
            return frozenset(word)
        return frozenset(self.sees[who][word])

    def _word(self, who, of):
        if of is None:
            return "places"
        if who in of and who in CAST:
            return of[who]
        for group in of:
            if group in self.groups and who in self.members([group]):
                return of[group]
        return of.get("others", "places")

    def door(self, method, path):
        """Return the doors that stand at this method and path of a screen."""
        route = f"{method} {path}"
        found = {n: d for n, d in self.doors.items() if d["route"] == route}
        refuse(not found, f"no door of a screen is at {route}")
        return found

    def route_names(self):
        """Return the name of every route that is decided, known before any test."""
        generated = {
            f"{method} /admin/{screen}{path}"
            for door in self.doors.values()
            for method, path in [door["route"].split(" ", 1)]
            for screen in door.get("only", self.screens)
        }
        return sorted([*generated, *self.pages])

    def undecided(self, app):
        """Return what only one side knows: routes and entries by name."""
        routes = dict.fromkeys(routes_of(app))
        screens = {r.screen for r in routes if r.screen}
        missing = [str(r) for r in routes if not self._decides(r)]
        pages = {r.name for r in routes if not r.screen}
        idle = [name for name in self.screens if name not in screens]
        idle += [name for name in self.pages if name not in pages]
        paths = {r.door for r in routes if r.screen}
        idle += [n for n, d in self.doors.items() if d["route"] not in paths]
        return sorted(missing), sorted(idle)

    def _decides(self, route):
        if route.screen:
            doors = {
                door["route"]
                for door in self.doors.values()
                if route.screen in door.get("only", self.screens)
            }
            return route.screen in self.screens and route.door in doors
        return route.name in self.pages


@dataclass(frozen=True)
class Route:
    """A rule and one of its methods; on a generated screen, which door it is."""

    method: str
    rule: str
    screen: str = ""
    door: str = ""

    @property
    def name(self):
        """The route as the matrix writes it."""
        return f"{self.method} {self.rule}"

    __str__ = name.fget


def routes_of(app):
    """Return every route of the program."""
    screens = {s.url.rpartition("/")[2]: s for s in app.extensions["admin_screens"]}
    endpoints = {s.endpoint: name for name, s in screens.items()}
    found = set()
    for rule in app.url_map.iter_rules():
        if rule.build_only:
            continue
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            screen = endpoints.get(rule.endpoint.partition(".")[0], "")
            door = rule.rule.removeprefix(f"/admin/{screen}") if screen else ""
            inside = f"{method} {door}" if screen else ""
            found.add(Route(method, rule.rule, screen, inside))
    return sorted(found, key=str)


def before_any_rule(who, method, answers, visitors_get=None):
    """Return what is answered before rights matter, or None."""
    if who == "must_change":
        return answers.get(who) or {SHIELD.get(method, 403)}
    if who in VISITORS and who not in answers:
        return {visitors_get or SIGN_IN}
    return None


def refuse(wrong, sentence):
    """Raise for a mistake in the matrix."""
    if wrong:
        raise Undecided(sentence)


__all__ = ["PLACES", "SHUT", "Decisions", "Route", "Undecided", "routes_of"]
