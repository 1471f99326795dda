"""The error whose message is shown to users."""


class UserError(ValueError):
    """A mistake or a circumstance the person can mend.

    Its text is one plain sentence that says what is wrong and what to do. The command line prints it and
    exits with status 1; the app shows it in a box. Anything else that escapes is a bug of ours.
    """
