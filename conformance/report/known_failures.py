"""Failures that are known: what an implementer has said of them beforehand."""

from attrs import frozen


@frozen
class Known:
    """One entry of a baseline."""

    requirement: str
    reason: str
    scenario: str = ""
    """The scenario, or the row of one, in which it fails; ``""`` for all."""
    ticket: str = ""
    expires: str = ""
    """The last day on which it counts, such as ``2027-01-31``; ``""`` for no end."""

    def counts_on(self, day: str) -> bool:
        """Whether it still counts on a day, of which at least the date is given."""
        return not self.expires or day[:10] <= self.expires

    def covers(self, requirement: str, scenario: str) -> bool:
        """Whether it is about a requirement, as a scenario or a row of one judges it."""
        names = ("", scenario, scenario.partition("[")[0])
        return requirement == self.requirement and self.scenario in names
