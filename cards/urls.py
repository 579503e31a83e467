"""The pages for patrons."""

from django.urls import URLPattern, URLResolver, path

from cards.views.about import about, privacy
from cards.views.card import dress_card, edit_card, pause_card, remove_card
from cards.views.card_new import choose_library, new_card
from cards.views.card_trial import card_trial, drop_card, keep_card
from cards.views.cards import family_cards, move_card
from cards.views.check_now import check_card, check_family
from cards.views.invitation import invitation, kept_invitation
from cards.views.keep_account import keep_account
from cards.views.library_wish import wish_library
from cards.views.my_data import delete_account, my_data
from cards.views.new_family import new_family
from cards.views.people import family, leave_family
from cards.views.preferences import preferences, test_mail, why_mail
from cards.views.status import status, status_family
from cards.views.unsubscribe import unsubscribe

urlpatterns: list[URLPattern | URLResolver] = [
    path("", status, name="status"),
    path("families/<int:pk>/", status_family, name="status_family"),
    path("families/new/", new_family, name="new_family"),
    path("families/<int:pk>/people/", family, name="family"),
    path("families/<int:pk>/leave/", leave_family, name="leave_family"),
    path("invitations/", kept_invitation, name="kept_invitation"),
    path("invitations/<str:token>/", invitation, name="invitation"),
    path("keep/<str:token>/", keep_account, name="keep_account"),
    path("about/", about, name="about"),
    path("privacy/", privacy, name="privacy"),
    path("privacy/mine/", my_data, name="my_data"),
    path("privacy/mine/delete/", delete_account, name="delete_account"),
    path("families/<int:pk>/cards/", family_cards, name="cards"),
    path("families/<int:pk>/cards/new/", choose_library, name="add_card"),
    path("families/<int:pk>/cards/new/<slug:slug>/", new_card, name="new_card"),
    path("cards/<uuid:card>/", edit_card, name="card"),
    path("cards/<uuid:card>/look/", dress_card, name="dress_card"),
    path("cards/<uuid:card>/move/", move_card, name="move_card"),
    path("cards/<uuid:card>/pause/", pause_card, name="pause_card"),
    path("cards/<uuid:card>/remove/", remove_card, name="remove_card"),
    path("cards/<uuid:card>/trial/", card_trial, name="card_trial"),
    path("cards/<uuid:card>/keep/", keep_card, name="keep_card"),
    path("cards/<uuid:card>/drop/", drop_card, name="drop_card"),
    path("libraries/wish/", wish_library, name="wish_library"),
    path("check/", check_family, name="check_family"),
    path("check/<uuid:card>/", check_card, name="check_card"),
    path("preferences/", preferences, name="preferences"),
    path("preferences/mail/", why_mail, name="why_mail"),
    path("preferences/mail/test/", test_mail, name="test_mail"),
    path("unsubscribe/<str:token>/", unsubscribe, name="unsubscribe"),
]
