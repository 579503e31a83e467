"""`python -m cards.tests.post_office PORT FILE`: an SMTP server that notes each letter, then says that it has it."""

import asyncio
import logging
import sys
from email import message_from_bytes
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

MOMENT = 0.01  # seconds a letter


class Clerk:
    """Writes "receiver Message-ID" lines."""

    def __init__(self, book: Path) -> None:
        self._book = book

    async def handle_DATA(  # noqa: N802  aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        key = message_from_bytes(envelope.content or b"")["Message-ID"]
        with self._book.open("a") as book:
            book.write(f"{envelope.rcpt_tos[0]} {key}\n")
        await asyncio.sleep(MOMENT)
        return "250 OK"


async def main(port: int, book: Path) -> None:
    """Serves until it is killed."""
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Clerk(book), ident="test"), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), Path(sys.argv[2])))
