"""The opinion of a Backpack on a credential of Open Badges 3.0 without a push."""

from collections.abc import Iterator

from attrs import evolve, frozen

from mock_backpack.apis.open_badges_3.handlers import FOR_ANOTHER, JSON_TYPES, TEXT
from mock_backpack.core.clock import Clock
from mock_backpack.core.origin import web_url
from mock_backpack.issuer.looks import DocumentLook, Inspection
from mock_backpack.issuer.open_badges_3.tables import (
    credential_look,
    fetched_looks,
    proof_look,
    token_look,
)
from mock_backpack.issuer.opinion import NoBadge, Opinion, Question, no_badge, text_of
from mock_backpack.openbadges.baked import CREDENTIAL as BAKING
from mock_backpack.openbadges.baked import PICTURE, is_picture, unbaked
from mock_backpack.openbadges.complaint import Complaint, InvalidBadge, quoted
from mock_backpack.openbadges.fetch import Fetcher, content_of, json_object, once
from mock_backpack.openbadges.pushed import flaw_of
from mock_backpack.openbadges.recipient import Recipient
from mock_backpack.openbadges.signature import looks_signed
from mock_backpack.openbadges.slips import misfit
from mock_backpack.openbadges.three.judge import (
    SUBJECT_AT,
    Document,
    Judge,
    achievement_of,
    emails_in,
    subject_of,
)
from mock_backpack.openbadges.three.jwt import Token, check_style, read_token
from mock_backpack.openbadges.three.members import issuer_of, listed
from mock_backpack.openbadges.three.proofs import MOST_PROOFS
from mock_backpack.openbadges.three.recipient import EMAIL, MAIL_URI, is_for
from mock_backpack.openbadges.three.schema import MEMBER as SCHEMA
from mock_backpack.openbadges.three.schema import is_known

ENDPOINT = "POST /ims/ob/v3p0/credentials"
TAKEN, REFUSED = 201, 422
CREDENTIAL = "a JWS or a credential in JSON"
NOTHING = "this image contains no credential"
UNREAD = {
    "endorsement": "covered by the signature; the proofs of endorsements are not verified",
    "endorsementJwt": "covered by the signature; the signatures of endorsements are not verified",
    "evidence": "covered by the signature; what it links to is not fetched",
    "refreshService": "not used",
}
"""Members that this Backpack does not judge."""
LABELS = (*JSON_TYPES, TEXT, "application/vc+jwt", "application/jwt", "application/jose")
"""Media types under which a credential may be published."""


@frozen
class Read:
    """A credential that was read, and is not judged yet."""

    credential: Document
    token: Token | None = None
    text: str = ""
    """The JWS, when it is one."""
    url: str = ""


async def opinion_of(content: bytes, question: Question, fetcher: Fetcher) -> Opinion:
    """The opinion on the URL of a credential, a JWS, a credential as JSON, or a picture.

    Raises:
        ValueError: when the bytes are none of them, or the question is of another API.
    """
    if question.origin is not None:
        raise ValueError("--origin: expected with Backpack Connect only, where grants have one")
    with once():
        if is_picture(content):
            return await _of_picture("", content, question, fetcher)
        text = text_of(content)
        if web_url(text) is not None:
            return await _of_url(text, question, fetcher)
        if not looks_signed(text) and (why := flaw_of(text)):
            raise NoBadge(f"{quoted(text)}: {why}", "a URL or a JWS")
        return await _of_text(text, "", question, fetcher)


async def _of_url(url: str, question: Question, fetcher: Fetcher) -> Opinion:
    try:
        fetched = await fetcher.get("credential", url)
        content = content_of("credential", fetched)
        if is_picture(content):
            return await _of_picture(url, content, question, fetcher)
        opinion = await _of_text(text_of(content), url, question, fetcher)
    except InvalidBadge as error:
        return _nothing("credential", url, error.complaints, "there is no credential")
    except NoBadge as error:
        wrong = error.complaint("credential", CREDENTIAL)
        return _nothing("credential", url, (wrong,), "there is no credential")
    if fetched.content_type in LABELS:
        return opinion
    first, *others = opinion.inspection.looks
    note = f"Content-Type {fetched.content_type} instead of {JSON_TYPES[1]}, or {LABELS[-3]}"
    looks = (evolve(first, notes=(*first.notes, note)), *others)
    return evolve(opinion, inspection=evolve(opinion.inspection, looks=looks))


async def _of_picture(url: str, content: bytes, question: Question, fetcher: Fetcher) -> Opinion:
    try:
        opinion = await _of_text(unbaked(content, BAKING), "", question, fetcher)
    except InvalidBadge as error:
        return _nothing(PICTURE, url, error.complaints, NOTHING)
    except NoBadge as error:
        wrong = error.complaint(PICTURE, CREDENTIAL)
        return _nothing(PICTURE, url, (wrong,), NOTHING)
    return opinion.after(DocumentLook(PICTURE, url))


async def _of_text(text: str, url: str, question: Question, fetcher: Fetcher) -> Opinion:
    """The opinion on a JWS or on JSON.

    Raises:
        NoBadge: when it is neither.
    """
    if looks_signed(text):
        try:
            token = read_token(text)
            check_style(token)
        except InvalidBadge as error:
            answer = (REFUSED, f"invalid credential: {error}")
            look = DocumentLook("signature", url, complaints=error.complaints)
            return Opinion(Inspection(text, (look,)), *answer, ENDPOINT)
        return await _of_read(Read(token.credential, token, text, url), question, fetcher)
    try:
        credential = json_object("credential", text.encode())
    except InvalidBadge as error:
        raise no_badge(error) from error
    return await _of_read(Read(credential, url=url), question, fetcher)


async def _of_read(read: Read, question: Question, fetcher: Fetcher) -> Opinion:
    status, message = await _answer(Judge(fetcher, Clock()), read, question)
    judge = Judge(fetcher, Clock(), unasked="")
    complaints, skipped = await _complaints(judge, read)
    if not complaints:
        complaints = list(_misfits(read.credential, question.earner))
    with once() as seen:
        fetched = fetched_looks(seen, complaints)
    looks = [credential_look(read.credential, read.url, _about(complaints, "credential"))]
    if read.token is not None:
        looks.append(token_look(read.token, _about(complaints, "signature")))
    else:
        looks += await _proof_looks(judge, read.credential, _about(complaints, "proof"))
    notes = list(_notes(read.credential, skipped))
    if question.earner is not None and not complaints and not emails_in(read.credential):
        notes.append("its subject has no e-mail address, so the earner who pushes it is believed")
    looks[0] = evolve(looks[0], notes=tuple(notes))
    others = _rest([*looks, *fetched], complaints)
    return Opinion(
        Inspection(read.text or read.url, (*looks, *fetched, *others)), status, message, ENDPOINT
    )


async def _answer(judge: Judge, read: Read, question: Question) -> tuple[int, str]:
    """Status and message of the answer to a push."""
    try:
        pushed = judge.embedded(read.credential) if not read.text else judge.compact(read.text)
        verified = await pushed
    except InvalidBadge as error:
        return REFUSED, f"invalid credential: {error}"
    if question.earner is not None and not is_for(verified.emails, question.earner):
        return REFUSED, FOR_ANOTHER
    return TAKEN, "the credential is taken"


async def _complaints(judge: Judge, read: Read) -> tuple[list[Complaint], list[str]]:
    """Everything that is wrong; the steps that were not taken, because of what is wrong."""
    complaints: list[Complaint] = []
    skipped: list[str] = []
    for step in judge.steps(read.credential, read.token):
        wrong = {complaint.member for complaint in complaints if complaint.document == "credential"}
        if wrong.intersection(step.needs):
            skipped.append(step.part)
            continue
        try:
            await step.check()
        except InvalidBadge as error:
            complaints += [
                complaint for complaint in error.complaints if complaint not in complaints
            ]
    return complaints, skipped


async def _proof_looks(
    judge: Judge, credential: Document, complaints: list[Complaint]
) -> list[DocumentLook]:
    """The proofs; of several each is verified by itself, and one that verifies is enough."""
    proofs = [proof for proof in listed(credential.get("proof")) if isinstance(proof, dict)]
    if len(proofs) == 1:
        return [proof_look(proofs[0], complaints)]
    looks = []
    for proof in proofs[:MOST_PROOFS]:
        try:
            now = judge.clock.now()
            await judge.proofs.verify({**credential, "proof": proof}, issuer_of(credential), now)
        except InvalidBadge as error:
            look = proof_look(
                proof, [complaint for complaint in complaints if complaint in error.complaints]
            )
            notes = () if look.complaints else map("not verified: {}".format, error.complaints)
            looks.append(evolve(look, notes=tuple(notes)))
        except (KeyError, TypeError):  # without an issuer there is nobody who could have signed
            looks.append(proof_look(proof, []))
        else:
            looks.append(proof_look(proof, []))
    return looks


def _about(complaints: list[Complaint], document: str) -> list[Complaint]:
    return [complaint for complaint in complaints if complaint.document == document]


def _rest(looks: list[DocumentLook], complaints: list[Complaint]) -> list[DocumentLook]:
    """Looks at what has none of its own, such as the proof of a status list."""
    noted = {complaint for look in looks for complaint in look.complaints}
    rest = [complaint for complaint in complaints if complaint not in noted]
    names = dict.fromkeys(complaint.document for complaint in rest)
    return [DocumentLook(name, "", complaints=tuple(_about(rest, name))) for name in names]


def _misfits(credential: Document, earner: str | None) -> Iterator[Complaint]:
    """Why a credential is not for an earner."""
    if earner is None or is_for(emails_in(credential), earner):
        return
    subject = subject_of(credential)
    for number, entry in enumerate(listed(subject.get("identifier"))):
        if entry["identityType"] not in EMAIL:
            continue
        recipient = Recipient(entry["identityHash"], entry["hashed"], entry.get("salt"))
        place = f"{SUBJECT_AT}identifier[{number}].identityHash"
        if wrong := misfit(recipient, earner, place, quoted(earner)):
            yield evolve(wrong, document="credential")
    if str(subject.get("id", "")).lower().startswith(MAIL_URI):
        saw = quoted(subject["id"])
        yield Complaint("credential", f"{SUBJECT_AT}id", quoted(f"{MAIL_URI}{earner}"), saw)


def _notes(credential: Document, skipped: list[str]) -> Iterator[str]:
    if skipped:
        yield f"not judged, because of what is wrong here: {', '.join(skipped)}"
    subject = subject_of(credential)
    parts = [credential, credential.get("issuer"), subject]
    parts += [achievement_of(subject)] if isinstance(subject, dict) else []
    for member, words in UNREAD.items():
        if any(isinstance(part, dict) and member in part for part in parts):
            yield f"{member}: {words}"
    for entry in listed(credential.get(SCHEMA)):
        if isinstance(entry, dict) and not is_known(entry):
            yield f"{SCHEMA}: of type {quoted(entry.get('type'))}, which is not applied"


def _nothing(document: str, url: str, complaints: tuple[Complaint, ...], message: str) -> Opinion:
    look = DocumentLook(document, url, complaints=complaints)
    return Opinion(Inspection(url, (look,)), None, message, ENDPOINT)
