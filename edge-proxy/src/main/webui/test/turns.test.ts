import { describe, expect, it } from 'vitest';
import type { StoredMessage } from '../src/api/types';
import { reduceTurns, startOf, type TurnAction, type Turns } from '../src/chat/turns';

const FIRST = '01900000-0000-7000-8000-000000000001';
const SECOND = '01900000-0001-7000-8000-000000000002';

const run = (...actions: TurnAction[]): Turns => actions.reduce(reduceTurns, [] as Turns);
const ask: TurnAction = { do: 'ask', key: 'k', question: 'Why?', agent: null, now: 1_000 };
const bind: TurnAction = { do: 'bind', key: 'k', streamId: FIRST };
const text = (offset: number, said: string, streamId = FIRST): TurnAction => ({
  do: 'event',
  streamId,
  now: 1_500,
  event: { kind: 'piece', piece: { from: offset, offset, text: said } },
});
const end: TurnAction = { do: 'event', streamId: FIRST, now: 2_000, event: { kind: 'end', reason: 'completed' } };
const message = (role: string, content: string, streamId = FIRST): TurnAction => ({ do: 'message', role, content, streamId, now: 1_100 });
const stored = (role: string, content: string, streamId: string, state: string | null): StoredMessage => ({
  id: `${streamId}-${role}`,
  role,
  content,
  streamId,
  state,
  agent: 'demo',
  createdAt: '2026-11-20T12:00:00Z',
});

describe('the turns of a session', () => {
  it('goes from question to answer', () => {
    const [turn] = run(ask, bind, text(1, 'Be'), text(2, 'cause.'), end);
    expect(turn).toMatchObject({ key: 'k', streamId: FIRST, phase: 'ended', reason: 'completed', askedAt: 1_000, firstTextAt: 1_500 });
    expect(turn?.answer.text).toBe('Because.');
  });

  it.each([
    ['before its id is known', [ask, message('user', 'Why?'), bind]],
    ['with tokens before its id is known', [ask, text(1, 'Be'), message('user', 'Why?'), bind]],
    ['after its id is known', [ask, bind, message('user', 'Why?')]],
  ])('shows a question once when the topic repeats it %s', (_, actions) => {
    const turns = run(...actions);
    expect(turns).toHaveLength(1);
    expect(turns[0]).toMatchObject({ key: 'k', streamId: FIRST, question: 'Why?' });
  });

  it('shows what another tab asked', () => {
    const turns = run(message('user', 'Why?'), text(1, 'Be'), text(2, 'cause.'), end);
    expect(turns).toHaveLength(1);
    expect(turns[0]).toMatchObject({ question: 'Why?', phase: 'ended', answer: { text: 'Because.' } });
  });

  it('puts history in order of time, in front of what is being asked', () => {
    const history: TurnAction = {
      do: 'history',
      messages: [
        stored('assistant', 'Two.', SECOND, 'completed'),
        stored('user', 'Second?', SECOND, null),
        stored('assistant', 'One.', FIRST, 'cancelled'),
        stored('user', 'First?', FIRST, null),
      ],
    };
    const turns = run(ask, history, history);
    expect(turns.map((turn) => turn.question)).toEqual(['First?', 'Second?', 'Why?']);
    expect(turns.map((turn) => turn.reason)).toEqual(['cancelled', 'completed', null]);
  });

  it('leaves an answer that is still written to its stream', () => {
    const turns = run(text(1, 'Be'), { do: 'history', messages: [stored('assistant', 'B', FIRST, 'open'), stored('user', 'Why?', FIRST, null)] });
    expect(turns[0]).toMatchObject({ phase: 'streaming', question: 'Why?', answer: { text: 'Be' } });
  });

  it('takes the stored message for the truth, and no token after it', () => {
    const [turn] = run(text(1, 'Be'), text(2, 'cause'), message('assistant', 'Because.'), text(3, '!'));
    expect(turn).toMatchObject({ phase: 'ended', answer: { text: 'Because.' } });
  });

  it('learns from the receipt how a stream ended whose dialect did not say', () => {
    const receipt = {
      streamId: FIRST,
      account: 'alice',
      session: 's',
      agent: 'demo',
      tokens: { input: 4, cached: 0, cacheWrite: 0, output: 2, reasoning: 0 },
      usageSource: 'agent',
      priceName: 'default',
      priceVersion: 1,
      chargeMicro: '6',
      receivableMicro: '0',
      cutOff: true,
      endReason: 'cancelled',
      startedAt: '2026-11-20T12:00:00Z',
      state: 'settled',
    } as const;
    const [turn] = run(ask, bind, { ...end, event: { kind: 'end', reason: null } } as TurnAction, { do: 'receipt', receipt });
    expect(turn).toMatchObject({ phase: 'ended', reason: 'cancelled' });
  });

  it('keeps a refused question, with what to do', () => {
    const [turn] = run(ask, { do: 'refuse', key: 'k', note: 'Insufficient credits' });
    expect(turn).toMatchObject({ phase: 'refused', question: 'Why?', note: 'Insufficient credits' });
  });

  it('reads the time of a UUIDv7', () => {
    expect(startOf(SECOND)).toBe(0x019000000001);
    expect(startOf('no-uuid')).toBeNull();
  });
});
