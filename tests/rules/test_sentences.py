"""Every sentence of the rules speaks both languages."""

import csv

from config.settings import PROJECT
from tests.rules.sentences import chinese_sentences, places

APP = PROJECT / "admin_app"


def english():
    spoken = {}
    for path in sorted((APP / "translations/en.d").glob("*.csv")):
        with path.open(encoding="utf-8") as file:
            spoken |= {row["zh"]: row["en"] for row in csv.DictReader(file)}
    return spoken


def test_sentence_of_a_rule_has_english():
    spoken = english()

    sentences = chinese_sentences(APP / "rules")

    assert sentences - set(spoken) == set()


def test_english_of_the_rules_has_a_sentence_of_theirs():
    with (APP / "translations/en.d/rules.csv").open(encoding="utf-8") as file:
        listed = {row["zh"] for row in csv.DictReader(file)}

    assert listed - chinese_sentences(APP / "rules") == set()


def test_english_sentence_keeps_the_places_of_the_chinese_one():
    spoken = english()

    lost = {zh for zh, en in spoken.items() if places(zh) != places(en)}

    assert lost == set()
