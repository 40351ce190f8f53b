"""The admin site: one door for signing in, the same as everybody's."""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import Any

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import SimpleLazyObject

from config.menu import menu_of
from conseillers.permissions import may_open_admin


class Administration(admin.AdminSite):
    site_title = "Administration"
    index_title = "Administration"
    # Our own menu is on every page, and leaves the lists their width.
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        return may_open_admin(request.user)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> Any:
        """Made for two pages alone, where Django makes it for each: sixty addresses a page."""
        return SimpleLazyObject(lambda: admin.AdminSite.get_app_list(self, request, app_label))

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        contexte = super().each_context(request)
        return {**contexte, "menu": menu_of(request)} if contexte["has_permission"] else contexte

    def get_urls(self) -> list[Any]:
        # Read when the addresses are: the pages of the apps need this site first.
        from conseillers.admin.journal import journal_urls
        from permanences.admin.echange import echange_urls
        from permanences.admin.recrutement import recruit_urls
        from reporting.admin.pages import pages_of

        return [
            *journal_urls(self), *recruit_urls(self), *echange_urls(self), *pages_of(self),
            *super().get_urls(),
        ]  # fmt: skip

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        from reporting.admin.accueil import home_of

        return super().index(request, {**home_of(request), **(extra_context or {})})

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        from conseillers.admin.completion import CompletionView

        return CompletionView.as_view(admin_site=self)(request)

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Callable[..., Any]:
        """403 for a signed-in person of another role: signing in again would not help."""
        inner = super().admin_view(view, cacheable)

        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.user.is_authenticated and not self.has_permission(request):
                raise PermissionDenied
            return inner(request, *args, **kwargs)

        return update_wrapper(wrapped, inner)

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One page for everybody's password, with its limits."""
        return redirect("account_change_password")

    password_change_done = password_change

    @login_not_required
    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if request.user.is_authenticated and not self.has_permission(request):
            raise PermissionDenied
        return redirect_to_login(request.GET.get("next", "") or request.path.removesuffix("login/"))
