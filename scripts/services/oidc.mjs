// A real OpenID Connect and OAuth 2 provider (npm oidc-provider) for sign-in tests, on loopback.
//   node oidc.mjs DIR MODULES CLIENT-SECRET
// It also answers in GitHub's shape: /login/oauth/authorize, /login/oauth/access_token, /user, /user/emails.
// PUT /test/users with {login, password, sub, id, email, email_verified, name} adds or changes a person. Writes DIR/ready (its address) when it listens.
import crypto from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';

const [dir, modules, secret] = process.argv.slice(2);
const { Provider } = await import(createRequire(path.resolve(modules, 'x.js')).resolve('oidc-provider'));

const people = new Map();
const bySubject = subject => [...people.values()].find(p => p.sub === subject);
const escaped = text => String(text ?? '').replace(/[&<>"]/g, c => `&#${c.charCodeAt(0)};`);
const { privateKey } = crypto.generateKeyPairSync('rsa', { modulusLength: 2048 });

const server = http.createServer();
await new Promise(listening => server.listen(0, '127.0.0.1', listening));
const issuer = `http://localhost:${server.address().port}`;
const provider = new Provider(issuer, {
    clients: [{
        client_id: 'mlhub', client_secret: secret, redirect_uris: ['http://localhost/signin-oidc'], grant_types: ['authorization_code'],
        response_types: ['code'], token_endpoint_auth_method: 'client_secret_post',
    }],
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid: 'test', use: 'sig', alg: 'RS256' }] },
    cookies: { keys: [crypto.randomBytes(16).toString('hex')] },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'preferred_username'] },
    scopes: ['openid', 'offline_access', 'email', 'profile', 'user:email', 'read:user'],
    pkce: { required: () => false },
    conformIdTokenClaims: false,
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    ttl: { AccessToken: 3600, AuthorizationCode: 60, IdToken: 3600, Interaction: 600, Session: 3600, Grant: 3600 },
    async findAccount(_, sub) {
        const person = bySubject(sub);
        return person && { accountId: sub, claims: () => ({ sub, email: person.email, email_verified: person.email_verified ?? true, name: person.name, preferred_username: person.login }) };
    },
    // Consent is not what is tested here: what was asked for is granted.
    async loadExistingGrant(ctx) {
        const { client, session, params } = ctx.oidc;
        const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
        grant.addOIDCScope(params.scope ?? '');
        await grant.save();
        return grant;
    },
    async renderError(ctx, out) {
        ctx.type = 'text/plain';
        ctx.body = `${out.error}: ${out.error_description ?? ''}`;
    },
});
// Servers under test listen on ports that nobody knows before.
provider.Client.prototype.redirectUriAllowed = address => {
    const url = new URL(address);
    return ['http:', 'https:'].includes(url.protocol) && ['localhost', '127.0.0.1'].includes(url.hostname) && ['/signin-google', '/signin-github', '/signin-oidc'].includes(url.pathname);
};

const answer = provider.callback();
const read = request => new Promise((done, failed) => {
    let text = '';
    request.on('data', data => { text += data; if (text.length > 65536) request.destroy(); }).on('end', () => done(text)).on('error', failed);
});
const json = (response, code, value) => { response.writeHead(code, { 'content-type': 'application/json' }); response.end(JSON.stringify(value)); };
const page = (uid, note = '') => `<!doctype html><html lang="en"><head><title>Test sign-in</title></head><body><h1>Test identity provider</h1><p>${escaped(note)}</p>
<form method="post" action="/interaction/${escaped(uid)}"><label>Login <input name="login"></label> <label>Password <input name="password" type="password"></label>
<button name="do" value="ok">Sign in</button> <button name="do" value="deny">Cancel</button></form></body></html>`;

async function interact(request, response) {
    const details = await provider.interactionDetails(request, response);
    if (request.method !== 'POST') {
        response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
        return response.end(page(details.uid));
    }
    const form = new URLSearchParams(await read(request));
    if (form.get('do') === 'deny')
        return provider.interactionFinished(request, response, { error: 'access_denied', error_description: 'cancelled' }, { mergeWithLastSubmission: false });
    const person = people.get(form.get('login'));
    if (!person || person.password !== form.get('password')) {
        response.writeHead(401, { 'content-type': 'text/html; charset=utf-8' });
        return response.end(page(details.uid, 'Wrong login or password'));
    }
    return provider.interactionFinished(request, response, { login: { accountId: person.sub } }, { mergeWithLastSubmission: false });
}

async function asGitHub(request, response, what) {
    const token = await provider.AccessToken.find((request.headers.authorization ?? '').replace(/^(Bearer|token) /i, ''));
    const person = token?.isValid && bySubject(token.accountId);
    if (!person) return json(response, 401, { message: 'Bad credentials' });
    // As GitHub does.
    if (!request.headers['user-agent']) return json(response, 403, { message: 'Request forbidden by administrative rules (no User-Agent)' });
    return json(response, 200, what === '/user'
        ? { id: person.id, login: person.login, name: person.name, email: person.public_email ?? null }
        : [{ email: `${person.login}@users.noreply.github.example`, primary: false, verified: true }, { email: person.email, primary: true, verified: person.email_verified ?? true }]);
}

server.on('request', async (request, response) => {
    try {
        const url = new URL(request.url, issuer);
        if (url.pathname === '/test/users' && request.method === 'PUT') {
            const person = JSON.parse(await read(request));
            people.set(person.login, person);
            return json(response, 200, {});
        }
        if (url.pathname.startsWith('/interaction/')) return await interact(request, response);
        if (url.pathname === '/user' || url.pathname === '/user/emails') return await asGitHub(request, response, url.pathname);
        if (url.pathname === '/login/oauth/authorize') request.url = '/auth' + url.search;
        else if (url.pathname === '/login/oauth/access_token') request.url = '/token';
        return answer(request, response);
    } catch (error) {
        console.error(error);
        if (!response.headersSent) { response.writeHead(400, { 'content-type': 'text/plain' }); response.end(String(error.message)); }
    }
});
fs.writeFileSync(path.join(dir, 'ready.tmp'), issuer);
fs.renameSync(path.join(dir, 'ready.tmp'), path.join(dir, 'ready'));
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => process.exit(0));
