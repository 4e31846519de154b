"""Where an earner takes permission back."""

from tests.miniatures.ornate.habits import Removal
from tests.miniatures.ornate.ledger import Person
from tests.miniatures.ornate.pages import Page
from tests.miniatures.ornate.refused import Refused


class Sites(Page):
    """All sites that have permission."""

    def get(self) -> None:
        person = self.session().person
        if person is None:
            return self.redirect(f"{self.home}/who/none")
        return self.list_sites(person)

    def list_sites(self, person: Person) -> None:
        removal = self.habits.removal
        next_ = "review" if removal is Removal.BUTTONS_AND_QUESTION else "remove"
        boxes = removal is Removal.BOXES
        self.show("sites", origins=self.ledger.sites_of(person), next=next_, boxes=boxes)


class Review(Page):
    """Asks once more."""

    def post(self) -> None:
        self.show("sure", site=site_in(self.form()))


class Remove(Sites):
    """Done, and what is left."""

    def post(self) -> None:
        site, person = site_in(self.form()), self.person()
        if site not in self.ledger.sites_of(person):
            raise Refused(404, "You have granted nothing to this site.")
        self.ledger.remove(person, [site])
        self.list_sites(person)


def site_in(fields: dict[str, str]) -> str:
    if "site" not in fields:
        raise Refused(400, "Tick a site first.")
    return fields["site"]
