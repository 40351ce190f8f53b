"""La Coop's export, an XLSX, as it is: read whole before anything is written."""

from permanences.importers.coop.lecture import read_export

__all__ = ["read_export"]
