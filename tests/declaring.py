"""What tests of declarations share: a claim that holds, a form that can be sent."""

import io
from dataclasses import replace
from datetime import date

from PIL import Image
from sqlalchemy import select

from admin_app.enums import AttachmentPurpose
from admin_app.models import AnnualRequirement, Attachment, LearningForm
from admin_app.operations.claims import Claim
from tests import factories as make

TODAY = date(2025, 11, 18)

CLAIM = Claim(
    form_code="training_workshop",
    year="2025",
    title="专业技能培训班",
    answers=dict(make.ANSWERS),
    claimed="24",
)


def claim(*, answers=None, **changes):
    """The claim with changes; `answers` change single answers."""
    return replace(CLAIM, **changes, answers={**CLAIM.answers, **(answers or {})})


def other_claim(code, claimed, **answers):
    """A claim of another form with exactly these answers."""
    return replace(CLAIM, form_code=code, claimed=claimed, answers=answers)


def fields(session, *, code="training_workshop", **changes):
    """What a browser posts for the claim."""
    posted = {
        "form_code": code,
        "version": str(make.form_version(session, code).id),
        "credit_year": "2025",
        "title": "专业技能培训班",
        "claimed_hours": "24",
        "remark": "",
        "do": "save",
    }
    for name, answer in make.ANSWERS.items():
        if isinstance(answer, dict):
            posted |= {f"answer_{name}-{part}": day for part, day in answer.items()}
        else:
            posted[f"answer_{name}"] = answer
    return posted | changes


def picture(name="证书.jpg", *, size=(40, 30), kind="JPEG"):
    """A small picture as a browser uploads it."""
    data = io.BytesIO()
    Image.new("RGB", size, "#abcdef").save(data, kind)
    return io.BytesIO(data.getvalue()), name


def loose_picture(number=1, **values):
    """The row of a stored picture that no declaration has yet."""
    return Attachment(
        **{
            "key": f"20251118-{number:032x}",
            "purpose": AttachmentPurpose.declaration_proof,
            "file_name": f"{number}.jpg",
            "media_type": "image/jpeg",
            "size": 1000,
            "sha256": "0" * 64,
        }
        | values
    )


def attachment(session, record, number=1):
    """A picture of a declaration, without its file."""
    made = loose_picture(record.id * 100 + number, declaration_id=record.id)
    session.add(made)
    session.flush()
    return made


def requirement(session, year=2025):
    """The requirement of a year in hours."""
    return session.scalars(
        select(AnnualRequirement).where(AnnualRequirement.year == year)
    ).one()


def learning_form(session, code):
    """A learning form by its code."""
    return session.scalars(select(LearningForm).where(LearningForm.code == code)).one()
