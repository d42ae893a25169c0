"""The page as a test drives it: opens links, moves controls, waits for paint, reads what is shown."""

from playwright.sync_api import Page, Request

PAINTED = """(action) => new Promise((done, failed) => {
  setTimeout(() => failed(new Error('nothing was painted')), 15000);
  document.querySelector('.explorer').addEventListener('painted',
    (event) => requestAnimationFrame(() => setTimeout(() => done(event.detail), 0)), { once: true });
  %s
})"""


class ExplorerPage:
    """Wraps a Playwright page and collects console errors, page errors and outside requests."""

    def __init__(self, page: Page, url: str):
        self.page, self.url = page, url
        self.problems: list[str] = []
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.problems.append(f"page error: {error}"))
        page.on("request", self._on_request)

    def _on_console(self, message):
        # The browser itself reports an answer that refuses bad input; the page shows the message.
        if message.type in ("error", "warning") and "422" not in message.text:
            self.problems.append(f"console {message.type}: {message.text}")

    def _on_request(self, request: Request):
        if not request.url.startswith((self.url, "data:", "blob:", "about:")):
            self.problems.append(f"outside request: {request.url}")

    def open(self, link: str = "", query: str = "") -> "ExplorerPage":
        """Opens a link in a fresh document and waits until it is painted."""
        self.page.goto("about:blank")
        self.page.goto(self.url + query + (f"#{link}" if link else ""))
        self.page.wait_for_selector('.explorer[aria-busy="false"]')
        return self

    def after(self, script: str) -> dict:
        """Runs JavaScript that changes something; returns the state that was painted next."""
        return self.page.evaluate(PAINTED % script)

    def slide(self, field: str, value) -> dict:
        """Moves a slider; returns the painted state."""
        return self.after(
            f"const slider = document.getElementById('field-{field}'); slider.value = {value!r};"
            "slider.dispatchEvent(new Event('input', { bubbles: true }));"
        )

    def type(self, field: str, text: str):
        """Types into a field's box and leaves it, without waiting."""
        box = self.page.locator(f'[data-field="{field}"] input[type="text"]').first
        box.fill(text)
        box.press("Tab")

    def link(self) -> str:
        """The link in the address bar, without the #."""
        return self.page.evaluate("location.hash.slice(1)")
