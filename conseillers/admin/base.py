"""What every page of the admin shares: rights by role, refusals in French, search."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import quote, unquote
from django.contrib.admin.views.main import ERROR_FLAG
from django.core.exceptions import ValidationError
from django.db import connection, models, transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import capfirst

from conseillers.admin.completion import CompletionSelect, CompletionSelectMultiple
from conseillers.admin.listes import ListeMixin
from conseillers.admin.refus import PHRASE_LIEE, REFUS, errors_by_field, phrases_of
from conseillers.admin.tri import folded
from conseillers.permissions import is_gestionnaire, may_open_admin
from territoires.models.textes import surveillance_of
from territoires.text import sort_key

PROTEGES_MONTRES = 20


class RoleMixin:
    """A gestionnaire does everything, the direction looks, nobody else comes in.

    `is_superuser`, groups and permissions of Django are not read.
    """

    may_add = True
    may_change = True
    may_delete = True

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may_open_admin(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_open_admin(request.user)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_add and is_gestionnaire(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_change and is_gestionnaire(request.user) and not self._figee(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_delete and is_gestionnaire(request.user) and not self._figee(request, obj)

    def phrase_figee(self, request: HttpRequest, obj: Any) -> str:
        """Why this row can no longer change, or an empty text."""
        return ""

    def _figee(self, request: HttpRequest, obj: Any) -> bool:
        return obj is not None and bool(self.phrase_figee(request, obj))


class RefusalMixin:
    """A refusal that only the database or a service sees comes back as an error of the form."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if (phrase := self._phrase_of(request, object_id)) and is_gestionnaire(request.user):
            if request.method == "POST":
                messages.error(request, phrase)
                return HttpResponseRedirect(request.get_full_path())
            messages.warning(request, phrase)
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except REFUS as erreur:
            # Everything was rolled back: the same post is read again, as a form in error.
            request.refus = erreur
            return super().changeform_view(request, object_id, form_url, extra_context)

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        # « ?_to_field= » names no field.
        return super().get_object(request, object_id, from_field or None)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm]:
        form = super().get_form(request, obj, change=change, **kwargs)
        refus = getattr(request, "refus", None)
        return form if refus is None else _refused(form, refus)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        # Deferred rules (sum of a convention's lines) speak now, while the form can answer.
        connection.check_constraints()

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        fiche = reverse(
            f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[quote(object_id)]
        )
        if (phrase := self._phrase_of(request, object_id)) and is_gestionnaire(request.user):
            messages.error(request, phrase)
            return HttpResponseRedirect(fiche)
        try:
            reponse = super().delete_view(request, object_id, extra_context)
        except (*REFUS, models.ProtectedError) as erreur:
            self._say(request, erreur)
            return HttpResponseRedirect(fiche)
        if isinstance(reponse, TemplateResponse):  # which one, in the title of the page too
            reponse.context_data["subtitle"] = str(reponse.context_data["object"])
        return reponse

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        # Django's own answer to a second filter that it cannot read is a page without ours around.
        if ERROR_FLAG in request.GET and len(request.GET) > 1:
            return HttpResponseRedirect(f"{request.path}?{ERROR_FLAG}=1")
        if not all(map(self._may_be_a_key, request.POST.getlist(ACTION_CHECKBOX_NAME))):
            messages.error(request, "Cette sélection n’est pas comprise : cochez à nouveau.")
            return HttpResponseRedirect(request.get_full_path())
        try:
            # A bulk act is whole or not at all, its journal included.
            titre = {"title": capfirst(str(self.opts.verbose_name_plural))}
            with transaction.atomic():
                return super().changelist_view(request, titre | (extra_context or {}))
        except (*REFUS, models.ProtectedError) as erreur:
            self._say(request, erreur)
            return HttpResponseRedirect(request.get_full_path())

    def _may_be_a_key(self, valeur: str) -> bool:
        try:
            self.opts.pk.get_prep_value(valeur)
        except (ValueError, TypeError, ValidationError):
            return False
        return True

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        super().delete_model(request, obj)
        connection.check_constraints()

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet) -> None:
        super().delete_queryset(request, queryset)
        connection.check_constraints()

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, ...]:
        """As Django's, cut to what a page can hold: a poste has thousands of séances.

        A frozen row counts as protected: the page says why, where Django would answer 403.
        """
        a_supprimer, comptes, droits, proteges = super().get_deleted_objects(objs, request)
        phrases = {phrase: obj for obj in objs if (phrase := self.phrase_figee(request, obj))}
        if proteges:
            phrases[PHRASE_LIEE] = None
        for phrase in phrases:
            messages.warning(request, phrase)
        proteges = [*proteges, *(str(obj) for obj in phrases.values() if obj is not None)]
        reste = len(proteges) - PROTEGES_MONTRES
        if reste > 0:
            proteges = [*proteges[:PROTEGES_MONTRES], f"… et {reste} autres."]
        return a_supprimer, comptes, set() if proteges else droits, proteges

    def _phrase_of(self, request: HttpRequest, object_id: str | None) -> str:
        if object_id is None or type(self).phrase_figee is RoleMixin.phrase_figee:
            return ""
        obj = self.get_object(request, unquote(object_id))
        return self.phrase_figee(request, obj) if obj is not None else ""

    def _say(self, request: HttpRequest, erreur: Exception) -> None:
        for phrase in phrases_of(erreur):
            messages.error(request, phrase)


def _refused(form: type[forms.ModelForm], refus: Exception) -> type[forms.ModelForm]:
    class FormRefuse(form):
        def _post_clean(self) -> None:
            super()._post_clean()
            for champ, phrases in errors_by_field(refus, set(self.fields)).items():
                self.add_error(champ, phrases)

    return FormRefuse


class SearchMixin:
    """Search that ignores case, accents, hyphens; `=champ` is exact, as in Django."""

    mots_ignores: tuple[str, ...] = ()

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet, search_term: str
    ) -> tuple[models.QuerySet, bool]:
        mots = [m for m in sort_key(search_term).split() if m not in self.mots_ignores]
        champs: Sequence[str] = self.get_search_fields(request)
        if not mots or not champs:
            return queryset, False
        exacts = [c[1:] for c in champs if c.startswith("=")]
        libres = {f"_cherche_{i}": c for i, c in enumerate(champs) if not c.startswith("=")}
        queryset = queryset.alias(**{alias: folded(champ) for alias, champ in libres.items()})
        for mot in mots:
            trouve = Q()
            for alias in libres:
                trouve |= Q(**{f"{alias}__contains": mot})
            for champ in exacts:
                if mot.isdecimal() and len(mot) < 9:
                    trouve |= Q(**{champ: int(mot)})
            queryset = queryset.filter(trouve)
        return queryset, False


class RelatedMixin:
    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        champ = super().formfield_for_dbfield(db_field, request, **kwargs)
        if champ is not None and hasattr(champ.widget, "can_delete_related"):
            # Nobody erases a poste from the form of a séance.
            champ.widget.can_delete_related = False
        if champ is not None and (surveillance := surveillance_of(db_field.validators)):
            champ.widget.attrs.update(surveillance.attributs())
        return champ

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        self._complete(db_field, request, kwargs, CompletionSelect)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        self._complete(db_field, request, kwargs, CompletionSelectMultiple)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def _complete(
        self, db_field: Any, request: HttpRequest, options: dict[str, Any], widget: type
    ) -> None:
        if db_field.name in self.get_autocomplete_fields(request):
            base = options.get("using")
            options.setdefault("widget", widget(db_field, self.admin_site, using=base))


class JournalMixin:
    """The journal notes every change, of this door as of the others: Django's own log, which
    keeps the name of whoever was deleted or forgotten, is no longer written.
    """

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None: ...

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> None: ...

    def log_deletions(self, request: HttpRequest, queryset: Any) -> None: ...


class BaseAdmin(
    RelatedMixin, SearchMixin, ListeMixin, RefusalMixin, RoleMixin, JournalMixin, admin.ModelAdmin
):
    search_help_text = "Accents, majuscules et tirets sont indifférents."
    save_on_top = True


class ReadOnlyAdmin(BaseAdmin):
    may_add = may_change = may_delete = False


class NamedFormSet(forms.BaseInlineFormSet):
    """A cell of the table has no label of its own: a screen reader gets its column's."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        for champ in form.fields.values():
            if not champ.widget.is_hidden:
                widget = getattr(champ.widget, "widget", champ.widget)
                widget.attrs.setdefault("aria-label", str(champ.label))


class BaseInline(RelatedMixin, RoleMixin, admin.TabularInline):
    extra = 0
    formset = NamedFormSet
