"""Sample texts for badges and issuers, the same for the same seed."""

from functools import cached_property

from attrs import frozen
from faker import Faker


@frozen(slots=False)
class Samples:
    """Names that a person may meet in a report."""

    seed: int

    def names(self) -> dict[str, str]:
        """``badge``, ``description`` and ``issuer`` of one badge."""
        return {
            "badge": f"{self._faker.word().title()} badge",
            "description": self._faker.sentence(),
            "issuer": self._faker.company(),
        }

    @cached_property
    def _faker(self) -> Faker:
        faker = Faker("en_US")
        faker.seed_instance(self.seed)
        return faker
