"""What is written in a workbook that somebody hands in, or why it is not read."""

from collections.abc import Mapping
from typing import Final

from admin_app.documents.workbook_gate import Fault, WorkbookRefused
from admin_app.documents.workbooks import Sheet, read_sheet
from admin_app.errors import Refused, msgid

SENTENCES: Final[Mapping[Fault, str]] = {
    Fault.empty: msgid("文件是空的，请重新选择文件。"),
    Fault.too_large: msgid("文件超过 %(most)s MB，请拆分成几个文件后分别导入。"),
    Fault.old_or_locked: msgid(
        "文件是旧版 .xls 格式或设有打开密码，请去掉密码，另存为 .xlsx 后再导入。"
    ),
    Fault.no_workbook: msgid(
        "文件不是 .xlsx 工作簿（改扩展名无效），请用 Excel 或 WPS 另存为 .xlsx。"
    ),
    Fault.damaged: msgid("文件已损坏，无法打开，请用 Excel 或 WPS 另存后再导入。"),
    Fault.too_many_parts: msgid(
        "文件内部的部件超过 %(most)s 个，请把数据粘贴到新的工作簿后再导入。"
    ),
    Fault.too_much_inside: msgid(
        "文件展开后过大，请把数据粘贴为值到新的工作簿后再导入。"
    ),
    Fault.has_programs: msgid("文件含有宏或控件，请另存为不含宏的 .xlsx 后再导入。"),
    Fault.has_foreign_data: msgid(
        "文件引用了外部数据，请断开链接，把数据粘贴为值后再导入。"
    ),
    Fault.has_embedded_objects: msgid("文件中嵌有其他文件，请删除嵌入对象后再导入。"),
    Fault.has_formulas: msgid("单元格 %(cells)s 是公式，请粘贴为值后再导入。"),
    Fault.has_errors: msgid("单元格 %(cells)s 是错误值，请改正后再导入。"),
    Fault.no_sheet: msgid("文件中没有可见的工作表，请取消隐藏后再导入。"),
    Fault.too_many_rows: msgid("工作表超过 %(most)s 行，请拆分成几个文件后分别导入。"),
    Fault.too_many_columns: msgid(
        "单元格 %(cell)s 在第 %(most)s 列以外，请删去多余的列后再导入。"
    ),
    Fault.text_too_long: msgid(
        "单元格 %(cell)s 的文字超过 %(most)s 字，请缩短后再导入。"
    ),
    Fault.too_much_work: msgid(
        "文件内容过多，未能在限定的时间内读完，请拆分成几个文件后分别导入。"
    ),
}


def open_workbook(data: bytes) -> Sheet:
    """Return the first visible sheet of the workbook, or refuse it in a sentence."""
    try:
        return read_sheet(data)
    except WorkbookRefused as refused:
        sentence = SENTENCES[refused.fault]
        raise Refused(sentence, field="workbook", **refused.facts) from refused
