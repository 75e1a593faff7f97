"""The one exception that a rule raises for a person to read."""


def msgid(sentence: str) -> str:
    """Mark a Chinese sentence for translation and return it unchanged."""
    return sentence


class Refused(Exception):  # noqa: N818 (a refusal is no error)
    """Say what was refused, why, and what the person can do now.

    `sentence` is a Chinese template with named places (`%(name)s`), filled from
    `values` after translation; `field` names the input that it belongs to.
    """

    def __init__(
        self, sentence: str, *, field: str | None = None, **values: object
    ) -> None:
        """Keep the template and its values apart, so that both can be translated."""
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field
        self.values = values

    def __str__(self) -> str:
        """Return the sentence in Chinese."""
        return self.sentence % self.values if self.values else self.sentence


class Conflict(Refused):
    """Someone else has already acted: what was seen no longer holds (HTTP 409)."""


class Forbidden(Refused):
    """The actor lacks the right for this act (HTTP 403)."""
