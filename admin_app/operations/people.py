"""What a platform administrator corrects about a person (R04)."""

import datetime as dt

from sqlalchemy.orm import Session

from admin_app.errors import Forbidden, Refused
from admin_app.models import Person
from admin_app.permissions import Actor, permits
from admin_app.rules.contacts import parse_email, parse_landline, parse_mobile


def correct_person(
    session: Session,
    *,
    actor: Actor,
    person: Person,
    mobile: str = "",
    email: str = "",
    today: dt.date,
) -> None:
    """Store a person's contact and profile; an empty mobile or email leaves the old one.

    Name, identity number and unit change elsewhere only.
    """
    if not permits(actor, "records:edit"):
        raise Forbidden("只有系统管理员可以修改人员信息。")
    for name in ("title_date", "graduation_date", "work_start_date"):
        day = getattr(person, name)
        if day and (day > today or (person.birth_date and day <= person.birth_date)):
            raise Refused("日期不能晚于今天，也不能早于出生日期。", field=name)
    if person.landline:
        person.landline = parse_landline(person.landline)
    if mobile:
        person.mobile = parse_mobile(mobile, field="new_mobile")
    if email:
        person.email = parse_email(email, field="new_email")
    session.flush()
