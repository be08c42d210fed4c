"""The baseline of the edge: a Flask app that reads a body and says that it did. Same server, same settings, no work."""

from __future__ import annotations

from flask import Flask, Response, request

from bench.drive import WEBHOOK

app = Flask(__name__)


@app.post(WEBHOOK)
def take() -> Response:
    request.get_data()
    return Response(b'{"ok":true}', mimetype="application/json")


@app.get("/healthz")
def healthz() -> Response:
    return Response(b"ok")
