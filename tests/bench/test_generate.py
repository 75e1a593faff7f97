"""A tiny province: the same rows in every run and on both databases, and all of it holds."""

import hashlib
import sys
from datetime import date

import pytest
from sqlalchemy import func, select

from admin_app import models as m
from admin_app.enums import IdentityKind, State, UnitKind
from admin_app.operations.counters import first_difference
from admin_app.operations.credit import unbalanced_totals
from admin_app.operations.identities import Identity, actor_of
from admin_app.operations.passwords import is_outdated, matches
from admin_app.permissions import visible
from admin_app.rules.identity import parse_id_number
from bench.generate import PASSWORD
from bench.population import SCOPES, Size, grow_tree, homes, watched

PEOPLE = 100
FINGERPRINT = "15fe728bdf040952591f6b0550aef948a5b3e110f4759f291bb5d31013976fa9"
"""Changes with the generator only: the figures of two versions are not to be compared."""
TOLD = (
    (m.Unit.id, m.Unit.name, m.Unit.path, m.Unit.kind, m.Unit.registration_code),
    (m.Person.id, m.Person.name, m.Person.id_number, m.Person.unit_id),
    (m.AdminAssignment.id, m.AdminAssignment.unit_id, m.AdminAssignment.account_id),
    (
        *(m.Declaration.id, m.Declaration.person_id, m.Declaration.filed_by_id),
        *(m.Declaration.title, m.Declaration.claimed, m.Declaration.state),
        *(m.Declaration.step, m.Declaration.decider_id, m.Declaration.submitted_at),
        *(m.Declaration.waiting_since, m.Declaration.decided_at),
    ),
    (
        *(m.WorkflowEvent.id, m.WorkflowEvent.action, m.WorkflowEvent.to_state),
        *(m.WorkflowEvent.actor_account_id, m.WorkflowEvent.unit_id),
        *(m.WorkflowEvent.next_unit_id, m.WorkflowEvent.at),
    ),
    (m.CreditEntry.id, m.CreditEntry.amount, m.CreditEntry.at),
    (m.YearTotal.id, m.YearTotal.person_id, m.YearTotal.year, m.YearTotal.amount),
)


def generate(app):
    return app.test_cli_runner().invoke(
        args=["bench", "generate", "--people", str(PEOPLE)]
    )


@pytest.fixture
def province(app):
    result = generate(app)
    assert result.exit_code == 0, result.output
    return app


def test_province_is_the_same_everywhere_and_holds(province, db_session):
    rows = [
        tuple(map(str, row))
        for columns in TOLD
        for row in db_session.execute(select(*columns).order_by(columns[0]))
    ]
    states = dict(
        db_session.execute(
            select(m.Declaration.state, func.count()).group_by(m.Declaration.state)
        ).all()
    )
    heights = db_session.scalars(
        select(m.Unit.depth)
        .join(m.Declaration, m.Declaration.decider_id == m.Unit.id)
        .distinct()
    ).all()

    assert hashlib.sha256(repr(rows).encode()).hexdigest() == FINGERPRINT
    assert sum(states.values()) == PEOPLE * 6
    assert 0.02 < states[State.pending] / sum(states.values()) < 0.05
    assert {0, 1, 3} <= set(heights)
    assert unbalanced_totals(db_session) == []
    assert first_difference(db_session) is None
    assert db_session.scalar(select(func.sum(m.UnitTally.number))) == sum(
        number for state, number in states.items() if state is not State.draft
    )
    assert first_difference(db_session) is None
    assert (
        db_session.scalar(select(func.count(m.CreditEntry.id)))
        == states[State.approved]
    )


def test_generated_rows_are_the_products_own(province, db_session):
    person = db_session.get_one(m.Person, 1)
    root = db_session.scalars(
        select(m.AdminAssignment)
        .join(m.Account)
        .join(m.Person)
        .where(m.Person.name == "root")
    ).one()
    identity = Identity(IdentityKind.administrator, root.id)
    actor = actor_of(db_session, root.account_id, identity)
    seen = visible(select(func.count(m.Declaration.id)), m.Declaration, actor)
    later = m.Person(name="后来者", id_number="11010519491231002X")
    db_session.add(later)
    db_session.flush()

    assert parse_id_number(person.id_number, today=date(2026, 1, 5)).sex is person.sex
    assert matches(person.account.password_hash, PASSWORD)
    assert not is_outdated(person.account.password_hash)
    assert db_session.scalar(seen) == PEOPLE * 6
    assert later.id == PEOPLE + len(SCOPES) + 2


def test_province_with_people_is_refused(province):
    result = generate(province)

    assert result.exit_code == 1
    assert result.output == "Error: 数据库中已有人员，请换一个只有基础数据的数据库。\n"


def test_commands_say_that_the_folder_is_absent(app, monkeypatch):
    monkeypatch.delitem(sys.modules, "bench.commands", raising=False)
    monkeypatch.setitem(sys.modules, "bench", None)

    result = generate(app)

    assert result.exit_code == 1
    assert result.output == (
        "Error: 没有 bench 目录：性能测试不随程序安装，请在源代码目录中运行。\n"
    )


def test_tree_is_deep_and_few_units_are_large():
    size = Size.of(50_000)
    tree = grow_tree(size)
    units = homes(size, tree)
    staff = sorted((sum(1 for _ in group) for group in _by_unit(units)), reverse=True)
    places = watched(tree, units)

    assert max(node.depth for node in tree.nodes) == 7
    assert sum(staff[:200]) > size.people / 3
    assert [places[scope].depth for scope in SCOPES[:3]] == [0, 1, 2]
    assert places["unit"].kind in {UnitKind.employer, UnitKind.industry_authority}


def _by_unit(units):
    found = {}
    for node in units:
        found.setdefault(node.id, []).append(node)
    return found.values()
