"""`python -m engine_api.healthy`: whether the engine of these settings answers; the health check of its container."""

import ssl
import sys
from http.client import HTTPConnection, HTTPSConnection

from connections.settings import ANY_ADDRESS, Settings, read_settings

PATIENCE = 3.0


def main() -> int:
    """Ask `/healthz`; 0 when it says that all is well."""
    settings = read_settings()
    connection = _connection(settings)
    try:
        connection.request("GET", "/healthz")
        return int(connection.getresponse().status != 200)
    except OSError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    finally:
        connection.close()


def _connection(settings: Settings) -> HTTPConnection:
    host = "127.0.0.1" if settings.http.host in ANY_ADDRESS else settings.http.host
    if not settings.http_tls:
        return HTTPConnection(host, settings.http.port, timeout=PATIENCE)
    trust = ssl.create_default_context(cafile=settings.secrets_folder / "https.pem")
    return HTTPSConnection(host, settings.http.port, timeout=PATIENCE, context=trust)


if __name__ == "__main__":
    sys.exit(main())
