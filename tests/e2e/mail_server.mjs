// npm's SMTP server, which keeps what it gets as Python's e-mail parser reads it.
import { execFileSync } from 'node:child_process';
import { SMTPServer } from 'smtp-server';

const parser = `
import email, email.policy, json, sys
message = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)
print(json.dumps({
    "type": message.get_content_type(), "subject": str(message["subject"]), "from": str(message["from"]), "to": str(message["to"]),
    "date": str(message["date"]), "id": str(message["message-id"]), "auto": str(message["auto-submitted"]),
    "headers": [name.lower() for name in message.keys()],
    "text": message.get_body(("plain",)).get_content(), "html": message.get_body(("html",)).get_content(),
}))`;
export const read = (raw) => JSON.parse(execFileSync('python3', ['-c', parser], { input: raw }));

/**
 * An SMTP server that keeps what it was given. `refuse` may name a recipient's error, `verdict` one of the whole letter; it gets the
 * letter and the way to break the connection. `lightly` reads address, subject and id only, for many letters. While `away` is true,
 * connections are broken at once.
 */
export async function startMailServer({ refuse = () => undefined, verdict = () => undefined, lightly = false, listenOn = 0, ...options } = {}) {
  const letters = [];
  const kept = { letters, away: false };
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: options.secure || options.tls ? [] : ['STARTTLS'],
    ...options,
    onConnect(session, done) {
      if (kept.away) server.connections.forEach((connection) => connection._socket.destroy());
      else done();
    },
    onRcptTo(address, session, done) {
      const error = refuse(address.address, letters.length);
      return error ? done(Object.assign(new Error(error.text), { responseCode: error.code })) : done();
    },
    onData(stream, session, done) {
      const chunks = [];
      stream.on('data', (bytes) => chunks.push(bytes));
      stream.on('end', () => {
        const raw = Buffer.concat(chunks);
        const text = lightly && raw.toString();
        const [, to, subject, id] = lightly ? text.match(/^To: <(.*)>\r$[^]*?^Subject: (.*)\r$[^]*?^Message-ID: (.*)\r$/m) : [];
        const letter = lightly ? { to, subject, id } : { ...read(raw), raw: raw.toString(), envelope: session.envelope, user: session.user, secure: session.secure };
        const breakOff = { destroy: () => server.connections.forEach((connection) => connection._socket.destroy()) };
        const error = verdict(letter, breakOff);
        if (error) return error === 'break' || done(Object.assign(new Error(error.text), { responseCode: error.code }));
        letters.push(letter);
        done();
      });
    },
  });
  // A client that does not trust the certificate is no accident here.
  server.on('error', () => undefined);
  await new Promise((resolve) => server.listen(listenOn, '127.0.0.1', resolve));
  return Object.assign(kept, { port: server.server.address().port, stop: () => new Promise((resolve) => server.close(resolve)) });
}

/** The variables for a server without TLS. */
export const smtp = (port) => ({
  SMTP_HOST: '127.0.0.1', SMTP_PORT: String(port), SMTP_TLS: 'False', SMTP_SENDER_EMAIL: 'notifications@alerts.example.org',
  PROXY_BASE_URL: 'https://proxy.your-company.com',
});
