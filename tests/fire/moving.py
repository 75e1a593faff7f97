"""Races about units that change: who is sent in, or sends, while the tree moves (WF-08)."""

from admin_app.enums import RecordKind
from tests import factories as make
from tests.cast import identity
from tests.declaring import attachment
from tests.fire import acts
from tests.fire.crew import Task
from tests.fire.rounds import Round

CHANGE = RecordKind.unit_change


def schools(session, cast, number):
    """So many schools of the bureau, each with a chief and a branch with a teacher."""
    for _ in range(number):
        school = make.unit(session, cast.bureau)
        chief = make.administrator(session, school)
        teacher = make.person(session, make.unit(session, school))
        make.account(session, teacher)
        session.commit()
        yield school, chief, teacher


def another_superior(cast, chief):
    return Task(acts.ask_for_superior, identity(chief), {"superior_id": cast.city.id})


def another_code(chief):
    values = {"code": make.registration_code()}
    return Task(acts.ask_for_code, identity(chief), values)


def sending(session, teacher):
    """The sending of a declaration that is complete."""
    record = make.declaration(session, teacher)
    attachment(session, record)
    return Task(acts.submit, identity(teacher), {"record_id": record.id}), record.id


def superior_against_submission(session, cast, number):
    """更换上级 of a school ∥ submit in a branch of it."""
    for _school, chief, teacher in schools(session, cast, number):
        task, record_id = sending(session, teacher)
        yield Round((another_superior(cast, chief), task), record_id)


def code_against_submission(session, cast, number):
    """A new code of a school ∥ submit in a branch of it."""
    for _school, chief, teacher in schools(session, cast, number):
        task, record_id = sending(session, teacher)
        yield Round((another_code(chief), task), record_id)


def authority_against_submission(session, cast, number):
    """更换上级 of an HR authority, whose row nobody shares ∥ submit far below."""
    for school, _chief, teacher in schools(session, cast, number):
        authority = make.unit(session, cast.city, kind=cast.city.kind)
        chief = make.administrator(session, authority)
        school.superior_id = authority.id
        school.depth = authority.depth + 1
        school.path = f"{authority.path}{school.id}/"
        teacher.unit.path = f"{school.path}{teacher.unit_id}/"
        session.commit()
        values = {"superior_id": cast.province.id}
        change = Task(acts.ask_for_superior, identity(chief), values)
        task, record_id = sending(session, teacher)
        yield Round((change, task), record_id)


def superior_against_transfer(session, cast, number):
    """更换上级 of a school ∥ the request of a stranger to come to a branch of it."""
    for _school, chief, teacher in schools(session, cast, number):
        stranger = make.person(session, cast.other_school)
        make.account(session, stranger)
        session.commit()
        values = {"person_id": stranger.id, "to_unit_id": teacher.unit_id}
        asked = Task(acts.ask_for_transfer, identity(stranger), values)
        yield Round((another_superior(cast, chief), asked), stranger.id)


def superior_against_code_below(session, cast, number):
    """更换上级 of a school ∥ a new code of its branch."""
    for _school, chief, teacher in schools(session, cast, number):
        below = make.administrator(session, teacher.unit)
        session.commit()
        tasks = (another_superior(cast, chief), another_code(below))
        yield Round(tasks, teacher.unit_id)


def move_against_writing(session, cast, number):
    """The last approval of a move ∥ a declaration that is written and sent at once."""
    for school, _chief, teacher in schools(session, cast, number):
        change = make.unit_change(session, school, cast.city)
        make.waiting(change, cast.city, step=1)
        session.commit()
        values = {"kind": CHANGE, "record_id": change.id}
        written = {"person_id": teacher.id}
        yield Round(
            (
                Task(acts.decide_one, identity(cast.city_chief), values),
                Task(acts.write_and_send, identity(teacher), written),
            ),
            change.id,
        )
