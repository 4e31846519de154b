"""A page as it stands in Chromium, as HTML: what is not visible is marked as hidden in it."""

from typing import TYPE_CHECKING

from attrs import define, field
from bs4 import Tag

from conformance.target.pages.forms import Page

if TYPE_CHECKING:
    from playwright.async_api import ElementHandle
    from playwright.async_api import Page as Tab

MARK = "data-backpack-conformance"
TAKE = """mark => {
  const folded = one => one.parentElement && one.parentElement.closest('details:not([open])');
  const seen = one => {
    const fold = folded(one);
    const visible = () => one.checkVisibility({visibilityProperty: true});
    return fold ? seen(fold) : visible() || [...one.children].some(seen);
  };
  const all = root => [root, ...root.querySelectorAll('*')];
  const root = document.documentElement, copy = root.cloneNode(true), copies = all(copy);
  const kept = window[Symbol.for(mark)] = [];
  const used = 'form,button,input,select,textarea,a,[role=button],[onclick],tr,li,dialog,div';
  all(root).forEach((one, at) => {
    if (!one.matches(used)) return;
    copies[at].setAttribute(mark, kept.push(one) - 1);
    if (!one.matches('input,select,textarea') && !seen(one)) copies[at].setAttribute('hidden', '');
  });
  return copy.outerHTML;
}"""
GIVE = """([mark, at]) => {
  const one = (window[Symbol.for(mark)] || [])[at];
  for (let fold = one && one.closest('details'); fold; fold = fold.parentElement.closest('details'))
    fold.open = true;
  return one || null;
}"""


@define
class PageSnapshot:
    """A page, and the way from its elements to those in the browser."""

    tab: "Tab"
    page: Page
    numbers: dict[int, int] = field(factory=dict)
    """From the identity of an element of the page to its number in the browser."""

    @classmethod
    async def take(cls, tab: "Tab") -> "PageSnapshot":
        """The page that a tab shows; an empty one while it is on its way to another."""
        from playwright.async_api import Error  # noqa: PLC0415 - an extra

        try:
            html = await tab.evaluate(TAKE, MARK)
        except Error:
            html = ""
        page = Page.of_text(tab.url, html)
        numbers = {id(one): int(str(one.attrs.pop(MARK))) for one in page.soup.select(f"[{MARK}]")}
        return cls(tab, page, numbers)

    async def element(self, found: Tag) -> "ElementHandle | None":
        """The element in the browser; ``None`` when the page is no longer there."""
        number = self.numbers.get(id(found))
        if number is None:
            return None
        return (await self.tab.evaluate_handle(GIVE, [MARK, number])).as_element()
