"""The Département's screens on the months, the reports and the programme's figures."""

from reporting.admin.programme import ActeAdmin, CibleAdmin
from reporting.admin.rapports import RapportAdmin, TelechargementAdmin

__all__ = ["ActeAdmin", "CibleAdmin", "RapportAdmin", "TelechargementAdmin"]
