"""The page as a test drives it: opens links, moves controls, waits until they are painted."""

import base64
import re
from collections.abc import Callable

import numpy as np
from playwright.sync_api import CDPSession, Locator, Page, Request

from explorer.link import read_link
from explorer.schema import FIELDS

# Whether Plotly has taken over each heatmap that was painted on a canvas.
PLOTTED = """![...document.querySelectorAll('#pages .heatmap-plate:not([hidden])')].some(
  (plate) => plate.checkVisibility())"""

# Plotly draws what is painted once it rests; the numbers of a heatmap are read from it.
SETTLED = f"""const settled = (detail, then) => {{
    requestAnimationFrame(() => setTimeout(() =>
      {PLOTTED} ? then(detail) : settled(detail, then)));
  }};"""

# Gradio's line plots name an older version of their library than the one that draws them.
PLOT_VERSION = re.compile(r"WARN The input spec uses Vega-Lite v[\d.]+, but the current version")
# It says of a machine that is busy with tests that Gradio mounts the page late, and no more.
LATE = re.compile(r"warning: .*/explorer/styles.css was preloaded using link preload but not used")
# Gradio's list of options, where it gets fewer of them: a fault of its own that leaves it at work.
FEWER_CHOICES = re.compile(r"TypeError: .*reading '0'\)\n +at http.*/assets/Index-[^\n/]*\n")
VIEW = re.compile(r"/explorer/view(\?|$)")  # addresses of views

# A page paints a view anew where its room changes: that is the same state, no other that equals it.
# While it is busy it has painted coarse maps, whose exact values are on their way.
PAINTED = """(action) => new Promise((done, failed) => {
  SETTLED
  setTimeout(() => failed(new Error('nothing was painted')), 15000);
  const explorer = document.querySelector('.explorer');
  explorer.addEventListener('painted', function painted({ detail }) {
    if (detail === window.lastPainted || explorer.getAttribute('aria-busy') === 'true') return;
    explorer.removeEventListener('painted', painted);
    window.lastPainted = detail;
    settled(detail, done);
  });
  %s
})""".replace("SETTLED", SETTLED)

# Opens a link, past what another test had under way; ends with the paint of the link's own state.
SHOWN = """([hash, wanted]) => new Promise((done, failed) => {
  SETTLED
  setTimeout(() => failed(new Error('the link was not painted')), 15000);
  const pairs = Object.entries(wanted);
  const isWanted = (state) => pairs.every(([name, value]) => state[name] === value);
  const explorer = document.querySelector('.explorer');
  explorer.addEventListener('painted', function painted({ detail }) {
    if (!isWanted(detail) || explorer.getAttribute('aria-busy') === 'true') return;
    explorer.removeEventListener('painted', painted);
    window.lastPainted = detail;
    settled(detail, done);
  });
  history.replaceState(null, '', location.pathname + hash);
  dispatchEvent(new HashChangeEvent('hashchange', { newURL: location.href }));
})""".replace("SETTLED", SETTLED)

LISTEN = """() => {
  SETTLED
  const seen = {}, explorer = document.querySelector('.explorer');
  explorer.addEventListener('painted', function painted({ detail }) {
    if (detail === window.lastPainted || explorer.getAttribute('aria-busy') === 'true') return;
    explorer.removeEventListener('painted', painted);
    window.lastPainted = detail;
    settled(detail, () => { seen.state = detail; });
  });
  return seen;
}""".replace("SETTLED", SETTLED)

# The numbers of a heatmap as Plotly holds them, row by row, as base64 of float32.
VALUES = """(host) => {
  const rows = host.querySelector('.heatmap-plot').data[0].z, width = rows[0].length;
  const all = new Float32Array(rows.length * width);
  rows.forEach((row, at) => all.set(row, at * width));
  const bytes = new Uint8Array(all.buffer);
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192)
    text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return [rows.length, width, btoa(text)];
}"""

# Where a cell of a heatmap stands in the window.
CELL = """(host, [x, y]) => {
  host.scrollIntoView({ block: 'center' });
  const plot = host.querySelector('.heatmap-plot'), { xaxis, yaxis } = plot._fullLayout;
  const box = plot.getBoundingClientRect();
  return [box.left + xaxis._offset + xaxis.l2p(x), box.top + yaxis._offset + yaxis.l2p(y)];
}"""

# Pixels of every canvas on the page, with its name, as a hash (FNV-1a of 32 bits at a time).
PIXELS = """() => [...document.querySelectorAll('.explorer canvas')]
  .filter((canvas) => canvas.checkVisibility()).map((canvas) => {
  const { width, height } = canvas, copy = new OffscreenCanvas(width || 1, height || 1);
  const context = copy.getContext('2d', { willReadFrequently: true });
  if (width && height) context.drawImage(canvas, 0, 0);
  const pixels = new Uint32Array(context.getImageData(0, 0, copy.width, copy.height).data.buffer);
  let hash = 0x811c9dc5;
  for (const pixel of pixels) hash = Math.imul(hash ^ pixel, 0x01000193);
  return [canvas.closest('[data-stage]')?.dataset.stage ?? canvas.className,
          `${width}x${height}:${hash >>> 0}`]; })"""

# Clears what the page keeps in the browser.
FORGET = """() => new Promise((done) => {
  localStorage.clear();
  indexedDB.deleteDatabase('explorer-weights').onsuccess = () => done();
})"""

SHEET_OPENER = ".explorer:has(#sidebar:not(.open)) #dock-all-controls"
CLOSED_FOLDS = ".sidebar .gr-accordion > button.label-wrap:not(.open)"

# The original generator with fresh weights; an address without a link opens the trained one.
PLAIN = "weights=untrained"


class ExplorerPage:
    """Wraps a Playwright page; collects all console messages, page errors, outside requests."""

    def __init__(self, page: Page, url: str):
        self._page, self.url = page, url
        self.left_over = False  # whether another test's view is still shown
        self.problems: list[str] = []
        self._debugger: CDPSession | None = None  # by which its scripts are stopped
        page.on("console", self._on_console)
        page.on("pageerror", self._on_error)
        self._views = 0  # requests for views under way
        page.on("request", self._on_request)
        for ended in ("requestfinished", "requestfailed"):
            page.on(ended, lambda request: self._count(request, -1))

    @property
    def page(self) -> Page:
        """The Playwright page; what another test left on it is replaced by the default view."""
        if self.left_over:
            self.show()
        return self._page

    def _on_error(self, error):
        if not FEWER_CHOICES.match(error.stack):
            self.problems.append(f"page error: {error.stack}")

    def _on_console(self, message):
        told = f"{message.type}: {message.text}"
        if not PLOT_VERSION.match(message.text) and not LATE.match(told):
            self.problems.append(f"console {told}")

    def _count(self, request: Request, change: int):
        self._views += change * bool(VIEW.search(request.url))

    def _on_request(self, request: Request):
        self._count(request, 1)
        if not request.url.startswith((self.url, "data:", "blob:", "about:")):
            self.problems.append(f"outside request: {request.url}")

    def open(self, link: str = PLAIN, query: str = "") -> "ExplorerPage":
        """Opens a link in a fresh document and waits until it is painted."""
        self.page.goto("about:blank")
        self.page.goto(self.url + query + (f"#{link}" if link else ""))
        self.settle()
        return self

    def settle(self):
        """Waits until the exact values are there, and Plotly has drawn them."""
        self.page.wait_for_selector('.explorer[aria-busy="false"]')
        self.page.wait_for_function(PLOTTED)

    def leave(self):
        """Closes the document; the next that is opened finds nothing that it stored."""
        self.page.unroute_all()
        if self.page.url.startswith(self.url):
            self.page.evaluate(FORGET)
        self.page.goto("about:blank")

    def rest(self):
        """Stops its scripts: frame by frame, a page takes a twelfth of a core as it lies open."""
        if self._debugger is None:
            self._debugger = self._page.context.new_cdp_session(self._page)
            self._debugger.send("Debugger.enable")
            self._debugger.send("Debugger.pause")

    def go_on(self):
        """The inverse of `rest`."""
        if self._debugger is not None:
            self._debugger.send("Debugger.disable")
            self._debugger.detach()
            self._debugger = None

    def after(self, script: str) -> dict:
        """Runs JavaScript that changes something; returns the state that was painted next."""
        return self.page.evaluate(PAINTED % script)

    def slide(self, field: str, value) -> dict:
        """Moves a slider; returns the painted state."""
        self.reveal(field)
        return self.after(
            f"const slider = document.querySelector('#field-{field} input[type=range]');"
            f"slider.value = {value!r};"
            "slider.dispatchEvent(new Event('input', { bubbles: true }));"
        )

    def card(self, stage: str) -> str:
        """What a card of the strip is called: its stage, numbers and marks."""
        return self.page.locator(f'.card[data-stage="{stage}"]').get_attribute("aria-label")

    def control(self, field: str) -> Locator:
        """The control of a field in the sidebar, whose fold is opened for it."""
        self.reveal(field)
        return self.page.locator(f"#field-{field}.block")

    def reveal(self, field: str):
        """Opens the folds that a field's control is in, and the sheet where they are one."""
        opener = self.page.locator(SHEET_OPENER)
        if opener.is_visible():
            opener.click()
        self.unfold(f"#field-{field}")

    def type(self, field: str, text: str):
        """Types into a control's box and leaves it, without waiting."""
        box = self._box(field)
        box.fill(text)
        box.press("Tab")

    def _box(self, field: str) -> Locator:
        self.reveal(field)
        box = self.page.locator(
            f'#field-{field}.block :is(input:not([type="range"]), textarea),'
            f'[data-field="{field}"] input[type="text"]'
        )
        return box.first

    def link(self) -> str:
        """The link in the address bar, without the #; what is shown stands there a moment later."""
        return self.page.evaluate(
            "() => { window.explorer?.store.address(); return location.hash.slice(1); }"
        )

    def show(self, link: str = PLAIN) -> dict:
        """Opens a link in the document that is there; returns the painted state."""
        self.left_over = False
        while self._views:  # another test's, which may be of the same state
            self._page.wait_for_timeout(5)
        wanted = read_link(link)[0].as_dict()
        return self.page.evaluate(SHOWN, [f"#{link}" if link else "", wanted])

    def act(self, action: Callable[[], object]) -> dict:
        """Runs a Playwright action that changes something; returns the state painted next."""
        seen = self.page.evaluate_handle(LISTEN)
        action()
        self.page.wait_for_function("(seen) => seen.state", arg=seen)
        return seen.evaluate("(seen) => seen.state")

    def click(self, selector: str) -> dict:
        """Clicks; returns the painted state."""
        self.unfold(selector)
        return self.act(lambda: self.page.click(selector))

    def unfold(self, selector: str):
        """Opens the folds that an element is in; until then Gradio does not draw it."""
        place = self.page.locator(selector).first
        if not place.count():
            for fold in self.page.locator(CLOSED_FOLDS).all()[::-1]:
                if fold.is_visible():  # what a generator has not is hidden
                    fold.click()
            place.wait_for(state="attached")
        place.evaluate(
            "(node) => { const fold = node.closest('details'); if (fold) fold.open = true; }"
        )

    def enter(self, field: str, text: str) -> dict:
        """Types into a field's box; returns the painted state."""
        return self.act(lambda: self.type(field, text))

    def refuse(self, field: str, text: str) -> str:
        """Types what the page must refuse; returns the message beside the control."""
        self.type(field, text)
        return self.mark(field)

    def mark(self, field: str) -> str:
        """The message beside a control; waits for it."""
        error = self.page.locator(
            f'#field-{field} div.validation-error, [data-field="{field}"] .field-error'
        )
        error.wait_for(state="visible")
        return error.inner_text()

    def choose(self, field: str, value: str) -> dict:
        """Chooses from a list; returns the painted state."""
        self.reveal(field)
        self.page.locator(f"#field-{field} input").click()
        choices = FIELDS[field.partition("-")[0]].choices
        options = self.control(field).locator('[role="option"]')
        starts = re.compile(rf"^[\s✓]*{re.escape(value)}")  # "untrained" has "trained" in it too
        option = options.nth(choices.index(value)) if choices else options.filter(has_text=starts)
        return self.act(option.click)

    def options(self, field: str) -> list[str]:
        """The texts of a list that one may choose from."""
        box = self.control(field).locator("input")
        box.click()
        listed = self.control(field).locator('[role="option"]')
        listed.first.wait_for()
        texts = listed.all_inner_texts()
        box.blur()  # it opens when it gets the focus
        listed.first.wait_for(state="detached")
        return [text.removeprefix("✓").strip() for text in texts]

    def toggle(self, field: str) -> dict:
        """Clicks a switch; returns the painted state."""
        switch = self.control(field).locator("input")
        return self.act(switch.click)

    def is_on(self, field: str) -> bool:
        """Whether a switch is on."""
        return self.control(field).locator("input").is_checked()

    def box(self, field: str) -> str:
        """What stands in a field's box."""
        return self._box(field).input_value()

    def values(self, selector: str = ".focus-map") -> np.ndarray:
        """The numbers that a heatmap holds: float32 [rows, columns], NaN between the maps."""
        self.page.wait_for_function(PLOTTED)
        rows, columns, text = self.page.locator(selector).evaluate(VALUES)
        return np.frombuffer(base64.b64decode(text), "<f4").reshape(rows, columns)

    def point(self, selector: str, x: int, y: int):
        """Moves the mouse to a cell of a heatmap, from outside it."""
        place = self.page.locator(selector).evaluate(CELL, [x, y])
        self.page.mouse.move(1, 1)
        self.page.mouse.move(*place)

    def tip(self, selector: str, x: int, y: int) -> str:
        """What a heatmap says of the cell under the mouse."""
        self.point(selector, x, y)
        tip = self.page.locator(f"{selector} .heatmap-tip")
        tip.wait_for(state="visible")
        return tip.inner_text()

    def statistics(self) -> dict[str, str]:
        """The numbers beside the focused stage: name -> text."""
        return self.page.evaluate(
            "() => Object.fromEntries([...document.querySelectorAll('.numbers dt')]"
            ".map((name) => [name.textContent, name.nextElementSibling.textContent]))"
        )

    def canvases(self) -> list[list[str]]:
        """Name and pixels, as a hash, of every canvas that is shown."""
        return self.page.evaluate(PIXELS)

    def wait_for_link(self, link: str):
        """Waits until the address bar holds a link; it is written a little after the paint."""
        self.page.wait_for_function("(link) => location.hash.slice(1) === link", arg=link)

    def alert(self) -> str:
        """The message at the top of the page; waits for it."""
        text = self.page.locator(".alerts .alert:not([hidden]) .alert-text")
        text.wait_for()
        return text.inner_text()
