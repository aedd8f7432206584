import { describe, expect, it } from 'vitest';
import { addPiece, NO_TEXT, truncate, type AnswerText, type Piece } from '../src/chat/answerText';
import { randomOf } from './random';

const piece = (from: number, offset: number, text: string, snapshot = false): Piece => ({ from, offset, text, snapshot });

describe('the text of an answer', () => {
  it('appends what follows', () => {
    const answer = [piece(1, 1, 'Wa'), piece(2, 2, 'ter'), piece(3, 5, ' runs')].reduce(addPiece, NO_TEXT);
    expect(answer).toMatchObject({ text: 'Water runs', last: 5, gap: false });
  });

  it('skips what it has, whoever says it again', () => {
    const answer = [piece(1, 1, 'Wa'), piece(1, 1, 'Wa'), piece(2, 2, 'ter'), piece(1, 1, 'Wa'), piece(2, 2, 'ter')].reduce(addPiece, NO_TEXT);
    expect(answer.text).toBe('Water');
  });

  it('is replaced by a newer snapshot and not by an older one', () => {
    const answer = [piece(1, 2, 'Wa'), piece(1, 4, 'Water ru', true), piece(1, 3, 'Water', true)].reduce(addPiece, NO_TEXT);
    expect(answer).toMatchObject({ text: 'Water ru', last: 4 });
  });

  it('cuts an overlapping piece at a boundary that it knows', () => {
    const answer = [piece(1, 3, 'abc'), piece(4, 4, 'd'), piece(5, 5, 'e'), piece(5, 7, 'efg')].reduce(addPiece, NO_TEXT);
    expect(answer).toMatchObject({ text: 'abcdefg', last: 7, gap: false });
  });

  it('reports a gap instead of guessing, and goes on once that is filled', () => {
    const torn = [piece(1, 4, 'abcd'), piece(3, 6, 'cdef')].reduce(addPiece, NO_TEXT);
    expect(torn).toMatchObject({ text: 'abcd', last: 4, gap: true });
    const ahead = addPiece(torn, piece(9, 9, 'i'));
    expect(ahead.text).toBe('abcd');
    expect(addPiece(ahead, piece(5, 9, 'efghi'))).toMatchObject({ text: 'abcdefghi', last: 9, gap: false });
  });

  it('takes a shorter snapshot after the log was found to be shorter than what was shown', () => {
    const shown = addPiece(NO_TEXT, piece(1, 8, 'speculative'));
    expect(addPiece(truncate(shown), piece(1, 5, 'specu', true))).toMatchObject({ text: 'specu', last: 5 });
  });

  it.each(Array.from({ length: 400 }, (_, seed) => seed))('is exact whatever two sources do (seed %i)', (seed) => {
    const random = randomOf(seed);
    const deltas = Array.from({ length: 1 + random.below(60) }, (_, at) => (random.below(6) === 0 ? '' : `${at}é𝄞`.slice(0, 1 + random.below(3))));
    const whole = deltas.join('');
    const span = (from: number, offset: number, snapshot = false): Piece => piece(from, offset, deltas.slice(from - 1, offset).join(''), snapshot);

    // Two sources in their own order, each merging as it likes; the second one joins late with a snapshot.
    const source = (begin: number): Piece[] => {
      const pieces: Piece[] = [];
      for (let at = begin; at < deltas.length; ) {
        const upTo = Math.min(deltas.length, at + 1 + random.below(4));
        pieces.push(span(at + 1, upTo));
        at = upTo;
      }
      return pieces;
    };
    const joined = random.below(deltas.length + 1);
    const sources = [source(0), joined === 0 ? source(0) : [span(1, joined, true), ...source(joined)]];

    let answer: AnswerText = NO_TEXT;
    const said: Piece[] = [];
    while (sources.some((one) => one.length > 0)) {
      const chosen = sources[random.below(2)] ?? [];
      const next = random.below(5) === 0 && said.length > 0 ? said[random.below(said.length)] : random.below(40) === 0 ? (chosen.shift(), undefined) : chosen.shift();
      if (next === undefined) continue;
      said.push(next);
      answer = addPiece(answer, next);
      expect(whole.startsWith(answer.text)).toBe(true);
      expect(answer.text).toBe(deltas.slice(0, answer.last).join(''));
    }
    if (answer.last < deltas.length) {
      answer = addPiece(answer, span(answer.last + 1, deltas.length));
    }
    expect(answer).toMatchObject({ text: whole, last: deltas.length, gap: false });
  });
});
