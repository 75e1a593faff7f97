"""单位可用模块: what units of a kind do not use leaves menu and rights at once (R04)."""

import pytest

from admin_app import models as m
from admin_app.enums import UnitKind
from admin_app.operations.closed_modules import PLACES
from admin_app.permissions import CATALOGUE, DECIDING
from admin_app.workflows import CHAINS
from tests import factories as make
from tests.browsing import Browser, sign_in

PAGE = "/admin/unit-modules/"
EVERYTHING = {f"{kind.name}:{module}" for kind, module in PLACES}


@pytest.fixture
def close(client, cast):
    """The superuser closes modules, to every level or to one."""
    sign_in(client, cast.superuser)

    def send(*words, level="", opened=EVERYTHING):
        form = {"open": sorted(opened - set(words)), "own_password": make.PASSWORD}
        return client.post(f"{PAGE}?level={level}", data=form)

    return send


def seen_by(client, who, path):
    """The answer of a page, and whether the menu leads there."""
    browser = sign_in(
        Browser(client.application, client.application.response_class), who
    )
    return browser.get(path).status_code, f'href="{path}"' in browser.get(
        "/admin/"
    ).text


@pytest.mark.feature("R04")
@pytest.mark.requirement("AZ-01")
def test_a_closed_module_leaves_menu_and_rights_of_that_kind_at_once(
    client, cast, close
):
    path = "/admin/outgoing-transfers/"
    before = seen_by(client, cast.chief, path)

    answer = close("employer:outgoing_transfers")

    closed = seen_by(client, cast.chief, path)
    others = seen_by(client, cast.bureau_chief, path)
    close()
    assert answer.status_code == 303
    assert (before, closed, others) == ((200, True), (403, False), (200, True))
    assert seen_by(client, cast.chief, path) == (200, True)


@pytest.mark.feature("R04")
def test_what_is_closed_to_a_level_stays_open_to_the_others(
    client, cast, close, db_session
):
    level = make.reference(db_session, m.UnitLevel, "50")
    cast.other_school.level_id = level.id
    assert cast.school.level_id != level.id
    db_session.commit()
    path = "/admin/unit-departments/"

    close("employer:departments", level=level.id)

    assert seen_by(client, cast.other_chief, path) == (403, False)
    assert seen_by(client, cast.chief, path) == (200, True)


@pytest.mark.feature("R04")
def test_no_role_opens_again_what_is_closed(client, cast, close):
    close("employer:outgoing_transfers")
    chief = sign_in(
        Browser(client.application, client.application.response_class), cast.chief
    )

    matrix = chief.get("/admin/unit-roles/new/").text

    assert "incoming_transfers:confirm" in matrix
    assert "outgoing_transfers:create" not in matrix


@pytest.mark.feature("R04")
def test_what_is_closed_to_every_level_cannot_be_ticked_for_one(
    client, close, db_session
):
    level = make.reference(db_session, m.UnitLevel, "50")
    db_session.commit()
    close("base:transfer_log")

    page = client.get(f"{PAGE}?level={level.id}").text
    close("base:transfer_log", level=level.id)

    assert page.count("已对所有级别关闭") == 1
    assert db_session.query(m.ClosedModule).count() == 1


@pytest.mark.requirement("AZ-07")
def test_only_the_superuser_sets_it(client, cast):
    for who in ("province_chief", "chief", "teacher"):
        sign_in(client, getattr(cast, who))
        assert client.get(PAGE).status_code == 403
        assert (
            client.post(PAGE, data={"own_password": make.PASSWORD}).status_code == 403
        )


def test_what_decides_cannot_be_closed():
    """Its queue would wait for nobody."""
    assert {chain.module for chain in CHAINS.values()} == DECIDING
    assert {module for _kind, module in PLACES} & DECIDING == set()
    assert (UnitKind.employer, "declare_hours") in PLACES
    assert {module for _kind, module in PLACES} <= CATALOGUE.keys()
