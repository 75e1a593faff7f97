"""Write the list of weak passwords from the ranked lists of the package zxcvbn.

Run by hand with `pip install zxcvbn==4.5.0`; the program itself does not need it.
"""

import importlib
from itertools import chain, islice, product
from pathlib import Path

TARGET = Path(__file__).parents[1] / "admin_app/rules/data/weak_passwords.txt"
SHORTEST, LONGEST = 8, 20
COMMON_WORDS = 600
STARTS = [
    "abc",
    "abcd",
    "abcde",
    "abcdef",
    "asd",
    "asdf",
    "asdfg",
    "qwe",
    "qwer",
    "qwert",
    "qwerty",
    "zxc",
    "zxcv",
    "zxcvb",
    "woaini",
    "wo",
    "aini",
    "iloveyou",
    "admin",
    "root",
    "test",
    "user",
    "guest",
    "henan",
    "zhengzhou",
    "luoyang",
    "kaifeng",
    "zhongguo",
    "china",
    "beijing",
    "laoshi",
    "xuexi",
    "jiaoyu",
    "jixujiaoyu",
    "renshe",
    "mima",
    "wang",
    "zhang",
    "li",
    "liu",
    "chen",
    "yang",
    "zhao",
    "huang",
    "zhou",
    "wu",
    "xu",
    "sun",
    "ma",
    "zhu",
    "hu",
    "guo",
    "he",
    "lin",
    "gao",
]
ENDS = [
    "1",
    "12",
    "123",
    "1234",
    "12345",
    "123456",
    "1234567",
    "12345678",
    "123456789",
    "321",
    "4321",
    "54321",
    "654321",
    "11",
    "111",
    "1111",
    "111111",
    "000",
    "000000",
    "666",
    "6666",
    "666666",
    "888",
    "8888",
    "888888",
    "520",
    "1314",
    "5201314",
    "521",
    "168",
    "2020",
    "2021",
    "2022",
    "2023",
    "2024",
    "2025",
    "2026",
    "!",
    "@",
    "!@#",
    "@123",
    "@1234",
    "@123456",
    "#123",
    "_123",
    "a123456",
    "abc123",
    "123!",
    "123@",
    "1!",
    "1@",
]


def is_composed(password: str) -> bool:
    """Tell whether the password passes the rule, so that only the list refuses it."""
    is_long_enough = SHORTEST <= len(password) <= LONGEST
    return is_long_enough and not password.isdigit() and not password.isalpha()


def main() -> None:
    """Write the list, sorted, with its heading."""
    lists = importlib.import_module("zxcvbn.frequency_lists").FREQUENCY_LISTS
    ranked: list[str] = lists["passwords"]
    words = list(islice((word for word in ranked if word.isalpha()), COMMON_WORDS))
    joined = (f"{word}{end}" for word, end in product([*words, *STARTS], ENDS))
    turned = (f"{end}{start}" for start, end in product(STARTS, ENDS))
    every = {text.casefold() for text in chain(ranked, joined, turned)}
    entries = sorted(password for password in every if is_composed(password))
    heading = "# Weak passwords, one a line; source and licence: weak_passwords.md\n"
    TARGET.write_text(heading + "\n".join(entries) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
