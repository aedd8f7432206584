import { object, string } from './json';

/** A refusal by the edge, in words for the person in front of the page. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    /** Last segment of the RFC 9457 type, for example `insufficient-credits`. */
    readonly slug: string,
    message: string,
    readonly retryAfterSeconds?: number,
  ) {
    super(message);
    this.name = 'Problem';
  }
}

/** The session has ended, or never began. */
export class SignedOut extends Error {
  constructor() {
    super('Your session has ended. Sign in again to go on.');
    this.name = 'SignedOut';
  }
}

export async function problemOf(response: Response): Promise<Problem> {
  const body = object(await response.json().catch(() => null)) ?? {};
  const slug = (string(body['type']) ?? '').split('/').at(-1) ?? '';
  const text = string(body['detail']) ?? string(body['title']) ?? string(body['error']) ?? fallback(response.status);
  const retryAfter = Number(response.headers.get('Retry-After'));
  return new Problem(response.status, slug, text, retryAfter > 0 ? retryAfter : undefined);
}

/** What to do next, by status. */
export function advice(problem: Problem): string {
  switch (problem.status) {
    case 402:
      return 'Add credits to this account, then send the message again.';
    case 403:
      return 'This account may not use that agent. Choose another one.';
    case 409:
      return 'This message was already sent. Reload the page to see its answer.';
    case 413:
      return 'The message is too long. Shorten it and send it again.';
    case 429:
      return 'Wait for an open answer to finish, or stop one, then send the message again.';
    default:
      return problem.status >= 500 ? 'Nothing was charged. Try again in a moment.' : 'Nothing was charged.';
  }
}

function fallback(status: number): string {
  return status >= 500 ? 'Weir could not take the message right now.' : `The request was refused (${status}).`;
}
