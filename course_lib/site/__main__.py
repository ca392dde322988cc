"""``python3 course.py site``: the course as web pages that need no kernel."""

import argparse
import functools
import http.server
import sys
from pathlib import Path

from .build import ROOT, Settings, SiteError, build
from .open_in import address_of


def main(arguments: list[str] | None = None) -> int:
    """Make the site, and serve it if asked to; 0 if all went well."""
    options = _options(arguments)
    repository = options.repository or address_of(ROOT)
    try:
        settings = Settings(repository.rstrip("/"), options.branch, options.hub)
        pages = build(options.to, settings, fresh=options.fresh)
    except (SiteError, ValueError) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    print(f"The site is in {pages}. Open its index.html, or put the folder on any web server.")
    if not repository:
        print(
            "The repository's public address is not known, so the buttons for Binder and Colab "
            "lead to a page that says what to do. Give it with --repository https://…"
        )
    return serve(pages, options.serve) if options.serve is not None else 0


def serve(pages: Path, port: int) -> int:
    """Serve the pages on this machine until Ctrl-C."""
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(pages))
    try:
        server = http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)
    except OSError as error:
        print(f"\nPort {port} cannot be used: {error.strerror}. Take another.", file=sys.stderr)
        return 1
    print(f"Serving it at http://127.0.0.1:{server.server_port}/ until Ctrl-C.")
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        return 0


def _options(arguments):
    parser = argparse.ArgumentParser(
        prog="course.py site", description="Makes the course as web pages that need no kernel."
    )
    parser.add_argument(
        "--to", type=Path, default=ROOT / "build" / "site", help="folder (default: build/site)"
    )
    parser.add_argument(
        "--repository",
        default="",
        help="public web address of the repository, for Binder and Colab (default: where this "
        "folder was cloned from)",
    )
    parser.add_argument("--branch", default="main", help="branch they open (default: main)")
    parser.add_argument("--hub", default="", help="web address of your JupyterHub")
    parser.add_argument("--fresh", action="store_true", help="run all notebooks again")
    parser.add_argument(
        "--serve",
        type=int,
        nargs="?",
        const=8000,
        metavar="PORT",
        help="then serve it on this machine (default port: 8000)",
    )
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
