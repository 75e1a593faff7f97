"""How is one record shown, made, changed and deleted?"""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

from flask import Response, abort, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_admin.contrib.sqla.form import get_form
from flask_admin.helpers import get_form_data
from sqlalchemy import inspect
from sqlalchemy.exc import IntegrityError
from wtforms import Form

from admin_app.errors import Refused
from admin_app.extensions import db
from admin_app.prepared import Prepared
from admin_app.views.admin import details, lookups
from admin_app.views.admin.base.batches import Batches
from admin_app.views.admin.display import cell
from admin_app.views.admin.fields import Asking, Converter, EntityForm
from admin_app.views.admin.kept import SHELF, Sort
from admin_app.views.admin.reading import Reading
from admin_app.web.i18n import worded as _
from admin_app.web.once import once
from admin_app.web.refusals import show_on, translate
from admin_app.web.transactions import saving


class OneRecord(Batches):
    """A screen with the details of a record and the forms that write it."""

    @expose("/details/")
    def details_view(self) -> ResponseReturnValue:
        """Show a record, its history, its pictures, and what can be done now."""
        record = self.noted(self.read_one(request.args.get("id", "")))
        return self.render(
            self.details_template,
            record=record,
            label=self.record_label(record, [cell(s, record) for s in self.shown]),
            properties=[cell(shown, record) for shown in self.detailed],
            row_key=self.row_key(record),
            actions=self.open_actions(record),
            may_edit=self.may_edit(),
            may_delete=self.may_delete(),
            return_url=self.return_url(),
            **details.of(record, self.kind),
        )

    def read_one(self, key: Any) -> Any:
        """Return the record in scope as its page shows it, or answer 404.

        Nobody can work with it: no session holds it.
        """
        sort = Sort.of(self.actor)

        def make() -> Prepared:
            statement = self.narrowed_to_one(self.whole.every(), sort)
            return Prepared(statement, self.whole.as_record)

        one = SHELF.find(("page of a record", self.endpoint, sort), make)
        found = one.rows(db.session(), self.named(key))
        return found[0] if found else abort(404)

    @cached_property
    def whole(self) -> Reading:
        """What is read of a record: its columns, and what its page tells of others."""
        own: Any = inspect(self.entity_model)
        told = [*self.detailed, *self.shown, *details.beside(self.entity_model)]
        return Reading(self.entity_model, told, own.column_attrs.keys())

    @expose("/new/", methods=("GET", "POST"))
    @once
    def create_view(self) -> ResponseReturnValue:
        """Make a record."""
        self.require("create")
        if not self.form_columns:
            abort(404)
        return self._form_view(self.create_form(), None)

    @expose("/edit/", methods=("GET", "POST"))
    @once
    def edit_view(self) -> ResponseReturnValue:
        """Change a record."""
        record = self.opened_for("edit")
        if not self.form_columns:
            abort(404)
        self.refuse_edit(record)
        return self._form_view(self.edit_form(record), record)

    def scaffold_form(self) -> type[Form]:
        """Make the form of the declared columns; none declared gives none."""
        return self.form_of(self.form_columns)

    def get_create_form(self) -> type[Form]:
        """Ask for more where a new record needs it."""
        if not self.creation_columns:
            return self.scaffold_form()
        return self.form_of((*self.creation_columns, *self.form_columns))

    def form_of(self, columns: Sequence[str]) -> type[Form]:
        """Make a form of these columns, in their order."""
        if not columns:
            return EntityForm
        form: type[Form] = get_form(
            self.entity_model,
            Converter(self.session, Asking(self, columns)),
            base_class=self.form_base_class,
            only=columns,
        )
        return form

    def create_form(self, obj: Any = None) -> Form:
        """Return the form of a new record, its relations looked up in scope."""
        return self._resolved(self._create_form_class(get_form_data(), obj=obj))

    def edit_form(self, obj: Any = None) -> Form:
        """Return the form of a record, its relations looked up in scope."""
        return self._resolved(self._edit_form_class(get_form_data(), obj=obj))

    def _resolved(self, form: Form) -> Form:
        for field in lookups.lookup_fields(form):
            field.actor = self.actor
            field.among = self.among(field.name)
            field.resolve()
        return form

    def _form_view(self, form: Form, record: Any) -> ResponseReturnValue:
        if request.method == "POST" and form.validate() and self._save(form, record):
            flash(_("已保存"), "success")
            return redirect(self.return_url(), 303)
        template = self.create_template if record is None else self.edit_template
        status = 422 if request.method == "POST" else 200
        page = self.render(
            template,
            form=form,
            record=record,
            heading=self.name if record is None else self.record_label(record),
            return_url=self.return_url(),
        )
        return Response(page, status)

    def _save(self, form: Form, record: Any) -> bool:
        return self.accepts(form, lambda: self.save(form, record))

    def accepts(self, form: Form, act: Callable[[], None]) -> bool:
        """Do what the form asks for; what is refused is said on the form."""
        try:
            with saving():
                act()
        except Refused as refused:
            show_on(form, refused)
        except IntegrityError:
            sentence = _("与已有记录重复或有关联冲突，未能保存，请检查后再提交。")
            form.form_errors.append(sentence)
        else:
            return True
        return False

    def save(self, form: Form, record: Any) -> None:
        """Write the form into the record, a new one if there is none."""
        if record is None:
            record = self.build_new_instance()
            self.prepare(record)
        with db.session.no_autoflush:
            form.populate_obj(record)
            self.written(record)
        db.session.add(record)
        db.session.flush()

    def written(self, record: Any) -> None:
        """Set what follows from the form, before the record is stored."""

    def prepare(self, record: Any) -> None:
        """Set what a new record has of itself: its unit is the actor's own."""
        if "unit_id" in inspect(self.entity_model).columns:
            record.unit_id = self.actor.unit_id

    def refuse_edit(self, record: Any) -> None:
        """Raise Refused for a record that may be seen but not changed."""

    @expose("/delete/", methods=("POST",))
    def delete_view(self) -> ResponseReturnValue:
        """Delete a record that nothing refers to."""
        self.require("delete")
        if not self.form_columns:
            abort(404)
        record = self.get_one(request.form.get("id", ""))
        try:
            with saving() as session:
                self.delete(record)
                session.flush()
        except IntegrityError:
            flash(_("该记录已被使用，不能删除；可以改为停用。"), "error")
        except Refused as refused:
            flash(translate(refused), "error")
        else:
            flash(_("已删除"), "success")
        return redirect(self.return_url(), 303)

    def delete(self, record: Any) -> None:
        """Delete the record, or raise Refused."""
        db.session.delete(record)
