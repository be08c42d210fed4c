"""What gunicorn loads; edge/server.py has checked settings and database before."""

from edge import create_app

app = create_app()
