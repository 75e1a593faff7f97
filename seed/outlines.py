"""Read a YAML file whose mappings know the line they begin at."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from admin_app.errors import Refused
from seed.errors import SeedError


class Entry(dict[str, Any]):
    """A mapping of the file, with its line and the line of each key."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: dict[str, int] = {}


class _Loader(yaml.SafeLoader):
    """SafeLoader that refuses double keys and remembers lines."""


def _entry(loader: _Loader, node: yaml.MappingNode) -> Entry:
    entry = Entry(node.start_mark.line + 1)
    for key_node, value_node in node.value:
        key = str(loader.construct_object(key_node, deep=True))
        if key in entry:
            reason = Refused("“%(key)s”重复", key=key)
            raise _DoubleKeyError(key_node.start_mark.line + 1, key, reason)
        entry[key] = loader.construct_object(value_node, deep=True)
        entry.lines[key] = key_node.start_mark.line + 1
    return entry


class _DoubleKeyError(Exception):
    """A key stands twice in one mapping."""


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _entry)


class Outline:
    """A YAML file and the errors that name its places."""

    def __init__(self, folder: Path, file: str) -> None:
        """Read the file, or raise SeedError."""
        self.file = file
        try:
            # _Loader is a SafeLoader.
            self.top = yaml.load((folder / file).read_text("utf-8"), Loader=_Loader)  # noqa: S506  # nosec B506
        except OSError:
            raise self.broken(0, "-", Refused("找不到文件")) from None
        except _DoubleKeyError as error:
            raise self.broken(*error.args) from None
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            reason = Refused("不是正确的 YAML")
            raise self.broken(mark.line + 1 if mark else 0, "-", reason) from error
        if not isinstance(self.top, Entry):
            raise self.broken(1, "-", Refused("文件没有内容"))

    def broken(self, line: int, column: str, reason: Refused) -> SeedError:
        """Return the error that names a place of this file."""
        return SeedError(file=self.file, row=line, column=column, reason=reason)

    def entries(self, within: Mapping[str, Any], name: str) -> list[Entry]:
        """Return the list of mappings called `name`, or raise SeedError."""
        found = within.get(name)
        line = getattr(within, "line", 1)
        if not isinstance(found, list):
            raise self.broken(line, name, Refused("应为列表"))
        for item in found:
            if not isinstance(item, Entry):
                raise self.broken(line, name, Refused("列表的每一项应有键和值"))
        return found

    def refuse_keys(
        self, entry: Entry, *, required: set[str], optional: set[str] | None = None
    ) -> None:
        """Raise SeedError for a key that is missing, empty or unknown."""
        for name in sorted(required - entry.keys()):
            raise self.broken(entry.line, name, Refused("缺少此项"))
        for name in sorted(entry.keys() - required - (optional or set())):
            raise self.broken(entry.line, name, Refused("未知的项"))
        for name in sorted(required):
            if entry[name] is None or entry[name] == "":
                raise self.broken(entry.line, name, Refused("不能为空"))
