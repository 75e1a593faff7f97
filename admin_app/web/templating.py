"""Templates, compiled once for each language: what never changes is settled then.

A list says some hundred words of the interface and draws forty icons. To find each of
them again for every page took a fifth of its time (docs/decisions/0017). Nor is a text
of the page made an object of its own before it is joined with the others.
"""

import re
from collections import defaultdict
from collections.abc import Callable, MutableMapping, Sequence
from types import MappingProxyType
from typing import Any, Final, TypeVar

from flask import Flask, g, has_request_context, url_for
from flask.templating import Environment
from flask_babel import get_locale
from jinja2 import Template, nodes
from jinja2.compiler import CodeGenerator
from jinja2.visitor import NodeTransformer
from markupsafe import (  # type: ignore[attr-defined] # not all of it is announced
    Markup,
    _escape_inner,
    escape,
)
from typing_extensions import override

F = TypeVar("F", bound=Callable[..., str])

ADDRESS: Final = "url_for"
SENTENCES: Final = frozenset({"_", "gettext"})
INDENT: Final = re.compile(r"\s*\n\s*")


def init_app(app: Flask) -> None:
    """Let addresses in templates be settled like the rest."""
    app.jinja_env.globals[ADDRESS] = address


def settled(function: F) -> F:
    """Mark what templates call as following from its arguments and the language alone.

    A call with nothing but constants is then answered when the template is compiled.
    """
    function.is_settled = True  # type: ignore[attr-defined]
    return function


@settled
def address(endpoint: str, **values: Any) -> str:
    """Return the address of an endpoint, as Flask's `url_for`.

    An installation has one place in the tree of its server, so it never changes; that
    place is known from the first request on.
    """
    return url_for(endpoint, **values)


def escaped(value: object) -> str:
    """Return what stands for a value on a page, as `escape` does, but without Markup.

    A page is joined of some six hundred of them, and a plain string takes a tenth of
    the time.
    """
    if type(value) is str:
        # What `escape` wraps in Markup.
        plain: str = _escape_inner(value)
        return plain
    return value if isinstance(value, Markup) else escape(value)


class Plainly(CodeGenerator):
    """Writes the code of templates so that what they put out is `escaped`."""

    @override
    def write_commons(self) -> None:
        super().write_commons()
        self.writeline("escape = environment.escaped")


class PerLanguage(Environment):
    """Flask's environment with the templates of each language beside each other."""

    code_generator_class = Plainly
    escaped = staticmethod(escaped)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Start without templates."""
        self._caches: dict[Any, Any] = defaultdict(dict)
        super().__init__(*args, **kwargs)

    @property
    def cache(self) -> MutableMapping[Any, Any]:
        """The templates in the language of this moment."""
        spoken = getattr(babel_place(), "babel_locale", None) or get_locale()
        found: MutableMapping[Any, Any] = self._caches[spoken]
        return found

    @cache.setter
    def cache(self, _value: object) -> None:
        """Keep our own; Jinja sets one for all."""

    @override
    def _load_template(self, name: str, globals: Any) -> Template:
        if globals or self.auto_reload or self.loader is None:
            return super()._load_template(name, globals)
        # A page asks for a dozen, and Jinja would look for the language of each twice.
        kept = self.cache
        found: Template | None = kept.get(name)
        if found is None:
            found = kept[name] = self.loader.load(self, name, self.make_globals(None))
        return found

    @override
    def make_globals(self, d: Any) -> Any:
        # Jinja would lay an empty dict above them, and walk through both each time.
        return super().make_globals(d) if d else MappingProxyType(self.globals)

    @override
    def _generate(self, source: nodes.Template, *args: Any, **kwargs: Any) -> str:
        # Jinja's documented place for another way from the tree to the code.
        return super()._generate(Settling(self).visit(source), *args, **kwargs)


class Settling(NodeTransformer):
    """Puts the answer in the place of a call that is settled, and sends no indents."""

    def __init__(self, environment: Environment) -> None:
        """Look functions up among the globals of `environment`."""
        self.environment = environment
        self.known: dict[str, Any] = {
            name: function
            for name, function in environment.globals.items()
            if getattr(function, "is_settled", False)
        }

    def visit_TemplateData(self, node: nodes.TemplateData) -> nodes.Node:  # noqa: N802
        """Let lines begin where they begin: indents are for who reads the template."""
        return nodes.TemplateData(INDENT.sub("\n", node.data), lineno=node.lineno)

    def visit_Include(self, node: nodes.Include) -> nodes.Node:  # noqa: N802
        """Take a part of the page in, where it need not be looked for at each page."""
        name, loader = node.template, self.environment.loader
        is_plain = node.with_context and not node.ignore_missing
        if (
            not isinstance(name, nodes.Const)
            or not is_plain
            or self.environment.auto_reload
            or loader is None
        ):
            return node
        source, file, _is_fresh = loader.get_source(self.environment, name.value)
        part = self.environment._parse(source, name.value, file)  # noqa: SLF001 (as Jinja compiles it)
        if part.find(nodes.Block) or part.find(nodes.Extends):
            return node
        self.visit(part)
        # What is set in a part is not known behind it.
        return nodes.Scope(part.body, lineno=node.lineno)

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 (Jinja's name)
        """Answer a call of a known function with constants."""
        self.generic_visit(node)
        values = [*node.args, *(pair.value for pair in node.kwargs)]
        if (
            not isinstance(node.node, nodes.Name)
            or node.node.name not in self.known
            or node.dyn_args is not None
            or node.dyn_kwargs is not None
            or not all(isinstance(value, nodes.Const) for value in node.args)
            or _is_relative(values)
        ):
            return node
        if node.node.name in SENTENCES and node.kwargs:
            return _filled_in(node, self.known[node.node.name])
        if not all(isinstance(value, nodes.Const) for value in values):
            return node
        if node.node.name == ADDRESS and not has_request_context():
            return node
        answer = self.known[node.node.name](
            *(each.as_const() for each in node.args),
            **{pair.key: pair.value.as_const() for pair in node.kwargs},
        )
        constant = nodes.Const(str(answer), lineno=node.lineno)
        is_markup = isinstance(answer, Markup)
        return nodes.MarkSafe(constant, lineno=node.lineno) if is_markup else constant


def _filled_in(node: nodes.Call, worded: Callable[..., str]) -> nodes.Node:
    """Return a sentence that is found now and takes its values when it is drawn."""
    sentence = nodes.Const(worded(*(each.as_const() for each in node.args)))
    values = [nodes.Pair(nodes.Const(pair.key), pair.value) for pair in node.kwargs]
    return nodes.Mod(sentence, nodes.Dict(values), lineno=node.lineno)


def _is_relative(values: Sequence[Any]) -> bool:
    """Tell whether an endpoint is meant that depends on the page, as `.index`."""
    first = values[0].value if values else ""
    return isinstance(first, str) and first.startswith(".")


def known(name: str) -> Any:
    """Return what `g` holds of this name, None if nothing.

    The proxy would look for itself three times, and names of rows ask for the language.
    """
    try:
        return g._get_current_object().get(name)  # noqa: SLF001
    except RuntimeError:
        return None


def babel_place() -> Any:
    """Return where Flask-Babel keeps what it knows of this request, once it does.

    `force_locale` empties the place for as long as it lasts.
    """
    return known("_flask_babel")


def language() -> str:
    """Return the name of the language that is spoken now; '' outside of a request."""
    return str(get_locale() or "")
