"""What the terms of a document mean: JSON-LD contexts, processed (JSON-LD 1.1 API, section 4)."""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

from attrs import define, evolve, field, frozen

from mock_backpack.openbadges.complaint import InvalidBadge, meaningless, quoted
from mock_backpack.openbadges.three.contexts import context_of, state_of

KEYWORDS = frozenset(
    {
        *("@base", "@container", "@context", "@default", "@direction", "@graph", "@id"),
        *("@import", "@included", "@index", "@json", "@language", "@list", "@nest", "@none"),
        *("@prefix", "@propagate", "@protected", "@reverse", "@set", "@type", "@value"),
        *("@version", "@vocab"),
    }
)
LIKE_KEYWORD = re.compile(r"@[A-Za-z]+")
ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S*")
PREFIX_ENDS = tuple(":/?#[]@")
OPTIONS = ("@version", "@vocab", "@language", "@protected", "@propagate")
"""Of a context, all that this mock reads beside terms."""
PARTS = ("@id", "@type", "@container", "@context", "@language", "@protected", "@prefix")
"""Of the definition of a term likewise."""
CONTAINERS = ("@set", "@list", "@graph", "@language", "@index")
MOST_CONTEXTS = 100
"""Contexts in one document."""
MOST_TERMS = 1_000
"""Terms that a context may define, and all contexts inside one document together."""
MOST_KEPT = 200
"""Contexts within contexts that are kept, once processed, for a list of shipped contexts."""
LONGEST_NAME = 100
"""Characters of a name whose meaning is kept."""
DEEPEST = 40
"""Terms that lean on each other in a row."""


@frozen(eq=False)
class Term:
    """What one term means."""

    iri: str | None
    """An IRI or a keyword; ``None`` when a context takes the term away."""
    type: str = ""
    container: tuple[str, ...] = ()
    language: str | None = ""
    """``""`` when nothing is said, ``None`` for none."""
    context: Any = None
    """A context for the values of the term, or for nodes of this type."""
    has_context: bool = False
    is_prefix: bool = False
    is_protected: bool = False

    def is_like(self, other: "Term") -> bool:
        """Whether both mean the same, protected or not."""
        mine, others = (
            (term.iri, term.type, term.container, term.language, term.has_context, term.is_prefix)
            for term in (self, other)
        )
        return mine == others and bool(self.context == other.context)


@define
class Kept:
    """How much is kept between documents: what they can make grow needs a bound."""

    count: int = 0

    def has_room(self) -> bool:
        """Whether one more may be kept, which is then counted."""
        self.count += 1
        return self.count <= MOST_KEPT


@define(eq=False)
class Terms:
    """An active context; nothing changes it."""

    defined: Mapping[str, Term] = field(factory=dict)
    vocab: str = ""
    language: str | None = None
    previous: "Terms | None" = None
    """What applies again in nodes further inside, when this came with a type."""
    age: int = 0
    """Which state of the contexts counts; see `contexts.state_of`."""
    _scoped: dict[tuple[Term, bool], "Terms"] = field(factory=dict, repr=False)
    _inner: dict[tuple[str, ...], "Terms"] = field(factory=dict, repr=False)
    _known: dict[str, str | None] = field(factory=dict, repr=False)
    _kept: Kept = field(factory=Kept, repr=False)

    def after(self, context: Any) -> "Terms":
        """The terms of a node that has a context of its own.

        Raises:
            InvalidBadge: when it is wrong.
        """
        parts = context if isinstance(context, list) else [context]
        if not all(isinstance(part, str) for part in parts):
            return Reading(self).of(context)
        urls = tuple(parts)  # for speed: endorsements have the contexts of their credential
        made = self._inner.get(urls)
        if made is None:
            made = evolve(Reading(self).of(context), **_nothing_known(self._kept))
            if self._kept.has_room():
                self._inner[urls] = made
        return made

    def within(self, term: Term) -> "Terms":
        """The terms in the values of a term that has a context of its own."""
        if not term.has_context:
            return self
        return self._through(term, of_type=False)

    def of_type(self, term: Term) -> "Terms":
        """The terms of a node of a type that has a context of its own."""
        return self._through(term, of_type=True)

    def _through(self, term: Term, *, of_type: bool) -> "Terms":
        key = (term, of_type)
        made = self._scoped.get(key)
        if made is None:
            reading = Reading(self, overrides=not of_type)
            made = reading.of(term.context)
            before = self if of_type and made.previous is None else made.previous
            made = evolve(made, previous=before, **_nothing_known(self._kept))
            if self._kept.has_room():
                self._scoped[key] = made
        return made

    def iri(self, name: str, *, is_term: bool) -> str | None:
        """What a name stands for; a relative IRI stays as it is, since documents have no base."""
        if not is_term:
            return self._iri(name, is_term=False)
        if name in self._known:
            return self._known[name]
        found = self._iri(name, is_term=True)
        if len(self._known) < MOST_TERMS and len(name) <= LONGEST_NAME:
            self._known[name] = found
        return found

    def _iri(self, name: str, *, is_term: bool) -> str | None:
        if name in KEYWORDS:
            return name
        if LIKE_KEYWORD.fullmatch(name):
            return None
        term = self.defined.get(name)
        if term is not None and (is_term or (term.iri or "").startswith("@")):
            return term.iri
        return _compact(name, self.defined.get) or (
            f"{self.vocab}{name}" if is_term and self.vocab and ":" not in name else name
        )


def _compact(name: str, find: Callable[[str], Term | None]) -> str:
    """The IRI of ``prefix:rest``, or an IRI as it is; ``""`` for anything else."""
    prefix, colon, rest = name.partition(":")
    if not colon or not prefix:
        return ""
    if prefix == "_" or rest.startswith("//"):
        return name
    term = find(prefix)
    if term is not None and term.iri and term.is_prefix:
        return f"{term.iri}{rest}"
    return name if ABSOLUTE.fullmatch(name) else ""


def _nothing_known(kept: Kept) -> dict[str, Any]:
    """The state of terms that were just made, and count with others."""
    return {"scoped": {}, "inner": {}, "known": {}, "kept": kept}


@lru_cache(32)  # for speed: issuers use the same few contexts, whose terms are then ready
def _shipped_terms(urls: tuple[str, ...], age: int) -> Terms:
    if not urls:
        return Terms(age=age)
    before = _shipped_terms(urls[:-1], age)
    return Reading(before).of(context_of(state_of(urls[-1], age)))


def terms_of(context: Any, age: int = 0) -> Terms:
    """The terms of a document, from its ``@context``.

    Raises:
        InvalidBadge: when a context is unknown or wrong, or redefines a protected term.
    """
    parts = context if isinstance(context, list) else [context]
    if len(parts) > MOST_CONTEXTS:
        raise wrong(f"at most {MOST_CONTEXTS} contexts", str(len(parts)))
    urls: list[str] = []
    for part in parts:
        if not isinstance(part, str):
            break
        urls.append(part)
    terms = _shipped_terms(tuple(urls), age)
    return Reading(terms).of(parts[len(urls) :])


def wrong(expected: str, saw: str, member: str = "") -> InvalidBadge:
    """The refusal of a context."""
    return meaningless("credential", f"@context{member}", expected, saw)


@define
class Reading:
    """Processes contexts, one after the other, over terms that are known already."""

    terms: Terms
    overrides: bool = False
    """Whether protected terms may be defined anew, as a context of a property may."""

    def of(self, context: Any) -> Terms:
        """The terms after a context.

        Raises:
            InvalidBadge: when it is wrong.
        """
        result = self.terms
        for part in context if isinstance(context, list) else [context]:
            match part:
                case None:
                    result = self._without(result)
                case str():
                    shipped = context_of(state_of(part, result.age))
                    result = Reading(result, self.overrides).of(shipped)
                case dict():
                    result = self._with(result, part)
                case _:
                    raise wrong("a URL, an object or null", quoted(part))
        return result

    def _without(self, before: Terms) -> Terms:
        if not self.overrides and any(term.is_protected for term in before.defined.values()):
            raise wrong("no null after contexts that protect their terms", "null")
        return Terms(age=before.age)

    def _with(self, before: Terms, context: Mapping[str, Any]) -> Terms:
        names = [name for name in context if not name.startswith("@")]
        for name in context.keys() - set(names):
            if name not in OPTIONS:
                known = ", ".join(OPTIONS)
                raise wrong(f"terms and {known}", f"{quoted(name)}, which this mock cannot read")
        if len(names) > MOST_TERMS:
            raise wrong(f"at most {MOST_TERMS} terms", str(len(names)))
        vocab, language = context.get("@vocab", before.vocab), before.language
        if "@language" in context:
            language = context["@language"]
        if not isinstance(vocab, str | None) or not isinstance(language, str | None):
            raise wrong("texts as @vocab and @language", quoted([vocab, language]))
        after = Terms(dict(before.defined), vocab or "", language, before.previous, before.age)
        defining = Defining(context, before, after, self.overrides)
        if vocab and vocab != before.vocab:
            after.vocab = defining.name_of(vocab) or vocab
        for name in names:
            defining.define(name)
        if context.get("@propagate") is False and after.previous is None:
            after.previous = before
        return after


@define
class Defining:
    """The terms of one context while they are defined; each may lean on others."""

    context: Mapping[str, Any]
    before: Terms
    after: Terms
    overrides: bool
    done: dict[str, bool] = field(factory=dict)
    depth: int = 0

    def define(self, name: str) -> None:
        """Define a term, unless that is done.

        Raises:
            InvalidBadge: when its definition is wrong, leans on itself, or it is protected.
        """
        if name in self.done:
            if not self.done[name]:
                raise wrong("terms that do not lean on themselves", quoted(name), f".{name}")
            return
        self.done[name] = False
        self.depth += 1
        if self.depth > DEEPEST:
            raise wrong(f"at most {DEEPEST} terms that lean on each other", "more", f".{name}")
        old = self.before.defined.get(name)
        defined: dict[str, Term] = self.after.defined  # type: ignore[assignment] # ours, still growing
        defined.pop(name, None)
        term = self._term(name, self.context[name])
        if old is not None and old.is_protected and not self.overrides:
            if not term.is_like(old):
                expected = "terms that no earlier context protects"
                raise wrong(expected, f"{quoted(name)} with another meaning", f".{name}")
            term = old
        defined[name] = term
        self.done[name] = True
        self.depth -= 1

    def _term(self, name: str, value: Any) -> Term:
        is_simple = isinstance(value, str)
        parts = {"@id": value} if value is None or is_simple else value
        if not isinstance(parts, dict) or not name:
            raise wrong("a text, an object or null for a term", quoted(value), f".{name}")
        if unread := [part for part in parts if part not in PARTS]:
            saw = f"{quoted(unread[0])}, which this mock cannot read"
            raise wrong(f"{', '.join(PARTS)} in a term", saw, f".{name}")
        iri = self._iri_of(name, parts)
        return Term(
            iri,
            self._type_of(name, parts.get("@type")),
            self._container_of(name, parts.get("@container")),
            parts.get("@language", ""),
            parts.get("@context"),
            has_context="@context" in parts,
            is_prefix=bool(parts.get("@prefix"))
            or (is_simple and ":" not in name and (iri or "").endswith(PREFIX_ENDS)),
            is_protected=bool(parts.get("@protected", self.context.get("@protected", False))),
        )

    def _iri_of(self, name: str, parts: Mapping[str, Any]) -> str | None:
        if "@id" in parts and parts["@id"] != name:
            given = parts["@id"]
            if given is None:
                return None
            iri = self.name_of(given) if isinstance(given, str) else None
            if iri is None or (":" not in iri and iri not in KEYWORDS):
                raise wrong("an absolute IRI or a keyword", quoted(given), f".{name}")
            return iri
        if compact := _compact(name, self._find):
            return compact
        if self.after.vocab:
            return f"{self.after.vocab}{name}"
        raise wrong("an IRI as @id", "none", f".{name}")

    def _type_of(self, name: str, given: Any) -> str:
        if given is None:
            return ""
        iri = self.name_of(given) if isinstance(given, str) else None
        if iri not in ("@id", "@vocab", "@json", "@none") and not ABSOLUTE.fullmatch(iri or ""):
            raise wrong("an absolute IRI as @type", quoted(given), f".{name}")
        return str(iri)

    def _container_of(self, name: str, given: Any) -> tuple[str, ...]:
        listed = given if isinstance(given, list) else [given]
        known = tuple(part for part in listed if part in CONTAINERS)
        if given is not None and len(known) != len(listed):
            saw = f"{quoted(given)}, which this mock cannot read"
            raise wrong(f"a @container of {', '.join(CONTAINERS)}", saw, f".{name}")
        return known

    def name_of(self, name: str) -> str | None:
        """The IRI of a name in this context, whose terms are defined when they are needed."""
        if name in KEYWORDS:
            return name
        if LIKE_KEYWORD.fullmatch(name):
            return None
        term = self._find(name)
        if term is not None:
            return term.iri
        if compact := _compact(name, self._find):
            return compact
        return f"{self.after.vocab}{name}" if self.after.vocab else name

    def _find(self, name: str) -> Term | None:
        if name in self.context and not name.startswith("@"):
            self.define(name)
        return self.after.defined.get(name)


def types_in(names: Iterable[Any]) -> list[str]:
    """The texts of a ``type``, in the order in which their contexts apply."""
    return sorted(name for name in names if isinstance(name, str))
