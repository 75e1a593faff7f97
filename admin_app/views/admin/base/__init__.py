"""The one view behind every generated screen, with every guard that a screen needs.

Each file answers one question and builds on the one before: `screen` (what is declared,
who may), `address` (which rows), `rows` (how they are told), `batches` (actions on
many), `record` (details and forms), `framed` (what stands around rows), `listing` (the
list, and the class that screens subclass). Nobody subclasses Flask-Admin's own view.
"""

from admin_app.views.admin.base.address import OWN_WORDS as OWN_WORDS
from admin_app.views.admin.base.listing import EntityView as EntityView
from admin_app.views.admin.base.screen import Filters as Filters
from admin_app.views.admin.base.screen import Tab as Tab
