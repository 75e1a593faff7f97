"""The demo organisation: every row agrees with the rules and with every other row."""

import datetime as dt

import pytest
from sqlalchemy import func, select

from admin_app.enums import (
    Action,
    ChangeAct,
    ProfileSection,
    RecordKind,
    Source,
    State,
    UnitChangeKind,
)
from admin_app.extensions import db
from admin_app.models import (
    Account,
    AdminAssignment,
    CreditEntry,
    Declaration,
    Department,
    Person,
    PersonChange,
    PersonRegistration,
    ProfessionalPost,
    Transfer,
    Unit,
    UnitChange,
    UnitRegistration,
    WorkflowEvent,
    YearTotal,
)
from admin_app.operations.credit import unbalanced_totals
from admin_app.operations.learning_forms import field_specs
from admin_app.operations.profiles import summarize
from admin_app.operations.routing import Start, ladders
from admin_app.rules.hours import compute_hours
from admin_app.rules.identity import agree_with_id, parse_id_number
from admin_app.rules.ladders import Places, Rung, ladder
from admin_app.rules.learning_forms import accept_answers
from admin_app.rules.passwords import refuse_weak_password
from admin_app.rules.registration_codes import parse_registration_code
from seed.demo_accounts import DEMO_PASSWORD
from seed.demo_declarations import QUIET_UNITS
from seed.demo_logins import demo_logins
from seed.demo_rows import DEMO, read_code_ids
from seed.demo_units import read_organisation
from seed.load import load_demo
from tests.conftest import disconnect

NOW = dt.datetime(2026, 11, 23, 7, tzinfo=dt.UTC)
KINDS = {
    RecordKind.declaration: Declaration,
    RecordKind.person_registration: PersonRegistration,
    RecordKind.unit_registration: UnitRegistration,
    RecordKind.person_change: PersonChange,
    RecordKind.unit_change: UnitChange,
    RecordKind.transfer: Transfer,
}
SUMMED_UP = (
    "education_level_id",
    "degree_id",
    "major_id",
    "graduation_school",
    "graduation_date",
    "title_id",
    "title_date",
)


@pytest.fixture(scope="module")
def loaded(built_app, database):
    """The demo organisation with two hundred people, loaded for all of this module."""
    disconnect(built_app)
    database.reset()
    with built_app.app_context():
        session = db.session()
        load_demo(session, people=200, now=NOW)
        session.commit()
        yield session
    disconnect(built_app)


@pytest.fixture
def demo(loaded):
    """A session over the demo organisation; what a test changes there is undone."""
    yield loaded
    loaded.rollback()


def count(session, model, *where):
    return session.scalar(select(func.count()).select_from(model).where(*where))


def test_approval_paths_of_the_file_are_the_ladders_of_the_rules(demo):
    units = read_organisation(DEMO, read_code_ids(demo)).units

    def way_up(code):
        while code:
            yield code
            code = units[code].parent

    numbers = {code: number for number, code in enumerate(units)}
    codes = list(units)
    found = {}
    for code in units:
        rungs = [Rung(numbers[c], units[c].kind) for c in way_up(code)]
        steps = ladder(["own_unit", "superiors_to_hr"], Places(way_up=rungs))
        found[code] = tuple(codes[rung.unit_id] for rung in steps)

    assert len(found) == 153
    assert found == {code: unit.approval_path for code, unit in units.items()}


def test_demo_twice_leaves_everything(demo):
    tables = (Unit, Department, Person, Account, AdminAssignment, WorkflowEvent)
    before = [count(demo, model) for model in (*tables, *KINDS.values())]

    report = load_demo(demo, people=200, now=NOW + dt.timedelta(days=1))

    assert before == [count(demo, model) for model in (*tables, *KINDS.values())]
    assert sum(tally.added for tally in report.tables.values()) == 0
    assert report.tables["person"].left > 200


def test_more_people_leave_the_former_ones_as_they_are(demo):
    before = dict(demo.execute(select(Person.id_number, Person.name)).all())

    load_demo(demo, people=320, now=NOW)

    after = dict(demo.execute(select(Person.id_number, Person.name)).all())
    assert before.items() <= after.items()
    assert count(demo, Person, Person.unit_id.is_not(None)) == 320
    assert unbalanced_totals(demo) == []


def test_tree_is_made_of_real_ids(demo):
    units = {unit.id: unit for unit in demo.scalars(select(Unit))}

    wrong = [
        unit.name
        for unit in units.values()
        if unit.path
        != (units[unit.superior_id].path if unit.superior_id else "/") + f"{unit.id}/"
        or unit.depth != unit.path.count("/") - 2
    ]

    assert len(units) == 150
    assert wrong == []


def test_people_are_valid_and_marked(demo):
    people = demo.scalars(select(Person)).all()

    for person in people:
        number = parse_id_number(person.id_number, today=NOW.date())
        agree_with_id(number, sex=person.sex, birth_date=person.birth_date)
        assert 980 <= int(number.number[14:17]) <= 995
        refuse_weak_password(
            DEMO_PASSWORD,
            id_number=person.id_number,
            name=person.name,
            mobile=person.mobile,
        )
    assert {person.is_demo for person in people} == {True}
    assert {person.mobile[:3] for person in people} == {"154"}
    assert len({person.mobile for person in people}) == len(people)


def test_declarations_stand_in_every_state(demo):
    states = dict(
        demo.execute(
            select(Declaration.state, func.count()).group_by(Declaration.state)
        ).all()
    )
    sources = set(demo.scalars(select(Declaration.source).distinct()))
    years = set(demo.scalars(select(Declaration.year).distinct()))

    assert states.keys() == set(State) - {State.withdrawn}
    assert sources == set(Source)
    assert years == {2024, 2025, 2026}


def test_answers_and_hours_are_those_of_the_rules(demo):
    declarations = demo.scalars(select(Declaration)).all()
    specs = {
        version: field_specs(version)
        for version in {row.form_version for row in declarations}
    }

    wrong = []
    for row in declarations:
        version = row.form_version
        answers = accept_answers(specs[version], row.answers, today=NOW.date())
        is_claimed = version.rule["kind"] == "declared"
        hours = compute_hours(
            version.rule,
            version.caps,
            row.answers,
            claimed=row.claimed if is_claimed else None,
        ).hours
        if (answers, hours) != (row.answers, row.computed) or row.claimed > hours:
            wrong.append(row.id)

    assert len(declarations) > 1000
    assert wrong == []


def test_totals_are_the_sums_of_the_ledger(demo):
    entries = count(demo, CreditEntry)

    assert unbalanced_totals(demo) == []
    assert demo.scalar(select(func.sum(YearTotal.entries))) == entries


def test_exactly_what_was_approved_is_credited(demo):
    credited = set(
        demo.scalars(
            select(CreditEntry.declaration_id)
            .where(CreditEntry.declaration_id.is_not(None))
            .group_by(CreditEntry.declaration_id)
            .having(func.sum(CreditEntry.amount) > 0)
        )
    )
    approved = set(
        demo.scalars(select(Declaration.id).where(Declaration.state == State.approved))
    )

    assert credited == approved
    assert len(approved) > 500


def test_pending_declarations_wait_at_their_rung(demo):
    rows = demo.scalars(
        select(Declaration).where(Declaration.state == State.pending)
    ).all()
    starts = {
        row.id: Start(source=row.source.name, own_unit_id=row.unit_id) for row in rows
    }
    ways = ladders(demo, kind=RecordKind.declaration, starts=starts)

    wrong = [
        row.id
        for row in rows
        if [rung.unit_id for rung in ways[row.id] if rung.decides][row.step]
        != row.decider_id
    ]

    assert wrong == []
    assert {row.step for row in rows} >= {0, 1, 2}


def test_events_tell_the_way_of_each_record(demo):
    told = {}
    for event in demo.scalars(select(WorkflowEvent).order_by(WorkflowEvent.id)):
        told.setdefault((event.kind, event.record_id), []).append(event)

    for kind, row in (
        (kind, row)
        for kind, model in KINDS.items()
        for row in demo.scalars(select(model))
    ):
        way = told.pop((kind, row.id), [])
        states = [State.draft, *(event.to_state for event in way)]
        moments = [event.at for event in way]
        decisions = {Action.approve, Action.reject}
        assert [event.from_state for event in way] == states[:-1]
        assert states[-1] is row.state
        assert moments == sorted(moments)
        assert all(moment <= NOW for moment in moments)
        assert row.version == len(way)
        assert row.step == sum(event.action in decisions for event in way)
        assert (way[-1].next_unit_id if way else None) == row.decider_id
        assert not way or way[0].snapshot["id"] == row.id
    assert told == {}


def test_nobody_decided_about_themself(demo):
    own = demo.scalars(
        select(WorkflowEvent.id)
        .join(Declaration, Declaration.id == WorkflowEvent.record_id)
        .join(Account, Account.person_id == Declaration.person_id)
        .where(
            WorkflowEvent.kind == RecordKind.declaration,
            WorkflowEvent.action.in_([Action.approve, Action.reject]),
            WorkflowEvent.actor_account_id == Account.id,
        )
    ).all()

    assert own == []


def test_who_waits_for_a_transfer_has_nothing_else_pending(demo):
    moving = set(
        demo.scalars(select(Transfer.person_id).where(Transfer.state == State.pending))
    )
    busy = set()
    for model in (Declaration, PersonChange, PersonRegistration):
        busy |= set(
            demo.scalars(select(model.person_id).where(model.state == State.pending))
        )

    assert moving
    assert moving & busy == set()


def test_changes_of_profiles_fit_the_lines_that_are_there(demo):
    changes = demo.scalars(select(PersonChange)).all()

    wrong = [
        change.id
        for change in changes
        if change.row_id is not None
        and demo.get(ProfessionalPost, change.row_id).person_id != change.person_id
    ]
    undone = [
        change.id
        for change in changes
        if change.state is State.approved
        and change.person.title_id != change.changes["title_id"]["after"]
    ]

    assert {change.act for change in changes} == {ChangeAct.add, ChangeAct.edit}
    assert {change.state for change in changes} >= {State.pending, State.approved}
    assert (wrong, undone) == ([], [])


def test_people_are_summed_up_by_their_lines(demo):
    people = select(Person).where(Person.unit_id.is_not(None)).order_by(Person.id)
    for person in demo.scalars(people.limit(50)):
        before = [getattr(person, name) for name in SUMMED_UP]
        for section in (ProfileSection.education, ProfileSection.post):
            summarize(demo, person, section)
        after = [getattr(person, name) for name in SUMMED_UP]
        assert after == before


def test_nothing_waits_in_units_that_ask_to_be_changed(demo):
    asking = set(
        demo.scalars(
            select(UnitChange.unit_id).where(UnitChange.state == State.pending)
        )
    )

    waiting = {
        model.__name__: count(
            demo, model, model.unit_id.in_(asking), model.state == State.pending
        )
        for model in (Declaration, PersonChange, PersonRegistration)
    }

    assert len(asking) == len(QUIET_UNITS)
    assert set(waiting.values()) == {0}


def test_units_ask_for_codes_that_can_be(demo):
    asked = demo.scalars(
        select(UnitChange.after).where(
            UnitChange.kind == UnitChangeKind.registration_code
        )
    ).all()

    assert asked
    assert [parse_registration_code(code) for code in asked] == asked


def test_units_have_a_chief_and_applications_wait_outside(demo):
    without = demo.scalars(
        select(Unit.name).where(
            Unit.id.not_in(
                select(AdminAssignment.unit_id).where(AdminAssignment.is_chief)
            )
        )
    ).all()
    waiting = demo.execute(
        select(UnitRegistration.state, func.count())
        .where(UnitRegistration.unit_id.is_(None))
        .group_by(UnitRegistration.state)
    ).all()

    assert without == []
    assert dict(waiting) == {State.pending: 2, State.rejected: 1}


def test_logins_name_one_account_for_each_role(demo):
    logins = demo_logins(demo)

    accounts = set(
        demo.scalars(
            select(Person.id_number).join(Account, Account.person_id == Person.id)
        )
    )
    assert len({login.role for login in logins}) == 13
    assert {login.id_number for login in logins} <= accounts
