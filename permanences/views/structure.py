"""An employer's referent: own postes, totals without séances, absences."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from conseillers.enums import Role
from conseillers.permissions import role_required
from permanences.forms import AbsenceForm
from permanences.selectors.employeur import postes_of, totaux_par_mois


@require_safe
@role_required(Role.EMPLOYEUR)
def ma_structure(request: HttpRequest) -> HttpResponse:
    contexte = {
        "postes": postes_of(request.user),
        "totaux": totaux_par_mois(request.user),
    }
    return render(request, "permanences/structure.html", contexte)


@role_required(Role.EMPLOYEUR)
def declarer_absence(request: HttpRequest) -> HttpResponse:
    form = AbsenceForm(request.POST or None, utilisateur=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Absence enregistrée.")
        return redirect("permanences:structure")
    return render(request, "permanences/absence.html", {"form": form})
