import type { Edge } from '../api/edge';
import { Problem } from '../api/problem';
import type { Receipt } from '../api/types';

const MOST_AT_ONCE = 2;
const MOST_TRIES = 8;
const FIRST_WAIT_MILLIS = 700;

/** Fetches receipts, a few at a time, again while they are settling. */
export class Receipts {
  private readonly wanted = new Set<string>();
  private readonly queue: string[] = [];
  private readonly tries = new Map<string, number>();
  private readonly timers = new Set<ReturnType<typeof setTimeout>>();
  private running = 0;
  private closed = false;

  constructor(
    private readonly edge: Pick<Edge, 'receipt'>,
    private readonly onReceipt: (receipt: Receipt) => void,
  ) {}

  want(streamId: string): void {
    if (!this.wanted.has(streamId)) {
      this.wanted.add(streamId);
      this.enqueue(streamId);
    }
  }

  close(): void {
    this.closed = true;
    this.timers.forEach(clearTimeout);
  }

  private enqueue(streamId: string): void {
    this.queue.push(streamId);
    this.pump();
  }

  private pump(): void {
    while (!this.closed && this.running < MOST_AT_ONCE) {
      const streamId = this.queue.shift();
      if (streamId === undefined) return;
      this.running++;
      void this.fetch(streamId).finally(() => {
        this.running--;
        this.pump();
      });
    }
  }

  private async fetch(streamId: string): Promise<void> {
    try {
      const receipt = await this.edge.receipt(streamId);
      if (this.closed) return;
      this.onReceipt(receipt);
      if (receipt.state !== 'settled') this.again(streamId);
    } catch (failure) {
      const final = failure instanceof Problem && failure.status < 500 && failure.status !== 404 && failure.status !== 429;
      if (!final) this.again(streamId);
    }
  }

  private again(streamId: string): void {
    const tries = (this.tries.get(streamId) ?? 0) + 1;
    this.tries.set(streamId, tries);
    if (this.closed || tries >= MOST_TRIES) {
      return;
    }
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      this.enqueue(streamId);
    }, FIRST_WAIT_MILLIS * 1.7 ** (tries - 1));
    this.timers.add(timer);
  }
}
