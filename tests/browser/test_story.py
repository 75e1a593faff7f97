"""The whole story in a real browser: from an unknown unit to a checked certificate.

A unit's applicant, the county's bureau of education, a teacher, the unit's
administrator, the county's and the province's HR authorities.
"""

import re
from decimal import Decimal

import pytest
from PIL import Image
from playwright.sync_api import expect
from pyzbar.pyzbar import decode
from sqlalchemy import select

from admin_app import models as m
from admin_app.enums import UnitKind
from admin_app.operations.credit import unbalanced_totals
from admin_app.rules.masks import mask_id_number
from admin_app.web import captcha
from tests import factories as make
from tests.browser.acting import (
    choose,
    field_of,
    fill,
    named,
    pick,
    seek,
    sign_in,
    sign_out,
)
from tests.browser.conftest import PHONE
from tests.browser.witness import overflow, take_picture
from tests.documents.specimens import picture_of, words_of

PASSWORD = "Peony-2026-hill"
SCHOOL = "豫东示范中学"
NAME = "林晓雨"


@pytest.fixture
def stage(db_session):
    """The authorities that exist before the story: province, county, its bureau."""
    province = make.unit(
        db_session, kind=UnitKind.hr_authority, name="省人社厅", region="410000"
    )
    county = make.unit(
        db_session,
        province,
        kind=UnitKind.hr_authority,
        name="县人社局",
        region="410122",
    )
    bureau = make.unit(
        db_session,
        county,
        kind=UnitKind.industry_authority,
        name="县教育局",
        region="410122",
    )
    chiefs = {
        name: make.administrator(db_session, unit).account.person.id_number
        for name, unit in (
            ("province", province),
            ("county", county),
            ("bureau", bureau),
        )
    }
    db_session.commit()
    return chiefs


@pytest.fixture
def photo(tmp_path):
    """Write a small photograph and return its path."""

    def write(name):
        path = tmp_path / name
        Image.new("RGB", (640, 480), "seagreen").save(path)
        return str(path)

    return write


def prove_mobile(page, session):
    """Ask for the code of the mobile that was typed, and type it."""
    page.get_by_role("button", name="获取短信验证码").click()
    expect(page.locator("#proof")).to_contain_text("验证码已发送到 154******0")
    expect(page.get_by_label("收到的验证码")).to_be_focused()
    session.rollback()
    sent = select(m.OutgoingMessage).order_by(m.OutgoingMessage.id.desc()).limit(1)
    code = re.search(r"验证码 (\d{6})", session.scalars(sent).one().body)[1]
    fill(page, {"收到的验证码": code})


def register_unit(page, session, *, id_number, scan):
    page.goto("/")
    window = page.get_by_role("article", name="用人单位")
    window.get_by_role("link", name="注册").click()
    page.get_by_role("button", name="下一步").click()
    expect(page.get_by_label("单位名称")).to_be_focused()
    expect(field_of(page, "单位电话")).to_contain_text("此项必填")
    fill(
        page,
        {
            "单位名称": SCHOOL,
            "组织机构代码/统一社会信用代码": make.registration_code(),
            "单位电话": "0371-60001234",
            "联系人": "周主任",
        },
    )
    choose(page, "单位性质", "事业单位")
    choose(page, "单位级别", "县（市、区）直")
    choose(page, "所属行业", "教育")
    pick(page, "所在地区", "郑州市", "中牟县")
    seek(page, "所属上级单位/主管部门/同级人社部门", "教育", "县教育局")
    page.get_by_label(re.compile("单位证照扫描件")).set_input_files(scan)
    take_picture(page, "register-unit")
    page.get_by_role("button", name="下一步").click()
    fill(
        page,
        {
            "身份证号码": id_number,
            "真实姓名": "周敏",
            "密码": PASSWORD,
            "确认密码": PASSWORD,
            "手机号码": "15400000001",
            "电子邮箱": "zhou@example.com",
            "固定电话": "0371-60001235",
        },
    )
    prove_mobile(page, session)
    page.get_by_role("button", name="提交注册").click()
    expect(page.get_by_role("heading", name="注册成功")).to_be_visible()
    expect(page.locator("main")).to_contain_text("待审核")


def decide(page, menu, row, action="通过"):
    """Tick one row of a queue, press the button, confirm on the next page."""
    side = page.locator(".side-menu")
    link = side.get_by_role("link", name=menu[-1], include_hidden=True)
    # Until it is there, the page before may still be shown.
    link.wait_for(state="attached")
    if not link.is_visible():
        page.locator("summary", has_text=menu[0]).click()
    link.click()
    page.get_by_role("row", name=row).get_by_role("checkbox").check()
    take_picture(page, "queue")
    page.locator(".batch-bar").get_by_role("button", name=action).click()
    page.get_by_text("确定通过这 1 条记录吗？").wait_for()
    page.locator("main").get_by_role("button", name=action).click()
    page.get_by_text("成功 1 条，未办理 0 条").wait_for()


def register_person(page, session, *, id_number):
    page.goto("/")
    window = page.get_by_role("article", name="专业技术人员")
    window.get_by_role("link", name="注册").click()
    fill(
        page,
        {
            "身份证号码": id_number,
            "真实姓名": NAME,
            "密码": PASSWORD,
            "确认密码": PASSWORD,
            "手机号码": "15400000002",
            "电子邮箱": "lin@example.com",
        },
    )
    pick(page, "用人单位所属区域", "郑州市", "中牟县")
    pick(page, "单位", SCHOOL)
    choose(page, "民族", "汉族")
    pick(page, "籍贯", "河南省", "郑州市", "中牟县")
    fill(page, {"毕业院校": "河南示范大学"})
    pick(page, "所学专业", "教育学 本科专业", "教育学类")
    expect(page.get_by_label("性别")).to_have_value("female")
    expect(page.get_by_label("出生日期")).to_have_value("1990-05-12")
    prove_mobile(page, session)
    look(page, "register-person")
    page.get_by_role("button", name="提交注册").click()
    expect(page.get_by_role("heading", name="注册成功")).to_be_visible()
    expect(page.locator("main")).to_contain_text("注册信息已经提交审核，请耐心等待")


def look(page, name):
    """The page stands in the small window without being moved sideways."""
    assert overflow(page) == 0
    take_picture(page, name)


def refused(page):
    """What the sign-in page says to somebody who may not enter yet."""
    return page.locator("main").get_by_role("alert")


def draft_declaration(page):
    page.locator(".portal-nav").get_by_role("link", name="学时学分申报").click()
    choose(page, "学习形式", "培训班、研修班")
    organizer = page.get_by_label("主办单位*必填项")
    organizer.wait_for()
    choose(page, "计入年度", "2025")
    fill(
        page,
        {"项目名称": "中学数学高级研修班", "主办单位": "河南省教师协会"},
    )
    choose(page, "主办单位类别", "行业组织")
    choose(page, "班次类别", "高级研修班")
    page.get_by_label("培训时间 开始日期").fill("2025-07-07")
    page.get_by_label("培训时间 结束日期").fill("2025-07-11")
    fill(page, {"培训天数": "5"})
    expect(page.locator("#hours")).to_contain_text("60")
    look(page, "declare")
    page.get_by_role("button", name="保存不提交").click()
    expect(page.locator("main")).to_contain_text("已保存，尚未提交。")
    expect(page.locator("main")).to_contain_text("待提交")


def submit_declaration(page, *, proofs):
    page.locator(".portal-nav").get_by_role("link", name="申报进度查询").click()
    page.get_by_role("link", name="中学数学高级研修班").click()
    page.get_by_role("link", name="修改").click()
    page.get_by_label("附件").set_input_files(proofs)
    expect(page.locator(".preview")).to_have_count(len(proofs))
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.locator("main")).to_contain_text("已提交，请等待审批。")
    expect(page.locator(".waiting")).to_contain_text(SCHOOL)
    look(page, "submitted")


def unmet(page):
    page.locator(".portal-nav").get_by_role("link", name="年度完成情况").click()
    year = page.get_by_role("region", name="2025 年度完成情况")
    expect(year.get_by_role("row", name="公需课")).to_contain_text("30 学时")
    expect(year.get_by_role("button", name="打印电子证书")).to_be_disabled()


def fetch_certificate(page):
    page.reload()
    year = page.get_by_role("region", name="2025 年度完成情况")
    expect(year).to_contain_text("已达标")
    year.get_by_role("button", name="打印电子证书").click()
    with page.expect_download() as coming:
        page.get_by_role("link", name="下载电子证书").click()
    look(page, "completion")
    return coming.value.path().read_bytes()


def see_from_above(page):
    """The province sees what was decided below it, and decides nothing."""
    page.locator("summary", has_text="查询统计").click()
    page.locator(".side-menu").get_by_role("link", name="电子证书查询打印").click()
    expect(page.get_by_role("row", name=NAME)).to_contain_text(SCHOOL)
    page.locator("summary", has_text="学时学分审批").click()
    page.locator(".side-menu").get_by_role("link", name="学时学分审批").click()
    expect(page.locator("#list")).to_contain_text("没有待审核的记录")


@pytest.mark.feature("U01", "U02", "U03", "U06", "U09", "U28", "U31", "U37", "U39")
@pytest.mark.feature("P02", "P07", "P09", "P16", "P17", "P19", "P24", "P25")
@pytest.mark.feature("R01", "R02", "R08", "X13")
@pytest.mark.requirement("AU-15")
def test_from_an_unknown_unit_to_a_checked_certificate(
    visit, live_server, stage, db_session, photo
):
    applicant, teacher = make.id_number(), make.id_number(birth="19900512", male=False)
    desk = visit(live_server)
    phone = visit(live_server, size=PHONE, accept_downloads=True)

    # The unit registers, and its superior admits it.
    register_unit(desk, db_session, id_number=applicant, scan=photo("licence.png"))
    sign_in(desk, "employer", applicant, PASSWORD)
    expect(refused(desk)).to_contain_text("此账号还未被审核")
    sign_in(desk, "authority", stage["bureau"])
    decide(desk, ["审核账户", "审核下级单位"], SCHOOL)
    sign_out(desk)

    # The teacher registers, and the unit's administrator admits her.
    register_person(phone, db_session, id_number=teacher)
    sign_in(desk, "employer", applicant, PASSWORD)
    decide(desk, ["审核账户", "审核注册人员"], NAME)

    # She declares; three rungs approve; only the last one credits.
    sign_in(phone, "individual", teacher, PASSWORD)
    draft_declaration(phone)
    submit_declaration(phone, proofs=[photo("notice.png"), photo("diploma.jpg")])
    decide(desk, ["学时学分审批"], NAME)
    for name in ("bureau", "county"):
        assert earned(db_session) == []
        sign_out(desk)
        sign_in(desk, "authority", stage[name])
        decide(desk, ["学时学分审批"], NAME)
    assert earned(db_session) == [("professional", Decimal(60))]

    # Public hours come by roster; then the year is complete and is certified.
    person = db_session.scalars(select(m.Person).where(m.Person.name == NAME)).one()
    unmet(phone)
    make.public_hours(db_session, person, 30)
    db_session.commit()
    pdf = fetch_certificate(phone)
    certificate = db_session.scalars(select(m.Certificate)).one()
    words = words_of(pdf)
    for word in (NAME, SCHOOL, "2025年度", certificate.number, "30学时", "60学时"):
        assert word in words

    # Anybody may check it by the code; names and numbers are masked.
    [address] = {code.data.decode() for code in decode(picture_of(pdf))}
    assert address.startswith(live_server)
    stranger = visit(live_server, size=PHONE)
    stranger.goto(address)
    told = stranger.locator("main")
    expect(told).to_contain_text("证书真实有效")
    expect(told).to_contain_text(mask_id_number(teacher))
    expect(told).not_to_contain_text(NAME)
    expect(told).not_to_contain_text(teacher)
    assert unbalanced_totals(db_session) == []

    # And who stands above all of them sees it.
    sign_out(desk)
    sign_in(desk, "authority", stage["province"])
    see_from_above(desk)


def earned(session):
    """What the ledger holds, read anew."""
    session.rollback()
    return [
        (entry.subject_kind.name, entry.amount)
        for entry in session.scalars(select(m.CreditEntry))
    ]


@pytest.fixture
def texts(monkeypatch):
    """Every picture code shows the next of these texts."""
    known = ["ABCDE", "FGHJK", "MNPQR"]
    signs = iter("".join(known))
    chance = captcha.secrets.choice

    # Chance itself is replaced, so that the answer is known; nothing else.
    def choose_sign(alphabet):
        return next(signs) if alphabet == captcha.ALPHABET else chance(alphabet)

    monkeypatch.setattr(captcha.secrets, "choice", choose_sign)
    return known


@pytest.mark.feature("U10", "U12", "P07")
@pytest.mark.requirement("AU-01")
def test_picture_code_is_refreshed_and_used_once(visit, serve, cast, texts):
    page = visit(serve(captcha_enabled=True))
    page.goto("/sign-in/individual")
    fill(page, {"登录账户": cast.teacher.id_number, "密码": make.PASSWORD})
    picture = page.get_by_alt_text("验证码图片")
    first = picture.get_attribute("src")

    with page.expect_response("**/captcha.png*"):
        page.get_by_role("button", name="刷新验证码").click()
    second = picture.get_attribute("src")
    fill(page, {"验证码": texts[0]})
    page.locator("form#form").get_by_role("button", name="登录").click()
    expect(field_of(page, "验证码")).to_contain_text("验证码错误")
    expect(page.get_by_label(named("验证码"))).to_be_focused()
    page.wait_for_load_state("load")
    fill(page, {"密码": make.PASSWORD, "验证码": texts[2].lower()})
    page.locator("form#form").get_by_role("button", name="登录").click()

    expect(page.get_by_role("heading", name="王老师，您好")).to_be_visible()
    assert first != second
