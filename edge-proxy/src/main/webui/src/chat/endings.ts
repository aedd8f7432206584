import type { EndReason } from './streamEvent';

export interface Ending {
  readonly what: string;
  /** What the person can do now. */
  readonly next: string;
  readonly tone: 'calm' | 'warn' | 'bad';
}

/** An early end in words. `completed` needs none. */
export const ENDINGS: Readonly<Record<Exclude<EndReason, 'completed'>, Ending>> = {
  cancelled: { what: 'Stopped on request.', next: 'What was written until then is kept and charged.', tone: 'calm' },
  max_output_tokens: { what: 'The answer reached its longest allowed length.', next: 'Send “continue” to get the rest.', tone: 'calm' },
  credits_exhausted: {
    what: 'Your credits ran out in the middle of this answer.',
    next: 'Add credits to this account, then send “continue”.',
    tone: 'warn',
  },
  time_limit: { what: 'The answer took longer than an answer may take.', next: 'Send “continue” to get the rest.', tone: 'warn' },
  draining: { what: 'The service was restarted during this answer.', next: 'Ask again; only what was written is charged.', tone: 'warn' },
  metering_unavailable: {
    what: 'Credits could not be checked any longer, so the answer was stopped.',
    next: 'Try again in a few minutes; only what was written is charged.',
    tone: 'warn',
  },
  agent_error: { what: 'The agent reported an error.', next: 'Ask again. If it stays, try another agent or tell your administrator.', tone: 'bad' },
  machine_lost: { what: 'The machine that ran this agent was lost.', next: 'Ask again; another machine will answer.', tone: 'bad' },
  no_machine: { what: 'No machine was free to answer.', next: 'Wait a minute, then ask again.', tone: 'bad' },
  orphaned: { what: 'The connection to the agent was lost for good.', next: 'Ask again; only what was written is charged.', tone: 'bad' },
};
