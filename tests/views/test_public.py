"""Pages for everybody: home, notices, guide, certificate check, language (R07, R08)."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from admin_app.columns import utc_now
from admin_app.enums import NoticeAudience
from admin_app.models import Account, Certificate, CertificateTemplate, Notice
from admin_app.rules.days import SHANGHAI
from tests.browsing import sign_in
from tests.views.registration.conftest import shown


def day(offset):
    return utc_now().astimezone(SHANGHAI).date() + timedelta(days=offset)


@pytest.fixture
def publish(db_session):
    """Write a notice."""

    def write(title, audience=NoticeAudience.everyone, since=0, until=None):
        notice = Notice(
            title=title,
            body="第一段\n\n<script>alert(1)</script>",
            audience=audience,
            published_from=day(since),
            published_until=None if until is None else day(until),
        )
        db_session.add(notice)
        db_session.commit()
        return notice

    return write


@pytest.fixture
def certificate(db_session, cast):
    """The teacher's certificate of 2025."""
    template = db_session.scalars(select(CertificateTemplate)).first()
    made = Certificate(
        number="HN2025-0000018",
        token="t" * 43,
        year=2025,
        person_name=cast.teacher.name,
        unit_name=cast.school.name,
        contents={},
        template_id=template.id,
        issued_at=utc_now(),
        person_id=cast.teacher.id,
        unit_id=cast.school.id,
    )
    db_session.add(made)
    db_session.commit()
    return made


@pytest.mark.feature("R08")
def test_home_shows_four_windows_and_the_public_services(client):
    page = client.get("/").text

    windows = ("individual", "employer", "base", "authority")
    assert [f'href="/sign-in/{kind}"' in page for kind in windows] == [True] * 4
    services = ("/register/progress", "/certificates/check", "/guide")
    assert [f'href="{url}"' in page for url in services] == [True] * 3


@pytest.mark.feature("R07")
def test_home_lists_todays_notices_for_everyone_newest_first(client, publish):
    publish("较早的", since=-3)
    publish("今天的")
    publish("明天的", since=1)
    publish("过期的", since=-9, until=-1)
    publish("单位的", NoticeAudience.employers)

    page = shown(client.get("/"))

    titles = ("今天的", "较早的", "明天的", "过期的", "单位的")
    assert [title in page for title in titles] == [True, True, False, False, False]
    assert page.index("今天的") < page.index("较早的")


@pytest.mark.feature("R07")
@pytest.mark.parametrize(
    ("part", "sees"),
    [
        (None, set()),
        ("teacher", {NoticeAudience.individuals}),
        ("chief", {NoticeAudience.employers}),
        ("base_chief", {NoticeAudience.bases}),
        ("bureau_chief", {NoticeAudience.authorities}),
        ("superuser", set(NoticeAudience) - {NoticeAudience.everyone}),
    ],
)
def test_notice_is_shown_to_those_it_is_meant_for(client, cast, publish, part, sees):
    meant = set(NoticeAudience) - {NoticeAudience.everyone}
    urls = {kind: f"/notices/{publish(kind.name, kind).id}" for kind in meant}
    if part is not None:
        sign_in(client, getattr(cast, part))

    found = {kind for kind, url in urls.items() if client.get(url).status_code == 200}

    assert found == sees


@pytest.mark.feature("R07")
def test_notice_shows_its_text_and_runs_nothing(client, publish):
    page = client.get(f"/notices/{publish('标题').id}").text

    assert "&lt;script&gt;alert(1)" in page


@pytest.mark.feature("R07")
def test_list_of_notices_pages_without_loss(client, publish):
    for number in range(25):
        publish(f"公告{number:02d}", since=-(number % 3))

    first = client.get("/notices").text
    url = first.split('btn btn-quiet" href="')[1].split('"')[0]
    second = client.get(url).text

    seen = [number for number in range(25) if f"公告{number:02d}" in first + second]
    assert seen == list(range(25))


@pytest.mark.feature("R08")
@pytest.mark.requirement("PR-01")
@pytest.mark.parametrize(
    "query",
    [
        "number=HN2025-0000018",
        "number=%20hn2025-%200000018",
        "number=ＨＮ２０２５－００００018",
        f"token={'t' * 43}",
    ],
)
def test_valid_certificate_is_shown_masked(client, cast, certificate, query):
    page = client.get(f"/certificates/check?{query}")

    text = shown(page)
    number = cast.teacher.id_number
    assert "证书真实有效" in text
    assert "王**" in text
    assert f"{number[:4]}{'*' * 13}{number[-1]}" in text
    assert cast.teacher.name not in page.text
    assert number not in page.text


@pytest.mark.feature("R08")
def test_revoked_certificate_says_so(client, db_session, certificate):
    certificate.revoked_at = utc_now()
    db_session.commit()

    page = shown(client.get("/certificates/check?number=HN2025-0000018"))

    assert "证书已撤销" in page
    assert "真实有效" not in page


@pytest.mark.feature("R08")
@pytest.mark.parametrize("query", ["number=HN2025-0000019", "token=x", "number=%25"])
def test_unknown_certificate_is_not_found(client, certificate, query):
    assert "未查到该证书" in shown(client.get(f"/certificates/check?{query}"))


@pytest.mark.feature("R08")
def test_twenty_first_check_of_a_minute_is_refused(client, certificate):
    url = "/certificates/check?number=HN2025-0000018"

    codes = [client.get(url).status_code for _ in range(21)]

    assert codes == [200] * 20 + [429]


@pytest.mark.feature("X11")
def test_chosen_language_stays_with_the_browser_and_the_account(
    client, cast, db_session
):
    sign_in(client, cast.teacher)

    answer = client.post("/language", data={"locale": "en", "next": "/guide"})

    assert answer.location == "/guide"
    assert '<html lang="en"' in client.get("/guide").text
    statement = select(Account.locale).where(Account.person_id == cast.teacher.id)
    assert db_session.scalar(statement) == "en"


@pytest.mark.feature("X11")
@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", ""])
def test_language_switch_leads_nowhere_else(client, target):
    answer = client.post("/language", data={"locale": "en", "next": target})

    assert (answer.status_code, answer.location) in {(400, None), (303, "/")}


def test_unknown_language_changes_nothing(client):
    client.post("/language", data={"locale": "fr", "next": "/guide"})

    assert '<html lang="zh-CN"' in client.get("/guide").text
