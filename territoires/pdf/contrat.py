"""What a page may carry to be printed, and why it may be refused."""

# Not « attachment »: WeasyPrint would date those of the day of the printing.
JOINT = "joint"


class PageRefusee(ValueError):
    """The page asks for something that is neither in it nor one of our fonts."""


class PageTropLongue(ValueError):
    """Not even the shortest of the pages proposed holds on the sheets allowed."""
