"""What waits, and for whom: reminders, what is told of them, the board, an absence."""

import pytest
from playwright.sync_api import expect

from tests import factories as make
from tests.browser.acting import choose, fill
from tests.browser.conftest import DESK, PHONE
from tests.browser.witness import overflow
from tests.operations.test_delegations import another_chief

URGED = "申请人催办：有待审核事项已等待"


def read_messages(page):
    """Open what the account was told."""
    page.goto("/account/messages")
    assert overflow(page) == 0
    return page.locator("main")


@pytest.mark.feature("X06")
def test_person_reminds_once_a_day_and_the_platform_may_keep_it_to_itself(
    enter, cast, db_session
):
    rows = [
        make.declaration(db_session, cast.teacher, title=f"培训{n}") for n in "甲乙"
    ]
    for row in rows:
        make.waiting(row, cast.school)
    db_session.commit()
    own, boss = enter(cast.teacher, size=PHONE), enter(cast.superuser, size=DESK)
    late = own.context.new_page()

    for page in (own, late):
        page.goto(f"/me/declarations/{rows[0].id}")
    own.get_by_role("button", name="催办").click()
    expect(own.get_by_text("已催办，请耐心等待审批。")).to_be_visible()
    late.get_by_role("button", name="催办").click()
    expect(
        late.get_by_text("今天已经催办过，请明天再试，或直接致电审核单位。")
    ).to_be_visible()
    own.reload()
    expect(own.get_by_role("button", name="已催办")).to_be_disabled()
    assert overflow(own) == 0
    late.close()

    boss.goto("/admin/message-rules/?kind=declaration&event=urged")
    boss.get_by_role("link", name="编辑").click()
    boss.get_by_label("站内消息").uncheck()
    boss.get_by_role("button", name="保存").first.click()
    boss.wait_for_url("**/admin/message-rules/**")
    own.goto(f"/me/declarations/{rows[1].id}")
    own.get_by_role("button", name="催办").click()
    expect(own.get_by_text("已催办，请耐心等待审批。")).to_be_visible()

    told = read_messages(enter(cast.chief, size=PHONE))
    expect(told.get_by_text(URGED)).to_have_count(1)
    above = enter(cast.bureau_chief, size=PHONE)
    above.goto("/admin/backlog/")
    line = above.get_by_role("row", name=cast.school.name)
    expect(line).to_contain_text("学时学分申报 2")
    expect(line).to_contain_text("17 天")
    assert overflow(above) == 0


@pytest.mark.feature("X06")
def test_colleague_decides_for_who_is_away_and_everybody_reads_it(
    enter, cast, db_session
):
    colleague = another_chief(db_session, cast)
    row = make.waiting(make.declaration(db_session, cast.teacher), cast.school)
    db_session.commit()
    away, name = enter(cast.chief, size=PHONE), colleague.account.person.name

    away.goto("/admin/delegate/")
    choose(away, "受托人", f"{name} · {colleague.role.name}")
    fill(away, {"开始日期": "2025-11-20", "结束日期": "2025-11-18"})
    away.get_by_role("button", name="委托", exact=True).click()
    expect(away.locator("[aria-invalid=true]")).to_be_focused()
    assert overflow(away) == 0
    fill(away, {"开始日期": "2025-11-18", "结束日期": "2025-11-20"})
    away.get_by_role("button", name="委托", exact=True).click()
    expect(away.get_by_text("已委托，受托人会收到消息。")).to_be_visible()
    expect(away.locator("tbody tr")).to_contain_text("进行中")
    assert overflow(away) == 0

    page = enter(colleague, size=PHONE)
    expect(read_messages(page)).to_contain_text("委托您在 2025-11-18 至 2025-11-20")
    page.goto("/admin/inbox/")
    page.locator("tbody").get_by_role("checkbox").first.check()
    page.locator(".batch-bar").get_by_role("button", name="通过").click()
    page.locator("main").get_by_role("button", name="通过").click()
    page.get_by_text("成功 1 条，未办理 0 条").wait_for()

    told = enter(cast.teacher, size=PHONE)
    told.goto(f"/me/declarations/{row.id}")
    in_whose_name = f"{name}（代{cast.chief.account.person.name}）"
    expect(told.locator("main")).to_contain_text(in_whose_name)
    assert overflow(told) == 0
