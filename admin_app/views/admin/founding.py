"""单位, 内设部门, 人员, 单位管理员: what the platform's administrators write, by operations."""

from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l
from wtforms import Form
from wtforms.validators import InputRequired

from admin_app import models as m
from admin_app.errors import Refused
from admin_app.extensions import db
from admin_app.operations import (
    administrators,
    appointments,
    departments,
    people,
)
from admin_app.operations.accounts import find_account
from admin_app.operations.unit_profiles import correct_unit, found_unit
from admin_app.rules.identity import fold_id_number
from admin_app.views.admin.actions import BatchAction, each
from admin_app.views.admin.base import EntityView
from admin_app.views.admin.chiefs import ChiefDoors
from admin_app.views.admin.fields import TextField
from admin_app.web.clock import today


class UnitView(EntityView):
    """Units: kind, code and superior are given once."""

    creation_columns: ClassVar[tuple[str, ...]] = (
        "superior",
        "kind",
        "registration_code",
    )
    form_columns: ClassVar[tuple[str, ...]] = (
        "name",
        "short_name",
        "region",
        "nature",
        "level",
        "industry",
        "phone",
        "contact",
        "address",
    )

    def save(self, form: Form, record: Any) -> None:
        """Let the operations place or correct the unit."""
        session, unit = db.session(), record or m.Unit()
        with session.no_autoflush:
            # A relation of what is not yet refused must not be stored with its end.
            form.populate_obj(unit)
        if record is None:
            found_unit(session, actor=self.actor, unit=unit)
        else:
            correct_unit(session, actor=self.actor, unit=unit)


class DepartmentView(EntityView):
    """Departments: unit and parent are given once."""

    creation_columns: ClassVar[tuple[str, ...]] = ("unit", "parent")
    form_columns: ClassVar[tuple[str, ...]] = ("name", "code", "is_active")

    def save(self, form: Form, record: Any) -> None:
        """Let the operations open, rename, close the department."""
        session, actor = db.session(), self.actor
        is_active = form["is_active"].data
        del form["is_active"]
        department = record or m.Department()
        with session.no_autoflush:
            form.populate_obj(department)
        if record is None:
            unit = department.unit
            departments.open_department(
                session, actor=actor, department=department, unit=unit
            )
        else:
            departments.rename_department(session, actor=actor, department=department)
        if department.is_active and not is_active:
            departments.disable_department(session, actor=actor, department=department)
        elif is_active and not department.is_active:
            departments.enable_department(session, actor=actor, department=department)


class PersonView(EntityView):
    """People: contact and profile; numbers are replaced without being shown."""

    form_columns: ClassVar[tuple[str, ...]] = (
        "landline",
        "ethnic_group",
        "native_place",
        "political_status",
        "education_level",
        "degree",
        "major",
        "graduation_school",
        "graduation_date",
        "title",
        "title_date",
        "work_start_date",
    )

    def allows(self, verb: str) -> bool:
        """Make no person here: people register."""
        return verb != "create" and super().allows(verb)

    def scaffold_form(self) -> type[Form]:
        """Ask for new numbers beside the profile; the old ones stay masked."""
        form = super().scaffold_form()
        form.new_mobile = TextField(_l("新手机号码（不修改请留空）"))
        form.new_email = TextField(_l("新电子邮箱（不修改请留空）"))
        return form

    def save(self, form: Form, record: Any) -> None:
        """Let the operation correct the person."""
        numbers = {
            "mobile": form["new_mobile"].data or "",
            "email": form["new_email"].data or "",
        }
        session = db.session()
        with session.no_autoflush:
            for field in form:
                if field.name not in {"new_mobile", "new_email"}:
                    field.populate_obj(record, field.name)
            people.correct_person(
                session, actor=self.actor, person=record, today=today(), **numbers
            )


class AssignmentView(ChiefDoors):
    """Administrators of units: an existing account, a role of the unit's kind."""

    creation_columns: ClassVar[tuple[str, ...]] = ("unit",)
    form_columns: ClassVar[tuple[str, ...]] = ("role",)

    def allows(self, verb: str) -> bool:
        """Delete nobody here: who leaves is disabled."""
        return verb != "delete" and super().allows(verb)

    def get_create_form(self) -> type[Form]:
        """Ask whose account it is: names are shared, identity numbers are not."""
        form = super().get_create_form()
        form.id_number = TextField(_l("身份证号码"), [InputRequired()])
        return form

    def save(self, form: Form, record: Any) -> None:
        """Let the operations appoint, or change the role."""
        session, role = db.session(), form["role"].data
        if record is not None:
            appointments.reassign(
                session,
                actor=self.actor,
                assignment=record,
                role=role,
                department=record.department,
            )
            return
        account = find_account(session, fold_id_number(form["id_number"].data))
        if account is None:
            raise Refused("没有该身份证号码的账号，请先由本人注册。", field="id_number")
        appointments.appoint(
            session,
            actor=self.actor,
            account=account,
            unit=form["unit"].data,
            role=role,
        )


ASSIGNMENT_ACTIONS = (
    BatchAction(
        name="disable",
        label="禁用",
        verb="disable",
        run=each(
            m.AdminAssignment, administrators.disable_assignment, name="assignment"
        ),
        question="确定禁用这 %(n)s 名管理员吗？禁用后不能再以该单位管理员身份登录。",
        style="danger",
        icon="lock",
    ),
    BatchAction(
        name="enable",
        label="解除禁用",
        verb="disable",
        run=each(
            m.AdminAssignment, administrators.enable_assignment, name="assignment"
        ),
        question="确定解除这 %(n)s 名管理员的禁用吗？",
        icon="check",
    ),
    BatchAction(
        name="sign_out",
        label="强制下线",
        verb="disable",
        run=each(
            m.AdminAssignment, administrators.sign_out_everywhere, name="assignment"
        ),
        question="确定让这 %(n)s 名管理员在所有设备上下线吗？他们可以重新登录。",
        icon="logout",
    ),
)
"""What is done to administrators of units."""
