// An issuer of tokens that speaks like GitHub Actions: prints its address, and stops when its standard input ends.
// GET /mint?repository=…&ref=…&audience=… answers a job's token; POST /rotate takes a new key and withdraws the one before the last.
import { createServer } from 'node:http';
import { generateKeyPairSync, createSign, randomUUID } from 'node:crypto';

const keys = [];
function rotate() {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  keys.unshift({ kid: randomUUID(), publicKey, privateKey });
  keys.splice(2);
}
rotate();

const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
function mint(query) {
  const repository = query.get('repository') ?? 'org/app';
  const ref = query.get('ref') ?? 'refs/heads/main';
  const now = Math.floor(Date.now() / 1000);
  const body = `${encode({ typ: 'JWT', alg: 'RS256', kid: keys[0].kid })}.${encode({
    jti: randomUUID(), sub: `repo:${repository}:ref:${ref}`, aud: query.get('audience') ?? 'gantry', iss: issuer,
    ref, sha: '0000000000000000000000000000000000000000', repository, repository_owner: repository.split('/')[0], run_id: '1', run_attempt: '1',
    actor: 'octocat', workflow: 'release', event_name: 'push', ref_type: 'branch', ref_protected: 'true', runner_environment: 'github-hosted',
    job_workflow_ref: `${repository}/.github/workflows/release.yml@${ref}`, nbf: now - 300, exp: now + 600, iat: now,
  })}`;
  return `${body}.${createSign('sha256').update(body).sign(keys[0].privateKey, 'base64url')}`;
}

const server = createServer((request, response) => {
  const url = new URL(request.url, issuer);
  const answer = (value) => response.setHeader('Content-Type', 'application/json').end(JSON.stringify(value));
  if (url.pathname === '/.well-known/openid-configuration')
    answer({ issuer, jwks_uri: `${issuer}/.well-known/jwks`, id_token_signing_alg_values_supported: ['RS256'] });
  else if (url.pathname === '/.well-known/jwks')
    answer({ keys: keys.map((key) => ({ ...key.publicKey.export({ format: 'jwk' }), kid: key.kid, alg: 'RS256', use: 'sig' })) });
  else if (url.pathname === '/mint')
    answer({ value: mint(url.searchParams) });
  else if (url.pathname === '/rotate')
    answer(rotate() ?? {});
  else
    response.writeHead(404).end();
});
await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
const issuer = `http://localhost:${server.address().port}`;
console.log(issuer);
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
