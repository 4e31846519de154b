"""The page of ``issue.html``, each with one mistake; the verdict names the requirement.

``python press.py NAME`` uses the page with this mistake.
"""

from typing import Any

from server import ASKING_PAGE, Site

CALL = "OpenBadges.issue(waiting, answered);"
START = "function answered(errors, successes) {"
THANKS = f"{START}\n  status.textContent = 'Thank you.';"
END = "  const kept ="


def changed(right: str, wrong: str) -> str:
    """The page with another text in place of one that it has."""
    if right not in ASKING_PAGE:
        raise ValueError(f"issue.html has no {right!r}")
    return ASKING_PAGE.replace(right, wrong)


class PassesAString(Site):
    """A single URL instead of an array."""

    asking = changed("issue(waiting,", "issue(waiting[0],")


class PassesObjects(Site):
    """Objects with the URL instead of the URL."""

    asking = changed("issue(waiting,", "issue(waiting.map((url) => ({ url })),")


class PassesPaths(Site):
    """URLs relative to the page: no Backpack can resolve them."""

    asking = changed("issue(waiting,", "issue(waiting.map((url) => new URL(url).pathname),")


class ServesHtml(Site):
    """The framework labels everything as HTML."""

    label = "text/html"


class OffersTheBadgeClass(Site):
    """The URL of the badge instead of its assertion."""

    asking = changed("issue(waiting,", "issue(waiting.map((url) => new URL('/badge', url).href),")


class HashesAnotherAddress(Site):
    """The account's address instead of the one of the Backpack."""

    def identity(self, earner: str) -> dict[str, Any]:
        return super().identity(f"account+{earner}")


class ShowsTheAddress(Site):
    """The recipient is not hashed."""

    def identity(self, earner: str) -> dict[str, Any]:
        return {"recipient": earner, "salt": "", "type": "email", "hashed": False}


class NamesUrlsAfterEarners(Site):
    """The address of the earner is in the URL of the assertion."""

    folder = "/earners/ada@example.org"


class ReadsTheFirstError(Site):
    """The callback expects an error."""

    asking = changed(END, f"  console.log(errors[0].reason);\n{END}")


class ReadsTheFirstSuccess(Site):
    """The callback expects a success."""

    asking = changed(START, f"{THANKS}\n  console.log(successes[0].length);")


class LacksWords(Site):
    """The page has no words for one of the reasons."""

    asking = (
        changed(', INVALID: "not valid for you"', "")
        .replace("refused[error.reason]}", "refused[error.reason].trim()}")
        .replace(START, THANKS)
    )


class RetriesWhatExists(Site):
    """EXISTS is taken for an error, and tried again."""

    asking = changed(
        END, f"  if (there.length) OpenBadges.issue(there.map((e) => e.assertion));\n{END}"
    )


class AsksAgain(Site):
    """A badge that the earner refused is offered again at once."""

    asking = changed(
        END,
        "  const denied = errors.filter((error) => error.reason === 'DENIED');\n"
        f"  if (denied.length) OpenBadges.issue(denied.map((e) => e.assertion));\n{END}",
    )


class CannotBeClosed(Site):
    """A dialog that the earner closes opens again."""

    asking = changed(
        CALL,
        f"{CALL}\n  document.querySelector('dialog').addEventListener('close', () => "
        "status.textContent.includes('waiting') && OpenBadges.issue(waiting, answered));",
    )


class NeverGivesUp(Site):
    """What cannot be fetched is offered again, five times."""

    asking = changed(
        END,
        "  const gone = errors.filter((error) => error.reason === 'INACCESSIBLE');\n"
        "  window.tries = (window.tries || 0) + 1;\n"
        "  if (gone.length && window.tries <= 5)"
        f" return OpenBadges.issue(gone.map((e) => e.assertion), answered);\n{END}",
    )


class CallsForEachBadge(Site):
    """Each badge gets a dialog of its own, all at once."""

    asking = changed(CALL, "waiting.forEach((url) => OpenBadges.issue([url], answered));")


class IsImpatient(Site):
    """A second without an answer leads to another call."""

    asking = changed(
        CALL,
        f"{CALL}\n  setTimeout(() => status.textContent.includes('waiting')"
        " && OpenBadges.issue(waiting, answered), 1000);",
    )


class WaitsForTheCallback(Site):
    """The page calls again only after the callback."""

    asking = changed(CALL, f"if (window.isAsking) return;\n  window.isAsking = true;\n  {CALL}")


class DisablesTheButton(Site):
    """The button stays disabled until the callback."""

    asking = changed(CALL, f"document.getElementById('add').disabled = true;\n  {CALL}")


MISTAKES: dict[str, tuple[type[Site], str, str]] = {
    "string": (PassesAString, "BC-PAGE-01", "accepted"),
    "objects": (PassesObjects, "BC-PAGE-01", "accepted"),
    "paths": (PassesPaths, "BC-PAGE-01", "accepted"),
    "served-as-html": (ServesHtml, "BC-PAGE-02", "accepted"),
    "badge-class": (OffersTheBadgeClass, "BC-PAGE-02", "accepted"),
    "another-address": (HashesAnotherAddress, "BC-PAGE-03", "accepted"),
    "plain-address": (ShowsTheAddress, "BC-PAGE-04", "accepted"),
    "address-in-url": (NamesUrlsAfterEarners, "BC-PAGE-04", "accepted"),
    "first-error": (ReadsTheFirstError, "BC-PAGE-05", "accepted"),
    "first-success": (ReadsTheFirstSuccess, "BC-PAGE-05", "refused"),
    "no-words": (LacksWords, "BC-PAGE-05", "one-not-theirs"),
    "exists-is-an-error": (RetriesWhatExists, "BC-PAGE-06", "one-exists"),
    "asks-again": (AsksAgain, "BC-PAGE-07", "refused"),
    "cannot-be-closed": (CannotBeClosed, "BC-PAGE-07", "closed"),
    "for-ever": (NeverGivesUp, "BC-PAGE-08", "one-unreachable"),
    "one-call-each": (CallsForEachBadge, "BC-PAGE-09", "accepted"),
    "impatient": (IsImpatient, "BC-PAGE-09", "logged-out"),
    "waits-for-the-callback": (WaitsForTheCallback, "BC-PAGE-10", "closed"),
    "disabled-button": (DisablesTheButton, "BC-PAGE-10", "closed"),
}
"""By name: the site, the requirement that it breaks, the situation that shows it."""
