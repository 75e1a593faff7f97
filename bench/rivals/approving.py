"""A Django admin action as it is usually written: a loop with `save` and a log row.

`python -m bench.rivals.approving` reads ids, the unit and whether all is one transaction,
and prints milliseconds. As Django's admin calls it, an action is in no transaction: each
row that it writes is committed by itself.
"""

import datetime as dt
import json
import sys
import time
from contextlib import nullcontext

from django.db import connection, transaction

from bench.rivals.django_admin import Declaration, WorkflowEvent  # it sets Django up


def approve(rows, unit_id, now):
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


def main():
    asked = json.load(sys.stdin)
    ids, unit_id = asked["ids"], asked["unit"]
    connection.ensure_connection()
    began = time.perf_counter()
    with transaction.atomic() if asked["is_atomic"] else nullcontext():
        # SQLite takes no more than a thousand in one IN that Django writes.
        for start in range(0, len(ids), 500):
            rows = Declaration.objects.filter(id__in=ids[start : start + 500])
            approve(rows, unit_id, dt.datetime(2026, 1, 5, 9))
    print(json.dumps({"milliseconds": (time.perf_counter() - began) * 1000}))


main()
