from django.contrib.admin.apps import AdminConfig


class AdministrationConfig(AdminConfig):
    default_site = "config.admin.Administration"

    def ready(self) -> None:
        super().ready()
        from config import checks  # noqa: F401
