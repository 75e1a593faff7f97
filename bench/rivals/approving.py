"""A Django admin action as it is usually written: a loop with `save` and a log row.

`python -m bench.rivals.approving` takes ids and the unit by standard input and prints
milliseconds; one transaction, which is rolled back.
"""

import datetime as dt
import json
import sys
import time

from django.db import transaction

from bench.rivals.django_admin import Declaration, WorkflowEvent


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
    parts = [ids[start : start + 500] for start in range(0, len(ids), 500)]
    with transaction.atomic():
        for part in parts:
            rows = Declaration.objects.filter(id__in=part)
            rows.update(state="pending", decider_id=unit_id)
        began = time.perf_counter()
        for part in parts:
            rows = Declaration.objects.filter(id__in=part)
            approve(rows, unit_id, dt.datetime(2026, 1, 5, 9))
        taken = time.perf_counter() - began
        transaction.set_rollback(True)
    print(json.dumps({"milliseconds": taken * 1000}))


main()
