"""Mistakes in the manifest and in the registration of clients."""

from typing import Any

from tests.miniatures.modern.defects.table import DEFECTS
from tests.miniatures.modern.messages import Answer, Request, as_json
from tests.miniatures.modern.registration import Manifest, Registration
from tests.miniatures.modern.store import Store


@DEFECTS.breaks("BC21-MANI-04")
class AnnouncesAnOlderVersion(Manifest):
    """The version of a draft of the API."""

    def entry(self) -> dict[str, Any]:
        return {**super().entry(), "version": "v1p0"}


@DEFECTS.breaks("BC21-MANI-10")
class AddsToTheManifest(Manifest):
    """A member that only its own software knows."""

    def entry(self) -> dict[str, Any]:
        return {**super().entry(), "supportUrl": f"{self.root}/help"}


@DEFECTS.breaks("BC21-MANI-11")
class ForgetsItsAddress(Manifest):
    """The id is the one of the machine on which it was written."""

    def document(self) -> dict[str, Any]:
        return {**super().document(), "id": "http://localhost/.well-known/badgeconnect.json"}


@DEFECTS.breaks("BC21-REG-06")
class SplitsTheRedirects(Registration):
    """Stores them in one text, and splits that at the wrong place."""

    def told(self, metadata: dict[str, Any]) -> dict[str, Any]:
        return {**metadata, "redirect_uris": [" ".join(metadata["redirect_uris"])]}


@DEFECTS.breaks("BC21-REG-04")
class NeverSaysWhenSecretsEnd(Registration):
    """As if there were no such member."""

    def register(self, request: Request) -> Answer:
        answer = super().register(request)
        whole = Request("", "", "", {"content-type": "application/json"}, answer.content).json()
        del whole["client_secret_expires_at"]
        return as_json(answer.status, whole)


@DEFECTS.breaks("BC21-REG-08")
class NeedsNoSoftware(Registration):
    """Takes a client that does not say what software it is."""

    def checked(self, sent: dict[str, Any]) -> dict[str, Any]:
        return super().checked({"software_id": "unknown", "software_version": "0", **sent})


@DEFECTS.breaks("BC21-REG-10")
class TakesUrlsOfAnyHost(Registration):
    """Does not compare the hosts."""

    def check_hosts(self, hosts: set[str]) -> None:
        pass


@DEFECTS.breaks("BC21-REG-16")
class GivesEachTheSameSecret(Store):
    """A secret that was made once."""

    def new_secret(self) -> str:
        return "the-secret-of-all-clients-2026"
