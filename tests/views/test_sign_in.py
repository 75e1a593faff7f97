"""Signing in through the four windows, with every answer that the guides name."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from admin_app.enums import IdentityKind, State
from admin_app.models import AuditEntry, Urge, UserSession
from admin_app.operations.accounts import reset_password
from admin_app.web.clock import now
from tests import factories as make
from tests.browsing import Browser, sign_in

WRONG = "账号或密码错误"
NOT_REVIEWED = "此账号还未被审核"
NO_ROLE = "没有为该账号分配角色"
DISABLED = "账号已禁用"


def post(client, person, *, window="individual", password=make.PASSWORD, **more):
    data = {"id_number": person.id_number, "password": password} | more
    return client.post(f"/sign-in/{window}", data=data)


def sentence(page):
    """The sentence in the box at the head of the form."""
    found = re.search(
        r'<div class="note note-danger".*?<strong>(.*?)</strong>', page.text, re.DOTALL
    )
    return found[1] if found else None


def windows_offered(page):
    box = re.search(
        r'<div class="note note-danger".*?</div>\s*</div>', page.text, re.DOTALL
    )
    return re.findall(r'href="/sign-in/(\w+)"', box[0]) if box else []


def sessions_of(db_session, account):
    statement = select(func.count()).where(UserSession.account_id == account.id)
    return db_session.scalar(statement.select_from(UserSession))


@pytest.mark.feature("U10")
@pytest.mark.feature("P07")
def test_person_with_right_password_enters_their_portal(client, cast):
    answer = post(client, cast.teacher)

    assert (answer.status_code, answer.location) == (303, "/me/")


@pytest.mark.feature("U10")
@pytest.mark.parametrize(
    ("part", "window"),
    [
        ("chief", "employer"),
        ("base_chief", "base"),
        ("bureau_chief", "authority"),
        ("city_chief", "authority"),
    ],
)
def test_administrator_enters_by_the_window_of_their_unit(client, cast, part, window):
    person = getattr(cast, part).account.person

    answer = post(client, person, window=window)

    assert (answer.status_code, answer.location) == (303, "/admin/")


def test_superuser_enters_by_the_window_of_authorities(client, cast):
    answer = post(client, cast.superuser.person, window="authority")

    assert (answer.status_code, answer.location) == (303, "/admin/")


@pytest.mark.feature("U11")
@pytest.mark.requirement("AU-08")
def test_wrong_password_unknown_number_and_lock_look_alike(client, cast, db_session):
    stranger = make.person(db_session)
    db_session.commit()
    unlocked = post(client, cast.teacher, password="wrong-1234")
    for _ in range(5):
        post(client, cast.colleague, password="wrong-1234")

    pages = {
        "wrong": unlocked,
        "unknown": post(client, stranger, password="wrong-1234"),
        "locked": post(client, cast.colleague),
    }

    people = {
        "wrong": cast.teacher,
        "unknown": stranger,
        "locked": cast.colleague,
    }
    plain = {
        name: _without_tokens(page.text).replace(people[name].id_number, "ID")
        for name, page in pages.items()
    }
    assert sentence(pages["wrong"]) == WRONG
    assert {page.status_code for page in pages.values()} == {400}
    assert plain["unknown"] == plain["wrong"] == plain["locked"]
    assert set(pages["locked"].headers.keys()) == set(pages["unknown"].headers.keys())


def _without_tokens(text):
    return re.sub(r'nonce="[^"]+"|[0-9a-f]{64}', "", text)


@pytest.mark.feature("U13")
def test_pending_person_reads_who_reviews_and_may_urge_once_a_day(
    client, cast, db_session
):
    newcomer = make.person(db_session)
    make.account(db_session, newcomer)
    registration = make.person_registration(db_session, newcomer, cast.school)
    make.waiting(registration, cast.school)
    db_session.commit()

    page = post(client, newcomer)
    urge_url = re.search(r'action="(/urge/[^"]+)"', page.text)[1]
    client.post(urge_url)
    client.post(urge_url)

    db_session.rollback()
    assert sentence(page) == NOT_REVIEWED
    assert cast.school.name in page.text
    assert cast.school.phone in page.text
    assert sessions_of(db_session, newcomer.account) == 0
    urges = db_session.scalars(select(Urge)).all()
    assert [(u.record_id, u.unit_id) for u in urges] == [
        (registration.id, cast.school.id)
    ]


def test_urge_of_another_browser_is_unknown(app, client, cast, db_session):
    newcomer = make.person(db_session)
    make.account(db_session, newcomer)
    make.waiting(
        make.person_registration(db_session, newcomer, cast.school), cast.school
    )
    db_session.commit()
    page = post(client, newcomer)
    urge_url = re.search(r'action="(/urge/[^"]+)"', page.text)[1]

    answer = Browser(app, app.response_class).post(urge_url)

    assert answer.status_code == 404
    assert db_session.scalar(select(func.count()).select_from(Urge)) == 0


@pytest.mark.feature("U13")
def test_pending_unit_applicant_reads_which_unit_reviews(client, cast, db_session):
    applicant = make.person(db_session)
    make.account(db_session, applicant)
    make.waiting(
        make.unit_registration(db_session, applicant, cast.bureau), cast.bureau
    )
    db_session.commit()

    page = post(client, applicant, window="employer")

    assert sentence(page) == NOT_REVIEWED
    assert cast.bureau.name in page.text


@pytest.mark.feature("P08")
def test_wrong_window_offers_the_identities_the_person_has(client, cast):
    page = post(client, cast.chief.account.person, window="individual")

    assert sentence(page) == NO_ROLE
    assert windows_offered(page) == ["employer"]


@pytest.mark.feature("P06")
def test_withdrawn_applicant_reads_where_to_go_on(client, cast, db_session):
    newcomer = make.person(db_session)
    make.account(db_session, newcomer)
    row = make.person_registration(db_session, newcomer, cast.school)
    row.state = State.withdrawn
    db_session.commit()

    page = post(client, newcomer)

    assert sentence(page) == ("注册申请已撤回。请到“注册审核进度查询”修改后重新提交。")


@pytest.mark.requirement("AU-08")
@pytest.mark.parametrize("state", ["pending", "no role", "disabled"])
def test_state_is_told_only_after_the_right_password(client, cast, db_session, state):
    person = make.person(db_session)
    account = make.account(db_session, person, is_disabled=state == "disabled")
    if state == "pending":
        make.waiting(
            make.person_registration(db_session, person, cast.school), cast.school
        )
    db_session.commit()

    guessed = post(client, person, password="wrong-1234")
    known = post(client, person)

    told = {"pending": NOT_REVIEWED, "no role": NO_ROLE, "disabled": DISABLED}
    assert sentence(guessed) == WRONG
    assert sentence(known) == told[state]
    assert sessions_of(db_session, account) == 0


def test_typed_number_stays_and_password_goes(client, cast):
    page = post(client, cast.teacher, password="wrong-1234")

    inputs = dict(
        re.findall(
            r'<input[^>]*name="(id_number|password)"[^>]*value="([^"]*)"', page.text
        )
    )
    assert inputs == {"id_number": cast.teacher.id_number, "password": ""}


@pytest.mark.parametrize(
    ("typed", "enters"),
    [
        ("lower-case x", True),
        ("full width", True),
        ("trailing blank", True),
        ("one digit more", False),
    ],
)
def test_number_is_read_as_a_person_may_type_it(
    client, cast, db_session, typed, enters
):
    number = "41010219900307109X"
    person = make.person(db_session, cast.school, id_number=number)
    make.account(db_session, person)
    db_session.commit()
    written = {
        "lower-case x": number.lower(),
        "full width": "".join(chr(ord(c) + 0xFEE0) for c in number),
        "trailing blank": number + " ",
        "one digit more": number + "1",
    }[typed]

    answer = client.post(
        "/sign-in/individual", data={"id_number": written, "password": make.PASSWORD}
    )

    assert (answer.status_code == 303) is enters


@pytest.mark.feature("X04")
def test_person_with_two_units_of_a_kind_chooses_and_switches(client, cast, db_session):
    account = cast.chief.account
    second = make.unit(db_session, cast.bureau, name="第三中学")
    other = make.assignment(db_session, account, second)
    account.person.unit_id = cast.school.id
    db_session.commit()

    entered = post(client, account.person, window="employer")
    before = client.secret()
    page = client.get(entered.location)
    switched = client.post(
        "/identities", data={"identity": f"administrator-{other.id}"}
    )

    offered = re.findall(r'name="identity" value="([^"]+)"', page.text)
    assert entered.location == "/identities"
    assert offered == [
        "individual-0",
        f"administrator-{cast.chief.id}",
        f"administrator-{other.id}",
    ]
    assert (switched.status_code, switched.location) == (303, "/admin/")
    assert client.secret() != before


@pytest.mark.feature("X04")
@pytest.mark.parametrize("wanted", ["foreign", "superuser-0", "", "nonsense"])
def test_identity_of_somebody_else_is_refused(client, cast, wanted):
    sign_in(client, cast.chief)
    if wanted == "foreign":
        wanted = f"administrator-{cast.other_chief.id}"

    answer = client.post("/identities", data={"identity": wanted})

    assert answer.status_code == 400


@pytest.mark.requirement("AU-06")
def test_sign_in_gives_a_new_secret(client, cast):
    client.get("/sign-in/individual")
    before = client.secret()

    post(client, cast.teacher)

    assert before is not None
    assert client.secret() != before


@pytest.mark.requirement("AU-06")
def test_one_sign_in_more_than_are_allowed_ends_the_one_used_longest_ago(
    make_app, cast, db_session
):
    other = make_app(sessions_per_account=2)
    first, second, third = (Browser(other, other.response_class) for _ in range(3))
    for browser in (first, second):
        post(browser, cast.teacher)
    stranger = sign_in(Browser(other, other.response_class), cast.chief)
    could = [b.get("/identities").status_code for b in (first, second, stranger)]

    post(third, cast.teacher)

    browsers = (first, second, third, stranger)
    assert could == [200, 200, 200]
    assert [b.get("/identities").status_code for b in browsers] == [303, 200, 200, 200]
    told = select(AuditEntry.object_id, AuditEntry.after).where(
        AuditEntry.action == "end_sessions"
    )
    account_id = str(cast.teacher.account.id)
    assert db_session.execute(told).all() == [(account_id, {"count": 1})]


@pytest.mark.requirement("AU-16")
@pytest.mark.parametrize(
    "target",
    ["//evil.example", "https://evil.example", "http:evil.example", "/\\evil.example",
     "\\\\evil.example", "javascript:alert(1)", "/\t/evil.example", "evil.example"],
)  # fmt: skip
def test_foreign_target_is_refused(client, cast, target):
    answer = post(client, cast.teacher, next=target)

    assert (answer.status_code, answer.location) == (400, None)


def test_own_target_is_followed(client, cast):
    answer = post(client, cast.teacher, next="/me/?year=2025")

    assert answer.location == "/me/?year=2025"


@pytest.mark.requirement("AD-01")
def test_each_attempt_is_in_the_audit_log(client, cast, db_session):
    post(client, cast.teacher, password="wrong-1234")
    post(client, cast.teacher)
    client.post("/sign-out")

    lines = db_session.execute(
        select(AuditEntry.action, AuditEntry.object_id, AuditEntry.result)
        .where(AuditEntry.action.like("sign_%"))
        .order_by(AuditEntry.id)
    ).all()
    account_id = str(cast.teacher.account.id)
    assert [tuple(line) for line in lines] == [
        ("sign_in", account_id, "refused"),
        ("sign_in", account_id, "ok"),
        ("sign_out", "", "ok"),
    ]


@pytest.mark.requirement("AD-01")
def test_line_of_a_sign_in_names_who_came_in(client, cast, db_session):
    post(client, cast.teacher, password="wrong-1234")
    post(client, cast.teacher)

    lines = db_session.execute(
        select(AuditEntry.result, AuditEntry.actor_name, AuditEntry.identity)
        .where(AuditEntry.action == "sign_in")
        .order_by(AuditEntry.id)
    ).all()
    # Who guesses a password is nobody yet.
    assert [tuple(line) for line in lines] == [
        ("refused", "", None),
        ("ok", cast.teacher.name, IdentityKind.individual),
    ]


@pytest.mark.requirement("AU-05")
def test_initial_password_works_once_and_for_a_day(
    app, client, cast, db_session, clock
):
    account = cast.teacher.account
    reset_password(db_session, account=account, now=now())
    db_session.commit()
    initial = cast.teacher.id_number[-6:]

    first = post(client, cast.teacher, password=initial)
    again = post(Browser(app, app.response_class), cast.teacher, password=initial)
    reset_password(db_session, account=account, now=now())
    db_session.commit()
    clock.tick(timedelta(hours=25))
    late = post(Browser(app, app.response_class), cast.teacher, password=initial)

    over = "初始密码已使用或已过期，请联系单位管理员重新重置密码。"
    assert first.location == "/password"
    assert sentence(again) == over
    assert sentence(late) == over


def test_unknown_window_is_not_found(client, cast):
    assert client.get("/sign-in/emperor").status_code == 404
