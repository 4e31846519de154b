"""What a page offers: valid assertions, of this earner, without the address of anybody."""

import json
from urllib.parse import unquote

from mock_backpack.issuer.finding import Findings, failed, judges, passed
from mock_backpack.issuer.issuer_api.evidence import Evidence
from mock_backpack.issuer.issuer_api.judges import reasons
from mock_backpack.issuer.looks import Inspection
from mock_backpack.issuer.opinion import for_earner
from mock_backpack.openbadges.complaint import quoted
from mock_backpack.openbadges.recipient import recipient_of

GOOD = "a good assertion"
OWN = "a recipient who is the earner"
HIDDEN = "no e-mail address in a public URL or document"


@judges("BC-PAGE-02", reasons.of_documents)
def offers_good_assertions(evidence: Evidence) -> Findings:
    """Fetched by GET and HEAD, valid, labelled as JSON, served by its issuer."""
    for call, inspection in evidence.looked_at():
        for complaint in inspection.complaints:
            yield failed(call, f"{complaint.place}: {complaint.expected}", complaint.saw)
        if not inspection.complaints:
            yield passed(call, GOOD)


@judges("BC-PAGE-03", reasons.of_documents)
def offers_the_earner_their_own(evidence: Evidence) -> Findings:
    """The recipient is the earner."""
    for call, inspection in evidence.looked_at():
        if inspection.has_wrong_recipient or inspection.assertion is None:
            continue  # no valid assertion: BC-PAGE-02
        judged = for_earner(inspection, evidence.earner).complaints
        wrong = [complaint for complaint in judged if complaint not in inspection.complaints]
        for complaint in wrong:
            yield failed(call, f"{complaint.place}: {complaint.expected}", complaint.saw)
        if not wrong:
            yield passed(call, OWN)


@judges("BC-PAGE-04", reasons.of_documents)
def hides_the_address(evidence: Evidence) -> Findings:
    """Anybody can read what is at the URL, and the URL itself."""
    for call, inspection in evidence.looked_at():
        shown = _shown_address(inspection, evidence.earner or "")
        yield failed(call, HIDDEN, shown) if shown else passed(call, HIDDEN)


def _shown_address(inspection: Inspection, earner: str) -> str:
    """Where an e-mail address of a recipient stands; ``""`` if nowhere."""
    recipient = recipient_of(inspection.assertion or {})
    if recipient is not None and "@" in recipient[0].identity:
        return f"assertion.{recipient[1]}: {quoted(recipient[0].identity)}"
    for look in inspection.looks:
        if earner and earner.lower() in unquote(look.url).lower():
            return f"the URL of the {look.document}: {look.url}"
        if earner and earner.lower() in json.dumps(look.value, ensure_ascii=False).lower():
            return f"{quoted(earner)} in the {look.document}"
    return ""
