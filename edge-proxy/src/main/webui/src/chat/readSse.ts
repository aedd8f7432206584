import { createParser } from 'eventsource-parser';
import type { SseMessage } from './sseDecoder';

/** The edge sends a heartbeat every 15 s; more silence than this means that the connection is dead. */
export const SILENCE_MILLIS = 40_000;

/**
 * Reads a response's SSE messages until `onMessage` returns true or the response ends. Rejects when the connection breaks, stays silent for too long, or the
 * signal aborts.
 */
export async function readSse(
  response: Response,
  onMessage: (message: SseMessage) => boolean,
  signal: AbortSignal,
  silenceMillis: number = SILENCE_MILLIS,
): Promise<void> {
  const reader = response.body?.getReader();
  if (reader === undefined) {
    return;
  }
  let done = false;
  const parser = createParser({
    onEvent: (message) => {
      done ||= onMessage(message);
    },
  });
  const text = new TextDecoder();
  const abort = (): void => void reader.cancel(signal.reason).catch(() => undefined);
  signal.addEventListener('abort', abort);
  try {
    while (!done) {
      const chunk = await within(silenceMillis, reader.read());
      signal.throwIfAborted();
      if (chunk.done) {
        return;
      }
      parser.feed(text.decode(chunk.value, { stream: true }));
    }
  } finally {
    signal.removeEventListener('abort', abort);
    void reader.cancel().catch(() => undefined);
  }
}

function within<T>(millis: number, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the stream went silent')), millis);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
