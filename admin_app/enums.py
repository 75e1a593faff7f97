"""Closed lists: the ASCII name is stored, the Chinese value is the label."""

import enum
from typing import Final


class Labelled(enum.Enum):
    """A closed list whose members carry their Chinese label as value."""

    # There is one of each: no name has to be hashed to tell them apart.
    __hash__ = object.__hash__

    @property
    def label(self) -> str:
        """The Chinese label: a message id of the translations."""
        return str(self.value)

    def __str__(self) -> str:
        """Return the label, for sentences."""
        return self.label


class State(Labelled):
    """Where a record stands on its way to a decision."""

    draft = "待提交"
    pending = "待审核"
    approved = "审核通过"
    rejected = "审核不通过"
    withdrawn = "已撤回"
    revoked = "已撤销"


EDITABLE: Final = frozenset({State.draft, State.rejected, State.withdrawn})
"""The states in which a record lies with who made it, theirs to change and to send."""


class Action(Labelled):
    """What a person can do to a record on its way."""

    submit = "提交"
    approve = "通过"
    reject = "驳回"
    withdraw = "撤回"
    revoke = "撤销"
    hand_up = "转上级审批"
    restore = "恢复"


class UnitKind(Labelled):
    """What a unit is in the tree."""

    hr_authority = "人社部门"
    industry_authority = "主管部门"
    employer = "用人单位"
    base = "继续教育基地"


class UserType(Labelled):
    """The window through which a person signs in (用户类型)."""

    individual = "专业技术人员"
    employer = "用人单位"
    base = "继续教育基地"
    authority = "主管部门/人社部门"


class IdentityKind(Labelled):
    """As what an account acts."""

    individual = "专业技术人员"
    administrator = "管理员"
    superuser = "系统管理员"


class Sex(Labelled):
    """Sex as the identity number tells it (GB/T 2261.1)."""

    male = "男"
    female = "女"


class Standing(Labelled):
    """Whether somebody works at their unit, or has left without a new one."""

    in_post = "在岗"
    retired = "退休"
    resigned = "离职"
    deceased = "去世"


class Language(Labelled):
    """The languages of the platform; an account keeps the name."""

    zh = "中文"
    en = "English"


class Theme(Labelled):
    """Dark or light, or as the device has it."""

    system = "跟随系统"
    light = "浅色"
    dark = "深色"


class SubjectKind(Labelled):
    """科目类别: public or professional subjects."""

    public = "公需课"
    professional = "专业课"


class Measure(Labelled):
    """Hours and credits are two units that are never added up."""

    hours = "学时"
    credits = "学分"


class Source(Labelled):
    """Who filed a declaration."""

    individual = "个人申报"
    unit = "单位申报"
    base = "继续教育基地申报"


class LearningCategory(Labelled):
    """What sort of learning a learning form is."""

    training = "培训"
    education = "学历学位教育"
    academic = "学术"
    achievement = "成果"
    practice = "实践"


class EntryKind(Labelled):
    """What a line of the ledger does."""

    credit = "计入"
    reversal = "冲回"
    restoration = "恢复"


class EntryOrigin(Labelled):
    """What a credited amount comes from."""

    declaration = "申报"
    public_course = "公需课"
    imported = "导入"


class FieldKind(Labelled):
    """The kinds of field a learning form may have."""

    text = "单行文本"
    textarea = "多行文本"
    number = "数字"
    select = "下拉选择"
    date = "日期"
    daterange = "起止日期"
    reference = "引用"


class RecordKind(Labelled):
    """The kinds of record that pass through the workflow."""

    declaration = "学时学分申报"
    person_registration = "个人注册信息"
    unit_registration = "单位注册信息"
    person_change = "人员信息修改"
    unit_change = "机构信息修改"
    transfer = "人员调转"
    succession = "超级管理员继任"


class ChainStatus(Labelled):
    """Where an edition of an approval chain stands."""

    draft = "草稿"
    in_force = "在用"
    replaced = "已停用"


class MessageTopic(Labelled):
    """What a message may be about: each kind of record, and what stands beside them."""

    declaration = "学时学分申报"
    person_registration = "个人注册信息"
    unit_registration = "单位注册信息"
    person_change = "人员信息修改"
    unit_change = "机构信息修改"
    transfer = "人员调转"
    succession = "超级管理员继任"
    certificate = "电子证书"
    delegation = "委托办理"
    correction = "姓名身份证号更正"


class MessageEvent(Labelled):
    """What happens that somebody may be told of."""

    arrived = "待审核"
    approved = "审核通过"
    rejected = "审核不通过"
    urged = "催办"
    revoked = "撤销"
    restored = "恢复"
    delegated = "委托"
    withdrawn = "撤回"


class UnitChangeKind(Labelled):
    """What a unit asks to change with a review."""

    registration_code = "修改单位信息"
    superior = "更换上级部门"


class ProfileSection(Labelled):
    """The tabs of a person's profile (用户资料管理)."""

    basic = "基本信息"
    education = "学历"
    qualification = "职（执）业资格"
    post = "专业技术职务"
    honour = "学术技术称号"


class ChangeAct(Labelled):
    """What a change of a profile does to its line."""

    add = "新增"
    edit = "修改"
    remove = "删除"


class AttachmentPurpose(Labelled):
    """What a stored picture proves."""

    declaration_proof = "申报附件"
    unit_scan = "单位证照扫描件"
    photo = "照片"
    change_evidence = "变更证明"
    notice = "公告附件"
    check_evidence = "审验依据"


class CorrectionOutcome(Labelled):
    """What became of a request to correct who somebody is (P04)."""

    corrected = "已更正"
    refused = "不予更正"
    withdrawn = "已撤回"


class ChainStep(Labelled):
    """A step of an approval chain (rules/ladders.py tells which units it means)."""

    own_unit = "所在单位"
    superior = "上级单位"
    superiors_to_hr = "逐级上级直至人社部门"
    chosen_superior = "所选上级单位"
    old_superior = "现上级部门"
    new_superior = "新上级部门"
    receiving_unit = "调入单位"


class RequirementScheme(Labelled):
    """How the yearly requirement is told."""

    flat = "统一标准"
    by_rank = "按职称级别"


class CourseKind(Labelled):
    """Whether a public course is required."""

    required = "必修"
    elective = "选修"


class JobState(Labelled):
    """Where a background job stands."""

    queued = "排队中"
    running = "进行中"
    done = "已完成"
    failed = "失败"


class NoticeAudience(Labelled):
    """For whom a notice is meant."""

    everyone = "所有人"
    individuals = "专业技术人员"
    employers = "用人单位"
    bases = "继续教育基地"
    authorities = "主管部门/人社部门"


class Channel(Labelled):
    """How a code or a message reaches a person."""

    mobile = "手机短信"
    email = "电子邮箱"
