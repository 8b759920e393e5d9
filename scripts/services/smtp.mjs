// A real SMTP server (npm smtp-server) with STARTTLS and AUTH that keeps what it receives: node smtp.mjs DIR MODULES
// Each message becomes DIR/mail/NNNN.eml and, once it is whole, NNNN.json with its envelope. The recipient decides:
// reject… is refused for good (550), later… for now (451); everybody else gets their mail.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const [dir, modules] = process.argv.slice(2);
const { SMTPServer } = createRequire(path.resolve(modules, 'x.js'))('smtp-server');
const mail = path.join(dir, 'mail');
fs.mkdirSync(mail, { recursive: true });
const refusal = (code, text) => Object.assign(new Error(text), { responseCode: code });
let count = 0;
const server = new SMTPServer({
    key: fs.readFileSync(path.join(dir, 'key.pem')),
    cert: fs.readFileSync(path.join(dir, 'cert.pem')),
    authOptional: false, allowInsecureAuth: false, size: 10 << 20, disableReverseLookup: true, closeTimeout: 1000,
    onAuth: (given, _, done) => given.username === 'mlhub' && given.password === 'mail-secret' ? done(null, { user: given.username }) : done(refusal(535, 'authentication failed')),
    onRcptTo: (address, _, done) => {
        const who = address.address.split('@')[0];
        return done(who.startsWith('reject') ? refusal(550, 'no such user') : who.startsWith('later') ? refusal(451, 'try again later') : null);
    },
    onData: (stream, session, done) => {
        const parts = [];
        stream.on('data', part => parts.push(part)).on('end', () => {
            const name = path.join(mail, String(++count).padStart(4, '0'));
            fs.writeFileSync(`${name}.eml`, Buffer.concat(parts));
            fs.writeFileSync(`${name}.tmp`, JSON.stringify({ from: session.envelope.mailFrom.address, to: session.envelope.rcptTo.map(r => r.address), secure: session.secure, user: session.user }));
            fs.renameSync(`${name}.tmp`, `${name}.json`);
            done(null, `kept as ${count}`);
        });
    },
});
server.on('error', error => console.error(error.message));
server.listen(0, '127.0.0.1', () => {
    fs.writeFileSync(path.join(dir, 'ready.tmp'), String(server.server.address().port));
    fs.renameSync(path.join(dir, 'ready.tmp'), path.join(dir, 'ready'));
});
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => process.exit(0));
