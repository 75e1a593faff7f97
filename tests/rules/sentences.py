"""The Chinese sentences that stand in a room's source."""

import ast
import re

CHINESE = re.compile(r"[\u4e00-\u9fff]")
PLACE = re.compile(r"%\((\w+)\)s")


def chinese_sentences(folder):
    """Return every Chinese string constant of a folder, docstrings excepted."""
    found = set()
    for path in sorted(folder.glob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        statements = {
            id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)
        }
        found |= {
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in statements
            and CHINESE.search(node.value)
        }
    return found


def places(sentence):
    """Return the names of a sentence's places."""
    return sorted(PLACE.findall(sentence))
