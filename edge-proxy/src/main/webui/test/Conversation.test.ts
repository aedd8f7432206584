import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Edge } from '../src/api/edge';
import type { Receipt, StoredMessage } from '../src/api/types';
import { Conversation } from '../src/chat/Conversation';
import type { ChannelPorts } from '../src/realtime/TopicChannel';

const json = (value: unknown, init?: ResponseInit): Response => Response.json(value, init);

/** An id of a stream that began now. */
function streamId(): string {
  const hex = Date.now().toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000001`;
}

/** The edge and the topic, in the test's hands. */
class World {
  readonly stream = streamId();
  readonly stops: string[] = [];
  readonly resumes: number[] = [];
  readonly credits: (string | null)[] = [];
  history: StoredMessage[] = [];
  topic!: ChannelPorts;
  answer!: ReadableStreamDefaultController<Uint8Array>;
  private headers!: () => void;
  /** Settles the POST: before, the browser has no headers. */
  readonly answered = new Promise<void>((resolve) => (this.headers = resolve));
  refusal: Response | null = null;

  readonly edge = {
    ask: async () => {
      await this.answered;
      return this.refusal ?? this.sse();
    },
    resume: (_: string, after: number) => {
      this.resumes.push(after);
      return Promise.resolve(this.sse());
    },
    stop: (id: string) => {
      this.stops.push(id);
      return Promise.resolve(new Response(null, { status: 202 }));
    },
    messages: () => Promise.resolve({ messages: this.history, nextBefore: null }),
    receipt: () => Promise.resolve({ streamId: this.stream, chargeMicro: '7', endReason: 'completed', state: 'settled' } as Receipt),
  } as unknown as Edge;

  readonly conversation: Conversation;

  constructor(fresh: boolean) {
    const channel = (ports: ChannelPorts) => {
      this.topic = ports;
      return { open: () => ports.liveness('live'), close: () => undefined };
    };
    this.conversation = new Conversation('s', fresh, channel, this.edge, {
      signedOut: () => undefined,
      credits: (available) => this.credits.push(available),
      sessionsChanged: () => undefined,
    });
  }

  async open(): Promise<void> {
    this.conversation.open();
    await settle();
  }

  async sendHeaders(): Promise<void> {
    this.headers();
    await settle();
  }

  async direct(offset: number, token: string): Promise<void> {
    this.answer.enqueue(bytes(`id: ${offset}\ndata: ${JSON.stringify({ token })}\n\n`));
    await settle();
  }

  async directEnd(): Promise<void> {
    this.answer.enqueue(bytes('data: [DONE]\n\n'));
    await settle();
  }

  say(event: string, payload: Record<string, unknown>): void {
    this.topic.broadcast(event, { streamId: this.stream, ...payload });
  }

  get turns() {
    return this.conversation.snapshot().turns;
  }

  private sse(): Response {
    const body = new ReadableStream<Uint8Array>({ start: (controller) => void (this.answer = controller) });
    return new Response(body, { headers: { 'Weir-Stream-Id': this.stream } });
  }
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(20);

describe('a conversation', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    const network = new EventTarget();
    vi.stubGlobal('addEventListener', network.addEventListener.bind(network));
    vi.stubGlobal('removeEventListener', network.removeEventListener.bind(network));
    vi.stubGlobal('document', new EventTarget());
    vi.stubGlobal('requestAnimationFrame', (listener: () => void) => setTimeout(listener, 16));
    vi.stubGlobal('cancelAnimationFrame', clearTimeout);
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it('shows an answer once that comes directly and on the topic', async () => {
    const world = new World(true);
    await world.open();
    world.conversation.ask('Why?', null);
    world.say('message', { role: 'user', content: 'Why?' });
    world.say('token', { text: 'Be', offset: 5 });
    await world.sendHeaders();
    await world.direct(5, 'Be');
    world.say('token', { text: 'cau', offset: 6 });
    await world.direct(6, 'cau');
    await world.direct(7, 'se.');
    world.say('token', { text: 'se.', offset: 7 });
    await world.directEnd();
    world.say('end', { reason: 'completed', offset: 8 });
    world.say('message', { role: 'assistant', content: 'Because.' });
    await settle();
    expect(world.turns).toHaveLength(1);
    expect(world.turns[0]).toMatchObject({ question: 'Why?', phase: 'ended', reason: 'completed', answer: { text: 'Because.' } });
    expect(world.turns[0]?.receipt).toMatchObject({ chargeMicro: '7' });
    expect(world.credits).toContain(null);
  });

  it('follows what another tab asked, from a snapshot on', async () => {
    const world = new World(false);
    await world.open();
    world.say('message', { role: 'user', content: 'Why?' });
    world.say('token', { text: 'Beca', from: 1, offset: 6, snapshot: true });
    world.say('token', { text: 'use.', from: 7, offset: 9, n: 3 });
    world.say('end', { reason: 'cancelled', offset: 10 });
    expect(world.turns[0]).toMatchObject({ question: 'Why?', phase: 'ended', reason: 'cancelled', answer: { text: 'Because.' } });
    expect(world.resumes).toEqual([]);
  });

  it('asks for what the topic left out', async () => {
    const world = new World(false);
    await world.open();
    world.say('token', { text: 'Be', offset: 5 });
    world.topic.liveness('away');
    world.topic.liveness('live');
    world.say('token', { text: 'se.', offset: 7 });
    await settle();
    expect(world.resumes).toEqual([5]);
    await world.direct(7, 'cause.');
    expect(world.turns[0]?.answer).toMatchObject({ text: 'Because.', gap: false });
  });

  it('reads an answer on that was open when the page was loaded', async () => {
    const world = new World(false);
    const asked = { id: 'm', role: 'user', content: 'Why?', streamId: world.stream, state: 'sent', agent: 'demo', createdAt: '' };
    world.history = [asked];
    await world.open();
    expect(world.turns[0]).toMatchObject({ phase: 'unknown' });
    await vi.advanceTimersByTimeAsync(3_000);
    expect(world.resumes).toEqual([0]);
    await world.direct(5, 'Because.');
    await world.directEnd();
    expect(world.turns[0]).toMatchObject({ phase: 'ended', answer: { text: 'Because.' } });
  });

  it('looks for the end of an answer that the topic went silent about', async () => {
    const world = new World(false);
    await world.open();
    world.say('token', { text: 'Be', offset: 5 });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(world.resumes).toEqual([]);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(world.resumes).toEqual([5]);
    await world.direct(7, 'cause.');
    await world.directEnd();
    expect(world.turns[0]).toMatchObject({ phase: 'ended', answer: { text: 'Because.' } });
  });

  it('stops a message as soon as its stream has a name', async () => {
    const world = new World(true);
    await world.open();
    world.conversation.ask('Why?', null);
    const [turn] = world.turns;
    if (turn) await world.conversation.stop(turn);
    expect(world.stops).toEqual([]);
    await world.sendHeaders();
    expect(world.stops).toEqual([world.stream]);
    expect(world.conversation.snapshot().stopping.size).toBe(1);
  });

  it('says why a message was refused and what to do', async () => {
    const world = new World(true);
    world.refusal = json({ type: 'https://weir.dev/problems/insufficient-credits', detail: 'No credits are left.' }, { status: 402 });
    await world.open();
    world.conversation.ask('Why?', null);
    await world.sendHeaders();
    expect(world.turns[0]).toMatchObject({ phase: 'refused', note: expect.stringMatching(/^No credits are left\. Add credits/) });
  });
});
