"""The walk from an assertion along its links, for all that is wrong with any of them."""

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import define, evolve, field

from mock_backpack.issuer.drift import drift
from mock_backpack.issuer.looks import Document, Look
from mock_backpack.judge import members, signature
from mock_backpack.judge.complaint import Complaint, InvalidBadge, seen
from mock_backpack.judge.fetch import Fetched, Fetcher, is_good, json_object
from mock_backpack.judge.images import is_badge_image
from mock_backpack.judge.members import Member, is_hash
from mock_backpack.judge.times import unix_seconds
from mock_backpack.origin import origin_of, web_url
from mock_backpack.parameters import JSON


@define
class Walk:
    """From the assertion along its links; nothing that is wrong ends it where one can go on."""

    fetcher: Fetcher
    now: float
    looks: list[Look] = field(factory=list)

    def add(
        self,
        document: str,
        url: str,
        complaints: list[Complaint],
        value: Document | None = None,
        table: Mapping[str, Member] | None = None,
    ) -> None:
        """Remember a look."""
        self.looks.append(Look(document, url, value, table or {}, tuple(complaints)))

    async def pushed(self, pushed: str) -> None:
        """A URL or a JWS."""
        if signature.looks_signed(pushed):
            await self.signed(pushed)
        elif web_url(pushed) is not None:
            await self.hosted(pushed)
        else:
            expected = "an absolute http(s) URL or a compact JWS"
            self.add("badge", "", [_whole("badge", expected, pushed)])

    async def hosted(self, url: str) -> None:
        """An assertion at its URL: fetched twice and asked for by HEAD."""
        complaints: list[Complaint] = []
        first = await self._got("assertion", url, complaints)
        if first is None:
            self.add("assertion", url, complaints)
            return
        second = await self._got("assertion", url, complaints)
        complaints += drift(first.content, second.content) if second else []
        complaints += await self._head("assertion", url)
        complaints += _type("assertion", first)
        value = self._read("assertion", first, complaints)
        if value is None:
            self.add("assertion", url, complaints)
        else:
            await self.assertion(value, url, complaints)

    async def signed(self, pushed: str) -> None:
        """An assertion in a JWS."""
        try:
            assertion = signature.unverified_payload(pushed)
        except InvalidBadge as error:
            self.add("signature", "", list(error.complaints))
            return
        await self.assertion(assertion, "", [])
        await self._key(pushed, assertion)

    async def assertion(self, assertion: Document, url: str, complaints: list[Complaint]) -> None:
        """What an assertion says, and what it links to; ``url`` is ``""`` for a signed one."""
        if isinstance(assertion.get("badge"), dict):
            await self._flat(assertion, url, complaints)
            return
        table = members.ASSERTION
        complaints += [*_wrong("assertion", assertion, table), *self._said(assertion)]
        if url:
            complaints += _kind(assertion, "hosted")
        self.add("assertion", url, complaints, assertion, table)
        if url:
            await self._copy(assertion, url)
        await self._image("assertion image", assertion.get("image"))
        badge_class = await self._linked("badge class", assertion.get("badge"), members.BADGE_CLASS)
        if badge_class is None:
            return
        await self._image("badge class image", badge_class.get("image"))
        await self._linked("issuer", badge_class.get("issuer"), members.ISSUER)
        self._check_origin(url)

    def _said(self, assertion: Document) -> Iterator[Complaint]:
        recipient = assertion.get("recipient")
        if isinstance(recipient, dict) and recipient.get("hashed") is True:
            identity = recipient.get("identity")
            if not is_hash(identity):
                yield Complaint("assertion", "recipient.identity", "alg$hex", seen(identity))
        yield from self._expiry(assertion)

    def _expiry(self, assertion: Document) -> Iterator[Complaint]:
        expires = assertion.get("expires")
        if members.is_time(expires) and unix_seconds(expires) <= self.now:  # type: ignore[arg-type]
            yield Complaint("assertion", "expires", "a time to come", seen(expires))

    async def _flat(self, assertion: Document, url: str, complaints: list[Complaint]) -> None:
        table = members.ASSERTION_05
        complaints += [*_wrong("assertion", assertion, table), *self._expiry(assertion)]
        issuer = assertion["badge"].get("issuer")
        origin = str(issuer.get("origin")) if isinstance(issuer, dict) else ""
        if url and members.is_origin(origin) and origin_of(origin) != origin_of(url):
            place = "badge.issuer.origin"
            complaints.append(Complaint("assertion", place, origin_of(url), seen(origin)))
        self.add("assertion", url, complaints, assertion, table)
        image = assertion["badge"].get("image")
        if members.is_origin(origin) and members.is_url_or_path(image):
            at = origin_of(origin) + image if image.startswith("/") else image
            await self._image("badge image", at)

    async def _copy(self, assertion: Document, url: str) -> None:
        verify = assertion.get("verify")
        at = verify.get("url") if isinstance(verify, dict) else None
        if at == url or web_url(at) is None:
            return
        name = "assertion at verify.url"
        complaints: list[Complaint] = []
        fetched = await self._got(name, str(at), complaints)
        value = self._read(name, fetched, complaints) if fetched else None
        if value is not None and value != assertion:
            expected = f"the same assertion as at {url}"
            complaints.append(Complaint("assertion", "verify.url", expected, seen(at)))
        self.add(name, str(at), complaints, value)

    async def _linked(self, name: str, url: Any, table: Mapping[str, Member]) -> Document | None:
        if web_url(url) is None:
            return None  # the document that links here has been blamed
        complaints: list[Complaint] = []
        fetched = await self._got(name, url, complaints)
        value = self._read(name, fetched, complaints) if fetched else None
        complaints += _wrong(name, value, table) if value is not None else []
        self.add(name, url, complaints, value, table)
        return value

    async def _image(self, name: str, url: Any) -> None:
        if not members.is_image(url):
            return
        complaints: list[Complaint] = []
        try:
            content = await self.fetcher.image(name, url)
        except InvalidBadge as error:
            complaints += error.complaints
        else:
            if not is_badge_image(content):
                complaints.append(_whole(name, "a PNG or an SVG", content[:16]))
        self.add(name, url, complaints)

    async def _key(self, pushed: str, assertion: Document) -> None:
        verify = assertion.get("verify")
        at = verify.get("url") if isinstance(verify, dict) else None
        complaints = list(_kind(assertion, "signed"))
        if web_url(at) is not None:
            fetched = await self._got("key", str(at), complaints)
            try:
                if fetched is not None:
                    signature.verify(pushed, fetched.content)
            except InvalidBadge as error:
                complaints += error.complaints
        self.add("key", str(at or ""), complaints)

    def _check_origin(self, url: str) -> None:
        """The issuer must be the site that serves the assertion."""
        last = self.looks[-1]
        claimed = last.value.get("url") if last.document == "issuer" and last.value else None
        if not url or web_url(claimed) is None or origin_of(str(claimed)) == origin_of(url):
            return
        expected = f"a URL of the site that serves the assertion, {origin_of(url)}"
        wrong = Complaint("issuer", "url", expected, seen(claimed))
        self.looks[-1] = evolve(last, complaints=(*last.complaints, wrong))

    async def _got(self, name: str, url: str, complaints: list[Complaint]) -> Fetched | None:
        """What a URL gives; why it gives nothing good is added to the complaints."""
        try:
            fetched = await self.fetcher.get(name, url)
        except InvalidBadge as error:
            complaints += error.complaints
            return None
        if not is_good(fetched.status):
            complaints.append(_whole(name, f"200 from {url}", str(fetched.status)))
            return None
        return fetched

    async def _head(self, name: str, url: str) -> list[Complaint]:
        try:
            fetched = await self.fetcher.get(name, url, "HEAD")
        except InvalidBadge as error:
            return [_whole(name, "an answer to HEAD as to GET", error.complaints[0].saw)]
        if is_good(fetched.status):
            return []
        return [_whole(name, "200 for HEAD as for GET", str(fetched.status))]

    def _read(self, name: str, fetched: Fetched, complaints: list[Complaint]) -> Document | None:
        try:
            return json_object(name, fetched.content)
        except InvalidBadge as error:
            complaints += error.complaints
            return None


def _wrong(name: str, value: Document, table: Mapping[str, Member]) -> list[Complaint]:
    return members.complaints(name, value, table)


def _kind(assertion: Document, kind: str) -> Iterator[Complaint]:
    verify = assertion.get("verify")
    said = verify.get("type") if isinstance(verify, dict) else None
    if said in ("hosted", "signed") and said != kind:
        yield Complaint("assertion", "verify.type", repr(kind), seen(said))


def _type(name: str, fetched: Fetched) -> Iterator[Complaint]:
    if fetched.content_type != JSON and not fetched.content_type.endswith("+json"):
        yield _whole(name, f"Content-Type {JSON}", fetched.content_type)


def _whole(document: str, expected: str, saw: object) -> Complaint:
    return Complaint(document, "", expected, seen(saw))
