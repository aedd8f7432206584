import { getJson, send } from './http';
import { Problem, problemOf } from './problem';
import type { Balance, Config, Machine, Me, MessagePage, Receipt, Session } from './types';

const id = encodeURIComponent;

/** Streams come as SSE, with running totals between the tokens. */
const LIVE = { Accept: 'text/event-stream', 'Weir-Usage': 'true' } as const;

/** The edge's endpoints that the console uses; nothing else in the console knows a path. */
export const edge = {
  me: () => getJson<Me>('/api/me'),
  config: () => getJson<Config>('/api/config'),
  balance: () => getJson<Balance>('/api/me/balance'),
  /** The caller's own: the console has no view yet of those that somebody else shares. */
  sessions: () =>
    getJson<{ sessions: Session[] }>('/api/sessions?limit=100').then((page) =>
      page.sessions.filter((session) => session.owner === undefined),
    ),
  receipt: (streamId: string) => getJson<Receipt>(`/api/streams/${id(streamId)}/receipt`),

  messages(session: string, before: string | null, signal?: AbortSignal): Promise<MessagePage> {
    const query = new URLSearchParams({ limit: '40', ...(before === null ? {} : { before }) });
    return getJson<MessagePage>(`/api/sessions/${id(session)}/messages?${query}`, signal).catch((failure: unknown) => {
      // A session begins with its first message; until then there is nothing to find.
      if (failure instanceof Problem && failure.status === 404) return { messages: [], nextBefore: null };
      throw failure;
    });
  },

  /** Sends a message; the answer's tokens are the body. The same key never starts a second answer. */
  ask(session: string, message: string, agent: string | null, key: string, signal: AbortSignal): Promise<Response> {
    return send('/api/chat/stream', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...LIVE, 'Idempotency-Key': key },
      body: JSON.stringify({ sessionId: session, message, ...(agent === null ? {} : { agent }) }),
      signal,
    });
  },

  /** Reads an answer again from an offset on. */
  resume(streamId: string, after: number, signal: AbortSignal): Promise<Response> {
    return send(`/api/streams/${id(streamId)}?dialect=responses`, {
      headers: { ...LIVE, 'Last-Event-ID': String(after) },
      signal,
    });
  },

  machines: (signal?: AbortSignal) => getJson<{ machines: Machine[] }>('/api/machines', signal).then((page) => page.machines),

  /** A machine gets no new streams from now on, or does again. */
  async drain(machine: Machine, draining: boolean): Promise<void> {
    const path = `/api/machines/${id(machine.app)}/${id(machine.id)}/drain`;
    const response = await send(path, { method: draining ? 'PUT' : 'DELETE' });
    if (!response.ok) throw await problemOf(response);
  },

  stop: (streamId: string) => send(`/api/streams/${id(streamId)}`, { method: 'DELETE' }),
} as const;

export type Edge = typeof edge;
