"""Reference rows: loaded once or twice, changed, broken."""

import shutil

import pytest
from sqlalchemy import func, select

from admin_app.models import (
    AnnualRequirement,
    ApprovalChain,
    Industry,
    LearningForm,
    LearningFormVersion,
    ProfileField,
    Region,
    RegionPrefix,
    Role,
    Title,
)
from admin_app.operations.learning_forms import current_version, field_specs
from admin_app.operations.profile_items import PARTS
from admin_app.permissions import CATALOGUE
from admin_app.rules.hours import compute_hours
from seed.errors import SeedError
from seed.load import REFERENCE, load_reference


@pytest.fixture
def folder(tmp_path):
    """A copy of the reference files that a test may break."""
    copy = tmp_path / "reference"
    shutil.copytree(REFERENCE, copy)
    return copy


def edit(folder, file, old, new):
    path = folder / file
    text = path.read_text("utf-8")
    assert text.count(old) >= 1, f"{file} does not hold {old}"
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_loading_again_leaves_every_row(db_session):
    report = load_reference(db_session)

    assert {
        name: (tally.added, tally.changed) for name, tally in report.tables.items()
    } == dict.fromkeys(report.tables, (0, 0))
    assert all(tally.left for tally in report.tables.values())


@pytest.mark.parametrize(
    ("model", "count"),
    [
        (Region, 555),
        (RegionPrefix, 6382),
        (Industry, 117),
        (Title, 296),
        (LearningForm, 18),
        (LearningFormVersion, 18),
        (AnnualRequirement, 28),
        (ApprovalChain, 9),
        (ProfileField, 18),
    ],
)
def test_reference_rows_are_all_there(db_session, model, count):
    found = db_session.scalar(select(func.count()).select_from(model))

    assert found == count


def test_tree_hangs_on_its_parents(db_session):
    jiyuan = db_session.scalar(select(Region).where(Region.code == "419001"))
    dengzhou = db_session.scalar(select(Region).where(Region.code == "411381"))

    assert (jiyuan.level, jiyuan.parent.code) == (2, "410000")
    assert (dengzhou.level, dengzhou.parent.code) == (3, "411300")


def test_changed_name_is_reported_and_written(db_session, folder):
    edit(folder, "industries.csv", "02,林业,", "02,林业（改）,")

    report = load_reference(db_session, folder=folder)

    tally = report.tables["industry"]
    assert (tally.added, tally.changed, tally.left) == (0, 1, 116)
    name = select(Industry.name).where(Industry.code == "02")
    assert db_session.scalar(name) == "林业（改）"


def test_changed_learning_form_becomes_a_new_version(db_session, folder):
    edit(folder, "learning_forms.yaml", "caps: {per_item: 90}", "caps: {per_item: 80}")
    before = current_version(db_session, "base_training")

    report = load_reference(db_session, folder=folder)

    after = current_version(db_session, "base_training")
    db_session.refresh(before)
    assert (before.number, before.is_current, before.caps) == (
        1,
        False,
        {"per_item": 90},
    )
    assert (after.number, after.caps) == (2, {"per_item": 80})
    assert [field.name for field in field_specs(after)] == [
        field.name for field in field_specs(before)
    ]
    tally = report.tables["learning_form_version"]
    assert (tally.added, tally.left) == (1, 17)


def test_every_example_holds_for_the_loaded_form(db_session):
    versions = db_session.scalars(select(LearningFormVersion)).all()

    wrong = [
        (version.form.code, example)
        for version in versions
        for example in version.provenance["examples"]
        if compute_hours(version.rule, version.caps, example["input"]).hours
        != example["hours"]
    ]

    assert sum(len(version.provenance["examples"]) for version in versions) == 48
    assert wrong == []


def test_chief_role_holds_all_that_its_kind_of_unit_may_do(db_session):
    roles = db_session.scalars(select(Role).where(Role.is_chief)).all()

    assert {
        role.unit_kind: {held.permission for held in role.permissions} for role in roles
    } == {
        role.unit_kind: {
            name
            for module in CATALOGUE.values()
            if role.unit_kind in module.kinds
            for name in module.permissions
        }
        for role in roles
    }
    assert len(roles) == 4


def test_permission_that_left_the_file_is_taken_from_the_role(db_session, folder):
    edit(folder, "roles.yaml", "    statistics: [view]\n", "")

    load_reference(db_session, folder=folder)

    role = db_session.scalar(select(Role).where(Role.code == "employer_reader"))
    modules = {held.permission.partition(":")[0] for held in role.permissions}
    assert modules == {
        "unit_declarations",
        "transfer_log",
        "person_query",
        "certificates",
    }


BROKEN = {
    "missing parent": (
        "industries.csv",
        "02,林业,A,",
        "02,林业,Q7,",
        (7, "parent", "没有代码为“Q7”的行"),
    ),
    "duplicate code": (
        "industries.csv",
        "02,林业,A,",
        "01,林业,A,",
        (7, "code", "“01”与第 6 行重复"),
    ),
    "circle": (
        "education.csv",
        "10,研究生教育,Postgraduate education,,",
        "10,研究生教育,Postgraduate education,11,",
        (4, "parent", "上级“11”形成循环"),
    ),
    "wrong type": (
        "industries.csv",
        "02,林业,A,2,",
        "02,林业,A,二,",
        (7, "level", "“二”不是整数"),
    ),
    "too long": (
        "unit_natures.csv",
        "10,机关,",
        f"10,{'机' * 101},",
        (5, "name", f"“{'机' * 101}”超过 100 个字符"),
    ),
    "empty": ("unit_natures.csv", "10,机关,", "10,,", (5, "name", "不能为空")),
    "unknown column": (
        "political_statuses.csv",
        "code,name,name_en",
        "code,name,english",
        (3, "english", "未知的列"),
    ),
    "missing column": (
        "industries.csv",
        "code,name,parent,level,name_en",
        "code,name,parent,level,level",
        (4, "name_en", "缺少此列"),
    ),
    "missing cell": (
        "political_statuses.csv",
        "01,中共党员,CPC member",
        "01,中共党员",
        (4, "name", "应有 3 列，实有 2 列"),
    ),
    "not in the list": (
        "public_courses.csv",
        "12,required,1,demo",
        "12,compulsory,1,demo",
        (6, "kind", "“compulsory”不在可选值中：required、elective"),
    ),
    "not a number": (
        "public_courses.csv",
        "Professional ethics and innovation,12,",
        "Professional ethics and innovation,十二,",
        (6, "hours", "“十二”不是数字"),
    ),
    "unknown verb": (
        "roles.yaml",
        "statistics: [view]",
        "statistics: [rewrite]",
        (25, "statistics", "未知的权限“statistics:rewrite”"),
    ),
    "unknown module": (
        "roles.yaml",
        "statistics: [view]",
        "astrology: [view]",
        (25, "astrology", "未知的权限“astrology”"),
    ),
    "unknown step": (
        "approval_chains.yaml",
        "steps: [receiving_unit]",
        "steps: [oracle]",
        None,
    ),
    "unknown rule kind": (
        "learning_forms.yaml",
        "rule: {kind: rate, field: days, hours: 8}",
        "rule: {kind: guess, field: days, hours: 8}",
        None,
    ),
    "rule on no field": (
        "learning_forms.yaml",
        "rule: {kind: rate, field: days, hours: 8}",
        "rule: {kind: rate, field: weeks, hours: 8}",
        None,
    ),
    "unknown field kind": (
        "learning_forms.yaml",
        "type: textarea, required: true, max_length: 500, help_zh: 须与",
        "type: essay, required: true, max_length: 500, help_zh: 须与",
        None,
    ),
    "key twice": (
        "annual_requirements.yaml",
        "{from: 2016, to: 2016,",
        "{from: 2016, from: 2016, to: 2016,",
        (25, "from", "“from”重复"),
    ),
    "year twice": (
        "annual_requirements.yaml",
        "{from: 2016, to: 2016,",
        "{from: 2015, to: 2016,",
        (25, "from", "2015 年重复"),
    ),
    "not YAML": ("annual_requirements.yaml", "version: 1", "version: [1", None),
}


@pytest.mark.parametrize("word", BROKEN)
def test_broken_file_names_the_place_and_loads_nothing(db_session, folder, word):
    file, old, new, place = BROKEN[word]
    edit(folder, "regions.csv", "110000,北京市,", "110000,北京,")
    edit(folder, file, old, new)

    with pytest.raises(SeedError) as raised:
        load_reference(db_session, folder=folder)

    error = raised.value
    assert error.file == file
    assert error.row > 0
    assert place in {None, (error.row, error.column, str(error.reason))}
    name = select(Region.name).where(Region.code == "110000")
    assert db_session.scalar(name) == "北京市"


def test_missing_file_is_named(db_session, folder):
    (folder / "titles.csv").unlink()

    with pytest.raises(SeedError) as raised:
        load_reference(db_session, folder=folder)

    assert (raised.value.file, str(raised.value.reason)) == ("titles.csv", "找不到文件")


@pytest.mark.feature("P13", "P14")
def test_items_of_the_profile_are_all_there_with_their_labels(db_session):
    found = {
        (row.section, row.name): row.label
        for row in db_session.scalars(select(ProfileField))
    }

    assert found == {
        (section, name): part.column(name).comment
        for section, part in PARTS.items()
        for name in part.reviewable
    }


def test_what_a_superuser_chose_to_review_stays(db_session):
    row = db_session.scalars(select(ProfileField)).first()
    row.is_reviewed, row.label = not row.is_reviewed, "旧名称"
    chosen = row.is_reviewed

    load_reference(db_session)

    assert (row.is_reviewed, row.label) == (chosen, "固定电话")
