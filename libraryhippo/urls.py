"""Where pages are found: ours, admin, and the health page."""

from django.contrib import admin
from django.urls import include, path

from cards.health import healthz

urlpatterns = [
    path("", include("cards.urls")),
    path("", include("cards.signing_in.urls")),
    path("admin/", admin.site.urls),
    path("healthz", healthz, name="healthz"),
]
