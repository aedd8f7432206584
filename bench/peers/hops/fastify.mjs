// @fastify/http-proxy as its documentation sets it up: everything goes to one upstream.
import proxy from '@fastify/http-proxy';
import Fastify from 'fastify';

const [port, upstream] = process.argv.slice(2);
const server = Fastify({ logger: false });
server.register(proxy, { upstream, http: { requestOptions: { timeout: 0 }, agentOptions: { maxSockets: Infinity } } });
await server.listen({ port: Number(port), host: '127.0.0.1', backlog: 4096 });
