from django.apps import AppConfig


class ConseillersConfig(AppConfig):
    name = "conseillers"
    verbose_name = "Conseillers, postes et financements"

    def ready(self) -> None:
        from conseillers import recepteurs

        recepteurs.connect()
