import { problemOf, SignedOut } from './problem';

/** `fetch` to our own origin, with the session cookie. Redirects to a login page count as signed out. */
export async function send(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  headers.set('X-Requested-With', 'XMLHttpRequest');
  const response = await fetch(path, { ...init, headers, credentials: 'same-origin', redirect: 'manual', cache: 'no-store' });
  // 499 is what Quarkus answers to scripts in place of a redirect to the login page.
  if (response.type === 'opaqueredirect' || response.status === 401 || response.status === 499) {
    throw new SignedOut();
  }
  return response;
}

export async function getJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  const response = await send(path, { headers: { Accept: 'application/json' }, ...(signal ? { signal } : {}) });
  if (!response.ok) {
    throw await problemOf(response);
  }
  return (await response.json()) as T;
}

/** Sends JSON, and reads JSON where there is an answer. */
export async function sendJson<T>(method: 'POST' | 'PUT', path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<T> {
  const response = await send(path, {
    method,
    headers: { 'Content-Type': 'application/json', Accept: 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  if (!response.ok) {
    throw await problemOf(response);
  }
  return (await response.json()) as T;
}

export async function getText(path: string, signal?: AbortSignal): Promise<string> {
  const response = await send(path, signal ? { signal } : {});
  if (!response.ok) {
    throw await problemOf(response);
  }
  return response.text();
}
