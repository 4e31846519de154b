"""Sample texts for badges and issuers; the same seed gives the same texts."""

from functools import cached_property

from attrs import frozen
from faker import Faker


@frozen(slots=False)
class Samples:
    """Realistic names, because they are shown in reports."""

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
