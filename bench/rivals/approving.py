"""A Django admin action as it is usually written: a loop with `save` and a log row.

`python -m bench.rivals.approving` reads ids, the unit, whether all is one transaction and
whether an approval is followed by all that follows it in the product (ledger, totals,
counters, message), and prints milliseconds. As Django's admin calls it, an action is in no
transaction: each row that it writes is committed by itself.
"""

import datetime as dt
import json
import sys
import time
from contextlib import nullcontext

from django.db import connection, transaction
from django.db.models import F

from bench.rivals.django_admin import (  # it sets Django up
    Account,
    CreditEntry,
    Declaration,
    Message,
    UnitTally,
    WorkflowEvent,
    YearTotal,
)


def approve(rows, unit_id, now, *, is_whole):
    for row in rows:
        if row.state != "pending" or row.decider_id != unit_id:
            continue
        step = row.step
        row.state, row.decider, row.decided_at = "approved", None, now
        row.step, row.version = step + 1, row.version + 1
        row.save()
        WorkflowEvent.objects.create(
            kind="declaration",
            record_id=row.id,
            step=step,
            action="approve",
            from_state="pending",
            to_state="approved",
            unit_id=unit_id,
            at=now,
        )
        if is_whole:
            credit(row, now)
            count(row)
            tell(row, now)


def credit(row, now):
    what = {
        "person_id": row.person_id,
        "year": row.year,
        "subject_kind": row.subject_kind,
        "measure": row.measure,
    }
    CreditEntry.objects.create(
        **what,
        unit_id=row.unit_id,
        region_id=row.region_id,
        kind="credit",
        origin="declaration",
        amount=row.claimed,
        declaration=row,
        at=now,
    )
    more = {"amount": F("amount") + row.claimed, "entries": F("entries") + 1}
    if not YearTotal.objects.filter(**what).update(**more):
        YearTotal.objects.create(**what, amount=row.claimed, entries=1)


def count(row):
    hours = row.claimed if row.measure == "hours" else 0
    for state, number in (("pending", -1), ("approved", 1)):
        what = {"unit_id": row.unit_id, "year": row.year, "state": state}
        amount = number * hours
        more = {"number": F("number") + number, "amount": F("amount") + amount}
        if not UnitTally.objects.filter(**what).update(**more):
            UnitTally.objects.create(**what, number=number, amount=amount)


def tell(row, now):
    if account := Account.objects.filter(person_id=row.person_id).first():
        Message.objects.create(
            account=account,
            sentence="您的申报“%(title)s”已通过。",
            values={"title": row.title},
            url=f"/declarations/{row.id}",
            at=now,
        )


def main():
    asked = json.load(sys.stdin)
    ids, unit_id = asked["ids"], asked["unit"]
    connection.ensure_connection()
    began = time.perf_counter()
    with transaction.atomic() if asked["is_atomic"] else nullcontext():
        # SQLite takes no more than a thousand in one IN that Django writes.
        for start in range(0, len(ids), 500):
            rows = Declaration.objects.filter(id__in=ids[start : start + 500])
            now = dt.datetime(2026, 1, 5, 9)
            approve(rows, unit_id, now, is_whole=asked["is_whole"])
    print(json.dumps({"milliseconds": (time.perf_counter() - began) * 1000}))


main()
