from django.urls import path

from reporting import views

app_name = "rapports"
urlpatterns = [
    path("rapports/", views.liste, name="liste"),
    path("rapports/comparaison/", views.comparaison, name="comparaison"),
    path("rapports/comparaison/csv/", views.comparaison_csv, name="comparaison_csv"),
    path("rapports/<int:pk>/", views.detail, name="detail"),
    path("rapports/<int:pk>/fichier/<slug:fichier>/", views.telecharger, name="telecharger"),
    path("rapports/<int:pk>/recu/", views.recu, name="recu"),
    path("compte/mes-donnees/", views.mes_donnees, name="mes_donnees"),
    path("donnees-ouvertes/", views.donnees_ouvertes, name="donnees_ouvertes"),
    path(
        "donnees-ouvertes/chiffres-mensuels-par-epci.csv",
        views.chiffres_par_epci,
        name="chiffres_par_epci",
    ),
    path(
        "donnees-ouvertes/chiffres-mensuels-du-departement.csv",
        views.chiffres_du_departement,
        name="chiffres_du_departement",
    ),
    path("donnees-ouvertes/datapackage.json", views.datapackage, name="datapackage"),
    # Without a final slash: it is printed on paper.
    path("verifier", views.verifier_un_code, name="verifier_un_code"),
    path("verifier/<str:code>", views.verifier, name="verifier"),
]
