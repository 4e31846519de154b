"""A request that is refused."""

from tornado.web import HTTPError


class Refused(HTTPError):
    """A 4xx with a sentence for the person who has to mend it."""

    def __init__(self, status: int, sentence: str, *problems: str, challenge: str = "") -> None:
        super().__init__(status)
        self.sentence, self.problems, self.challenge = sentence, problems, challenge
