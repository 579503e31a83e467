"""Where pages are found: ours, admin, and the health page."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from cards.health import healthz
from cards.views.crawlers import favicon, robots

urlpatterns = [
    path("", include("cards.urls")),
    path("", include("cards.signing_in.urls")),
    path(f"{settings.ADMIN_PATH}/", admin.site.urls),
    path("healthz", healthz, name="healthz"),
    path("robots.txt", robots, name="robots"),
    path("favicon.ico", favicon, name="favicon"),
]
