"""The generated pages: when an item works, and that equal runs give equal pages."""

import pytest

from tools.acceptance import PAGES, Item, marked_tests, render, works


def shown(passed, *items, once=False):
    return {"shows": list(items), "passed": passed, "once": once}


WORKS = {
    "passed on both": ([{"a": shown(True, "U1")}, {"a": shown(True, "U1")}], True),
    "failed on one": ([{"a": shown(True, "U1")}, {"a": shown(False, "U1")}], False),
    "one of two failed": (
        [
            {"a": shown(True, "U1"), "b": shown(False, "U1")},
            {"a": shown(True, "U1"), "b": shown(True, "U1")},
        ],
        False,
    ),
    "missing on one": ([{"a": shown(True, "U1")}, {}], False),
    "one test fewer on one": (
        [
            {"a": shown(True, "U1"), "b": shown(True, "U1")},
            {"a": shown(True, "U1")},
        ],
        False,
    ),
    "passed once, where once is enough": (
        [{"a": shown(True, "U1", once=True)}, {}],
        True,
    ),
    "failed where once is enough": ([{"a": shown(False, "U1", once=True)}, {}], False),
    "once enough for one of two, the other missing": (
        [{"a": shown(True, "U1", once=True), "b": shown(True, "U1")}, {}],
        False,
    ),
    "no test": ([{}, {}], False),
    "only another item failed": (
        [
            {"a": shown(True, "U1"), "b": shown(False, "U2")},
            {"a": shown(True, "U1"), "b": shown(False, "U2")},
        ],
        True,
    ),
}


@pytest.mark.parametrize("case", WORKS)
def test_item_works(case):
    records, expected = WORKS[case]

    found = works("U1", records)

    assert found is expected


def test_cases_of_one_test_count_once():
    record = {"t::a[1]": shown(True, "U1"), "t::a[2]": shown(True, "U1")}

    found = marked_tests("U1", [record, record])

    assert found == {"t::a"}


def test_page_lists_every_item_in_order():
    record = {"t::a": shown(True, "U2", "U3")}
    items = [
        Item("U1", "注册 | 登录", "未做"),
        Item("U2", "审核"),
        Item("U3", "打印", "另存"),
    ]

    text = render(PAGES[0], items, [record, record])

    assert text.splitlines()[-7:] == [
        "2 of 3, 1 of them otherwise than it says.",
        "",
        "| id | term | tests | works |",
        "|---|---|---:|---|",
        "| U1 | 注册 \\| 登录 *Here:* 未做 | 0 | no |",
        "| U2 | 审核 | 1 | yes |",
        "| U3 | 打印 *Here:* 另存 | 1 | otherwise |",
    ]
