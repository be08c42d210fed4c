"""The only room on the internet: webhooks in, pages and answers out; it stores and enqueues, and does no work."""

from __future__ import annotations

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from edge import (
    actions,
    admin,
    api,
    api_keys,
    appointment_actions,
    appointments,
    appointments_page,
    assistants,
    audit_logs,
    call_actions,
    callbacks,
    contact_actions,
    contacts,
    contacts_page,
    corrections,
    credentials,
    dashboard,
    exports,
    figures,
    health,
    invitations,
    library,
    library_page,
    messages,
    messages_page,
    metrics,
    middleware,
    numbers,
    openapi,
    operations_actions,
    operations_page,
    org_settings,
    playback,
    search,
    services,
    settings_actions,
    settings_page,
    team,
    templates,
    today_page,
    tokens,
    transcripts,
    webhooks,
    wiring_actions,
    wiring_page,
    worklist_actions,
)
from settings import settings

BLUEPRINTS = (
    webhooks,
    api,
    corrections,
    credentials,
    messages,
    appointments,
    services,
    api_keys,
    team,
    audit_logs,
    admin,
    org_settings,
    templates,
    assistants,
    numbers,
    library,
    transcripts,
    search,
    contacts,
    callbacks,
    figures,
    tokens,
    health,
    openapi,
    metrics,
    dashboard,
    actions,
    invitations,
    call_actions,
    messages_page,
    contacts_page,
    contact_actions,
    appointments_page,
    appointment_actions,
    today_page,
    worklist_actions,
    playback,
    library_page,
    settings_page,
    settings_actions,
    exports,
    operations_page,
    operations_actions,
    wiring_page,
    wiring_actions,
)


def create_app() -> Flask:
    """The application with every route; settings are read and checked here."""
    app = Flask(__name__)
    # A redirect to the same path with fewer slashes would turn a provider's POST into a GET, and repeat its token.
    app.url_map.merge_slashes = False
    for room in BLUEPRINTS:
        app.register_blueprint(room.blueprint)
    middleware.install(app)
    if hops := settings().trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=0)  # type: ignore[method-assign]
    return app
