"""Where pages are found: ours, admin, and the health page."""

from django.contrib import admin
from django.urls import include, path

from cards.health import healthz
from cards.views.first_sign_in import FirstSignInView

urlpatterns = [
    path("", include("cards.urls")),
    path("admin/", admin.site.urls),
    path("sign-in/first/<uidb64>/<token>/", FirstSignInView.as_view(), name="first_sign_in"),
    path("healthz", healthz, name="healthz"),
]
