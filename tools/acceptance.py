"""Write docs/features.md and docs/security.md from what the marked tests showed.

An item works when at least one test is marked with it and every such test passed on
both databases; where no database has a part in a test, once is enough. What of it is
done in another way than it says stands in its column `here`.
"""

import csv
import json
import sys
from pathlib import Path
from typing import Final, NamedTuple, TypedDict

PROJECT: Final = Path(__file__).resolve().parent.parent
LISTS: Final = PROJECT / "tests" / "acceptance"
RECORDS: Final = PROJECT / ".cache" / "acceptance"
DATABASES: Final = ("sqlite", "postgresql")


class Shown(TypedDict):
    """What one run says about one test."""

    shows: list[str]
    passed: bool
    once: bool


Record = dict[str, Shown]


class Item(NamedTuple):
    """What is to work, and what of it is done in another way."""

    id: str
    text: str
    here: str = ""


class Page(NamedTuple):
    """A generated page: where its items stand and what its columns are called."""

    source: str
    target: str
    title: str
    columns: tuple[str, str, str, str]


PAGES: Final = (
    Page(
        "features.csv",
        "features.md",
        "What works, item by item",
        ("id", "term", "tests", "works"),
    ),
    Page(
        "requirements.csv",
        "security.md",
        "Security and reliability requirements",
        ("id", "requirement", "tests", "holds"),
    ),
)


def marked_tests(item: str, records: list[Record]) -> set[str]:
    """Return the test functions marked with the item; its cases count as one."""
    nodes = {node for record in records for node in record}
    return {
        node.partition("[")[0]
        for node in nodes
        if any(item in record[node]["shows"] for record in records if node in record)
    }


def works(item: str, records: list[Record]) -> bool:
    """Whether tests are marked with the item and all of them passed in every run.

    A test that is to run once may be missing in the other runs.
    """
    runs = [
        {node: shown for node, shown in record.items() if item in shown["shows"]}
        for record in records
    ]
    found = [shown for run in runs for shown in run.values()]
    everywhere = {
        node for run in runs for node, shown in run.items() if not shown["once"]
    }
    complete = all(everywhere <= run.keys() for run in runs)
    return bool(found) and complete and all(shown["passed"] for shown in found)


def render(page: Page, items: list[Item], records: list[Record]) -> str:
    """Return the page: one row per item, in the order of the list."""
    rows = [
        (
            item.id,
            _said(item).replace("|", "\\|"),
            str(len(marked_tests(item.id, records))),
            _answer(item, records),
        )
        for item in items
    ]
    done = sum(row[3] != "no" for row in rows)
    otherwise = sum(row[3] == "otherwise" for row in rows)
    besides = f", {otherwise} of them otherwise than it says" if otherwise else ""
    lines = [
        f"# {page.title}",
        "",
        "Made by `make test` from the marks of the tests; not written by hand.",
        f"An item {page.columns[3]} when at least one test is marked with it and all of",
        "them passed on SQLite and on PostgreSQL, or once where no database has a part.",
        "",
        f"{done} of {len(rows)}{besides}.",
        "",
        _row(page.columns),
        "|---|---|---:|---|",
        *map(_row, rows),
    ]
    return "\n".join(lines) + "\n"


def _said(item: Item) -> str:
    return f"{item.text} *Here:* {item.here}" if item.here else item.text


def _answer(item: Item, records: list[Record]) -> str:
    if not works(item.id, records):
        return "no"
    return "otherwise" if item.here else "yes"


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


def _items(source: Path) -> list[Item]:
    with source.open(encoding="utf-8") as file:
        return [Item(*row) for row in list(csv.reader(file))[1:]]


def main() -> None:
    """Write both pages and name those that changed."""
    paths = [RECORDS / f"{database}.json" for database in DATABASES]
    if missing := [path.stem for path in paths if not path.exists()]:
        sys.exit(f"docs not written: no complete test run on {' and '.join(missing)}")
    records: list[Record] = [json.loads(path.read_text("utf-8")) for path in paths]
    for page in PAGES:
        target = PROJECT / "docs" / page.target
        text = render(page, _items(LISTS / page.source), records)
        if not target.exists() or target.read_text("utf-8") != text:
            target.parent.mkdir(exist_ok=True)
            target.write_text(text, encoding="utf-8")
            print(f"docs/{page.target} changed: commit it with what changed it")


if __name__ == "__main__":
    main()
