"""Trees of codes level by level: look, search, add below, take out of use (R04)."""

import re

import pytest
from sqlalchemy import func, select

from admin_app.models import Industry, Region
from tests.browsing import sign_in

ZHENGZHOU, ZHONGMU = "410100", "410122"


@pytest.fixture
def root(client, cast):
    return sign_in(client, cast.superuser, proven=True)


def by_code(db_session, code, model=Region):
    return db_session.scalars(select(model).where(model.code == code)).one()


def codes(page):
    """The codes that the list shows."""
    return re.findall(
        r'class="[^"]*cell-first[^"]*"[^>]*><a [^>]*>([^<]+)</a>', page.text
    )


def way(page):
    found = re.search(r'<ol class="breadcrumb">(.*?)</ol>', page.text, re.DOTALL)
    return re.findall(r">([^<>\s][^<>]*)<", found[1]) if found else []


@pytest.mark.feature("R04")
@pytest.mark.parametrize(
    "screen", ["regions", "industries", "majors", "education-levels", "titles"]
)
def test_list_begins_with_the_top_and_leads_down(root, screen, db_session, statements):
    with statements() as seen:
        top = root.get(f"/admin/{screen}/")
    links = re.findall(rf'href="/admin/{screen}/\?parent=(\d+)"', top.text)

    with statements() as below:
        page = root.get(f"/admin/{screen}/?parent={links[0]}")

    assert codes(top)
    assert set(codes(top)).isdisjoint(codes(page))
    assert way(top) == []
    assert way(page)[0] == "最上级"
    assert max(len(seen), len(below)) <= 8


@pytest.mark.feature("R04")
def test_way_leads_back_up(root, db_session):
    county = by_code(db_session, ZHENGZHOU)

    page = root.get(f"/admin/regions/?parent={county.id}")

    assert way(page) == ["最上级", "河南省", "郑州市"]
    assert ZHONGMU in codes(page)
    assert all(code.startswith("4101") for code in codes(page))


@pytest.mark.feature("R04")
def test_search_looks_through_every_level(root):
    page = root.get("/admin/regions/?search=中牟")

    assert ZHONGMU in codes(page)


@pytest.mark.feature("R04")
def test_row_is_added_where_the_list_stands(root, db_session):
    city = by_code(db_session, ZHENGZHOU)
    listed = root.get(f"/admin/regions/?parent={city.id}").text
    address = re.search(r'href="(/admin/regions/new/\?parent=\d+)', listed)[1]

    form = root.get(address).text
    root.post(
        "/admin/regions/new/",
        data={
            "code": "410197",
            "name": "试验新区",
            "parent": str(city.id),
            "sort_order": "1",
            "is_active": "y",
        },
    )

    db_session.rollback()
    made = by_code(db_session, "410197")
    assert f'<option value="{city.id}" selected' in form
    assert (made.parent_id, made.level) == (city.id, city.level + 1)


@pytest.mark.feature("R04")
def test_row_out_of_use_is_not_offered_any_more(root, client, db_session):
    county = by_code(db_session, ZHONGMU)
    address = f"/register/pick/regions?parent={county.parent_id}"
    offered = "中牟县" in client.get(address).text

    asked = act(root, "disable", county.id, confirmed="")
    act(root, "disable", county.id)

    again = act(root, "disable", county.id)
    still = "中牟县" in client.get(address).text
    assert "停用后不能再被选择，已经选用的不受影响。" in asked.text
    assert (offered, still) == (True, False)
    assert "该记录的状态没有变化，请刷新后查看。" in again.text
    act(root, "enable", county.id)
    assert "中牟县" in client.get(address).text


def act(client, action, key, *, confirmed="1"):
    data = {"action": action, "rowid": str(key), "confirmed": confirmed}
    return client.post("/admin/regions/action/", data=data)


@pytest.mark.feature("R04")
def test_row_is_not_put_below_itself(root, db_session):
    top = db_session.scalars(
        select(Industry).where(Industry.parent_id.is_(None)).order_by(Industry.id)
    ).first()
    child = db_session.scalars(
        select(Industry).where(Industry.parent_id == top.id)
    ).first()

    page = root.post(
        f"/admin/industries/edit/?id={top.id}",
        data={
            "code": top.code,
            "name": top.name,
            "parent": str(child.id),
            "sort_order": "0",
        },
    )

    assert page.status_code == 422
    assert "上级不能是本条记录或其下级。" in page.text


@pytest.mark.feature("R04")
def test_top_is_a_small_part_of_the_table(root, db_session):
    shown = len(codes(root.get("/admin/regions/")))
    everything = db_session.scalar(select(func.count()).select_from(Region))

    assert shown * 10 < everything


@pytest.mark.feature("R04")
def test_way_follows_a_filter_of_the_list(root, db_session):
    city = by_code(db_session, ZHENGZHOU)

    page = root.get(f"/admin/regions/?parent={city.id}", headers={"HX-Target": "list"})

    assert "<html" not in page.text
    assert way(page) == ["最上级", "河南省", "郑州市"]
    assert f"/admin/regions/new/?parent={city.id}" in page.text


@pytest.mark.feature("R04")
def test_row_without_any_below_says_how_to_add_one(root, db_session):
    county = by_code(db_session, ZHONGMU)

    page = root.get(f"/admin/regions/?parent={county.id}")

    assert "点击右上角“新增下级”添加第一条。" in page.text
