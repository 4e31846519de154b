"""The current HTML of a page in Chromium, with invisible elements marked as hidden."""

from typing import TYPE_CHECKING

from attrs import define, field
from bs4 import Tag

from conformance.target.pages.forms import Page

if TYPE_CHECKING:
    from playwright.async_api import ElementHandle, Frame
    from playwright.async_api import Page as Tab

MARK = "data-backpack-conformance"
TAKE = """mark => {
  const closed = 'details:not([open])';
  const folded = element => element.parentElement && element.parentElement.closest(closed);
  const isVisible = element => {
    const fold = folded(element);
    const visible = () => element.checkVisibility({visibilityProperty: true});
    return fold ? isVisible(fold) : visible() || [...element.children].some(isVisible);
  };
  const all = root => [root, ...root.querySelectorAll('*')];
  const root = document.documentElement, copy = root.cloneNode(true), copies = all(copy);
  const elements = window[Symbol.for(mark)] = [];
  const used = 'form,button,input,select,textarea,a,[role=button],[onclick],tr,li,dialog,div';
  all(root).forEach((element, index) => {
    if (!element.matches(used)) return;
    copies[index].setAttribute(mark, elements.push(element) - 1);
    if (!element.matches('input,select,textarea') && !isVisible(element))
      copies[index].setAttribute('hidden', '');
  });
  return copy.outerHTML;
}"""
GIVE = """([mark, index]) => {
  const element = (window[Symbol.for(mark)] || [])[index];
  const fold = node => node && node.closest('details');
  for (let details = fold(element); details; details = fold(details.parentElement))
    details.open = true;
  return element || null;
}"""


@define
class PageSnapshot:
    """A page, and a mapping from its elements to those in the browser."""

    tab: "Tab | Frame"
    page: Page
    numbers: dict[int, int] = field(factory=dict)
    """From the ``id()`` of a parsed element to its number in the browser."""

    @classmethod
    async def take(cls, tab: "Tab | Frame") -> "PageSnapshot":
        """The page that a tab or a frame shows; an empty page during navigation."""
        from playwright.async_api import Error  # noqa: PLC0415 - an extra

        try:
            html = await tab.evaluate(TAKE, MARK)
        except Error:
            html = ""
        page = Page.of_text(tab.url, html)
        numbers = {
            id(element): int(str(element.attrs.pop(MARK)))
            for element in page.soup.select(f"[{MARK}]")
        }
        return cls(tab, page, numbers)

    async def element(self, tag: Tag) -> "ElementHandle | None":
        """The element in the browser; ``None`` if the page was closed or left."""
        number = self.numbers.get(id(tag))
        if number is None:
            return None
        return (await self.tab.evaluate_handle(GIVE, [MARK, number])).as_element()
