"""The WSGI application that `strongroom serve` starts."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "strongroom.portal.site.settings")

import django
from django.apps import apps
from django.core.wsgi import get_wsgi_application

django.setup(set_prefix=False)

from strongroom.portal.home import open_home  # noqa: E402 - models need Django set up
from strongroom.portal.settings import HOME  # noqa: E402 - likewise

site = apps.get_app_config("site")
site.serve(open_home(HOME))
application = get_wsgi_application()
