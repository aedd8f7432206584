import { number, object, string } from '../api/json';
import { usageOf } from '../chat/sseDecoder';
import { endReason, type StreamEvent } from '../chat/streamEvent';

/** What a session's topic says: about a stream, or a whole message. */
export type TopicEvent =
  | { readonly kind: 'stream'; readonly streamId: string; readonly event: StreamEvent }
  | { readonly kind: 'message'; readonly streamId: string; readonly role: string; readonly content: string };

/**
 * Reads the broadcasts of one join of `session:{id}`. The relay sends everything of an open stream so far, then what
 * follows in order; so a payload without `from` covers what lies behind the one before it.
 */
export class TopicDecoder {
  private readonly reached = new Map<string, number>();

  /** @param known last offset of a stream that the page has already, 0 if it has none */
  constructor(private readonly known: (streamId: string) => number) {}

  decode(event: string, payload: unknown): TopicEvent | null {
    const data = object(payload);
    const streamId = string(data?.['streamId']);
    if (data === null || streamId === undefined) {
      return null;
    }
    switch (event) {
      case 'message':
        return { kind: 'message', streamId, role: string(data['role']) ?? 'assistant', content: string(data['content']) ?? '' };
      case 'token':
        return { kind: 'stream', streamId, event: this.token(streamId, data) };
      case 'end':
        return { kind: 'stream', streamId, event: { kind: 'end', reason: endReason(data['reason']), usage: usageOf(data) } };
      case 'error': {
        const message = string(data['message']) ?? 'The answer failed.';
        return { kind: 'stream', streamId, event: { kind: 'end', reason: endReason(data['reason']) ?? 'agent_error', message } };
      }
      default:
        return null;
    }
  }

  private token(streamId: string, data: Readonly<Record<string, unknown>>): StreamEvent {
    const offset = number(data['offset']) ?? 0;
    const snapshot = data['snapshot'] === true;
    const follows = this.reached.get(streamId);
    // First of this join, and not marked: of a new stream it is the beginning; of one we know, only itself is certain.
    const unmarked = follows !== undefined ? follows + 1 : this.known(streamId) === 0 ? 1 : offset;
    const from = snapshot ? 1 : Math.min(number(data['from']) ?? unmarked, unmarked);
    this.reached.set(streamId, Math.max(follows ?? 0, offset));
    return { kind: 'piece', piece: { from, offset, text: string(data['text']) ?? '', snapshot } };
  }
}
