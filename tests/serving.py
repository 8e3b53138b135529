"""The built site over HTTP, at the root of a host or below an address of its own."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
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
    misses: list[str]

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        file = Path(self.translate_path(path.removeprefix(self.base.rstrip("/"))))
        if path.startswith(self.base) and (file.is_file() or (file / "index.html").is_file()):
            self.path = self.path.removeprefix(self.base.rstrip("/"))
            super().do_GET()
            return
        self.misses.append(self.path)
        content = (Path(self.directory) / "404.html").read_bytes()
        self.send_response(404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def serving(site: Path, base: str = "/") -> Iterator[Served]:
    """Serve a built site below an address for as long as the context lasts."""
    misses: list[str] = []
    handler = type("Handler", (_Handler,), {"base": base, "misses": misses})
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(site)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Served(f"http://127.0.0.1:{server.server_port}{base}", misses)
    server.shutdown()
    server.server_close()
    thread.join()
