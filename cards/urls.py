"""The pages for patrons."""

from django.urls import URLPattern, URLResolver, path

from cards.views.check_now import check_card, check_family
from cards.views.sign_in import SignIn, SignOut
from cards.views.status import status, status_family
from cards.views.unsubscribe import unsubscribe

urlpatterns: list[URLPattern | URLResolver] = [
    path("", status, name="status"),
    path("families/<int:pk>/", status_family, name="status_family"),
    path("check/", check_family, name="check_family"),
    path("check/<uuid:card>/", check_card, name="check_card"),
    path("sign-in/", SignIn.as_view(), name="sign_in"),
    path("sign-out/", SignOut.as_view(), name="sign_out"),
    path("unsubscribe/<str:token>/", unsubscribe, name="unsubscribe"),
]
