import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Problem } from '../src/api/problem';
import { addPiece, NO_TEXT } from '../src/chat/answerText';
import { StreamReader, type Link } from '../src/chat/StreamReader';

const WORDS = ['Wa', 'ter ', 'runs ', 'down', 'hill.'];
const HEAD = { 'Content-Type': 'text/event-stream', 'Weir-Stream-Id': 's' };

/** What a connection does: says the words behind the offset up to `until`, and then ends so. */
interface Script {
  readonly until: number;
  readonly then: 'done' | 'cut' | 'close' | 'silence';
}

function response(after: number, { until, then }: Script): Response {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const say = (text: string): void => controller.enqueue(new TextEncoder().encode(text));
      say(': connected\n\n');
      for (let at = after + 1; at <= until; at++) {
        say(`id: ${at}\ndata: ${JSON.stringify({ token: WORDS[at - 1] })}\n\n`);
      }
      if (then === 'done') say('data: [DONE]\n\n');
      if (then === 'cut') setTimeout(() => controller.error(new TypeError('network error')), 10);
      if (then === 'close') setTimeout(() => controller.close(), 10);
    },
  });
  return new Response(body, { status: 200, headers: HEAD });
}

class Recorder {
  answer = NO_TEXT;
  ends = 0;
  readonly asked: number[] = [];
  readonly links: Link[] = [];
  readonly closed: unknown[] = [];
  readonly reader: StreamReader;

  constructor(connections: readonly (Script | Error | Response)[]) {
    this.reader = new StreamReader({
      after: () => this.answer.last,
      open: (after, signal) => {
        const next = connections[this.asked.push(after) - 1];
        if (next === undefined) return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
        if (next instanceof Error) return Promise.reject(next);
        return Promise.resolve(next instanceof Response ? next : response(after, next));
      },
      opened: () => undefined,
      event: (event) => {
        if (event.kind === 'piece') this.answer = addPiece(this.answer, event.piece);
        if (event.kind === 'end') this.ends++;
      },
      final: (problem) => problem.status < 500,
      link: (link) => this.links.push(link),
      closed: (failure) => this.closed.push(failure),
    });
    this.reader.start();
  }
}

describe('the reader of a stream', () => {
  const network = new EventTarget();

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal('addEventListener', network.addEventListener.bind(network));
    vi.stubGlobal('removeEventListener', network.removeEventListener.bind(network));
    vi.stubGlobal('document', new EventTarget());
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it('reads an answer in one go', async () => {
    const recorder = new Recorder([{ until: 5, then: 'done' }]);
    await vi.advanceTimersByTimeAsync(100);
    expect(recorder.answer.text).toBe('Water runs downhill.');
    expect(recorder).toMatchObject({ ends: 1, asked: [0], closed: [null], links: ['connecting', 'streaming'] });
  });

  it.each(['cut', 'close', 'silence'] as const)('goes on behind the last token after a %s', async (then) => {
    const recorder = new Recorder([{ until: 2, then }, new TypeError('unreachable'), { until: 4, then }, { until: 5, then: 'done' }]);
    await vi.advanceTimersByTimeAsync(200_000);
    expect(recorder.answer.text).toBe('Water runs downhill.');
    expect(recorder).toMatchObject({ ends: 1, asked: [0, 2, 2, 4], closed: [null] });
  });

  it('asks again at once when the network is back', async () => {
    const recorder = new Recorder([{ until: 2, then: 'silence' }, new TypeError('unreachable'), { until: 5, then: 'done' }]);
    await vi.advanceTimersByTimeAsync(10);
    network.dispatchEvent(new Event('offline'));
    await vi.advanceTimersByTimeAsync(0);
    expect(recorder.links.at(-1)).toBe('lost');
    network.dispatchEvent(new Event('online'));
    await vi.advanceTimersByTimeAsync(0);
    network.dispatchEvent(new Event('online'));
    await vi.advanceTimersByTimeAsync(0);
    expect(recorder.answer.text).toBe('Water runs downhill.');
  });

  it('tries again where the service is away, and takes a refusal for an answer', async () => {
    const refused = (status: number): Response => Response.json({ type: 'https://weir.dev/problems/x', detail: 'No.' }, { status });
    const recorder = new Recorder([refused(503), refused(404)]);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(recorder.asked).toEqual([0, 0]);
    expect(recorder.closed[0]).toBeInstanceOf(Problem);
  });

  it('takes 204 for the end of an answer that is read already', async () => {
    const recorder = new Recorder([new Response(null, { status: 204 })]);
    await vi.advanceTimersByTimeAsync(10);
    expect(recorder).toMatchObject({ ends: 1, closed: [null] });
  });

  it('says nothing any more once it is stopped', async () => {
    const recorder = new Recorder([{ until: 2, then: 'silence' }]);
    await vi.advanceTimersByTimeAsync(10);
    recorder.reader.stop();
    await vi.advanceTimersByTimeAsync(100_000);
    expect(recorder).toMatchObject({ asked: [0], closed: [], ends: 0 });
  });
});
