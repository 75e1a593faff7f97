"""What do the words of the audit log mean, as its readers are told?

What is stored stays as it was chained; a word that no table holds is shown as it is.
"""

from collections.abc import Mapping
from typing import Final

from admin_app.enums import Action, RecordKind

ACTS: Final[Mapping[str, str]] = {
    "sign_in": "登录",
    "sign_out": "退出",
    "second_step": "两步验证",
    "recovery_code": "使用恢复码",
    "lock": "限制登录",
    "switch_identity": "切换身份",
    "send_code": "发送验证码",
    "verify_contact": "确认联系方式",
    "change_password": "修改密码",
    "recover_password": "找回密码",
    "reset_password": "重置密码",
    "second_factor_on": "开启两步验证",
    "second_factor_off": "关闭两步验证",
    "end_sessions": "结束会话",
    "lock_account": "锁定账号",
    "unlock_account": "解锁账号",
    "denied": "无权访问",
    "create": "新增",
    "edit": "修改",
    "delete": "删除",
    "move": "移动",
    **{action.name: action.label for action in Action},
    "hide": "删除审核记录",
    "delegate": "委托办理",
    "withdraw_delegation": "撤回委托",
    "appoint": "任命管理员",
    "dismiss": "免除管理员",
    "hand_over": "更换超级管理员",
    "close_review": "关闭审核权限",
    "open_review": "恢复审核权限",
    "deactivate": "停用",
    "enable": "启用",
    "replace_scan": "更换单位证照扫描件",
    "leave": "办理离岗",
    "come_back": "恢复在岗",
    "correct_identity": "更正姓名和身份证号码",
    "publish": "发布",
    "retire": "停用流程",
    "view": "查看详情",
    "unmask": "查看完整号码",
    "read_file": "查看附件",
    "print_certificate": "打印证书",
    "export": "导出名单",
    "read_log": "查看系统日志",
    "rotate_keys": "更换密钥",
}
"""What was done."""
OUTCOMES: Final[Mapping[str, str]] = {
    "ok": "成功",
    "refused": "已拒绝",
    "failed": "失败",
}
"""What became of it."""
OBJECTS: Final[dict[str, str]] = {
    **{kind.name: kind.label for kind in RecordKind},
    "declaration": "学时申报",
    "account": "账号",
    "role": "角色",
    "learning_form": "学习形式",
    "hours_check": "审验记录",
    "closed_module": "单位可用模块",
    "verified_contact": "已确认的联系方式",
    "authenticator": "两步验证",
    "outgoing_message": "待发送的信息",
    "registration": "账号注册",
    "route": "页面",
}
"""To what it was done; `@entity` adds what a screen is named after."""
