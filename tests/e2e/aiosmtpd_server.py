"""Debian's aiosmtpd as the mail server of a test.

Options come as JSON in the first argument; what happens goes to stdout, a line of JSON each.
"""

import asyncio
import email
import email.policy
import email.utils
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

options = json.loads(sys.argv[1])


def tell(**event):
    print(json.dumps(event), flush=True)


def part_of(part):
    return {
        "type": part.get_content_type(),
        "charset": part.get_content_charset(),
        "encoding": str(part["content-transfer-encoding"]),
        "content": part.get_content(),
        "defects": [str(each) for each in part.defects],
    }


class Handler:
    """Verdicts of `options` are used up one by one; `true` lets it pass."""

    def __init__(self):
        self.verdicts = {name: list(options.get(name, [])) for name in ("mail", "rcpt", "data")}

    def verdict(self, name):
        verdict = self.verdicts[name].pop(0) if self.verdicts[name] else True
        return "250 OK" if verdict is True else verdict

    async def handle_MAIL(self, server, session, envelope, address, mail_options):
        envelope.mail_from = address
        envelope.mail_options.extend(mail_options)
        return self.verdict("mail")

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        verdict = options.get("refused", {}).get(address) or self.verdict("rcpt")
        if verdict.startswith("250"):
            envelope.rcpt_tos.append(address)
        tell(event="rcpt", address=address, verdict=verdict)
        return verdict

    async def handle_DATA(self, server, session, envelope):
        raw = envelope.original_content
        message = email.message_from_bytes(raw, policy=email.policy.default)
        date = email.utils.parsedate_to_datetime(str(message["date"]))
        tell(
            event="letter",
            envelope={"from": envelope.mail_from, "to": envelope.rcpt_tos},
            ehlo=session.host_name,
            tls=session.ssl is not None,
            headers=[[name.lower(), str(value)] for name, value in message.items()],
            date=date.isoformat(),
            type=message.get_content_type(),
            parts=[part_of(part) for part in message.iter_parts()],
            defects=[str(each) for each in message.defects],
            raw=raw.decode("ascii", "replace"),
        )
        return self.verdict("data")


def authenticate(server, session, envelope, mechanism, data):
    user, password = data.login.decode(), data.password.decode()
    is_right = [user, password] == options["login"]
    tell(event="login", mechanism=mechanism, user=user, right=is_right, tls=session.ssl is not None)
    return AuthResult(success=is_right, handled=False)


async def serve():
    context = None
    if "certificate" in options:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(options["certificate"], options["key"])
    is_implicit = options.get("implicit", False)
    handler = Handler()
    loop = asyncio.get_running_loop()

    def session():
        return SMTP(
            handler,
            loop=loop,
            hostname="mail.example.org",
            tls_context=None if is_implicit else context,
            require_starttls=context is not None and not is_implicit,
            authenticator=authenticate,
            auth_required="login" in options,
            # It does not know that implicit TLS is TLS.
            auth_require_tls=context is not None and not is_implicit,
            auth_exclude_mechanism=options.get("without", []),
        )

    server = await loop.create_server(session, "127.0.0.1", 0, ssl=context if is_implicit else None)
    tell(event="listening", port=server.sockets[0].getsockname()[1])
    # Ends with the test, also when the test dies.
    await loop.run_in_executor(None, sys.stdin.read)


asyncio.run(serve())
