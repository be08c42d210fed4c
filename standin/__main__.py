"""`python -m standin`: the stand-in as a process. Right credentials are those of the environment's variables."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from pathlib import Path
from types import FrameType

from standin import convoso, openai, resend, twilio, vapi
from standin.app import make_app
from standin.server import HOST, server
from standin.stage import WEBHOOKS

KEYS = (vapi.KEY, vapi.SECRET, twilio.SID, twilio.TOKEN, convoso.KEY, openai.KEY, resend.KEY, resend.SECRET, WEBHOOKS)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m standin", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one and prints it")
    parser.add_argument("--host", default=HOST)
    parser.add_argument("--state", type=Path, help="file in which announced calls are kept")
    given = parser.parse_args()
    keys = {name: os.environ[name] for name in KEYS if os.environ.get(name)}
    serving = server(make_app(keys, given.state), given.port, given.host)
    signal.signal(signal.SIGTERM, _stop)
    print(f"the providers' stand-in listens on http://{given.host}:{serving.server_port}", flush=True)
    try:
        serving.serve_forever()
    except KeyboardInterrupt:
        serving.server_close()


def _stop(number: int, frame: FrameType | None) -> None:
    sys.exit(0)


if __name__ == "__main__":
    main()
