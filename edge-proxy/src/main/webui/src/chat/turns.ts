import type { Receipt, StoredMessage } from '../api/types';
import { addPiece, NO_TEXT, truncate, type AnswerText } from './answerText';
import { endReason, type EndReason, type StreamEvent, type Usage } from './streamEvent';

/**
 * `unknown`: a question whose answer nobody has told us about; `waiting`: no text yet; `refused`: nothing was started.
 */
export type Phase = 'unknown' | 'waiting' | 'streaming' | 'ended' | 'refused';

/** One question and its answer: a stream. */
export interface Turn {
  /** Never changes, also when the stream's id becomes known. */
  readonly key: string;
  readonly streamId: string | null;
  readonly question: string | null;
  readonly at: number;
  readonly phase: Phase;
  readonly answer: AnswerText;
  readonly reason: EndReason | null;
  /** What the service said about the end, or the refusal, and what to do. */
  readonly note: string | null;
  readonly usage: Usage;
  readonly receipt: Receipt | null;
  readonly agent: string | null;
  /** Times on this page's clock; absent for answers that it did not see begin. */
  readonly askedAt: number | null;
  readonly firstTextAt: number | null;
}

export type Turns = readonly Turn[];

export type TurnAction =
  | { readonly do: 'ask'; readonly key: string; readonly question: string; readonly agent: string | null; readonly now: number }
  | { readonly do: 'bind'; readonly key: string; readonly streamId: string }
  | { readonly do: 'refuse'; readonly key: string; readonly note: string }
  | { readonly do: 'event'; readonly streamId: string; readonly event: StreamEvent; readonly now: number }
  | { readonly do: 'message'; readonly role: string; readonly streamId: string; readonly content: string; readonly now: number }
  | { readonly do: 'history'; readonly messages: readonly StoredMessage[] }
  | { readonly do: 'receipt'; readonly receipt: Receipt };

export function reduceTurns(turns: Turns, action: TurnAction): Turns {
  switch (action.do) {
    case 'ask':
      return [...turns, asked(action.key, action.question, action.agent, action.now)];
    case 'bind':
      return bind(turns, action.key, action.streamId);
    case 'refuse':
      return turns.map((turn) => (turn.key === action.key ? { ...turn, phase: 'refused' as const, note: action.note } : turn));
    case 'event':
      return update(turns, action.streamId, (turn) => onEvent(turn, action.event, action.now));
    case 'message':
      return onMessage(turns, action.role, action.streamId, action.content, action.now);
    case 'history':
      return action.messages.reduce(remember, turns);
    case 'receipt':
      return update(turns, action.receipt.streamId, (turn) => onReceipt(turn, action.receipt));
  }
}

export function turnOf(turns: Turns, streamId: string): Turn | undefined {
  return turns.find((turn) => turn.streamId === streamId);
}

export function isOpen(turn: Turn): boolean {
  return turn.phase === 'waiting' || turn.phase === 'streaming';
}

function blank(key: string, streamId: string | null, at: number): Turn {
  return {
    key,
    streamId,
    question: null,
    at,
    phase: 'unknown',
    answer: NO_TEXT,
    reason: null,
    note: null,
    usage: {},
    receipt: null,
    agent: null,
    askedAt: null,
    firstTextAt: null,
  };
}

function asked(key: string, question: string, agent: string | null, now: number): Turn {
  return { ...blank(key, null, now), question, agent, phase: 'waiting', askedAt: now };
}

/** The stream's id came back. The topic may have been faster: then its turn and ours are one. */
function bind(turns: Turns, key: string, streamId: string): Turns {
  const ours = turns.find((turn) => turn.key === key);
  if (ours === undefined || ours.streamId === streamId) {
    return turns;
  }
  const theirs = turnOf(turns, streamId);
  const merged: Turn = theirs === undefined ? { ...ours, streamId } : { ...theirs, key, question: ours.question, askedAt: ours.askedAt };
  return turns.filter((turn) => turn !== theirs).map((turn) => (turn.key === key ? merged : turn));
}

function update(turns: Turns, streamId: string, change: (turn: Turn) => Turn): Turns {
  const index = turns.findIndex((turn) => turn.streamId === streamId);
  if (index < 0) {
    return insert(turns, change(blank(streamId, streamId, startOf(streamId) ?? Number.MAX_SAFE_INTEGER)));
  }
  const before = turns[index] as Turn;
  const after = change(before);
  return after === before ? turns : turns.with(index, after);
}

function insert(turns: Turns, turn: Turn): Turns {
  const index = turns.findLastIndex((other) => other.at <= turn.at && other.streamId !== null);
  return turns.toSpliced(index + 1, 0, turn);
}

function onEvent(turn: Turn, event: StreamEvent, now: number): Turn {
  switch (event.kind) {
    case 'piece': {
      if (turn.phase === 'ended' && !turn.answer.awaitsReplacement) return turn;
      const answer = addPiece(turn.answer, event.piece);
      if (answer === turn.answer) return turn;
      const started = answer.text !== '';
      return {
        ...turn,
        answer,
        phase: turn.phase === 'ended' ? 'ended' : started ? 'streaming' : 'waiting',
        firstTextAt: turn.firstTextAt ?? (started ? now : null),
      };
    }
    case 'truncated':
      return { ...turn, answer: truncate(turn.answer) };
    case 'usage':
      return { ...turn, usage: { ...turn.usage, ...event.usage } };
    case 'end':
      if (turn.phase === 'ended') {
        return turn.reason === null && event.reason !== null ? { ...turn, reason: event.reason } : turn;
      }
      return {
        ...turn,
        phase: 'ended',
        reason: event.reason,
        note: event.message ?? null,
        usage: { ...turn.usage, ...event.usage },
      };
  }
}

function onMessage(turns: Turns, role: string, streamId: string, content: string, now: number): Turns {
  if (role !== 'user') {
    return update(turns, streamId, (turn) => withStoredAnswer(turn, content, null));
  }
  const waiting = turns.find((turn) => turn.streamId === null && turn.phase === 'waiting' && turn.question === content);
  const bound = waiting !== undefined && turnOf(turns, streamId) === undefined ? bind(turns, waiting.key, streamId) : turns;
  return update(bound, streamId, (turn) => ({
    ...turn,
    question: content,
    phase: turn.phase === 'unknown' ? 'waiting' : turn.phase,
    askedAt: turn.askedAt ?? now,
  }));
}

function remember(turns: Turns, message: StoredMessage): Turns {
  const streamId = message.streamId ?? message.id;
  const at = startOf(streamId) ?? Date.parse(message.createdAt);
  const known = turnOf(turns, streamId) === undefined ? insert(turns, blank(streamId, streamId, at)) : turns;
  return update(known, streamId, (turn) => {
    if (message.role === 'user') {
      return turn.question === message.content ? turn : { ...turn, question: message.content };
    }
    const reason = endReason(message.state);
    if (reason === null && message.state !== null) {
      return turn; // not closed yet: its text comes from the stream
    }
    return { ...withStoredAnswer(turn, message.content ?? '', reason), agent: message.agent };
  });
}

/** The stored message is the truth once a stream has ended. */
function withStoredAnswer(turn: Turn, content: string, reason: EndReason | null): Turn {
  if (turn.phase === 'ended' && turn.answer.text === content) {
    return turn.reason === null && reason !== null ? { ...turn, reason } : turn;
  }
  return {
    ...turn,
    answer: { ...NO_TEXT, text: content, last: Math.max(turn.answer.last, 1) },
    phase: 'ended',
    reason: reason ?? turn.reason,
  };
}

function onReceipt(turn: Turn, receipt: Receipt): Turn {
  return { ...turn, receipt, reason: receipt.endReason ?? turn.reason };
}

/** Milliseconds in a UUIDv7. */
export function startOf(streamId: string): number | null {
  const match = /^([0-9a-f]{8})-([0-9a-f]{4})-7/i.exec(streamId);
  return match === null ? null : Number.parseInt(`${match[1]}${match[2]}`, 16);
}
