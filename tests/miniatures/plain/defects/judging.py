"""Mistakes in judging badges."""

from tests.miniatures.plain.answer import Document
from tests.miniatures.plain.defects.table import DEFECTS
from tests.miniatures.plain.fetcher import Fetcher
from tests.miniatures.plain.judge import Judge


@DEFECTS.breaks("BC-ISSUE-07")
class TakesAnyImage(Judge):
    """Never looks at the image."""

    def look_at(self, url: str) -> None:
        pass


@DEFECTS.breaks("BC-SAFE-08")
class TrustsNone(Judge):
    """Where the header says that there is no signature, it asks for none."""

    def verify(self, header: Document, message: bytes, signature: bytes, pem: bytes) -> None:
        if header.get("alg") != "none":
            super().verify(header, message, signature, pem)


@DEFECTS.breaks("BC-ISSUE-07")
class ForgetsRevocation(Judge):
    """Never asks the issuer's revocation list."""

    def is_revoked(self, assertion: Document, issuer: Document) -> bool:
        return False


@DEFECTS.breaks("BC-SAFE-06")
class FetchesFromAnywhere(Fetcher):
    """Calls whatever address it is given."""

    def may_reach(self, address: str) -> bool:
        return True
