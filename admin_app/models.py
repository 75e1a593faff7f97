"""Tables and only tables, in the order of the glossary; `comment` is the label on screen.

`__scope__` names the columns through which a row hangs on units (permissions.py reads
it): a row is in scope when one of these units is. `()` means that the row belongs to
the whole platform, `None` that only the superuser sees it as a list.
"""

import datetime as dt
import decimal
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    and_,
    false,
    text,
)
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from admin_app.columns import (
    Amount,
    Approvable,
    BigId,
    CodeTable,
    CodeTree,
    EncryptedText,
    Identified,
    LargeAmount,
    Moment,
    PersonOwned,
    Sorted,
    Timestamped,
    UnitOwned,
    choice,
    decider_while_pending,
    reference,
    utc_now,
)
from admin_app.enums import (
    Action,
    AttachmentPurpose,
    ChainStatus,
    ChangeAct,
    Channel,
    CorrectionOutcome,
    CourseKind,
    EntryKind,
    EntryOrigin,
    FieldKind,
    IdentityKind,
    JobState,
    Measure,
    MessageEvent,
    MessageTopic,
    NoticeAudience,
    ProfileSection,
    RecordKind,
    RequirementScheme,
    Sex,
    Source,
    Standing,
    State,
    SubjectKind,
    Theme,
    UnitChangeKind,
    UnitKind,
)
from admin_app.extensions import Model

PENDING = text("state = 'pending'")
UNFOLDED = "number <> folded_number OR amount <> folded_amount"
"""What of a tally the rolls have not got yet."""
ACT_ITSELF = "subject_id IS NULL OR action <> 'export'"
"""Not the lines by which each person of an exported list reads who had it."""
LONGEST_PATH = 255
"""So long can the path of a unit be, which bounds the depth of the tree."""


def inbox(name: str) -> Index:
    """Return the index of the list of what waits at a unit."""
    return Index(
        f"ix_{name}_inbox",
        "decider_id",
        "submitted_at",
        "id",
        postgresql_where=PENDING,
        sqlite_where=PENDING,
    )


def of_department(name: str) -> Index:
    """Return the index by which a department's rows, or that it has none, are found."""
    is_given = text("department_id IS NOT NULL")
    return Index(
        f"ix_{name}_of_department",
        "department_id",
        "id",
        postgresql_where=is_given,
        sqlite_where=is_given,
    )


# --- Reference data ---------------------------------------------------------


class Region(CodeTree, Model):
    """Administrative divisions (GB/T 2260)."""

    __scope__ = ()
    division_type: Mapped[str] = mapped_column(
        String(40), default="", comment="区划类型"
    )
    reports_to_province: Mapped[bool] = mapped_column(
        default=False, comment="直接报省人社厅"
    )
    parent: Mapped["Region | None"] = relationship(remote_side="Region.id")


class RegionPrefix(Identified, Model):
    """Every known first six digits of an identity number, also of past divisions."""

    __scope__ = ()
    code: Mapped[str] = mapped_column(Sorted(6), unique=True, comment="代码")
    name: Mapped[str] = mapped_column(String(100), comment="名称")
    is_current: Mapped[bool] = mapped_column(default=True, comment="现行")


class Industry(CodeTree, Model):
    """Industries (GB/T 4754-2017)."""

    __scope__ = ()
    parent: Mapped["Industry | None"] = relationship(remote_side="Industry.id")


class UnitNature(CodeTable, Model):
    """单位性质."""

    __scope__ = ()


class UnitLevel(CodeTable, Model):
    """单位级别; a unit of this level chooses a region of `region_level` (0 = any)."""

    __scope__ = ()
    region_level: Mapped[int] = mapped_column(
        SmallInteger, default=0, comment="区划层级"
    )


class EthnicGroup(CodeTable, Model):
    """民族 (GB/T 3304)."""

    __scope__ = ()


class PoliticalStatus(CodeTable, Model):
    """政治面貌 (GB/T 4762)."""

    __scope__ = ()


class EducationLevel(CodeTree, Model):
    """学历 (GB/T 4658)."""

    __scope__ = ()
    is_common: Mapped[bool] = mapped_column(default=False, comment="常用")
    parent: Mapped["EducationLevel | None"] = relationship(
        remote_side="EducationLevel.id"
    )


class Degree(CodeTree, Model):
    """学位 (GB/T 6864)."""

    __scope__ = ()
    parent: Mapped["Degree | None"] = relationship(remote_side="Degree.id")


class Major(CodeTree, Model):
    """所学专业: three catalogues of the Ministry of Education."""

    __scope__ = ()
    catalog: Mapped[str] = mapped_column(String(24), default="", comment="目录")
    parent: Mapped["Major | None"] = relationship(remote_side="Major.id")


class Title(CodeTree, Model):
    """职称: series, branches and titles."""

    __scope__ = ()
    rank: Mapped[str] = mapped_column(String(24), default="", comment="职称级别")
    rank_group: Mapped[str] = mapped_column(String(24), default="", comment="级别组")
    parent: Mapped["Title | None"] = relationship(remote_side="Title.id")


# --- Units ------------------------------------------------------------------


class UnitDetails:
    """What a unit tells of itself, in its registration as in its own row."""

    name: Mapped[str] = mapped_column(Sorted(100), comment="单位名称")
    kind: Mapped[UnitKind] = mapped_column(choice(UnitKind), comment="单位类别")
    registration_code: Mapped[str] = mapped_column(
        Sorted(18), comment="组织机构代码/统一社会信用代码"
    )
    phone: Mapped[str] = mapped_column(String(30), default="", comment="单位电话")
    address: Mapped[str] = mapped_column(String(200), default="", comment="单位地址")
    contact: Mapped[str] = mapped_column(String(50), default="", comment="联系人")
    region_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("region.id"), comment="所在地区"
    )
    nature_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("unit_nature.id"), comment="单位性质"
    )
    level_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("unit_level.id"), comment="单位级别"
    )
    industry_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("industry.id"), comment="所属行业"
    )


class Unit(UnitDetails, Identified, Timestamped, Model):
    """Any organisation in the tree; `path` holds the ids from the root: `/1/5/100/`."""

    __scope__ = ("id",)
    short_name: Mapped[str] = mapped_column(Sorted(50), default="", comment="简称")
    superior_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("unit.id"), index=True, comment="上级部门"
    )
    path: Mapped[str] = mapped_column(Sorted(LONGEST_PATH), comment="路径")
    depth: Mapped[int] = mapped_column(SmallInteger, default=0, comment="层级")
    is_active: Mapped[bool] = mapped_column(default=True, comment="启用")
    has_review_right: Mapped[bool] = mapped_column(default=True, comment="审核权限")
    is_demo: Mapped[bool] = mapped_column(default=False, comment="演示数据")

    superior: Mapped["Unit | None"] = relationship(remote_side="Unit.id")
    region: Mapped[Region] = relationship()
    nature: Mapped[UnitNature] = relationship()
    level: Mapped[UnitLevel] = relationship()
    industry: Mapped[Industry] = relationship()

    __table_args__ = (
        UniqueConstraint("registration_code"),
        # Which units lie below a path is told by the index alone.
        UniqueConstraint("path", postgresql_include=["id"]),
        CheckConstraint("superior_id <> id", name="superior_not_itself"),
        Index("ix_unit_name", "name", "id"),
        Index("ix_unit_of_region", "region_id", "id"),
    )


class UnitRegistration(UnitDetails, Identified, Timestamped, Approvable, Model):
    """A unit that asks to be taken in under a superior (U01-U09)."""

    __scope__ = ("superior_id",)
    superior_id: Mapped[int] = reference(
        "unit.id", comment="所属上级单位/主管部门/同级人社部门"
    )
    applicant_id: Mapped[int] = reference("person.id", comment="申请人", index=True)
    unit_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("unit.id"), unique=True, comment="单位"
    )

    superior: Mapped[Unit] = relationship(foreign_keys=superior_id)
    applicant: Mapped["Person"] = relationship(foreign_keys=applicant_id)
    unit: Mapped[Unit | None] = relationship(foreign_keys=unit_id)
    decider: Mapped[Unit | None] = relationship(
        foreign_keys="UnitRegistration.decider_id"
    )
    region: Mapped[Region] = relationship()
    nature: Mapped[UnitNature] = relationship()
    level: Mapped[UnitLevel] = relationship()
    industry: Mapped[Industry] = relationship()
    scans: Mapped[list["Attachment"]] = relationship(
        foreign_keys="Attachment.unit_registration_id",
        back_populates="unit_registration",
    )

    __table_args__ = (
        decider_while_pending(),
        inbox("unit_registration"),
        Index("ix_unit_registration_reviewed", "superior_id", "state", "id"),
        Index(
            "uq_unit_registration_open_code",
            "registration_code",
            unique=True,
            postgresql_where=PENDING,
            sqlite_where=PENDING,
        ),
    )


class Department(UnitOwned, Identified, Timestamped, Model):
    """A department inside a unit (内设部门), in a tree of its own."""

    __scope__ = ("unit_id",)
    name: Mapped[str] = mapped_column(Sorted(100), comment="部门名称")
    code: Mapped[str] = mapped_column(Sorted(24), default="", comment="代码")
    parent_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("department.id"), index=True, comment="上级部门（内设）"
    )
    path: Mapped[str] = mapped_column(Sorted(255), unique=True, comment="路径")
    is_active: Mapped[bool] = mapped_column(default=True, comment="启用")

    unit: Mapped[Unit] = relationship()
    parent: Mapped["Department | None"] = relationship(remote_side="Department.id")

    __table_args__ = (
        UniqueConstraint("unit_id", "parent_id", "name"),
        Index("ix_department_of_unit", "unit_id", "path"),
        Index("ix_department_name", "name", "id"),
    )


class UnitChange(UnitOwned, Identified, Timestamped, Approvable, Model):
    """A change of a unit's code or superior that takes effect on approval (U16, U17).

    `before` and `after` are the codes, or the names that the superiors had then.
    """

    __scope__ = ("unit_id", "old_superior_id", "new_superior_id")
    kind: Mapped[UnitChangeKind] = mapped_column(
        choice(UnitChangeKind), comment="变更类型"
    )
    before: Mapped[str] = mapped_column(String(100), default="", comment="变更前")
    after: Mapped[str] = mapped_column(String(100), default="", comment="变更后")
    old_superior_id: Mapped[int] = reference("unit.id", comment="现上级部门")
    new_superior_id: Mapped[int | None] = reference(
        "unit.id", comment="新上级部门", nullable=True
    )
    reason: Mapped[str] = mapped_column(String(500), default="", comment="变更原因")

    unit: Mapped[Unit] = relationship(foreign_keys="UnitChange.unit_id")
    old_superior: Mapped[Unit] = relationship(foreign_keys=old_superior_id)
    new_superior: Mapped[Unit | None] = relationship(foreign_keys=new_superior_id)
    decider: Mapped[Unit | None] = relationship(foreign_keys="UnitChange.decider_id")

    __table_args__ = (
        decider_while_pending(),
        CheckConstraint(
            "(kind = 'superior') = (new_superior_id IS NOT NULL)",
            name="superior_is_named",
        ),
        inbox("unit_change"),
        Index("ix_unit_change_of_unit", "unit_id", "state", "id"),
        Index("ix_unit_change_from", "old_superior_id", "state", "id"),
        Index("ix_unit_change_to", "new_superior_id", "state", "id"),
        Index(
            "uq_unit_change_open",
            "unit_id",
            unique=True,
            postgresql_where=PENDING,
            sqlite_where=PENDING,
        ),
    )


# --- People and accounts ----------------------------------------------------


class Person(Identified, Timestamped, Model):
    """A human being; with a unit, a professional (专业技术人员) of that unit.

    `unit_id` is empty while a registration is undecided and for people who only
    administer. Name and identity number are never changed here by their owner (P04).
    """

    __scope__ = ("unit_id",)
    id_number: Mapped[str] = mapped_column(
        EncryptedText("person.id_number"), unique=True, comment="身份证号码"
    )
    name: Mapped[str] = mapped_column(Sorted(50), comment="姓名")
    mobile: Mapped[str | None] = mapped_column(
        EncryptedText("person.mobile"), comment="手机号码"
    )
    email: Mapped[str | None] = mapped_column(
        EncryptedText("person.email", 512), comment="电子邮箱"
    )
    landline: Mapped[str] = mapped_column(String(30), default="", comment="固定电话")
    sex: Mapped[Sex | None] = mapped_column(choice(Sex), comment="性别")
    birth_date: Mapped[dt.date | None] = mapped_column(Date, comment="出生日期")
    unit_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("unit.id"), comment="单位"
    )
    department_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("department.id"), comment="部门"
    )
    region_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("region.id"), comment="所在地区"
    )
    ethnic_group_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("ethnic_group.id"), comment="民族"
    )
    native_place_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("region.id"), comment="籍贯"
    )
    political_status_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("political_status.id"), comment="政治面貌"
    )
    education_level_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("education_level.id"), comment="学历"
    )
    degree_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("degree.id"), comment="学位"
    )
    major_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("major.id"), comment="所学专业"
    )
    title_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("title.id"), comment="职称"
    )
    title_date: Mapped[dt.date | None] = mapped_column(Date, comment="取得时间")
    graduation_school: Mapped[str] = mapped_column(
        String(100), default="", comment="毕业院校"
    )
    graduation_date: Mapped[dt.date | None] = mapped_column(Date, comment="毕业时间")
    work_start_date: Mapped[dt.date | None] = mapped_column(
        Date, comment="参加工作时间"
    )
    standing: Mapped[Standing] = mapped_column(
        choice(Standing),
        default=Standing.in_post,
        server_default="in_post",
        comment="在岗状态",
    )
    is_active: Mapped[bool] = mapped_column(default=True, comment="启用")
    is_demo: Mapped[bool] = mapped_column(default=False, comment="演示数据")

    unit: Mapped[Unit | None] = relationship(foreign_keys=unit_id)
    department: Mapped[Department | None] = relationship()
    region: Mapped[Region | None] = relationship(foreign_keys=region_id)
    ethnic_group: Mapped[EthnicGroup | None] = relationship()
    native_place: Mapped[Region | None] = relationship(foreign_keys=native_place_id)
    political_status: Mapped[PoliticalStatus | None] = relationship()
    education_level: Mapped[EducationLevel | None] = relationship()
    degree: Mapped[Degree | None] = relationship()
    major: Mapped[Major | None] = relationship()
    title: Mapped[Title | None] = relationship()
    account: Mapped["Account | None"] = relationship(back_populates="person")

    __table_args__ = (
        Index("ix_person_of_unit", "unit_id", "id"),
        Index("ix_person_of_department", "department_id", "id"),
        Index("ix_person_name", "name", "id", "unit_id"),
        Index("ix_person_of_unit_by_name", "unit_id", "name", "id"),
    )


class Account(Identified, Timestamped, Model):
    """The login of a person; the identity number is the login name."""

    __scope__ = None
    person_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("person.id"), unique=True, comment="人员"
    )
    password_hash: Mapped[str] = mapped_column(String(255), comment="密码")
    is_superuser: Mapped[bool] = mapped_column(default=False, comment="系统管理员")
    is_disabled: Mapped[bool] = mapped_column(default=False, comment="已禁用")
    disabled_reason: Mapped[str] = mapped_column(
        String(200), default="", comment="锁定原因"
    )
    must_change_password: Mapped[bool] = mapped_column(
        default=False, comment="须修改密码"
    )
    initial_password_until: Mapped[dt.datetime | None] = mapped_column(
        Moment, comment="初始密码有效期"
    )
    activation_hash: Mapped[str | None] = mapped_column(String(255), comment="激活码")
    last_login_at: Mapped[dt.datetime | None] = mapped_column(
        Moment, comment="上次登录"
    )
    locale: Mapped[str] = mapped_column(String(8), default="zh", comment="语言")
    theme: Mapped[Theme] = mapped_column(
        choice(Theme), default=Theme.system, server_default="system", comment="主题"
    )
    is_large_type: Mapped[bool] = mapped_column(
        default=False, server_default=false(), comment="大字体"
    )
    page_size: Mapped[int] = mapped_column(
        SmallInteger, default=20, server_default="20", comment="列表每页行数"
    )

    person: Mapped[Person] = relationship(back_populates="account")
    assignments: Mapped[list["AdminAssignment"]] = relationship(
        back_populates="account"
    )

    __table_args__ = (
        CheckConstraint("page_size IN (20, 50, 100)", name="offered_page_size"),
    )


class PasswordHistory(Identified, Model):
    """Past password hashes, so that the last five are not used again."""

    __scope__ = None
    account_id: Mapped[int] = reference("account.id", comment="账号", index=True)
    password_hash: Mapped[str] = mapped_column(String(255), comment="密码")
    at: Mapped[dt.datetime] = mapped_column(Moment, default=utc_now, comment="时间")


class VerifiedContact(PersonOwned, Identified, Model):
    """An address that its owner has shown to be theirs by a code.

    It counts as long as it is the person's present one: who changes a number has one
    that is not verified.
    """

    __scope__ = None
    channel: Mapped[Channel] = mapped_column(choice(Channel), comment="联系方式")
    address: Mapped[str] = mapped_column(
        EncryptedText("verified_contact.address", 512), comment="已验证的号码或邮箱"
    )
    verified_at: Mapped[dt.datetime] = mapped_column(Moment, comment="验证时间")

    person: Mapped[Person] = relationship()

    __table_args__ = (UniqueConstraint("person_id", "channel"),)


class Authenticator(Identified, Model):
    """What makes the codes of an account's second step, and the last one taken."""

    __scope__ = None
    account_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("account.id"), unique=True, comment="账号"
    )
    secret: Mapped[str] = mapped_column(
        EncryptedText("authenticator.secret"), comment="密钥"
    )
    last_step: Mapped[int] = mapped_column(BigInteger, default=0, comment="步数")
    confirmed_at: Mapped[dt.datetime] = mapped_column(Moment, comment="时间")


class RecoveryCode(Identified, Model):
    """Takes the place of an authenticator once."""

    __scope__ = None
    account_id: Mapped[int] = reference("account.id", comment="账号", index=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True, comment="摘要")
    used_at: Mapped[dt.datetime | None] = mapped_column(Moment, comment="使用时间")


class PersonRegistration(
    PersonOwned, UnitOwned, Identified, Timestamped, Approvable, Model
):
    """A person who asks to be taken in by a unit (P01-P06); details are on the person."""

    __scope__ = ("unit_id",)
    department_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("department.id"), comment="部门"
    )

    person: Mapped[Person] = relationship()
    unit: Mapped[Unit] = relationship(foreign_keys="PersonRegistration.unit_id")
    department: Mapped[Department | None] = relationship()
    decider: Mapped[Unit | None] = relationship(
        foreign_keys="PersonRegistration.decider_id"
    )

    __table_args__ = (
        decider_while_pending(),
        inbox("person_registration"),
        Index("ix_person_registration_of_unit", "unit_id", "state", "id"),
        Index("ix_person_registration_of_person", "person_id", "id"),
        of_department("person_registration"),
        Index(
            "uq_person_registration_open",
            "person_id",
            unique=True,
            postgresql_where=PENDING,
            sqlite_where=PENDING,
        ),
    )


class PersonChange(PersonOwned, UnitOwned, Identified, Timestamped, Approvable, Model):
    """A change of a person's data that takes effect on approval (P13, U30).

    `row_id` is the line of the section's table that is changed or removed; the person
    is the line of 基本信息.
    """

    __scope__ = ("unit_id",)
    section: Mapped[ProfileSection] = mapped_column(
        choice(ProfileSection), default=ProfileSection.post, comment="资料类别"
    )
    act: Mapped[ChangeAct] = mapped_column(
        choice(ChangeAct), default=ChangeAct.add, comment="操作"
    )
    row_id: Mapped[int | None] = mapped_column(BigId, comment="资料行")
    changes: Mapped[dict[str, Any]] = mapped_column(
        JSON, default=dict, comment="变更明细"
    )

    person: Mapped[Person] = relationship()
    unit: Mapped[Unit] = relationship(foreign_keys="PersonChange.unit_id")
    decider: Mapped[Unit | None] = relationship(foreign_keys="PersonChange.decider_id")

    __table_args__ = (
        decider_while_pending(),
        CheckConstraint("(act = 'add') = (row_id IS NULL)", name="row_unless_added"),
        inbox("person_change"),
        Index("ix_person_change_of_unit", "unit_id", "state", "id"),
        Index("ix_person_change_of_person", "person_id", "id"),
        Index(
            "uq_person_change_open",
            "person_id",
            "section",
            unique=True,
            postgresql_where=PENDING,
            sqlite_where=PENDING,
        ),
    )


class ProfileField(Identified, Timestamped, Model):
    """An item of a profile: a change of it is reviewed, or saved at once (P13, P14)."""

    __scope__ = ()
    section: Mapped[ProfileSection] = mapped_column(
        choice(ProfileSection), comment="资料类别"
    )
    name: Mapped[str] = mapped_column(Sorted(40), comment="字段名")
    label: Mapped[str] = mapped_column(Sorted(100), comment="信息项")
    label_en: Mapped[str] = mapped_column(String(160), default="", comment="英文名称")
    is_reviewed: Mapped[bool] = mapped_column(default=False, comment="需要审核")

    __table_args__ = (UniqueConstraint("section", "name"),)


class Transfer(PersonOwned, Identified, Timestamped, Approvable, Model):
    """A person's move to another unit (U32-U34, P11)."""

    __scope__ = ("from_unit_id", "to_unit_id")
    from_unit_id: Mapped[int] = reference("unit.id", comment="调出单位")
    to_unit_id: Mapped[int] = reference("unit.id", comment="调入单位")
    to_department_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("department.id"), index=True, comment="调入部门"
    )
    requested_by_unit: Mapped[bool] = mapped_column(default=False, comment="单位发起")
    reason: Mapped[str] = mapped_column(String(500), default="", comment="调转原因")

    person: Mapped[Person] = relationship()
    from_unit: Mapped[Unit] = relationship(foreign_keys=from_unit_id)
    to_unit: Mapped[Unit] = relationship(foreign_keys=to_unit_id)
    to_department: Mapped[Department | None] = relationship()
    decider: Mapped[Unit | None] = relationship(foreign_keys="Transfer.decider_id")

    __table_args__ = (
        decider_while_pending(),
        CheckConstraint("from_unit_id <> to_unit_id", name="units_differ"),
        inbox("transfer"),
        Index("ix_transfer_out", "from_unit_id", "state", "id"),
        Index("ix_transfer_in", "to_unit_id", "state", "id"),
        Index("ix_transfer_of_person", "person_id", "id"),
        Index(
            "uq_transfer_open",
            "person_id",
            unique=True,
            postgresql_where=PENDING,
            sqlite_where=PENDING,
        ),
    )


class CorrectionRequest(PersonOwned, Identified, Timestamped, Model):
    """A person asks the platform to correct their name or identity number (P04).

    It is open until it has an outcome. No unit decides, so it climbs no ladder.
    """

    __scope__ = ("person.unit_id",)
    name: Mapped[str] = mapped_column(Sorted(50), default="", comment="正确的姓名")
    id_number: Mapped[str | None] = mapped_column(
        EncryptedText("correction_request.id_number"), comment="正确的身份证号码"
    )
    reason: Mapped[str] = mapped_column(String(500), comment="更正原因")
    evidence_id: Mapped[int | None] = reference(
        "attachment.id", comment="证明材料", nullable=True
    )
    outcome: Mapped[CorrectionOutcome | None] = mapped_column(
        choice(CorrectionOutcome), comment="办理结果"
    )
    answer: Mapped[str] = mapped_column(String(500), default="", comment="答复")
    answered_at: Mapped[dt.datetime | None] = mapped_column(Moment, comment="办理时间")

    person: Mapped[Person] = relationship()
    evidence: Mapped["Attachment | None"] = relationship()

    __table_args__ = (
        Index(
            "uq_correction_request_open",
            "person_id",
            unique=True,
            postgresql_where=text("outcome IS NULL"),
            sqlite_where=text("outcome IS NULL"),
        ),
        Index("ix_correction_request_of_person", "person_id", "id"),
        Index("ix_correction_request_outcome", "outcome", "id"),
    )


class EducationRecord(PersonOwned, Identified, Timestamped, Model):
    """A line of the tab 学历 (P14)."""

    __scope__ = ("person.unit_id",)
    education_level_id: Mapped[int] = reference("education_level.id", comment="学历")
    degree_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("degree.id"), comment="学位"
    )
    school: Mapped[str] = mapped_column(String(100), comment="毕业院校")
    major_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("major.id"), comment="所学专业"
    )
    graduated_on: Mapped[dt.date] = mapped_column(Date, comment="毕业时间")

    person: Mapped[Person] = relationship()
    education_level: Mapped[EducationLevel] = relationship()
    degree: Mapped[Degree | None] = relationship()
    major: Mapped[Major | None] = relationship()

    __table_args__ = (Index("ix_education_record_of_person", "person_id", "id"),)


class Qualification(PersonOwned, Identified, Timestamped, Model):
    """A line of the tab 职（执）业资格 (P14)."""

    __scope__ = ("person.unit_id",)
    name: Mapped[str] = mapped_column(String(100), comment="资格名称")
    certificate_number: Mapped[str] = mapped_column(
        String(60), default="", comment="证书编号"
    )
    obtained_on: Mapped[dt.date] = mapped_column(Date, comment="取得时间")

    person: Mapped[Person] = relationship()

    __table_args__ = (Index("ix_qualification_of_person", "person_id", "id"),)


class ProfessionalPost(PersonOwned, Identified, Timestamped, Model):
    """A line of the tab 专业技术职务; it comes from an approved change (P13)."""

    __scope__ = ("person.unit_id",)
    title_id: Mapped[int] = reference("title.id", comment="专业技术职务")
    obtained_on: Mapped[dt.date] = mapped_column(Date, comment="取得时间")

    person: Mapped[Person] = relationship()
    title: Mapped[Title] = relationship()

    __table_args__ = (Index("ix_professional_post_of_person", "person_id", "id"),)


class AcademicHonour(PersonOwned, Identified, Timestamped, Model):
    """A line of the tab 学术技术称号 (P14)."""

    __scope__ = ("person.unit_id",)
    name: Mapped[str] = mapped_column(String(100), comment="称号名称")
    granted_by: Mapped[str] = mapped_column(String(100), default="", comment="授予单位")
    obtained_on: Mapped[dt.date] = mapped_column(Date, comment="取得时间")

    person: Mapped[Person] = relationship()

    __table_args__ = (Index("ix_academic_honour_of_person", "person_id", "id"),)


# --- Administrators and roles -----------------------------------------------


class Role(Identified, Timestamped, Model):
    """A named set of permissions; without a unit it is shipped with the platform."""

    __scope__ = ("unit_id",)
    code: Mapped[str | None] = mapped_column(Sorted(40), unique=True, comment="代码")
    name: Mapped[str] = mapped_column(Sorted(50), comment="角色名称")
    name_en: Mapped[str] = mapped_column(String(80), default="", comment="英文名称")
    unit_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("unit.id"), comment="单位"
    )
    unit_kind: Mapped[UnitKind | None] = mapped_column(
        choice(UnitKind), comment="适用单位类别"
    )
    is_chief: Mapped[bool] = mapped_column(default=False, comment="超级管理员角色")

    unit: Mapped[Unit | None] = relationship()
    permissions: Mapped[list["RolePermission"]] = relationship(
        back_populates="role", cascade="all, delete-orphan"
    )

    __table_args__ = (UniqueConstraint("unit_id", "name"),)


class RolePermission(Identified, Model):
    """One permission (`module:verb`) of a role."""

    __scope__ = None
    role_id: Mapped[int] = reference("role.id", comment="角色")
    permission: Mapped[str] = mapped_column(Sorted(80), comment="权限")

    role: Mapped[Role] = relationship(back_populates="permissions")

    __table_args__ = (UniqueConstraint("role_id", "permission"),)


class ClosedModule(Identified, Timestamped, Model):
    """A permission module that units of a kind do not use, whatever their roles hold.

    With a level, only those units of the kind that are of this level.
    """

    __scope__ = None
    unit_kind: Mapped[UnitKind] = mapped_column(choice(UnitKind), comment="单位类别")
    level_id: Mapped[int | None] = reference(
        "unit_level.id", comment="单位级别", nullable=True
    )
    module: Mapped[str] = mapped_column(String(40), comment="权限模块")

    __table_args__ = (UniqueConstraint("unit_kind", "level_id", "module"),)


class AdminAssignment(UnitOwned, Identified, Timestamped, Model):
    """The right of an account to administer a unit, or one department of it (R09)."""

    __scope__ = ("unit_id",)
    account_id: Mapped[int] = reference("account.id", comment="账号", index=True)
    role_id: Mapped[int] = reference("role.id", comment="角色", index=True)
    department_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("department.id"), comment="部门"
    )
    is_chief: Mapped[bool] = mapped_column(default=False, comment="超级管理员")
    is_disabled: Mapped[bool] = mapped_column(default=False, comment="已禁用")

    account: Mapped[Account] = relationship(back_populates="assignments")
    unit: Mapped[Unit] = relationship()
    role: Mapped[Role] = relationship()
    department: Mapped[Department | None] = relationship()

    __table_args__ = (
        UniqueConstraint("unit_id", "account_id"),
        CheckConstraint(
            "NOT is_chief OR (department_id IS NULL AND NOT is_disabled)",
            name="chief_is_whole",
        ),
        of_department("admin_assignment"),
        Index(
            "uq_admin_assignment_one_chief",
            "unit_id",
            unique=True,
            postgresql_where=text("is_chief"),
            sqlite_where=text("is_chief"),
        ),
    )


class Succession(UnitOwned, Identified, Timestamped, Approvable, Model):
    """A request for another chief where the present one is gone; the superior decides."""

    __scope__ = ("unit_id",)
    successor_id: Mapped[int] = reference("person.id", comment="继任人")
    former_id: Mapped[int | None] = reference(
        "person.id", comment="原超级管理员", nullable=True
    )
    filed_by_id: Mapped[int] = reference("unit.id", comment="申请单位", index=True)
    requested_by_id: Mapped[int] = reference("person.id", comment="申请人")
    reason: Mapped[str] = mapped_column(String(500), comment="申请理由")

    unit: Mapped[Unit] = relationship(foreign_keys="Succession.unit_id")
    successor: Mapped[Person] = relationship(foreign_keys=successor_id)
    former: Mapped[Person | None] = relationship(foreign_keys=former_id)
    filed_by: Mapped[Unit] = relationship(foreign_keys=filed_by_id)
    requested_by: Mapped[Person] = relationship(foreign_keys=requested_by_id)
    decider: Mapped[Unit | None] = relationship(foreign_keys="Succession.decider_id")

    __table_args__ = (
        decider_while_pending(),
        inbox("succession"),
        Index("ix_succession_of_unit", "unit_id", "state", "id"),
        Index(
            "uq_succession_open",
            "unit_id",
            unique=True,
            postgresql_where=PENDING,
            sqlite_where=PENDING,
        ),
    )


# --- Learning forms and yearly rules ----------------------------------------


class LearningForm(Identified, Timestamped, Model):
    """A way to earn hours (学习形式); what it asks and gives is in its versions."""

    __scope__ = ()
    code: Mapped[str] = mapped_column(Sorted(40), unique=True, comment="代码")
    name: Mapped[str] = mapped_column(Sorted(100), comment="学习形式")
    name_en: Mapped[str] = mapped_column(String(160), comment="英文名称")
    category: Mapped[str] = mapped_column(String(40), comment="类别")
    declared_by: Mapped[list[str]] = mapped_column(
        JSON, default=list, comment="申报来源"
    )
    is_active: Mapped[bool] = mapped_column(default=True, comment="启用")
    sort_order: Mapped[int] = mapped_column(Integer, default=0, comment="排序")

    versions: Mapped[list["LearningFormVersion"]] = relationship(
        back_populates="form", order_by="LearningFormVersion.number"
    )


class LearningFormVersion(Identified, Model):
    """One immutable edition of a learning form; declarations remember theirs."""

    __scope__ = ()
    form_id: Mapped[int] = reference("learning_form.id", comment="学习形式")
    number: Mapped[int] = mapped_column(Integer, comment="版本")
    is_current: Mapped[bool] = mapped_column(default=False, comment="当前版本")
    measure: Mapped[Measure] = mapped_column(
        choice(Measure), default=Measure.hours, comment="计量单位"
    )
    rule: Mapped[dict[str, Any]] = mapped_column(JSON, comment="学时规则")
    caps: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, comment="上限")
    provenance: Mapped[dict[str, Any]] = mapped_column(
        JSON, default=dict, comment="依据"
    )
    published_at: Mapped[dt.datetime] = mapped_column(
        Moment, default=utc_now, comment="发布时间"
    )

    form: Mapped[LearningForm] = relationship(back_populates="versions")
    fields: Mapped[list["LearningFormField"]] = relationship(
        back_populates="version", order_by="LearningFormField.position"
    )
    proofs: Mapped[list["LearningFormProof"]] = relationship(
        back_populates="version", order_by="LearningFormProof.position"
    )

    __table_args__ = (
        UniqueConstraint("form_id", "number"),
        Index(
            "uq_learning_form_version_current",
            "form_id",
            unique=True,
            postgresql_where=text("is_current"),
            sqlite_where=text("is_current"),
        ),
    )


class LearningFormField(Identified, Model):
    """One field that a learning form asks for (信息项)."""

    __scope__ = ()
    version_id: Mapped[int] = reference("learning_form_version.id", comment="版本")
    position: Mapped[int] = mapped_column(Integer, comment="排序")
    name: Mapped[str] = mapped_column(String(40), comment="字段名")
    label: Mapped[str] = mapped_column(String(100), comment="名称")
    label_en: Mapped[str] = mapped_column(String(160), default="", comment="英文名称")
    kind: Mapped[FieldKind] = mapped_column(choice(FieldKind), comment="类型")
    is_required: Mapped[bool] = mapped_column(default=True, comment="必填项")
    settings: Mapped[dict[str, Any]] = mapped_column(
        JSON, default=dict, comment="条件与限制"
    )

    version: Mapped[LearningFormVersion] = relationship(back_populates="fields")

    __table_args__ = (UniqueConstraint("version_id", "name"),)


class LearningFormProof(Identified, Model):
    """One paper that a learning form wants to see (证明材料)."""

    __scope__ = ()
    version_id: Mapped[int] = reference("learning_form_version.id", comment="版本")
    position: Mapped[int] = mapped_column(Integer, comment="排序")
    name: Mapped[str] = mapped_column(String(120), comment="证明材料")
    name_en: Mapped[str] = mapped_column(String(160), default="", comment="英文名称")
    is_required: Mapped[bool] = mapped_column(default=True, comment="必填项")
    is_note: Mapped[bool] = mapped_column(default=False, comment="仅说明")

    version: Mapped[LearningFormVersion] = relationship(back_populates="proofs")

    __table_args__ = (UniqueConstraint("version_id", "position"),)


class AnnualRequirement(Identified, Timestamped, Model):
    """年度学时要求: what a year asks for, and when it can be declared."""

    __scope__ = ()
    year: Mapped[int] = mapped_column(SmallInteger, comment="年度")
    measure: Mapped[Measure] = mapped_column(
        choice(Measure), default=Measure.hours, comment="计量单位"
    )
    scheme: Mapped[RequirementScheme] = mapped_column(
        choice(RequirementScheme), default=RequirementScheme.flat, comment="标准类型"
    )
    total: Mapped[decimal.Decimal | None] = mapped_column(Amount, comment="总要求")
    public_min: Mapped[decimal.Decimal | None] = mapped_column(
        Amount, comment="公需课要求"
    )
    professional_min: Mapped[decimal.Decimal | None] = mapped_column(
        Amount, comment="专业课要求"
    )
    totals_by_rank: Mapped[dict[str, Any]] = mapped_column(
        JSON, default=dict, comment="按级别要求"
    )
    declare_from: Mapped[dt.date] = mapped_column(Date, comment="申报开始")
    declare_until: Mapped[dt.date] = mapped_column(Date, comment="申报截止")
    review_until: Mapped[dt.date] = mapped_column(Date, comment="审核截止")
    provenance: Mapped[str] = mapped_column(String(255), default="", comment="依据")

    __table_args__ = (
        UniqueConstraint("year", "measure"),
        CheckConstraint("declare_from <= declare_until", name="window_order"),
    )


class PublicCourse(Identified, Timestamped, Model):
    """公需课课程 of a credit year (R06)."""

    __scope__ = ()
    code: Mapped[str] = mapped_column(Sorted(24), unique=True, comment="代码")
    year: Mapped[int] = mapped_column(SmallInteger, index=True, comment="年度")
    name: Mapped[str] = mapped_column(Sorted(100), comment="公需课课程")
    name_en: Mapped[str] = mapped_column(String(160), default="", comment="英文名称")
    hours: Mapped[decimal.Decimal] = mapped_column(Amount, comment="学时")
    kind: Mapped[CourseKind] = mapped_column(choice(CourseKind), comment="类别")
    has_exam: Mapped[bool] = mapped_column(default=True, comment="须考试")
    provenance: Mapped[str] = mapped_column(String(40), default="", comment="依据")


class ApprovalChain(Identified, Timestamped, Model):
    """An edition of who decides a kind of record from a source, in which order.

    What is published does not change any more: the next edition takes its place. Of the
    chains in force, the one whose conditions describe the record's unit most closely
    counts; one without conditions fits every unit (decision 14).
    """

    __scope__ = ()
    kind: Mapped[RecordKind] = mapped_column(choice(RecordKind), comment="业务类型")
    source: Mapped[str] = mapped_column(String(24), default="", comment="申报来源")
    level_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("unit_level.id"), comment="单位级别"
    )
    region_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("region.id"), comment="所在地区"
    )
    industry_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("industry.id"), comment="所属行业"
    )
    conditions: Mapped[str] = mapped_column(String(64), default="", comment="适用条件")
    """The three as one text, so that it can be unique."""
    steps: Mapped[list[str]] = mapped_column(JSON, comment="审批步骤")
    edition: Mapped[int] = mapped_column(SmallInteger, default=1, comment="版次")
    status: Mapped[ChainStatus] = mapped_column(
        choice(ChainStatus), default=ChainStatus.draft, comment="状态"
    )
    published_at: Mapped[dt.datetime | None] = mapped_column(Moment, comment="发布时间")

    level: Mapped[UnitLevel | None] = relationship()
    region: Mapped[Region | None] = relationship()
    industry: Mapped[Industry | None] = relationship()

    __table_args__ = (
        UniqueConstraint("kind", "source", "conditions", "edition"),
        Index(
            "uq_approval_chain_in_force",
            "kind",
            "source",
            "conditions",
            unique=True,
            postgresql_where=text("status = 'in_force'"),
            sqlite_where=text("status = 'in_force'"),
        ),
    )


# --- Declarations, ledger, certificates -------------------------------------


class Declaration(PersonOwned, UnitOwned, Identified, Timestamped, Approvable, Model):
    """Hours or credits that somebody claims for a year (学时学分申报).

    `unit_id` is the person's unit at submission; `filed_by_id` the unit or base that
    filed it, empty when the person did. Deletion is soft (P23).
    """

    __scope__ = ("unit_id", "filed_by_id")
    department_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("department.id"), comment="部门"
    )
    region_id: Mapped[int] = reference("region.id", comment="所在地区")
    year: Mapped[int] = mapped_column(SmallInteger, comment="计入年度")
    subject_kind: Mapped[SubjectKind] = mapped_column(
        choice(SubjectKind), default=SubjectKind.professional, comment="科目类别"
    )
    measure: Mapped[Measure] = mapped_column(
        choice(Measure), default=Measure.hours, comment="计量单位"
    )
    source: Mapped[Source] = mapped_column(choice(Source), comment="申报来源")
    filed_by_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("unit.id"), comment="申报单位"
    )
    form_version_id: Mapped[int] = reference(
        "learning_form_version.id", comment="学习形式"
    )
    title: Mapped[str] = mapped_column(Sorted(200), comment="项目名称")
    answers: Mapped[dict[str, Any]] = mapped_column(
        JSON, default=dict, comment="信息项"
    )
    claimed: Mapped[decimal.Decimal] = mapped_column(Amount, comment="申报学时")
    computed: Mapped[decimal.Decimal] = mapped_column(Amount, comment="核算学时")
    remark: Mapped[str] = mapped_column(String(500), default="", comment="备注")
    created_by_id: Mapped[int] = reference("account.id", comment="申报人")
    deleted_at: Mapped[dt.datetime | None] = mapped_column(Moment, comment="删除时间")

    person: Mapped[Person] = relationship()
    unit: Mapped[Unit] = relationship(foreign_keys="Declaration.unit_id")
    department: Mapped[Department | None] = relationship()
    filed_by: Mapped[Unit | None] = relationship(foreign_keys=filed_by_id)
    decider: Mapped[Unit | None] = relationship(foreign_keys="Declaration.decider_id")
    form_version: Mapped[LearningFormVersion] = relationship()
    requirement: Mapped[AnnualRequirement | None] = relationship(
        primaryjoin=lambda: and_(
            foreign(Declaration.year) == AnnualRequirement.year,
            foreign(Declaration.measure) == AnnualRequirement.measure,
        ),
        viewonly=True,
    )
    attachments: Mapped[list["Attachment"]] = relationship(
        back_populates="declaration", order_by="Attachment.position"
    )

    __table_args__ = (
        decider_while_pending(),
        CheckConstraint("claimed > 0", name="claimed_positive"),
        CheckConstraint(
            "(source = 'individual') = (filed_by_id IS NULL)", name="filed_by_a_unit"
        ),
        inbox("declaration"),
        # What the scope asks of a row stands in the index: a walk reads nothing else.
        Index(
            "ix_declaration_newest",
            "state",
            "submitted_at",
            "id",
            "unit_id",
            "filed_by_id",
        ),
        Index("ix_declaration_of_year", "year", "state", "submitted_at", "id"),
        Index("ix_declaration_of_unit", "unit_id", "state", "submitted_at", "id"),
        Index("ix_declaration_of_person", "person_id", "year", "id"),
        # With the unit in it: else SQLite would walk ix_declaration_newest, which has it.
        Index(
            "ix_declaration_filed_by",
            "filed_by_id",
            "state",
            "submitted_at",
            "id",
            "unit_id",
        ),
        of_department("declaration"),
    )


class HoursCheck(Identified, Model):
    """学时审验: one act that took credited hours back, or gave them back, and why (R05)."""

    __scope__ = ("unit_id",)
    unit_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("unit.id"), comment="审验单位"
    )
    account_id: Mapped[int] = reference("account.id", comment="账号")
    actor_name: Mapped[str] = mapped_column(String(50), comment="审验人")
    action: Mapped[Action] = mapped_column(choice(Action), comment="操作")
    reason: Mapped[str] = mapped_column(String(500), comment="原因")
    at: Mapped[dt.datetime] = mapped_column(Moment, comment="时间")

    unit: Mapped[Unit | None] = relationship()

    __table_args__ = (
        CheckConstraint("reason <> ''", name="says_why"),
        Index("ix_hours_check_of_unit", "unit_id", "id"),
    )


class CreditEntry(PersonOwned, UnitOwned, Identified, Model):
    """One line of the append-only ledger; reversals are lines of their own.

    A line is answered at most once, by its opposite: what stands unanswered holds.
    """

    __scope__ = ("unit_id",)
    region_id: Mapped[int] = reference("region.id", comment="所在地区")
    year: Mapped[int] = mapped_column(SmallInteger, comment="年度")
    subject_kind: Mapped[SubjectKind] = mapped_column(
        choice(SubjectKind), comment="科目类别"
    )
    measure: Mapped[Measure] = mapped_column(choice(Measure), comment="计量单位")
    kind: Mapped[EntryKind] = mapped_column(choice(EntryKind), comment="类型")
    origin: Mapped[EntryOrigin] = mapped_column(choice(EntryOrigin), comment="来源")
    amount: Mapped[decimal.Decimal] = mapped_column(Amount, comment="学时")
    declaration_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("declaration.id"), comment="申报"
    )
    public_course_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("public_course.id"), comment="公需课课程"
    )
    reverses_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("credit_entry.id"), unique=True, comment="冲回条目"
    )
    check_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("hours_check.id"), comment="学时审验"
    )
    reason: Mapped[str] = mapped_column(String(500), default="", comment="原因")
    at: Mapped[dt.datetime] = mapped_column(Moment, default=utc_now, comment="时间")

    person: Mapped[Person] = relationship()
    unit: Mapped[Unit] = relationship()
    declaration: Mapped[Declaration | None] = relationship()
    public_course: Mapped[PublicCourse | None] = relationship()
    check: Mapped[HoursCheck | None] = relationship()

    __table_args__ = (
        CheckConstraint("(kind <> 'reversal') = (amount > 0)", name="sign_of_kind"),
        CheckConstraint(
            "(kind <> 'credit') = (reverses_id IS NOT NULL)", name="reversal_names_it"
        ),
        Index(
            "ix_credit_entry_of_check",
            "check_id",
            postgresql_where=text("check_id IS NOT NULL"),
            sqlite_where=text("check_id IS NOT NULL"),
        ),
        Index(
            "uq_credit_entry_once",
            "declaration_id",
            unique=True,
            postgresql_where=text("kind = 'credit'"),
            sqlite_where=text("kind = 'credit'"),
        ),
        Index(
            "uq_credit_entry_course_once",
            "person_id",
            "public_course_id",
            unique=True,
            postgresql_where=text("kind = 'credit' AND public_course_id IS NOT NULL"),
            sqlite_where=text("kind = 'credit' AND public_course_id IS NOT NULL"),
        ),
        Index("ix_credit_entry_of_person", "person_id", "year", "id"),
        Index("ix_credit_entry_of_unit", "unit_id", "year", "id"),
    )


class YearTotal(PersonOwned, Identified, Model):
    """What a person has earned in a year; derived from the ledger, kept with it."""

    __scope__ = ("person.unit_id",)
    year: Mapped[int] = mapped_column(SmallInteger, comment="年度")
    subject_kind: Mapped[SubjectKind] = mapped_column(
        choice(SubjectKind), comment="科目类别"
    )
    measure: Mapped[Measure] = mapped_column(choice(Measure), comment="计量单位")
    amount: Mapped[decimal.Decimal] = mapped_column(Amount, comment="累计学时")
    entries: Mapped[int] = mapped_column(Integer, default=0, comment="笔数")

    person: Mapped[Person] = relationship()

    __table_args__ = (
        UniqueConstraint("person_id", "year", "subject_kind", "measure"),
        CheckConstraint("amount >= 0", name="never_below_zero"),
    )


class CountedByUnit:
    """How many declarations of a unit and year stand in a state, and of how many hours."""

    unit_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("unit.id"), primary_key=True, comment="单位"
    )
    year: Mapped[int] = mapped_column(SmallInteger, primary_key=True, comment="年度")
    state: Mapped[State] = mapped_column(
        choice(State), primary_key=True, comment="状态"
    )
    number: Mapped[int] = mapped_column(Integer, comment="申报数")
    amount: Mapped[decimal.Decimal] = mapped_column(LargeAmount, comment="学时")


class UnitTally(CountedByUnit, Model):
    """How many declarations of a unit's own stand in a state; changes with them.

    What of it the rolls above have got already stands beside it (operations/counters.py).
    """

    __scope__ = ("unit_id",)
    folded_number: Mapped[int] = mapped_column(
        Integer, server_default=text("0"), comment="已汇总申报数"
    )
    folded_amount: Mapped[decimal.Decimal] = mapped_column(
        LargeAmount, server_default=text("0"), comment="已汇总学时"
    )

    __table_args__ = (
        Index(
            "ix_unit_tally_unfolded",
            "unit_id",
            postgresql_where=text(UNFOLDED),
            sqlite_where=text(UNFOLDED),
        ),
    )


class UnitRoll(CountedByUnit, Model):
    """How many declarations of a unit and of all below it stand in a state, a little ago."""

    __scope__ = ("unit_id",)


class RollFold(Model):
    """The one row that whoever changes rolls holds, and when that was done last."""

    __scope__ = None
    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, comment="编号")
    folded_at: Mapped[dt.datetime | None] = mapped_column(Moment, comment="汇总时间")

    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)


class CertificateTemplate(Identified, Timestamped, Model):
    """A layout of the certificate; the shipped ones are folders of data."""

    __scope__ = ()
    code: Mapped[str] = mapped_column(Sorted(40), unique=True, comment="代码")
    name: Mapped[str] = mapped_column(String(100), comment="名称")
    name_en: Mapped[str] = mapped_column(String(160), default="", comment="英文名称")
    is_active: Mapped[bool] = mapped_column(default=True, comment="启用")


class Certificate(PersonOwned, UnitOwned, Identified, Model):
    """A certificate of a completed year; `token` stands in its QR code (R08)."""

    __scope__ = ("unit_id",)
    number: Mapped[str] = mapped_column(Sorted(40), unique=True, comment="证书编号")
    token: Mapped[str] = mapped_column(Sorted(43), unique=True, comment="查验码")
    year: Mapped[int] = mapped_column(SmallInteger, comment="年度")
    person_name: Mapped[str] = mapped_column(Sorted(50), comment="姓名")
    unit_name: Mapped[str] = mapped_column(String(100), comment="单位名称")
    contents: Mapped[dict[str, Any]] = mapped_column(JSON, comment="证书内容")
    template_id: Mapped[int] = reference("certificate_template.id", comment="证书模板")
    issued_at: Mapped[dt.datetime] = mapped_column(Moment, comment="发证时间")
    revoked_at: Mapped[dt.datetime | None] = mapped_column(Moment, comment="撤销时间")
    revoked_reason: Mapped[str] = mapped_column(
        String(500), default="", comment="撤销原因"
    )

    person: Mapped[Person] = relationship()
    unit: Mapped[Unit] = relationship()
    template: Mapped[CertificateTemplate] = relationship()

    __table_args__ = (
        Index(
            "uq_certificate_in_force",
            "person_id",
            "year",
            unique=True,
            postgresql_where=text("revoked_at IS NULL"),
            sqlite_where=text("revoked_at IS NULL"),
        ),
        Index("ix_certificate_of_unit", "unit_id", "year", "id"),
        Index("ix_certificate_of_person", "person_id", "id"),
    )


class Attachment(Identified, Model):
    """A stored picture or PDF; it may be read by whoever may see the record it belongs to."""

    __scope__ = None
    key: Mapped[str] = mapped_column(String(64), unique=True, comment="存储键")
    purpose: Mapped[AttachmentPurpose] = mapped_column(
        choice(AttachmentPurpose), comment="用途"
    )
    declaration_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("declaration.id"), index=True, comment="申报"
    )
    unit_registration_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("unit_registration.id"), index=True, comment="单位注册"
    )
    unit_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("unit.id"), index=True, comment="单位"
    )
    person_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("person.id"), index=True, comment="人员"
    )
    notice_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("notice.id"), index=True, comment="公告"
    )
    check_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("hours_check.id"), index=True, comment="学时审验"
    )
    position: Mapped[int] = mapped_column(SmallInteger, default=0, comment="排序")
    file_name: Mapped[str] = mapped_column(String(200), comment="文件名")
    media_type: Mapped[str] = mapped_column(String(40), comment="文件类型")
    size: Mapped[int] = mapped_column(Integer, comment="大小")
    width: Mapped[int] = mapped_column(Integer, default=0, comment="宽")
    height: Mapped[int] = mapped_column(Integer, default=0, comment="高")
    sha256: Mapped[str] = mapped_column(String(64), comment="摘要")
    uploaded_by_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("account.id"), comment="上传人"
    )
    uploaded_at: Mapped[dt.datetime] = mapped_column(
        Moment, default=utc_now, comment="上传时间"
    )

    declaration: Mapped[Declaration | None] = relationship(back_populates="attachments")
    unit_registration: Mapped[UnitRegistration | None] = relationship(
        foreign_keys=unit_registration_id, back_populates="scans"
    )

    __table_args__ = (
        CheckConstraint(
            "(declaration_id IS NOT NULL) OR (unit_registration_id IS NOT NULL)"
            " OR (unit_id IS NOT NULL) OR (person_id IS NOT NULL)"
            " OR (notice_id IS NOT NULL) OR (check_id IS NOT NULL)",
            name="belongs_to_a_record",
        ),
    )


# --- Workflow history -------------------------------------------------------


class WorkflowEvent(Identified, Model):
    """One step of a record's way; append-only, with what was submitted."""

    __scope__ = None
    kind: Mapped[RecordKind] = mapped_column(choice(RecordKind), comment="业务类型")
    record_id: Mapped[int] = mapped_column(BigId, comment="记录")
    step: Mapped[int] = mapped_column(SmallInteger, comment="审批步骤")
    action: Mapped[Action] = mapped_column(choice(Action), comment="操作")
    from_state: Mapped[State] = mapped_column(
        choice(State, "from_state"), comment="原状态"
    )
    to_state: Mapped[State] = mapped_column(choice(State, "to_state"), comment="状态")
    actor_account_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("account.id"), comment="审核人"
    )
    actor_name: Mapped[str] = mapped_column(String(50), default="", comment="姓名")
    on_behalf_of: Mapped[str | None] = mapped_column(String(50), comment="代理")
    unit_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("unit.id"), comment="审核单位"
    )
    next_unit_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("unit.id"), comment="下一审核单位"
    )
    comment: Mapped[str] = mapped_column(Text, default="", comment="审核意见")
    snapshot: Mapped[dict[str, Any] | None] = mapped_column(
        JSON(none_as_null=True), comment="提交内容"
    )
    at: Mapped[dt.datetime] = mapped_column(Moment, default=utc_now, comment="时间")

    unit: Mapped[Unit | None] = relationship(foreign_keys=unit_id)
    next_unit: Mapped[Unit | None] = relationship(foreign_keys=next_unit_id)

    __table_args__ = (
        Index("ix_workflow_event_of_record", "record_id", "kind", "id"),
        Index("ix_workflow_event_reviewed", "unit_id", "kind", "id"),
    )


class Urge(Identified, Model):
    """催办: at most once a day for a record (X06)."""

    __scope__ = None
    kind: Mapped[RecordKind] = mapped_column(choice(RecordKind), comment="业务类型")
    record_id: Mapped[int] = mapped_column(BigId, comment="记录")
    unit_id: Mapped[int] = reference("unit.id", comment="审核单位", index=True)
    on_date: Mapped[dt.date] = mapped_column(Date, comment="日期")

    __table_args__ = (UniqueConstraint("kind", "record_id", "on_date"),)


class Delegation(UnitOwned, Identified, Model):
    """委托办理: an administrator who is away lets a colleague of the unit decide (X06)."""

    __scope__ = ("unit_id",)
    account_id: Mapped[int] = reference("account.id", comment="委托人")
    delegate_id: Mapped[int] = reference("account.id", comment="受托人")
    starts_on: Mapped[dt.date] = mapped_column(Date, comment="开始日期")
    ends_on: Mapped[dt.date] = mapped_column(Date, comment="结束日期")
    at: Mapped[dt.datetime] = mapped_column(Moment, default=utc_now, comment="时间")
    withdrawn_at: Mapped[dt.datetime | None] = mapped_column(Moment, comment="撤回时间")

    unit: Mapped[Unit] = relationship()
    account: Mapped[Account] = relationship(foreign_keys=account_id)
    delegate: Mapped[Account] = relationship(foreign_keys=delegate_id)

    __table_args__ = (
        CheckConstraint("account_id <> delegate_id", name="not_to_oneself"),
        CheckConstraint("starts_on <= ends_on", name="days_in_order"),
        Index("ix_delegation_of_account", "account_id", "unit_id", "id"),
        Index("ix_delegation_to_account", "delegate_id", "unit_id", "id"),
        Index("ix_delegation_of_unit", "unit_id", "id"),
    )


class HiddenRecord(Identified, Model):
    """A decided row that an administrator has taken off their list (U29, WF-12)."""

    __scope__ = None
    account_id: Mapped[int] = reference("account.id", comment="账号")
    kind: Mapped[RecordKind] = mapped_column(choice(RecordKind), comment="业务类型")
    record_id: Mapped[int] = mapped_column(BigId, comment="记录")
    at: Mapped[dt.datetime] = mapped_column(Moment, default=utc_now, comment="时间")

    __table_args__ = (UniqueConstraint("account_id", "kind", "record_id"),)


class SavedFilter(Identified, Model):
    """A way to narrow the inbox that an account has given a name (X05)."""

    __scope__ = None
    account_id: Mapped[int] = reference("account.id", comment="账号")
    name: Mapped[str] = mapped_column(Sorted(30), comment="名称")
    words: Mapped[dict[str, str]] = mapped_column(
        JSON, default=dict, comment="筛选条件"
    )

    __table_args__ = (UniqueConstraint("account_id", "name"),)


# --- Notices, jobs, imports -------------------------------------------------


class Notice(Identified, Timestamped, Model):
    """通知公告 (R07)."""

    __scope__ = ("unit_id",)
    unit_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("unit.id"), comment="发布单位"
    )
    title: Mapped[str] = mapped_column(Sorted(200), comment="标题")
    body: Mapped[str] = mapped_column(Text, comment="内容")
    audience: Mapped[NoticeAudience] = mapped_column(
        choice(NoticeAudience), default=NoticeAudience.everyone, comment="发布对象"
    )
    published_from: Mapped[dt.date] = mapped_column(
        Date, index=True, comment="发布日期"
    )
    published_until: Mapped[dt.date | None] = mapped_column(Date, comment="截止日期")

    unit: Mapped[Unit | None] = relationship()


class Job(Identified, Timestamped, Model):
    """Long work in the background (X07)."""

    __scope__ = ("unit_id",)
    kind: Mapped[str] = mapped_column(String(40), comment="任务类型")
    account_id: Mapped[int] = reference("account.id", comment="发起人", index=True)
    unit_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("unit.id"), comment="单位"
    )
    state: Mapped[JobState] = mapped_column(
        choice(JobState), default=JobState.queued, comment="状态"
    )
    arguments: Mapped[dict[str, Any]] = mapped_column(
        JSON, default=dict, comment="参数"
    )
    done: Mapped[int] = mapped_column(Integer, default=0, comment="完成数")
    total: Mapped[int] = mapped_column(Integer, default=0, comment="总数")
    message: Mapped[str] = mapped_column(Text, default="", comment="结果说明")
    result_key: Mapped[str | None] = mapped_column(String(64), comment="结果文件")
    lease_until: Mapped[dt.datetime | None] = mapped_column(Moment, comment="占用至")

    __table_args__ = (Index("ix_job_of_unit", "unit_id", "id"),)


class ImportBatch(UnitOwned, Identified, Timestamped, Model):
    """批量导入: one file that was read in (U40, U41)."""

    __scope__ = ("unit_id",)
    job_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("job.id"), unique=True, comment="任务"
    )
    kind: Mapped[str] = mapped_column(String(40), comment="导入类型")
    file_name: Mapped[str] = mapped_column(String(200), comment="文件名")
    sha256: Mapped[str] = mapped_column(String(64), comment="摘要")
    template_version: Mapped[int] = mapped_column(
        Integer, default=1, comment="模板版本"
    )
    accepted: Mapped[int] = mapped_column(Integer, default=0, comment="成功数")
    failed: Mapped[int] = mapped_column(Integer, default=0, comment="失败数")
    failed_rows_key: Mapped[str | None] = mapped_column(
        String(64), comment="失败信息模板"
    )

    unit: Mapped[Unit] = relationship()
    job: Mapped[Job] = relationship()

    __table_args__ = (UniqueConstraint("unit_id", "kind", "sha256"),)


class MessageRule(Identified, Timestamped, Model):
    """Whether what happens to something is told, on the platform and by mail."""

    __scope__ = ()
    kind: Mapped[MessageTopic] = mapped_column(choice(MessageTopic), comment="业务类型")
    event: Mapped[MessageEvent] = mapped_column(choice(MessageEvent), comment="事件")
    is_told: Mapped[bool] = mapped_column(default=True, comment="站内消息")
    is_mailed: Mapped[bool] = mapped_column(default=False, comment="邮件通知")

    __table_args__ = (
        UniqueConstraint("kind", "event"),
        CheckConstraint("is_told OR NOT is_mailed", name="mailed_is_told"),
    )


class Message(Identified, Model):
    """What the platform tells one account: a sentence, translated when it is read."""

    __scope__ = None
    account_id: Mapped[int] = reference("account.id", comment="账号")
    sentence: Mapped[str] = mapped_column(String(500), comment="内容")
    values: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, comment="参数")
    url: Mapped[str] = mapped_column(String(500), default="", comment="网址")
    at: Mapped[dt.datetime] = mapped_column(Moment, default=utc_now, comment="时间")
    read_at: Mapped[dt.datetime | None] = mapped_column(Moment, comment="阅读时间")
    is_to_mail: Mapped[bool] = mapped_column(
        default=False, server_default=false(), comment="待发邮件"
    )

    __table_args__ = (
        Index("ix_message_of_account", "account_id", "id"),
        Index(
            "ix_message_to_mail",
            "id",
            postgresql_where=text("is_to_mail"),
            sqlite_where=text("is_to_mail"),
        ),
        Index(
            "ix_message_unread",
            "account_id",
            postgresql_where=text("read_at IS NULL"),
            sqlite_where=text("read_at IS NULL"),
        ),
    )


# --- Sessions, guards, audit ------------------------------------------------


class UserSession(Identified, Model):
    """A server-side session; the cookie holds a secret, the row only its hash."""

    __scope__ = None
    token_hash: Mapped[str] = mapped_column(String(64), unique=True, comment="摘要")
    account_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("account.id"), index=True, comment="账号"
    )
    data: Mapped[bytes] = mapped_column(LargeBinary, default=b"{}", comment="内容")
    created_at: Mapped[dt.datetime] = mapped_column(Moment, comment="创建时间")
    last_seen_at: Mapped[dt.datetime] = mapped_column(Moment, comment="最近访问")
    expires_at: Mapped[dt.datetime] = mapped_column(
        Moment, index=True, comment="失效时间"
    )
    address: Mapped[str] = mapped_column(String(45), default="", comment="来源地址")
    user_agent: Mapped[str] = mapped_column(String(200), default="", comment="浏览器")

    account: Mapped[Account | None] = relationship()


class Captcha(Model):
    """An unanswered picture code; taken out by the first answer, right or wrong."""

    __scope__ = None
    id: Mapped[str] = mapped_column(String(43), primary_key=True, comment="编号")
    answer: Mapped[str] = mapped_column(String(64), comment="答案摘要")
    expires_at: Mapped[dt.datetime] = mapped_column(
        Moment, index=True, comment="失效时间"
    )


class OneTimeCode(Model):
    """A code that was sent to somebody; it is used up by the right answer (AU-09)."""

    __scope__ = None
    id: Mapped[str] = mapped_column(String(43), primary_key=True, comment="编号")
    answer: Mapped[str] = mapped_column(String(64), comment="答案摘要")
    tries: Mapped[int] = mapped_column(SmallInteger, default=0, comment="次数")
    expires_at: Mapped[dt.datetime] = mapped_column(
        Moment, index=True, comment="失效时间"
    )


class OutgoingMessage(Identified, Model):
    """A message on its way to a person, deleted when it has left.

    Without an address it goes nowhere: nobody can tell from the time an answer takes
    whether there was somebody to write to.
    """

    __scope__ = None
    channel: Mapped[Channel] = mapped_column(choice(Channel), comment="联系方式")
    address: Mapped[str | None] = mapped_column(
        EncryptedText("outgoing_message.address", 512), comment="收件地址"
    )
    subject: Mapped[str] = mapped_column(String(100), comment="标题")
    body: Mapped[str] = mapped_column(
        EncryptedText("outgoing_message.body", 2_000), comment="内容"
    )
    lease_until: Mapped[dt.datetime | None] = mapped_column(Moment, comment="占用至")
    expires_at: Mapped[dt.datetime] = mapped_column(
        Moment, index=True, comment="失效时间"
    )


class FormToken(Model):
    """A form that was accepted once, and where it led (WF-11)."""

    __scope__ = None
    token: Mapped[str] = mapped_column(String(64), primary_key=True, comment="标识")
    location: Mapped[str] = mapped_column(String(500), default="", comment="结果页")
    expires_at: Mapped[dt.datetime] = mapped_column(
        Moment, index=True, comment="失效时间"
    )


class RateCounter(Model):
    """How often something happened in a window, shared by all processes (AU-02)."""

    __scope__ = None
    key: Mapped[str] = mapped_column(String(128), primary_key=True, comment="键")
    count: Mapped[int] = mapped_column(Integer, default=0, comment="次数")
    expires_at: Mapped[dt.datetime] = mapped_column(
        Moment, index=True, comment="失效时间"
    )


class AuditEntry(Identified, Model):
    """One line of the append-only, HMAC-chained log (X09)."""

    __scope__ = ()
    at: Mapped[dt.datetime] = mapped_column(Moment, comment="时间")
    account_id: Mapped[int | None] = mapped_column(BigId, index=True, comment="账号")
    actor_name: Mapped[str] = mapped_column(String(50), default="", comment="姓名")
    identity: Mapped[IdentityKind | None] = mapped_column(
        choice(IdentityKind), comment="身份"
    )
    unit_id: Mapped[int | None] = mapped_column(BigId, comment="单位")
    action: Mapped[str] = mapped_column(String(60), comment="操作")
    object_kind: Mapped[str] = mapped_column(String(60), default="", comment="对象类型")
    object_id: Mapped[str] = mapped_column(String(60), default="", comment="对象")
    before: Mapped[dict[str, Any] | None] = mapped_column(
        JSON(none_as_null=True), comment="变更前"
    )
    after: Mapped[dict[str, Any] | None] = mapped_column(
        JSON(none_as_null=True), comment="变更后"
    )
    result: Mapped[str] = mapped_column(String(24), default="ok", comment="结果")
    address: Mapped[str] = mapped_column(String(45), default="", comment="来源地址")
    session_hash: Mapped[str] = mapped_column(String(16), default="", comment="会话")
    request_id: Mapped[str] = mapped_column(String(32), default="", comment="请求编号")
    previous_mac: Mapped[str] = mapped_column(String(64), comment="前一校验")
    mac: Mapped[str] = mapped_column(String(64), unique=True, comment="校验")

    subject_id: Mapped[int | None] = mapped_column(BigId, comment="相关人员")

    __table_args__ = (
        Index("ix_audit_entry_object", "object_kind", "object_id", "id"),
        Index(
            "ix_audit_entry_subject",
            "subject_id",
            "id",
            postgresql_where=text("subject_id IS NOT NULL"),
            sqlite_where=text("subject_id IS NOT NULL"),
        ),
        Index(
            "ix_audit_entry_act",
            "id",
            postgresql_where=text(ACT_ITSELF),
            sqlite_where=text(ACT_ITSELF),
        ),
    )
