"""gunicorn's own settings; read by `gunicorn -c config/gunicorn.py`.

Threads behind a proxy that buffers slow clients; a stop waits 30 seconds for what is
under way.
"""

from config.logging import log_config
from config.settings import Settings

_settings = Settings()
# Before the first worker: a master that keeps restarting workers tells nothing.
_settings.refuse_unsafe()

wsgi_app = "admin_app:create_app()"
bind = [f"{_settings.host}:{_settings.port}"]
proc_name = "continuing-education"
# Nobody steers the server but its supervisor; the socket would lie in the home folder.
control_socket_disable = True

worker_class = "gthread"
workers = _settings.workers
threads = _settings.threads
timeout = int(_settings.request_timeout.total_seconds())
graceful_timeout = 30
keepalive = 5
# Memory that libraries never give back is returned by a new process now and then.
max_requests = 5_000
max_requests_jitter = 500

limit_request_line = 8190
limit_request_fields = 100
forwarded_allow_ips = "*" if _settings.proxy_hops else "127.0.0.1"

# One line per request is written by the program itself, with the request id and
# without the query string.
accesslog = None
errorlog = "-"
logconfig_dict = log_config(_settings)
