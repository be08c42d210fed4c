"""Static files as browsers ask for them: compressed once, kept by them for a year. Pages are not: they hold secrets."""

from __future__ import annotations

import gzip
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, request

TEXT = ("text/", "image/svg")


def install(app: Flask) -> None:
    """Static text goes out as gzip to whoever takes that."""

    def squeeze(response: Response) -> Response:
        is_asset = request.endpoint == "static" and response.status_code == 200
        if is_asset and (response.mimetype or "").startswith(TEXT):
            response.headers.add("Vary", "Accept-Encoding")
            if request.method == "GET" and request.accept_encodings.best_match(["gzip"]):
                _compress(response, Path(str(app.static_folder)) / str((request.view_args or {})["filename"]))
        return response

    app.after_request(squeeze)


def _compress(response: Response, path: Path) -> None:
    response.direct_passthrough = False
    response.set_data(_squeezed(path, path.stat().st_mtime_ns))
    response.headers["Content-Encoding"] = "gzip"
    response.headers.pop("ETag", None)


@lru_cache(maxsize=64)
def _squeezed(path: Path, _: int) -> bytes:
    return gzip.compress(path.read_bytes(), 9, mtime=0)
