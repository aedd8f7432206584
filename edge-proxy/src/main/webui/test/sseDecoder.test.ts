import { describe, expect, it } from 'vitest';
import { SseDecoder } from '../src/chat/sseDecoder';

const json = (value: unknown): string => JSON.stringify(value);

describe('the decoder of an SSE connection', () => {
  it('reads the token dialect, and knows what a message with only an id covers', () => {
    const decoder = new SseDecoder(0);
    const events = [
      { id: '5', data: json({ token: 'Wa' }) },
      { id: '9', data: json({ token: 'ter' }) },
      { data: '[DONE]' },
    ].flatMap((message) => decoder.decode(message));
    expect(events).toEqual([
      { kind: 'piece', piece: { from: 1, offset: 5, text: 'Wa', snapshot: false } },
      { kind: 'piece', piece: { from: 6, offset: 9, text: 'ter', snapshot: false } },
      { kind: 'end', reason: null },
    ]);
  });

  it('goes on behind the offset that it was asked for', () => {
    const [event] = new SseDecoder(41).decode({ id: '44', data: json({ token: 'x' }) });
    expect(event).toMatchObject({ piece: { from: 42, offset: 44 } });
  });

  it('ends with the text and the reason of an error', () => {
    const [event] = new SseDecoder(0).decode({ data: json({ error: 'Out of credits', reason: 'credits_exhausted' }) });
    expect(event).toEqual({ kind: 'end', reason: 'credits_exhausted', message: 'Out of credits' });
  });

  it('reads Responses events: others take an offset, merged ones say from where', () => {
    const decoder = new SseDecoder(0);
    const events = [
      { id: '1', event: 'response.created', data: json({ type: 'response.created', sequence_number: 1, response: {} }) },
      { id: '2', data: json({ type: 'response.output_text.delta', delta: 'Wa', sequence_number: 2 }) },
      { id: '6', data: json({ type: 'response.output_text.delta', delta: 'ter ru', sequence_number: 6, from: 3, n: 4 }) },
      { id: '6', data: json({ type: 'response.output_text.delta', delta: 'Water ru', sequence_number: 6, from: 1, snapshot: true }) },
    ].flatMap((message) => decoder.decode(message));
    expect(events).toEqual([
      { kind: 'piece', piece: { from: 1, offset: 1, text: '', snapshot: false } },
      { kind: 'piece', piece: { from: 2, offset: 2, text: 'Wa', snapshot: false } },
      { kind: 'piece', piece: { from: 3, offset: 6, text: 'ter ru', snapshot: false } },
      { kind: 'piece', piece: { from: 1, offset: 6, text: 'Water ru', snapshot: true } },
    ]);
  });

  it.each([
    ['response.completed', { usage: { output_tokens: 7 } }, 'completed'],
    ['response.incomplete', { incomplete_details: { reason: 'cancelled' } }, 'cancelled'],
    ['response.failed', { error: { code: 'machine_lost', message: 'gone' } }, 'machine_lost'],
    ['response.failed', { error: { code: 'gateway_unavailable', message: 'gone' } }, null],
  ])('ends with %s', (type, response, reason) => {
    const [event] = new SseDecoder(0).decode({ data: json({ type, response }) });
    expect(event).toMatchObject({ kind: 'end', reason });
  });

  it('reads running totals, and lets what it does not know pass', () => {
    const decoder = new SseDecoder(0);
    expect(decoder.decode({ event: 'weir.usage', data: json({ tokens: { output: 12 }, costMicro: '24', availableMicro: '99' }) })).toEqual([
      { kind: 'usage', usage: { outputTokens: 12, costMicro: '24', availableMicro: '99' } },
    ]);
    expect(decoder.decode({ data: 'no json' })).toEqual([]);
    expect(decoder.decode({ data: json({ anything: 1 }) })).toEqual([]);
    expect(decoder.decode({ data: json({ type: 'weir.truncated', to: 4 }) })).toEqual([{ kind: 'truncated' }]);
  });
});
