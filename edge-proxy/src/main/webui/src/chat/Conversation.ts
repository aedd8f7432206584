import type { Edge } from '../api/edge';
import { advice, Problem, SignedOut } from '../api/problem';
import type { Channel, ChannelPorts, Liveness } from '../realtime/TopicChannel';
import { TopicDecoder } from '../realtime/topicEvents';
import { Receipts } from './Receipts';
import { newId } from '../app/ids';
import { StreamReader, type Link, type ReaderPorts } from './StreamReader';
import { isOpen, reduceTurns, startOf, turnOf, type Turn, type TurnAction, type Turns } from './turns';

export interface ConversationView {
  readonly turns: Turns;
  /** Links of the answers that this page reads itself, by turn key. */
  readonly links: ReadonlyMap<string, Link>;
  readonly history: 'loading' | 'ready' | 'failed';
  readonly hasOlder: boolean;
  readonly liveness: Liveness;
  /** Answers that were told to stop and have not ended yet, by turn key. */
  readonly stopping: ReadonlySet<string>;
}

export interface ConversationPorts {
  signedOut(): void;
  /** Credits may have changed; an exact figure where one was told. */
  credits(availableMicro: string | null): void;
  /** Titles and order of the sessions may have changed. */
  sessionsChanged(): void;
}

/** An answer cannot be open for longer (the stream's total time, and a margin). */
const LONGEST_STREAM_MILLIS = 31 * 60_000;
/** How long the topic may take to send what is open, before the page asks for the stream itself. */
const TOPIC_PATIENCE_MILLIS = 2_500;
const TOPIC_SILENCE_MILLIS = 15_000;
const ROUND_MILLIS = 5_000;
const LATEST_SHOW_MILLIS = 250;
const JUST_BEGUN_MILLIS = 15_000;

/** One session on this page: its turns, the streams that are read, the topic that is followed. */
export class Conversation {
  private view: ConversationView;
  private before: string | null = null;
  private readonly readers = new Map<string, StreamReader>();
  private readonly receipts: Receipts;
  private readonly channel: Channel;
  private decoder = this.newDecoder();
  /** When the topic last told of a stream. */
  private readonly heard = new Map<string, number>();
  private rounds: ReturnType<typeof setInterval> | undefined;
  private readonly listeners = new Set<() => void>();
  private readonly closed = new AbortController();
  private frame = 0;
  private late: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly session: string,
    fresh: boolean,
    channel: (ports: ChannelPorts) => Channel,
    private readonly edge: Edge,
    private readonly ports: ConversationPorts,
  ) {
    const history = fresh ? 'ready' : 'loading';
    this.view = { turns: [], links: new Map(), history, hasOlder: false, liveness: 'connecting', stopping: new Set() };
    this.receipts = new Receipts(edge, (receipt) => {
      this.apply({ do: 'receipt', receipt });
      if (receipt.state === 'settled') ports.credits(null);
    });
    this.channel = channel({
      liveness: (liveness) => this.onLiveness(liveness),
      broadcast: (event, payload) => this.onBroadcast(event, payload),
    });
  }

  open(): void {
    this.channel.open();
    this.rounds = setInterval(() => this.followSilent(TOPIC_SILENCE_MILLIS), ROUND_MILLIS);
    if (this.view.history === 'loading') {
      void this.loadLatest();
    }
  }

  close(): void {
    this.closed.abort();
    this.channel.close();
    this.readers.forEach((reader) => reader.stop());
    this.receipts.close();
    clearInterval(this.rounds);
    cancelAnimationFrame(this.frame);
    clearTimeout(this.late);
    this.listeners.clear();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly snapshot = (): ConversationView => this.view;

  /** Sends a message. Retried until the edge has answered; the key keeps that one answer and one charge. */
  ask(question: string, agent: string | null): void {
    const key = `turn-${newId()}`;
    this.apply({ do: 'ask', key, question, agent, now: Date.now() });
    this.read(key, (after, signal) => {
      const streamId = this.turn(key)?.streamId;
      return streamId
        ? this.edge.resume(streamId, after, signal)
        : this.edge.ask(this.session, question, agent, key, signal);
    });
  }

  /**
   * Stops an answer on every device; its terminal event says when it has. Whether a message without an answer has arrived
   * nobody knows, so it is stopped as soon as its stream has a name.
   */
  async stop({ key, streamId }: Turn): Promise<void> {
    this.show({ stopping: new Set([...this.view.stopping, key]) });
    if (streamId === null) return;
    const response = await this.guarded(() => this.edge.stop(streamId));
    if (response === null || !response.ok) {
      this.show({ stopping: new Set([...this.view.stopping].filter((other) => other !== key)) });
    }
  }

  async loadLatest(): Promise<void> {
    const page = await this.guarded(() => this.edge.messages(this.session, null, this.closed.signal));
    if (this.closed.signal.aborted) return;
    if (page === null) {
      this.show({ history: this.view.history === 'ready' ? 'ready' : 'failed' });
      return;
    }
    if (this.view.history !== 'ready') {
      this.before = page.nextBefore;
      this.show({ history: 'ready', hasOlder: page.nextBefore !== null });
    }
    this.apply({ do: 'history', messages: page.messages });
    setTimeout(() => this.followUnknown(), TOPIC_PATIENCE_MILLIS);
  }

  async loadOlder(): Promise<void> {
    const page = await this.guarded(() => this.edge.messages(this.session, this.before, this.closed.signal));
    if (page === null || this.closed.signal.aborted) return;
    this.before = page.nextBefore;
    this.show({ hasOlder: page.nextBefore !== null });
    this.apply({ do: 'history', messages: page.messages });
  }

  /** The figures under an answer that came into view. */
  wantReceipt(streamId: string): void {
    this.receipts.want(streamId);
  }

  /** Reads the answers that may be open and of which the topic has not told anything. */
  private followUnknown(): void {
    if (this.closed.signal.aborted) return;
    for (const { streamId, phase } of this.view.turns) {
      const began = streamId === null ? 0 : (startOf(streamId) ?? Date.now());
      if (streamId !== null && phase === 'unknown' && Date.now() - began < LONGEST_STREAM_MILLIS) this.follow(streamId);
    }
    this.followSilent(TOPIC_PATIENCE_MILLIS);
  }

  /** Reads the open answers of which the topic has told nothing for so long: their end may have been missed. */
  private followSilent(quietMillis: number): void {
    for (const turn of this.view.turns) {
      if (turn.streamId === null || !isOpen(turn)) continue;
      const heard = this.heard.get(turn.streamId) ?? 0;
      if (Date.now() - heard >= quietMillis) this.follow(turn.streamId);
    }
  }

  /** Reads a stream that runs already, from what is shown on. */
  private follow(streamId: string): void {
    const turn = turnOf(this.view.turns, streamId);
    if (turn !== undefined && !this.readers.has(turn.key)) {
      this.read(turn.key, (after, signal) => this.edge.resume(streamId, after, signal));
    }
  }

  private read(key: string, open: ReaderPorts['open']): void {
    const reader = new StreamReader({
      open,
      after: () => this.turn(key)?.answer.last ?? 0,
      opened: (response) => {
        const streamId = response.headers.get('Weir-Stream-Id');
        if (streamId !== null) this.bind(key, streamId);
      },
      event: (event) => {
        const streamId = this.turn(key)?.streamId;
        if (streamId) this.onStream({ do: 'event', streamId, event, now: Date.now() });
      },
      final: (problem) => isFinal(problem, this.turn(key)?.streamId ?? null),
      link: (link) => this.setLink(key, link),
      closed: (failure) => this.onReadToEnd(key, failure),
    });
    this.readers.set(key, reader);
    reader.start();
  }

  private bind(key: string, streamId: string): void {
    const started = this.turn(key)?.streamId === null;
    const double = turnOf(this.view.turns, streamId);
    if (double !== undefined && double.key !== key) this.drop(double.key);
    this.apply({ do: 'bind', key, streamId });
    if (started) this.ports.sessionsChanged();
    const turn = this.turn(key);
    if (turn !== undefined && this.view.stopping.has(key)) void this.stop(turn);
  }

  private onReadToEnd(key: string, failure: Problem | SignedOut | null): void {
    this.drop(key);
    const turn = this.turn(key);
    if (turn === undefined) return;
    if (failure instanceof SignedOut) {
      this.ports.signedOut();
    } else if (turn.streamId === null) {
      const note = failure === null ? 'The message was not taken.' : `${failure.message} ${advice(failure)}`;
      this.apply({ do: 'refuse', key, note });
      this.ports.credits(null);
    } else if (failure !== null && isOpen(turn)) {
      const message = 'The rest of this answer can no longer be read.';
      const end = { kind: 'end', reason: null, message } as const;
      this.onStream({ do: 'event', streamId: turn.streamId, event: end, now: Date.now() });
    }
  }

  private onStream(action: TurnAction & { do: 'event' }): void {
    const { streamId, event } = action;
    if (event.kind === 'end' && turnOf(this.view.turns, streamId)?.phase === 'ended') {
      this.apply(action);
      return;
    }
    this.apply(action);
    if (event.kind === 'usage' && event.usage.availableMicro !== undefined) {
      this.ports.credits(event.usage.availableMicro);
    }
    if (event.kind === 'end') {
      this.receipts.want(streamId);
      this.ports.sessionsChanged();
    }
  }

  private onBroadcast(name: string, payload: unknown): void {
    const said = this.decoder.decode(name, payload);
    if (said === null) return;
    this.heard.set(said.streamId, Date.now());
    if (said.kind === 'message') {
      const isNew = turnOf(this.view.turns, said.streamId) === undefined;
      this.apply({ do: 'message', role: said.role, streamId: said.streamId, content: said.content, now: Date.now() });
      if (said.role !== 'user') this.receipts.want(said.streamId);
      if (isNew) this.ports.sessionsChanged();
      return;
    }
    const turn = turnOf(this.view.turns, said.streamId);
    const direct = turn !== undefined && this.view.links.get(turn.key) === 'streaming';
    if (direct && said.event.kind !== 'usage') {
      return; // the direct connection says the same, and first
    }
    if (said.event.kind === 'end' && turn?.answer.gap) {
      this.follow(said.streamId);
      return;
    }
    this.onStream({ do: 'event', streamId: said.streamId, event: said.event, now: Date.now() });
    if (turnOf(this.view.turns, said.streamId)?.answer.gap) this.follow(said.streamId);
  }

  private onLiveness(liveness: Liveness): void {
    const returned = liveness === 'live' && this.view.liveness === 'away';
    this.decoder = this.newDecoder();
    this.show({ liveness });
    if (returned) void this.loadLatest();
  }

  private newDecoder(): TopicDecoder {
    return new TopicDecoder((streamId) => turnOf(this.view.turns, streamId)?.answer.last ?? 0);
  }

  private turn(key: string): Turn | undefined {
    return this.view.turns.find((turn) => turn.key === key);
  }

  private drop(key: string): void {
    this.readers.get(key)?.stop();
    this.readers.delete(key);
    this.setLink(key, null);
  }

  private setLink(key: string, link: Link | null): void {
    const links = new Map(this.view.links);
    if (link === null) links.delete(key);
    else links.set(key, link);
    this.show({ links });
  }

  /** Null when it failed; a lost session leads to the sign-in page. */
  private async guarded<T>(call: () => Promise<T>): Promise<T | null> {
    try {
      return await call();
    } catch (failure) {
      if (failure instanceof SignedOut) this.ports.signedOut();
      return null;
    }
  }

  private apply(action: TurnAction): void {
    this.show({ turns: reduceTurns(this.view.turns, action) });
  }

  /** Listeners hear of many changes once a frame, or a little later where a hidden page gets no frames. */
  private show(change: Partial<ConversationView>): void {
    this.view = { ...this.view, ...change };
    if (this.frame !== 0 || this.closed.signal.aborted) return;
    const tell = (): void => {
      cancelAnimationFrame(this.frame);
      clearTimeout(this.late);
      this.frame = 0;
      this.listeners.forEach((listener) => listener());
    };
    this.frame = requestAnimationFrame(tell);
    this.late = setTimeout(tell, LATEST_SHOW_MILLIS);
  }
}

/**
 * Whether asking again is pointless. A message that was not taken is the person's to send again; a stream that runs is worth
 * every retry; the log of one that has just begun may not be there yet.
 */
function isFinal(problem: Problem, streamId: string | null): boolean {
  if (streamId === null) return true;
  const justBegun = Date.now() - (startOf(streamId) ?? 0) < JUST_BEGUN_MILLIS;
  return problem.status < 500 && problem.status !== 429 && !(problem.status === 404 && justBegun);
}
