"""Where pages are found: ours, admin, and the health page."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("cards.urls")),
    path("admin/", admin.site.urls),
]
