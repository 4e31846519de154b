"""The entries of a journal as JSON, spelled out once for all who look on."""

from weakref import WeakKeyDictionary

from mock_backpack.core.attempts import Attempt
from mock_backpack.core.backpack import Backpack
from mock_backpack.core.clients import Clients
from mock_backpack.core.entry import Entry
from mock_backpack.core.redaction import Redaction
from mock_backpack.core.strict_json import json_bytes


class Spelling:
    """Entries without the tokens of a Backpack, as long as the journal keeps them."""

    def __init__(self, backpack: Backpack, clients: Clients) -> None:
        self._redaction = Redaction(backpack, clients)
        self._texts: WeakKeyDictionary[Entry, bytes] = WeakKeyDictionary()

    def of(self, entry: Entry, attempt: Attempt) -> bytes:
        """An entry that is done; ``attempt`` is what it was when somebody first looked."""
        text = self._texts.get(entry)
        if text is None:
            text = self._texts[entry] = json_bytes(entry.to_wire(attempt, self._redaction))
        return text
