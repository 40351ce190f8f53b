"""The tables of the reports: one definition for the PDF, the CSV files and the screens."""
