"""The built site over HTTP, at the root of a host or below an address of its own."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit


@dataclass
class Served:
    """Where a site is served, ending in a slash, and what was asked for in vain."""

    address: str
    misses: list[str] = field(default_factory=list)


class _Handler(SimpleHTTPRequestHandler):
    """Serves a folder below an address and nothing beside it; answers with its error page."""

    base: str
    packed: bool
    misses: list[str]

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        file = Path(self.translate_path(path.removeprefix(self.base.rstrip("/"))))
        if file.is_dir() and path.endswith("/"):
            file /= "index.html"
        found = path.startswith(self.base) and file.is_file()
        if not found:
            self.misses.append(self.path)
            file = Path(self.directory) / "404.html"
        kind = self.guess_type(file)
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", f"{kind}; charset=utf-8" if "text" in kind else kind)
        content = file.read_bytes()
        if self.packed and "gzip" in self.headers.get("Accept-Encoding", ""):
            content = gzip.compress(content)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(content)))
        with suppress(ConnectionError):  # a browser that has turned to another page
            self.end_headers()
            self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    # A page asks for a dozen files at once; the five that wait by default get lost on a busy machine.
    request_queue_size = 128


@contextmanager
def serving(site: Path, base: str = "/", packed: bool = False) -> Iterator[Served]:
    """Serve a built site below an address for as long as the context lasts.

    Args:
        site: the folder.
        base: where it begins on its host.
        packed: compress what is sent, as public hosts do.
    """
    misses: list[str] = []
    handler = type("Handler", (_Handler,), {"base": base, "packed": packed, "misses": misses})
    server = _Server(("127.0.0.1", 0), partial(handler, directory=str(site)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Served(f"http://127.0.0.1:{server.server_port}{base}", misses)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
