"""The bell: Dramatiq over Redis. A message carries an organization's and a job's id, and losing one costs a moment."""

from __future__ import annotations

import gc
import logging
import os
import sys
from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import uuid4

import dramatiq
import redis
from dramatiq.brokers.redis import RedisBroker, _RedisConsumer, _scripts
from dramatiq.middleware import ShutdownNotifications, TimeLimit
from redis.backoff import NoBackoff
from redis.retry import Retry

from logs import set_up_logging
from models.database import Unavailable
from models.ledger import Bell
from models.readiness import Unfit, refuse_unfit
from settings import SettingsError, settings

LIVE = "live"
BULK = "bulk"
QUEUES = (LIVE, BULK)
ANY = "perform_any"
"""The actor that hears a bell for work which this process does not know: another version's worker may."""
WAIT_SECONDS = 1
UNFIT_STATUS = 78
GC_THRESHOLDS = (20_000, 20, 50)
SOCKET_SECONDS = 3
UNSET = "redis://unset:1"
TIME_LIMIT_INTERVAL_MS = 500

log = logging.getLogger("aftercall.broker")


class WaitingConsumer(_RedisConsumer):
    """Waits for a message instead of asking for one every few milliseconds: quick to start, and idle when idle."""

    def __next__(self) -> Any:
        if not self.message_cache and self.outstanding_message_count < self.prefetch:
            self.broker.wait_for_message(self.queue_name)
        return super().__next__()  # type: ignore[no-untyped-call]

    def ack(self, message: Any) -> None:
        """Whether the bell is forgotten matters little: rung again, it finds its job done."""
        try:
            super().ack(message)  # type: ignore[no-untyped-call]
        except (dramatiq.errors.ConnectionError, redis.RedisError) as error:
            log.info("a bell could not be acknowledged: %s", type(error).__name__)

    nack = ack


class Boot(dramatiq.Middleware):
    """What a worker process does before its first job."""

    def before_worker_boot(self, broker: Any, worker: Any) -> None:
        """Ends the process where it must not work: Dramatiq would log an exception from here and go on."""
        try:
            set_up_logging("worker")
            refuse_unfit()
            _collect_seldom()
        except (SettingsError, Unfit, *Unavailable) as error:
            print(f"The worker does not start. {str(error).strip()}", file=sys.stderr, flush=True)
            os._exit(UNFIT_STATUS)


def _collect_seldom() -> None:
    """An analysis makes and drops tens of thousands of small objects, hardly any in circles: by the usual thresholds a
    third of its time went into looking for those."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)


class BellBroker(RedisBroker):
    """Dramatiq's broker without delays (they are `run_at` in the ledger) and with many bells rung at once."""

    consumer_class = WaitingConsumer
    _url: str | None = None

    def __init__(self, **options: Any) -> None:
        super().__init__(client=make_client(UNSET), **options)  # type: ignore[no-untyped-call]
        self._url = UNSET

    @property
    def client(self) -> redis.Redis:
        """The client for settings().redis_url: read when it is used, so that importing an actor needs no settings."""
        if self._url is not None and self._url != (url := settings().redis_url):
            self._url, self._client = url, make_client(url)
            self.scripts = {name: self._client.register_script(script) for name, script in _scripts.items()}
        return self._client

    @client.setter
    def client(self, client: redis.Redis) -> None:
        self._client = client

    def _dispatch(self, command: str) -> Any:
        """Makes sure of the client before its scripts are looked up."""
        assert self.client is not None
        return super()._dispatch(command)  # type: ignore[no-untyped-call]

    def declare_queue(self, queue_name: str) -> None:
        if queue_name not in self.queues:
            self.emit_before("declare_queue", queue_name)
            self.queues.add(queue_name)
            self.emit_after("declare_queue", queue_name)

    def wait_for_message(self, queue_name: str) -> None:
        """Returns when the queue has a message, or after a second. Moving a list's head onto itself changes nothing."""
        key = f"{self.namespace}:{queue_name}"
        try:
            self.client.blmove(key, key, WAIT_SECONDS, "LEFT", "LEFT")
        except redis.RedisError as error:
            raise dramatiq.errors.ConnectionClosed(error) from None  # type: ignore[no-untyped-call]

    def length(self, queue_name: str) -> int:
        return int(self.client.llen(f"{self.namespace}:{queue_name}"))

    def actors_of(self, queues: Iterable[str]) -> list[str]:
        """The actors that this process knows on these queues."""
        wanted = set(queues)
        return [name for name, actor in self.actors.items() if actor.queue_name in wanted]

    def ring(self, bells: Iterable[Bell]) -> None:
        """Rings any number of bells in one exchange. A bell that cannot ring is left to the sweeper."""
        batches: dict[str, dict[Any, Any]] = defaultdict(dict)
        for bell in bells:
            actor = self.actors.get(bell.actor) or self.actors[ANY]
            message_id = str(uuid4())
            message: dramatiq.Message[Any] = dramatiq.Message(
                queue_name=actor.queue_name,
                actor_name=actor.actor_name,
                args=(str(bell.org_id), str(bell.job_id)),
                kwargs={},
                options={"redis_message_id": message_id},
            )
            batches[actor.queue_name][message_id] = message.encode()
        try:
            with self.client.pipeline(transaction=True) as pipe:
                for queue_name, messages in batches.items():
                    pipe.hset(f"{self.namespace}:{queue_name}.msgs", mapping=messages)
                    pipe.rpush(f"{self.namespace}:{queue_name}", *messages)
                pipe.execute()
        except redis.RedisError as error:
            log.warning("%d bells wait for the sweeper: %s", sum(map(len, batches.values())), type(error).__name__)


def make_client(url: str) -> redis.Redis:
    """A client that fails within seconds instead of retrying: the ledger is what remembers."""
    return redis.Redis.from_url(
        url,
        socket_timeout=SOCKET_SECONDS,
        socket_connect_timeout=SOCKET_SECONDS,
        health_check_interval=15,
        retry=Retry(NoBackoff(), 0),
    )


def make_broker() -> BellBroker:
    """The broker with its two queues; it connects when it is first used."""
    made = BellBroker(middleware=[Boot(), TimeLimit(interval=TIME_LIMIT_INTERVAL_MS), ShutdownNotifications()])
    for queue_name in QUEUES:
        made.declare_queue(queue_name)
    return made


broker = make_broker()
dramatiq.set_broker(broker)
