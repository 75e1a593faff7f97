"""The product for gunicorn, with its statements counted.

`BENCH_CLOCK` moves its clock by so many seconds.
"""

import datetime as dt
import os

from admin_app import create_app
from admin_app.columns import utc_now
from bench.counting import counted

product = create_app()
if moved := int(os.environ.get("BENCH_CLOCK", "0")):
    product.extensions["clock"] = lambda: utc_now() + dt.timedelta(seconds=moved)
application = counted(product)
