"""The actions of a list, as buttons on the page of one row."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters


class ButtonsAdmin(admin.ModelAdmin):
    """Shows its own actions as buttons; what is typed here never reaches an error report."""

    change_form_template = "admin/cards/deeds.html"
    list_per_page = 50

    class Media:
        css = {"all": ["cards/admin.css"]}  # noqa: RUF012  as Django reads it

    @method_decorator(sensitive_post_parameters())
    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """With the actions that this person may take, but for deleting."""
        actions = self.get_actions(request) or {}
        deeds = [(name, each[2]) for name, each in actions.items() if each and name != "delete_selected"]
        return super().changeform_view(request, object_id, form_url, {**(extra_context or {}), "deeds": deeds})
