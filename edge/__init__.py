"""The only room on the internet: webhooks in, pages and answers out; it stores and enqueues, and does no work."""

from __future__ import annotations

from flask import Flask

from edge import actions, api, dashboard, health, middleware, tokens, webhooks

BLUEPRINTS = (webhooks, api, tokens, health, dashboard, actions)


def create_app() -> Flask:
    """The application with every route; settings are read and checked here."""
    app = Flask(__name__)
    for room in BLUEPRINTS:
        app.register_blueprint(room.blueprint)
    middleware.install(app)
    return app
