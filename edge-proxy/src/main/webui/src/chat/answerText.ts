/**
 * The text of one answer, put together from pieces that may come from two sources (the direct SSE stream and the
 * session's topic), more than once, merged differently by each, or as a snapshot of everything so far.
 *
 * A piece says which offsets it covers: `from` to `offset`. The rules:
 * - `offset` at or before the last one seen: known already, skipped;
 * - a snapshot, or a piece from the first offset on, replaces the text;
 * - a piece that begins right after the last offset is appended;
 * - a piece that overlaps is cut at a known boundary; with no boundary there, nothing is guessed: `gap` is set, and whoever
 *   feeds this asks again from `last`.
 */
export interface AnswerText {
  readonly text: string;
  /** Last offset contained in the text; 0 before the first. */
  readonly last: number;
  /** Length of the text at the end of recent offsets, ascending: where an overlapping piece may be cut. */
  readonly cuts: readonly Cut[];
  /** A piece could not be placed: something is missing after `last`. */
  readonly gap: boolean;
  /** The closed log is shorter than what was shown: the next snapshot replaces the text, whatever its offset. */
  readonly awaitsReplacement: boolean;
}

interface Cut {
  readonly offset: number;
  readonly length: number;
}

export interface Piece {
  readonly from: number;
  readonly offset: number;
  readonly text: string;
  readonly snapshot?: boolean;
}

/** Boundaries kept: more than a reader's two sources are ever apart, small enough to copy for every piece. */
const MAX_CUTS = 256;

export const NO_TEXT: AnswerText = { text: '', last: 0, cuts: [], gap: false, awaitsReplacement: false };

export function addPiece(answer: AnswerText, piece: Piece): AnswerText {
  if (piece.snapshot && answer.awaitsReplacement) {
    return replaced(piece);
  }
  if (piece.offset <= answer.last) {
    return answer;
  }
  if (piece.snapshot || piece.from <= 1) {
    return replaced(piece);
  }
  if (piece.from === answer.last + 1) {
    return extended(answer, answer.text + piece.text, piece.offset);
  }
  if (piece.from > answer.last) {
    return answer.gap ? answer : { ...answer, gap: true };
  }
  const cut = answer.cuts.findLast((candidate) => candidate.offset === piece.from - 1);
  if (cut === undefined) {
    return answer.gap ? answer : { ...answer, gap: true };
  }
  return extended(answer, answer.text.slice(0, cut.length) + piece.text, piece.offset);
}

/** The log ended earlier than what this reader has seen; the snapshot that follows is the truth. */
export function truncate(answer: AnswerText): AnswerText {
  return { ...answer, awaitsReplacement: true };
}

function replaced(piece: Piece): AnswerText {
  return extended(NO_TEXT, piece.text, piece.offset);
}

function extended(answer: AnswerText, text: string, last: number): AnswerText {
  const cuts = [...answer.cuts.slice(1 - MAX_CUTS), { offset: last, length: text.length }];
  return { text, last, cuts, gap: false, awaitsReplacement: false };
}
