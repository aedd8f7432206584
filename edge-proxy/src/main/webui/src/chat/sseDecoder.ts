import { micro, number, object, parseObject, string, type Json } from '../api/json';
import { endReason, type StreamEvent, type Usage } from './streamEvent';

export interface SseMessage {
  readonly id?: string | undefined;
  readonly event?: string | undefined;
  readonly data: string;
}

/**
 * Reads one connection's SSE messages: the token dialect (`{"token"}` … `[DONE]`) that a chat begins with, and the
 * Responses dialect in which an answer is resumed. One decoder per connection: it knows the offset that the connection has
 * reached, so that a message with only an id still says which offsets it covers.
 */
export class SseDecoder {
  private reached: number;

  constructor(after: number) {
    this.reached = after;
  }

  decode(message: SseMessage): StreamEvent[] {
    if (message.data.trim() === '[DONE]') {
      return [{ kind: 'end', reason: null }];
    }
    const data = parseObject(message.data);
    if (data === null) {
      return [];
    }
    const type = string(data['type']) ?? message.event ?? '';
    if (type === 'weir.usage') {
      return [{ kind: 'usage', usage: usageOf(data) }];
    }
    if (type === 'weir.truncated') {
      return [{ kind: 'truncated' }];
    }
    if (type.startsWith('response.')) {
      return this.responses(type, data, message);
    }
    if (data['error'] !== undefined) {
      // A reason outside the table names a problem of ours, met before any stream began: its text says what it was.
      const reason = data['reason'] === undefined ? 'agent_error' : endReason(data['reason']);
      return [{ kind: 'end', reason, message: errorText(data['error']) }];
    }
    const token = string(data['token']);
    return token === undefined ? [] : [this.piece(token, data, message)];
  }

  private responses(type: string, data: Json, message: SseMessage): StreamEvent[] {
    if (type === 'response.completed' || type === 'response.incomplete' || type === 'response.failed') {
      return [terminal(type, data)];
    }
    const text = type === 'response.output_text.delta' || type === 'response.refusal.delta' ? string(data['delta']) : '';
    return [this.piece(text ?? '', data, message)];
  }

  /** Events without text count too: they take an offset. */
  private piece(text: string, data: Json, message: SseMessage): StreamEvent {
    const offset = number(message.id) ?? number(data['sequence_number']) ?? this.reached + 1;
    const from = Math.min(number(data['from']) ?? this.reached + 1, this.reached + 1);
    this.reached = Math.max(this.reached, offset);
    const piece = { from, offset, text, snapshot: data['snapshot'] === true };
    return { kind: 'piece', piece };
  }
}

function terminal(type: string, data: Json): StreamEvent {
  const response = object(data['response']) ?? {};
  const usage = usageOf(object(response['usage']) ?? {});
  if (type === 'response.completed') {
    return { kind: 'end', reason: 'completed', usage };
  }
  if (type === 'response.incomplete') {
    return { kind: 'end', reason: endReason(object(response['incomplete_details'])?.['reason']), usage };
  }
  const error = object(response['error']) ?? {};
  return { kind: 'end', reason: endReason(error['code']), message: errorText(error), usage };
}

function errorText(error: unknown): string {
  return string(error) ?? string(object(error)?.['message']) ?? 'The answer failed.';
}

/** Totals of `weir.usage` (`tokens`), of a topic's end (`usage.outputTokens`) and of a response (`output_tokens`). */
export function usageOf(data: Json): Usage {
  const counts = object(data['tokens']) ?? object(data['usage']) ?? data;
  const outputTokens = number(counts['output'] ?? counts['outputTokens'] ?? counts['output_tokens']);
  const costMicro = micro(data['costMicro']);
  const availableMicro = micro(data['availableMicro']);
  return {
    ...(outputTokens === undefined ? {} : { outputTokens }),
    ...(costMicro === undefined ? {} : { costMicro }),
    ...(availableMicro === undefined ? {} : { availableMicro }),
  };
}
