import { readFileSync } from 'node:fs';
import { createParser } from 'eventsource-parser';
import { describe, expect, it } from 'vitest';
import { reduceTurns, type Turns } from '../src/chat/turns';
import { SseDecoder } from '../src/chat/sseDecoder';
import type { StreamEvent } from '../src/chat/streamEvent';
import { TopicDecoder } from '../src/realtime/topicEvents';

const golden = (name: string): string =>
  readFileSync(new URL(`../../../../../streams/src/test/resources/golden/${name}`, import.meta.url), 'utf8');
const WHOLE = 'Hello "wörld"\n\\ 😀\t€ done';

/** The engine's golden files are what the services write: the console must read every one of them. */
describe('the golden files of the engine', () => {
  function decoded(sse: string): StreamEvent[] {
    const events: StreamEvent[] = [];
    const decoder = new SseDecoder(0);
    createParser({ onEvent: (message) => events.push(...decoder.decode(message)) }).feed(sse);
    return events;
  }

  function shown(events: readonly StreamEvent[]): Turns {
    return events.reduce<Turns>((turns, event) => reduceTurns(turns, { do: 'event', streamId: 's', event, now: 1 }), []);
  }

  it('reads the token dialect', () => {
    const [turn] = shown(decoded(golden('answer-token.sse')));
    expect(turn).toMatchObject({ phase: 'ended', answer: { text: WHOLE, last: 11 } });
    expect(turn?.usage).toEqual({ outputTokens: 9, costMicro: '21500', availableMicro: '9978500' });
  });

  it('reads the Responses dialect; a snapshot after a truncation replaces the text', () => {
    const events = decoded(golden('answer-responses.sse'));
    const truncated = events.findIndex((event) => event.kind === 'truncated');
    expect(shown(events.slice(0, truncated))[0]?.answer).toMatchObject({ text: WHOLE, last: 14 });
    expect(shown(events)[0]).toMatchObject({ phase: 'ended', reason: 'completed', answer: { text: 'ab' } });
  });

  it.each([
    ['endings-token.sse', null],
    ['endings-responses.sse', undefined],
  ])('knows every ending of %s', (name, regular) => {
    for (const part of golden(name).split(/^# /m).slice(1)) {
      const reason = part.split('\n', 1)[0] ?? '';
      const [end] = decoded(part.slice(reason.length + 1)).filter((event) => event.kind === 'end');
      const ofProblem = reason.includes(' ');
      const isRegular = regular === null && /^(completed|cancelled)$/.test(reason);
      if (end !== undefined) expect([reason, end.reason]).toEqual([reason, ofProblem || isRegular ? null : reason]);
    }
  });

  it('reads the topic of a session', () => {
    const decoder = new TopicDecoder(() => 0);
    const said = golden('topic-session.txt')
      .trim()
      .split('\n')
      .slice(0, 4)
      .map((line) => decoder.decode(line.slice(0, line.indexOf(' ')), JSON.parse(line.slice(line.indexOf(' ')))));
    const turns = said.reduce<Turns>((before, one) => {
      if (one === null) return before;
      return reduceTurns(before, one.kind === 'message' ? { do: 'message', ...one, now: 1 } : { do: 'event', ...one, now: 1 });
    }, []);
    expect(turns).toHaveLength(1);
    expect(turns[0]).toMatchObject({ question: 'Say "hi"\n', phase: 'ended', reason: 'completed', answer: { text: WHOLE }, usage: { outputTokens: 9 } });
  });
});
