"""Reading for the advisors’ and the employers’ screens."""
