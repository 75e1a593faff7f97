"""Django's own admin over the same tables, scoped in `get_queryset`.

It lives in an environment of its own (`make bench-rivals`) and knows nothing of the
product. Nobody signs in: the headers `X-Low` and `X-High` say which units are seen.
"""

import os
import time
from urllib.parse import urlsplit

import django
from django.conf import settings

address = urlsplit(os.environ["BENCH_URL"])
IS_SQLITE = address.scheme.startswith("sqlite")
DATABASE = (
    {"ENGINE": "django.db.backends.sqlite3", "NAME": address.path.removeprefix("/")}
    if IS_SQLITE
    else {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": address.path.removeprefix("/"),
        "USER": address.username,
        "HOST": address.hostname,
        "PORT": address.port,
        "CONN_MAX_AGE": 600,
    }
)
settings.configure(
    SECRET_KEY="bench",
    ALLOWED_HOSTS=["*"],
    DATABASES={"default": DATABASE},
    INSTALLED_APPS=[
        "django.contrib.admin",
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
    ],
    MIDDLEWARE=[f"{__name__}.Anyone", f"{__name__}.Counted"],
    ROOT_URLCONF=__name__,
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                ]
            },
        }
    ],
    STATIC_URL="/static/",
    USE_TZ=False,
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    SILENCED_SYSTEM_CHECKS=["admin.E406", "admin.E409", "admin.E404"],
)
django.setup()

from django.contrib import admin  # noqa: E402 - after the settings
from django.contrib.auth.models import AnonymousUser  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import connection, models  # noqa: E402
from django.urls import path  # noqa: E402


class Visitor(AnonymousUser):
    """Somebody who may do everything."""

    is_active = is_staff = is_authenticated = True

    def has_perm(self, *_args, **_kwargs):
        return True

    def has_module_perms(self, *_args):
        return True

    def has_usable_password(self):
        return False


class Anyone:
    def __init__(self, answer):
        self.answer = answer

    def __call__(self, request):
        request.user = Visitor()
        return self.answer(request)


class Counted:
    """Tell with each answer what bench/counting.py tells."""

    def __init__(self, answer):
        self.answer = answer

    def __call__(self, request):
        count, seconds, cpu = 0, 0.0, time.thread_time()

        def note(execute, *args):
            nonlocal count, seconds
            began = time.perf_counter()
            try:
                return execute(*args)
            finally:
                count += 1
                seconds += time.perf_counter() - began

        with connection.execute_wrapper(note):
            answer = self.answer(request)
            if hasattr(answer, "render"):
                answer.render()
        cpu = time.thread_time() - cpu
        answer["X-Statements"] = f"{count} {seconds * 1000:.2f} {cpu * 1000:.2f}"
        return answer


class Named(models.Model):
    name = models.CharField(max_length=200)

    class Meta:
        abstract = True
        app_label = "auth"

    def __str__(self):
        return self.name


class Unit(Named):
    path = models.CharField(max_length=255)

    class Meta(Named.Meta):
        abstract = False
        managed = False
        db_table = "unit"


class Person(Named):
    id_number = models.CharField(max_length=255)
    sex = models.CharField(max_length=24)
    unit = models.ForeignKey(Unit, models.DO_NOTHING, null=True)

    class Meta(Named.Meta):
        abstract = False
        managed = False
        db_table = "person"


class LearningForm(Named):
    class Meta(Named.Meta):
        abstract = False
        managed = False
        db_table = "learning_form"


class LearningFormVersion(models.Model):
    form = models.ForeignKey(LearningForm, models.DO_NOTHING)

    class Meta:
        app_label = "auth"
        managed = False
        db_table = "learning_form_version"


class Region(Named):
    class Meta(Named.Meta):
        abstract = False
        managed = False
        db_table = "region"


class Account(models.Model):
    person = models.ForeignKey(Person, models.DO_NOTHING, null=True)

    class Meta:
        app_label = "auth"
        managed = False
        db_table = "account"


class Declaration(models.Model):
    person = models.ForeignKey(Person, models.DO_NOTHING)
    unit = models.ForeignKey(Unit, models.DO_NOTHING, related_name="+")
    decider = models.ForeignKey(Unit, models.DO_NOTHING, null=True, related_name="+")
    form_version = models.ForeignKey(LearningFormVersion, models.DO_NOTHING)
    region = models.ForeignKey(Region, models.DO_NOTHING)
    title = models.CharField(max_length=200)
    year = models.SmallIntegerField()
    subject_kind = models.CharField(max_length=24)
    measure = models.CharField(max_length=24)
    claimed = models.IntegerField()
    source = models.CharField(max_length=24)
    state = models.CharField(max_length=24)
    step = models.SmallIntegerField()
    version = models.IntegerField()
    submitted_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "auth"
        managed = False
        db_table = "declaration"


class WorkflowEvent(models.Model):
    kind = models.CharField(max_length=24)
    record_id = models.BigIntegerField()
    step = models.SmallIntegerField()
    action = models.CharField(max_length=24)
    from_state = models.CharField(max_length=24)
    to_state = models.CharField(max_length=24)
    actor_name = models.CharField(max_length=50, default="")
    unit = models.ForeignKey(Unit, models.DO_NOTHING, null=True)
    comment = models.TextField(default="")
    at = models.DateTimeField()

    class Meta:
        app_label = "auth"
        managed = False
        db_table = "workflow_event"


class Earned(models.Model):
    person = models.ForeignKey(Person, models.DO_NOTHING)
    year = models.SmallIntegerField()
    subject_kind = models.CharField(max_length=24)
    measure = models.CharField(max_length=24)
    amount = models.IntegerField()

    class Meta:
        abstract = True
        app_label = "auth"


class CreditEntry(Earned):
    unit = models.ForeignKey(Unit, models.DO_NOTHING)
    region = models.ForeignKey(Region, models.DO_NOTHING)
    kind = models.CharField(max_length=24)
    origin = models.CharField(max_length=24)
    declaration = models.ForeignKey(Declaration, models.DO_NOTHING, null=True)
    reason = models.CharField(max_length=500, default="")
    at = models.DateTimeField()

    class Meta(Earned.Meta):
        abstract = False
        managed = False
        db_table = "credit_entry"


class YearTotal(Earned):
    entries = models.IntegerField()

    class Meta(Earned.Meta):
        abstract = False
        managed = False
        db_table = "year_total"


class UnitTally(models.Model):
    unit = models.ForeignKey(Unit, models.DO_NOTHING, primary_key=True)
    year = models.SmallIntegerField()
    state = models.CharField(max_length=24)
    number = models.IntegerField()
    amount = models.BigIntegerField()

    class Meta:
        app_label = "auth"
        managed = False
        db_table = "unit_tally"


class Message(models.Model):
    account = models.ForeignKey(Account, models.DO_NOTHING)
    sentence = models.CharField(max_length=500)
    values = models.JSONField(default=dict)
    url = models.CharField(max_length=500, default="")
    at = models.DateTimeField()
    is_to_mail = models.BooleanField(default=False)

    class Meta:
        app_label = "auth"
        managed = False
        db_table = "message"


class Scoped(admin.ModelAdmin):
    list_per_page = 20
    actions = None

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        if low := request.headers.get("X-Low"):
            units = Unit.objects.filter(
                path__gte=low, path__lt=request.headers["X-High"]
            )
            rows = rows.filter(unit__in=units)
        return rows

    def lookup_allowed(self, *_args, **_kwargs):
        return True


class DeclarationAdmin(Scoped):
    list_display = (
        *("person", "title", "form_name", "year", "claimed"),
        *("source", "state", "decider", "submitted_at"),
    )
    list_select_related = ("person", "decider", "form_version__form")
    ordering = ("-submitted_at", "-id")

    def form_name(self, row):
        return row.form_version.form.name


class Longer(DeclarationAdmin):
    list_per_page = 50


class PersonAdmin(Scoped):
    list_display = ("name", "id_number", "unit", "sex")
    list_select_related = ("unit",)
    search_fields = ("^name",)
    ordering = ("-id",)


def site(name, **views):
    made = admin.AdminSite(name)
    made.enable_nav_sidebar = False
    for model, view in ((Declaration, views["declaration"]), (Person, PersonAdmin)):
        made.register(model, view)
    return made


urlpatterns = [
    path("20/", site("admin", declaration=DeclarationAdmin).urls),
    path("50/", site("longer", declaration=Longer).urls),
]
application = get_wsgi_application()
