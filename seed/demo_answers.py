"""Made-up answers to each learning form: what a person might have declared."""

import datetime as dt
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Occasion:
    """When somebody learned, and the keys that an answer may point to."""

    rng: random.Random
    until: dt.date
    bases: Sequence[int]
    majors: Sequence[int]

    def period(self, days: float) -> dict[str, str]:
        """Return a period of so many days that is over on `until`."""
        end = self.until - dt.timedelta(days=self.rng.randint(1, 20))
        start = end - dt.timedelta(days=max(int(days) - 1, 0))
        return {"start": start.isoformat(), "end": end.isoformat()}

    def day(self) -> str:
        """Return a day shortly before `until`."""
        return (self.until - dt.timedelta(days=self.rng.randint(1, 40))).isoformat()

    def digits(self, count: int) -> str:
        """Return a number of so many digits."""
        return "".join(self.rng.choices("0123456789", k=count))


Answers = dict[str, object]
Made = tuple[str, Answers]
"""The title of the item, and the answers."""

TOPICS: Final = (
    "大数据分析",
    "人工智能应用",
    "绿色低碳技术",
    "智能制造",
    "教学设计与评价",
    "临床诊疗规范",
    "工程质量管理",
    "数字化转型",
    "现代农业技术",
    "信息安全防护",
    "项目成本管理",
    "课程思政",
    "检验检测技术",
    "医院感染防控",
)
CITIES: Final = ("郑州", "洛阳", "开封", "南阳", "新乡", "信阳")
NAMES: Final = ("王老师", "李教授", "张主任", "刘高工")
PLATFORMS: Final = ("青桐在线学习平台", "云杉网络学院", "银杏继续教育网")
ORGANIZERS: Final = ("河南青桐学会", "豫中云杉协会", "河南银杏培训中心")


def _base_training(on: Occasion) -> Made:
    days = on.rng.choice([3, 4, 5, 5, 6, 8])
    topic = on.rng.choice(TOPICS)
    return f"{topic}专题培训班", {
        "base": on.rng.choice(on.bases),
        "class_name": f"{topic}专题培训班",
        "class_no": f"B{on.digits(6)}",
        "study_period": on.period(days),
        "days": days,
        "mode": on.rng.choice(["full_time", "part_time", "spare_time"]),
        "certificate_no": f"JY{on.digits(8)}",
    }


def _training_workshop(on: Occasion) -> Made:
    days = on.rng.choice([2, 3, 3, 4, 5])
    topic = on.rng.choice(TOPICS)
    kind = on.rng.choice(["ordinary", "ordinary", "advanced_seminar"])
    return f"{topic}研修班", {
        "organizer": on.rng.choice(ORGANIZERS),
        "organizer_kind": on.rng.choice(["provincial", "municipal", "industry"]),
        "course_kind": kind,
        "study_period": on.period(days),
        "days": days,
        "place": on.rng.choice(CITIES),
    }


def _post_training(on: Occasion) -> Made:
    days = on.rng.choice([1, 2, 3, 4])
    topic = on.rng.choice(TOPICS)
    return f"单位岗位培训：{topic}", {
        "topic": f"{topic}岗位培训，结合本单位业务开展。",
        "trainer": on.rng.choice(NAMES),
        "study_period": on.period(days),
        "days": days,
        "hours_stated": on.rng.choice(["yes", "yes", "no"]),
    }


def _online_learning(on: Occasion) -> Made:
    topic = on.rng.choice(TOPICS)
    return f"网络课程：{topic}", {
        "platform": on.rng.choice(PLATFORMS),
        "course_name": topic,
        "labelled_hours": on.rng.choice([8, 12, 16, 20, 24, 30]),
        "study_period": on.period(on.rng.randint(5, 30)),
        "exam_passed": "yes",
    }


def _degree_education(on: Occasion) -> Made:
    return "在职学历学习", {
        "school": on.rng.choice(["河南青桐大学", "豫北银杏大学", "中州云杉学院"]),
        "major": on.rng.choice(on.majors),
        "education_level": on.rng.choice(["bachelor", "master"]),
        "study_form": on.rng.choice(["part_time", "self_exam"]),
        "courses_passed": on.rng.randint(2, 5),
    }


def _advanced_study(on: Occasion) -> Made:
    days = on.rng.choice([20, 30, 45, 92])
    host = on.rng.choice(["河南白榆医科大学", "河南青桐大学"])
    return f"赴{host}进修", {
        "host": host,
        "abroad": "no",
        "study_period": on.period(days),
        "days": days,
        "assessment": "passed",
    }


def _academic_conference(on: Occasion) -> Made:
    topic = on.rng.choice(TOPICS)
    is_lecture = on.rng.random() < 0.3  # noqa: PLR2004 (a share of the demo)
    answers: Answers = {
        "event_kind": "lecture" if is_lecture else "conference",
        "organizer": on.rng.choice(ORGANIZERS),
        "level": on.rng.choice(["national", "provincial", "municipal"]),
        "study_period": on.period(2),
        "paper": "none" if is_lecture else on.rng.choice(["none", "short", "long"]),
    }
    if is_lecture:
        answers["half_days"] = on.rng.randint(1, 4)
    return f"{topic}学术{'讲座' if is_lecture else '会议'}", answers


def _research_project(on: Occasion) -> Made:
    topic = on.rng.choice(TOPICS)
    return f"{topic}课题研究", {
        "project_no": f"HNKT{on.digits(6)}",
        "approver": "河南省某某厅（演示）",
        "level": on.rng.choice(["provincial", "municipal"]),
        "project_kind": on.rng.choice(["main", "sub"]),
        "rank": on.rng.randint(1, 3),
        "project_period": on.period(on.rng.randint(200, 500)),
    }


def _paper(on: Occasion) -> Made:
    topic = on.rng.choice(TOPICS)
    return f"论文《{topic}研究》", {
        "journal": f"{on.rng.choice(CITIES)}学刊（演示）",
        "serial_no": f"CN 41-{on.digits(4)}",
        "journal_level": on.rng.choice(["national", "provincial", "provincial"]),
        "issue": f"{on.until.year}年第{on.rng.randint(1, 6)}期",
        "publish_date": on.day(),
        "rank": on.rng.randint(1, 3),
        "characters": on.rng.randint(3, 8) * 1000,
    }


def _book(on: Occasion) -> Made:
    topic = on.rng.choice(TOPICS)
    return f"教材《{topic}》", {
        "publisher": "中原青桐出版社（演示）",
        "isbn": f"9787{on.digits(9)}",
        "work_kind": on.rng.choice(["monograph", "textbook", "translation"]),
        "rank": on.rng.randint(1, 3),
        "own_ten_thousand": on.rng.choice([4, 5.5, 8, 10]),
        "publish_date": on.day(),
    }


def _patent(on: Occasion) -> Made:
    topic = on.rng.choice(TOPICS)
    return f"一种用于{topic}的装置", {
        "patent_kind": on.rng.choice(["invention", "utility_model", "design"]),
        "patent_no": f"ZL{on.digits(12)}.{on.digits(1)}",
        "grant_date": on.day(),
        "rank": on.rng.randint(1, 4),
    }


def _standard_drafting(on: Occasion) -> Made:
    topic = on.rng.choice(TOPICS)
    return f"{topic}技术规程", {
        "standard_no": f"DB41/T {on.digits(4)}",
        "standard_level": on.rng.choice(["industry", "local", "group"]),
        "release_date": on.day(),
        "rank": on.rng.randint(1, 4),
    }


def _award(on: Occasion) -> Made:
    topic = on.rng.choice(TOPICS)
    return f"{topic}成果奖", {
        "award_name": f"{topic}成果奖（演示）",
        "award_kind": on.rng.choice(["sci_tech", "social", "innovation"]),
        "level": on.rng.choice(["provincial", "municipal"]),
        "grade": on.rng.choice(["first", "second", "third"]),
        "rank": on.rng.randint(1, 5),
        "award_date": on.day(),
    }


def _qualification_exam(on: Occasion) -> Made:
    has_certificate = on.rng.random() < 0.5  # noqa: PLR2004 (a share of the demo)
    answers: Answers = {
        "exam_name": "专业技术资格考试（演示）",
        "exam_kind": on.rng.choice(["title", "licence"]),
        "result": "certificate" if has_certificate else "subjects",
        "exam_date": on.day(),
    }
    if has_certificate:
        answers["certificate_no"] = f"ZG{on.digits(10)}"
    else:
        answers["subjects_passed"] = on.rng.randint(1, 3)
    return "专业技术资格考试", answers


def _teaching(on: Occasion) -> Made:
    topic = on.rng.choice(TOPICS)
    return f"主讲：{topic}", {
        "teaching_kind": on.rng.choice(["course", "report"]),
        "inviter": on.rng.choice(ORGANIZERS),
        "study_period": on.period(3),
        "taught_hours": on.rng.choice([4, 6, 8, 10]),
    }


def _secondment(on: Occasion) -> Made:
    kind = on.rng.choice(["support", "post", "grassroots"])
    answers: Answers = {
        "service_kind": kind,
        "place": f"{on.rng.choice(CITIES)}（演示）",
        "service_period": on.period(20),
        "assessment": on.rng.choice(["excellent", "passed"]),
    }
    if kind == "grassroots":
        answers["days"] = on.rng.randint(1, 4)
    else:
        answers["months"] = on.rng.randint(2, 12)
    return "服务基层与支援", answers


def _investigation(on: Occasion) -> Made:
    topic = on.rng.choice(TOPICS)
    days = on.rng.randint(2, 6)
    return f"{topic}专题调研", {
        "subject": f"围绕{topic}开展专题调研，形成调研报告。",
        "place": on.rng.choice(CITIES),
        "study_period": on.period(days),
        "days": days,
        "endorsed": on.rng.choice(["none", "none", "local"]),
    }


def _self_study(on: Occasion) -> Made:
    topic = on.rng.choice(TOPICS)
    return f"自学：{topic}", {
        "plan": f"按年度计划自学{topic}，每月小结一次。",
        "material": f"《{topic}》",
        "study_period": on.period(60),
        "assessment_kind": on.rng.choice(["examined", "guided"]),
        "assessment": "passed",
    }


@dataclass(frozen=True)
class Answerer:
    """How often a form is chosen, and how it is answered."""

    weight: int
    make: Callable[[Occasion], Made]


ANSWERERS: Final[Mapping[str, Answerer]] = {
    "base_training": Answerer(22, _base_training),
    "training_workshop": Answerer(18, _training_workshop),
    "post_training": Answerer(14, _post_training),
    "online_learning": Answerer(18, _online_learning),
    "degree_education": Answerer(3, _degree_education),
    "advanced_study": Answerer(2, _advanced_study),
    "academic_conference": Answerer(9, _academic_conference),
    "research_project": Answerer(5, _research_project),
    "paper": Answerer(9, _paper),
    "book": Answerer(2, _book),
    "patent": Answerer(2, _patent),
    "standard_drafting": Answerer(1, _standard_drafting),
    "award": Answerer(2, _award),
    "qualification_exam": Answerer(4, _qualification_exam),
    "teaching": Answerer(5, _teaching),
    "secondment": Answerer(1, _secondment),
    "investigation": Answerer(3, _investigation),
    "self_study": Answerer(6, _self_study),
}
SELF_STUDY_CLAIM: Final = 12
"""Self-study alone counts what the person claims."""
