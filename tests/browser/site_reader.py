"""A web server for a folder, and a reader of the site's pages in a real browser."""

import contextlib
import functools
import http.server
import threading

from lab import Visit
from live_page import LiveOnPage
from playwright.sync_api import Error as PlaywrightError


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@contextlib.contextmanager
def serving(folder):
    """The address of a web server on this machine that has a folder and nothing else."""
    handler = functools.partial(_Quiet, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Reader(Visit):
    """A reader of the site; every request is noted, and its bytes are counted."""

    def __init__(self, browser, address, page="", **options):
        super().__init__(browser, **options)
        self.asked, self.bytes = [], 0
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("requestfinished", self._count)
        self.page.goto(address + page)

    def _count(self, request):
        if request.url.startswith("http"):
            with contextlib.suppress(PlaywrightError):  # the page was closed meanwhile
                self.bytes += request.sizes()["responseBodySize"]

    def read_to_the_end(self):
        """Scroll through the page as fast as one can read a picture."""
        height = self.page.evaluate("document.documentElement.scrollHeight")
        for y in range(0, height, 700):
            self.page.evaluate("y => scrollTo({ top: y, behavior: 'instant' })", y)
            self.paint()
        self.until(
            "() => !document.querySelector(':is(.live-pieces, .draw-pieces):not(.live-open)')",
            "all figures to open",
        )

    def figures(self):
        """The live figures that stand on the page by themselves, one after another, opened."""
        for number in range(self.page.locator(".live-pieces").count()):
            place = self.page.locator(".live-pieces").nth(number)
            place.scroll_into_view_if_needed()
            figure = LiveOnPage(self, place.locator(".live"))
            figure.until_painted()
            figure.until_sharp()
            yield figure
