"""The one module that needs Dask: a client of a running scheduler."""

import re
import socket
from typing import Any

from exactnet.errors import ExactnetError, InputError

_ADDRESS = re.compile(
    r"(?:(?:tcp|tls)://)?(\[[0-9a-fA-F:.]+\]|[^\[\]:/\s]+):([0-9]{1,5})", re.ASCII
)


def connect(address: str, seconds: float = 10) -> Any:
    """A ``distributed.Client`` of the scheduler at an address such as tcp://10.0.0.1:8786.

    Raises ExactnetError without the package, InputError when nobody answers there.
    """
    try:
        from distributed import Client
    except ImportError as error:
        raise ExactnetError.about(
            "--scheduler",
            "the package distributed",
            "an installation without it",
            "pip install 'exactnet[cluster]'.",
        ) from error
    client: Any = Client  # without type hints where it is installed
    try:
        _reach(address, seconds)  # a client that fails leaves noise behind
        return client(address.strip(), timeout=seconds, set_as_default=False)
    except (OSError, ValueError, OverflowError) as error:  # also TimeoutError
        raise InputError.about(
            "--scheduler",
            "the address of a running Dask scheduler, tcp://host:port",
            f"'{address:.60}', where none answers",
            "Start one with 'dask scheduler'.",
        ) from error


def _reach(address: str, seconds: float) -> None:
    match = _ADDRESS.fullmatch(address.strip())
    if match is None:
        raise ValueError(address)
    host, port = match.groups()
    socket.create_connection((host.strip("[]"), int(port)), seconds).close()
