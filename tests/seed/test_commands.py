"""The commands of the shell around reference data and the demo."""

import pytest
from sqlalchemy import select

from admin_app.models import Account, Person
from admin_app.operations.passwords import matches
from tests.documents.books import book, packed, parts, spaces


@pytest.fixture
def run(app):
    """Run a command; give its exit code and what it printed."""

    def invoke(*arguments):
        result = app.test_cli_runner().invoke(args=arguments)
        return result.exit_code, result.stdout.splitlines()

    return invoke


def test_hours_prints_the_explanation_and_the_sum(run):
    printed = run("hours", "base_training", '{"days": 20}')

    assert printed == (
        0,
        ["实际培训天数 20 × 8 学时 = 160 学时", "单项上限 90 学时", "90 学时"],
    )


@pytest.mark.parametrize(
    ("form", "answers"),
    [
        ("nothing", "{}"),
        ("paper", "[1]"),
        ("paper", "{days"),
        ("base_training", '{"days": "x"}'),
    ],
)
def test_hours_refuses_what_it_cannot_compute(run, form, answers):
    code, printed = run("hours", form, answers)

    assert code != 0
    assert printed == []


@pytest.fixture
def file(tmp_path):
    """Keep bytes as a workbook; give its path."""

    def keep(data):
        (tmp_path / "人员.xlsx").write_bytes(data)
        return str(tmp_path / "人员.xlsx")

    return keep


@pytest.mark.requirement("IN-01")
def test_workbook_is_told_by_its_first_rows_without_personal_numbers(run, file):
    rows = [
        ["姓名", "身份证号码"],
        *([f"王{n}", "11010519491231002X"] for n in range(9)),
    ]

    printed = run("workbook", "check", file(book(rows)))

    assert printed[1][:3] == [
        "工作表“人员”，10 行有内容",
        "     1  姓名 | 身份证号码",
        "     2  王0 | [id-number]",
    ]
    assert (printed[0], len(printed[1])) == (0, 6)


@pytest.mark.requirement("IN-01", "IN-02")
@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "文件是空的，请重新选择文件。"),
        (
            packed(parts() | {"xl/vbaProject.bin": ""}),
            "文件含有宏或控件，请另存为不含宏的 .xlsx 后再导入。",
        ),
        (
            packed(parts('<c r="B2"><f>1</f></c>')),
            "单元格 B2 是公式，请粘贴为值后再导入。",
        ),
        (spaces(), "文件展开后过大，请把数据粘贴为值到新的工作簿后再导入。"),
    ],
    ids=["empty", "macro", "formula", "bomb"],
)
def test_workbook_is_refused_in_a_sentence(app, file, data, sentence):
    result = app.test_cli_runner().invoke(args=["workbook", "check", file(data)])

    assert (result.exit_code, result.stderr.strip()) == (1, f"Error: {sentence}")


@pytest.mark.requirement("AU-17")
def test_superuser_gets_a_password_that_must_be_changed(run, db_session):
    code, [password] = run("superuser", "create", "11010119880808992X", "张三")

    account = db_session.scalar(
        select(Account).join(Account.person).where(Person.name == "张三")
    )
    assert code == 0
    assert matches(account.password_hash, password)
    assert (account.is_superuser, account.must_change_password) == (True, True)
    assert account.initial_password_until > account.created_at


@pytest.mark.parametrize("number", ["110101198808089921", "12345"])
def test_superuser_needs_a_valid_number(run, db_session, number):
    code, printed = run("superuser", "create", number, "张三")

    assert (code, printed) == (1, [])
    assert db_session.scalar(select(Account.id)) is None


def test_demo_is_loaded_and_its_logins_work(run, db_session):
    loaded, _ = run("seed", "demo", "--people", "20")

    code, printed = run("demo", "logins")

    lines = [line.split("\t") for line in printed]
    assert (loaded, code) == (0, 0)
    for _, _, number, password, name, _ in lines:
        person = db_session.scalar(select(Person).where(Person.id_number == number))
        assert person.name == name
        assert matches(person.account.password_hash, password)


def test_second_reference_load_adds_nothing(run):
    code, printed = run("seed", "reference")

    assert code == 0
    assert {line.split()[2] for line in printed} == {"0"}
