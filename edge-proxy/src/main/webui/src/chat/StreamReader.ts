import { Problem, problemOf, SignedOut } from '../api/problem';
import { backoffMillis, pause } from './backoff';
import { readSse } from './readSse';
import { SseDecoder, type SseMessage } from './sseDecoder';
import type { StreamEvent } from './streamEvent';

/** `connecting`: the first attempt; `streaming`: a response has come; `lost`: trying again. */
export type Link = 'connecting' | 'streaming' | 'lost';

export interface ReaderPorts {
  /** Last offset that is shown already. */
  after(): number;
  /** Opens a connection that goes on behind an offset. The first one may be the request that starts the answer. */
  open(after: number, signal: AbortSignal): Promise<Response>;
  /** A response has come, its headers tell the stream's id. */
  opened(response: Response): void;
  event(event: StreamEvent): void;
  /** Whether a refusal is the last word; everything else is tried again. */
  final(problem: Problem): boolean;
  link(link: Link): void;
  /** The stream is over or was never there: no further call. `null` means that the end was read. */
  closed(failure: Problem | SignedOut | null): void;
}

/**
 * Reads one answer to its end over as many connections as that takes. Nothing is lost or repeated: every new connection
 * begins behind the last offset that is shown.
 */
export class StreamReader {
  private readonly stopped = new AbortController();
  private connection = new AbortController();

  constructor(private readonly ports: ReaderPorts) {}

  start(): void {
    const onOffline = (): void => this.resync();
    addEventListener('offline', onOffline);
    void this.run()
      .then((failure) => {
        if (!this.stopped.signal.aborted) this.ports.closed(failure);
      })
      .finally(() => removeEventListener('offline', onOffline));
  }

  /** Drops the present connection and asks again from the last offset. */
  resync(): void {
    this.connection.abort(new Error('asking again'));
  }

  stop(): void {
    this.stopped.abort(new Error('no longer followed'));
    this.connection.abort(this.stopped.signal.reason);
  }

  private async run(): Promise<Problem | SignedOut | null> {
    this.ports.link('connecting');
    for (let attempt = 0; !this.stopped.signal.aborted; attempt++) {
      this.connection = new AbortController();
      const before = this.ports.after();
      try {
        if (await this.connect(this.connection.signal)) {
          return null;
        }
      } catch (failure) {
        if (failure instanceof SignedOut || (failure instanceof Problem && this.ports.final(failure))) {
          return failure;
        }
      }
      if (this.stopped.signal.aborted) {
        break;
      }
      attempt = this.ports.after() > before ? 0 : attempt;
      this.ports.link('lost');
      await pause(backoffMillis(attempt), this.stopped.signal);
    }
    return null;
  }

  /** One connection. True when the end was read. */
  private async connect(signal: AbortSignal): Promise<boolean> {
    const after = this.ports.after();
    const response = await this.ports.open(after, signal);
    if (response.status === 204) {
      this.ports.event({ kind: 'end', reason: null });
      return true;
    }
    if (!response.ok) {
      throw await problemOf(response);
    }
    this.ports.opened(response);
    this.ports.link('streaming');
    const decoder = new SseDecoder(after);
    let ended = false;
    const onMessage = (message: SseMessage): boolean => {
      for (const event of this.stopped.signal.aborted ? [] : decoder.decode(message)) {
        ended ||= event.kind === 'end';
        this.ports.event(event);
      }
      return ended;
    };
    await readSse(response, onMessage, signal);
    return ended;
  }
}
