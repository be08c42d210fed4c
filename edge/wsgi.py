"""What gunicorn loads: the application, once the database has shown that it is fit to be used."""

from edge import create_app
from logs import set_up_logging
from models.readiness import refuse_unfit

set_up_logging("web")
refuse_unfit()
app = create_app()
