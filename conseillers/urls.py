from django.urls import path

from conseillers import views

urlpatterns = [
    path("connexion/", views.Connexion.as_view(), name="connexion"),
    path("deconnexion/", views.Deconnexion.as_view(), name="deconnexion"),
    path("compte/", views.Compte.as_view(), name="compte"),
    path("compte/mot-de-passe/", views.MotDePasse.as_view(), name="mot_de_passe"),
    path("mot-de-passe-oublie/", views.MotDePasseOublie.as_view(), name="mot_de_passe_oublie"),
    path(
        "mot-de-passe-oublie/envoye/", views.MotDePasseEnvoye.as_view(), name="mot_de_passe_envoye"
    ),
    path(
        "mot-de-passe-oublie/<uidb64>/<token>/",
        views.MotDePasseNouveau.as_view(),
        name="mot_de_passe_nouveau",
    ),
]
