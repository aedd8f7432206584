import { describe, expect, it } from 'vitest';
import { TopicDecoder } from '../src/realtime/topicEvents';

const nothingKnown = (): number => 0;

describe('the decoder of a topic', () => {
  it('covers what lies between two tokens, since only text is said on a topic', () => {
    const decoder = new TopicDecoder(nothingKnown);
    expect(decoder.decode('token', { text: 'Wa', offset: 5, streamId: 's' })).toMatchObject({ event: { piece: { from: 1, offset: 5 } } });
    expect(decoder.decode('token', { text: 'ter', offset: 8, streamId: 's' })).toMatchObject({ event: { piece: { from: 6, offset: 8 } } });
    expect(decoder.decode('token', { text: 'x', offset: 3, streamId: 'other' })).toMatchObject({ event: { piece: { from: 1, offset: 3 } } });
  });

  it('takes only the token itself for certain when it joins again and is sent no snapshot', () => {
    const decoder = new TopicDecoder(() => 20);
    expect(decoder.decode('token', { text: 'x', offset: 30, streamId: 's' })).toMatchObject({ event: { piece: { from: 30, offset: 30 } } });
  });

  it('reads a snapshot, an end, an error and a message', () => {
    const decoder = new TopicDecoder(() => 20);
    expect(decoder.decode('token', { text: 'all', offset: 30, streamId: 's', snapshot: true })).toMatchObject({
      event: { piece: { from: 1, offset: 30, snapshot: true } },
    });
    expect(decoder.decode('end', { text: '', done: true, reason: 'cancelled', usage: { outputTokens: 3 }, streamId: 's' })).toMatchObject({
      event: { kind: 'end', reason: 'cancelled', usage: { outputTokens: 3 } },
    });
    expect(decoder.decode('error', { message: 'gone', reason: 'machine_lost', streamId: 's' })).toMatchObject({
      event: { kind: 'end', reason: 'machine_lost', message: 'gone' },
    });
    expect(decoder.decode('message', { id: 'm', role: 'user', content: 'Hello', streamId: 's' })).toEqual({
      kind: 'message',
      streamId: 's',
      role: 'user',
      content: 'Hello',
    });
  });

  it('lets everything else pass', () => {
    expect(new TopicDecoder(nothingKnown).decode('token', null)).toBeNull();
    expect(new TopicDecoder(nothingKnown).decode('typing', { on: true, streamId: 's' })).toBeNull();
  });
});
