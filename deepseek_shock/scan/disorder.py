"""What is raised where rows do not stand in the order that is needed."""


class DisorderError(Exception):
    """Rows do not stand in the order that is needed: a ticker's rows together, sessions ascending.

    Not the user's mistake: whoever reads the rows sorts them and begins again.
    """
