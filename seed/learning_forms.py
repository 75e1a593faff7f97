"""Learning forms: what the file says, and a new version where it says something new."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select, update

from admin_app.enums import FieldKind, Measure
from admin_app.errors import Refused
from admin_app.models import (
    LearningForm,
    LearningFormField,
    LearningFormProof,
    LearningFormVersion,
)
from admin_app.operations.learning_forms import field_spec
from admin_app.rules.hour_rules import validate_caps, validate_rule
from admin_app.rules.hours import CLAIM
from admin_app.rules.learning_forms import validate_fields
from admin_app.rules.patterns import pattern_name
from seed.outlines import Entry, Outline
from seed.writing import Values, Writer, plain

FILE = "learning_forms.yaml"
PROVENANCE = ("status", "sources", "alternatives", "examples")
SETTINGS = (
    "min",
    "max",
    "step",
    "max_length",
    "pattern",
    "show_when",
    "hide_when",
    "target",
    "days_of",
    "max_count",
)
FORM_KEYS = {
    "code",
    "label_zh",
    "label_en",
    "category",
    "declared_by",
    "fields",
    "evidence",
    "rule",
    "caps",
}
FIELD_KEYS = {"name", "label_zh", "label_en", "type", "required"}
FIELD_OPTIONS = {*SETTINGS, "options", "help_zh", "help_en"}


@dataclass(frozen=True)
class FormSpec:
    """A learning form as the file tells it: its own row and its version's content."""

    form: Values
    content: Values
    fields: list[Values]
    proofs: list[Values]

    @property
    def edition(self) -> tuple[Values, list[Values], list[Values]]:
        """What makes a version: two equal editions are the same version."""
        return self.content, self.fields, self.proofs


def read_learning_forms(folder: Path) -> list[FormSpec]:
    """Return the learning forms of the file, or raise SeedError."""
    outline = Outline(folder, FILE)
    option_sets = outline.top.get("option_sets", {})
    specs: dict[str, FormSpec] = {}
    for position, entry in enumerate(outline.entries(outline.top, "forms"), start=1):
        outline.refuse_keys(entry, required=FORM_KEYS, optional={*PROVENANCE})
        if entry["code"] in specs:
            reason = Refused("“%(key)s”重复", key=entry["code"])
            raise outline.broken(entry.line, "code", reason)
        specs[entry["code"]] = _spec(outline, entry, option_sets, position)
    return list(specs.values())


def write_learning_forms(writer: Writer, specs: list[FormSpec]) -> None:
    """Bring the forms into their tables; a changed form gets a new current version."""
    writer.upsert(LearningForm, [spec.form for spec in specs], key=("code",))
    forms = writer.ids(LearningForm, "code")
    current = _current_editions(writer)
    for spec in specs:
        form_id = forms[spec.form["code"]]
        number, edition = current.get(form_id, (0, None))
        if edition == spec.edition:
            writer.report.count(LearningFormVersion.__tablename__, left=1)
        else:
            _publish(writer, spec, form_id, number + 1)


def _spec(
    outline: Outline, entry: Entry, option_sets: Mapping[str, Any], position: int
) -> FormSpec:
    fields = [
        _field(outline, field, option_sets, number)
        for number, field in enumerate(outline.entries(entry, "fields"), start=1)
    ]
    _refuse_malformed(outline, entry, fields)
    return FormSpec(
        form={
            "code": entry["code"],
            "name": entry["label_zh"],
            "name_en": entry["label_en"],
            "category": entry["category"],
            "declared_by": list(entry["declared_by"]),
            "sort_order": position,
        },
        content={
            "measure": Measure.hours,
            "rule": plain(entry["rule"]),
            "caps": plain(entry["caps"]),
            "provenance": plain({k: entry[k] for k in PROVENANCE if k in entry}),
        },
        fields=fields,
        proofs=[
            _proof(outline, proof, number)
            for number, proof in enumerate(outline.entries(entry, "evidence"), start=1)
        ],
    )


def _refuse_malformed(outline: Outline, entry: Entry, fields: list[Values]) -> None:
    """Ask the rules whether the form could be asked and computed at all."""
    names = {CLAIM, *(field["name"] for field in fields)}
    questions: tuple[tuple[str, Callable[[], None]], ...] = (
        ("fields", lambda: _refuse_malformed_fields(fields)),
        ("rule", lambda: validate_rule(entry["rule"], fields=names)),
        ("caps", lambda: validate_caps(entry["caps"])),
    )
    for name, ask in questions:
        try:
            ask()
        except Refused as reason:
            raise outline.broken(entry.line, name, reason) from reason


def _refuse_malformed_fields(fields: list[Values]) -> None:
    validate_fields([field_spec(LearningFormField(**field)) for field in fields])


def _field(
    outline: Outline, field: Entry, option_sets: Mapping[str, Any], position: int
) -> Values:
    outline.refuse_keys(field, required=FIELD_KEYS, optional=FIELD_OPTIONS)
    if field["type"] not in FieldKind.__members__:
        reason = Refused(
            "“%(cell)s”不在可选值中：%(names)s",
            cell=field["type"],
            names="、".join(FieldKind.__members__),
        )
        raise outline.broken(field.line, "type", reason)
    settings = {name: field[name] for name in SETTINGS if name in field}
    if "pattern" in field:
        settings["pattern"] = pattern_name(field["pattern"]) or field["pattern"]
    if "help_zh" in field:
        settings["help"] = field["help_zh"]
    if field["type"] == FieldKind.select.name:
        settings["options"] = _options(outline, field, option_sets)
    return {
        "position": position,
        "name": field["name"],
        "label": field["label_zh"],
        "label_en": field["label_en"],
        "kind": FieldKind[field["type"]],
        "is_required": field["required"],
        "settings": plain(settings),
    }


def _options(
    outline: Outline, field: Entry, option_sets: Mapping[str, Any]
) -> list[Values]:
    options = field.get("options")
    if isinstance(options, str):
        options = option_sets.get(options)
    if not isinstance(options, list) or not options:
        raise outline.broken(field.line, "options", Refused("下拉选择没有选项"))
    for option in options:
        if not isinstance(option, Entry):
            raise outline.broken(field.line, "options", Refused("下拉选择没有选项"))
        outline.refuse_keys(option, required={"value", "label_zh", "label_en"})
    return [
        {"value": o["value"], "label": o["label_zh"], "label_en": o["label_en"]}
        for o in options
    ]


def _proof(outline: Outline, proof: Entry, position: int) -> Values:
    outline.refuse_keys(proof, required={"zh", "en", "required"}, optional={"note"})
    return {
        "position": position,
        "name": proof["zh"],
        "name_en": proof["en"],
        "is_required": proof["required"],
        "is_note": proof.get("note", False),
    }


def _current_editions(
    writer: Writer,
) -> dict[int, tuple[int, tuple[Values, list[Values], list[Values]]]]:
    statement = select(LearningFormVersion).where(LearningFormVersion.is_current)
    return {
        version.form_id: (
            version.number,
            (
                _values(version, ("measure", "rule", "caps", "provenance")),
                [_values(field, FIELD_ATTRIBUTES) for field in version.fields],
                [_values(proof, PROOF_ATTRIBUTES) for proof in version.proofs],
            ),
        )
        for version in writer.session.scalars(statement)
    }


FIELD_ATTRIBUTES = (
    "position",
    "name",
    "label",
    "label_en",
    "kind",
    "is_required",
    "settings",
)
PROOF_ATTRIBUTES = ("position", "name", "name_en", "is_required", "is_note")


def _values(row: object, names: tuple[str, ...]) -> Values:
    return {name: getattr(row, name) for name in names}


def _publish(writer: Writer, spec: FormSpec, form_id: int, number: int) -> None:
    writer.session.execute(
        update(LearningFormVersion)
        .where(LearningFormVersion.form_id == form_id, LearningFormVersion.is_current)
        .values(is_current=False)
    )
    row = {"form_id": form_id, "number": number, "is_current": True} | spec.content
    [version] = writer.add(LearningFormVersion, [row], returning=True)
    for model, rows in (
        (LearningFormField, spec.fields),
        (LearningFormProof, spec.proofs),
    ):
        writer.add(model, [values | {"version_id": version} for values in rows])
