import { getJson, getText, send, sendJson } from './http';
import { problemOf } from './problem';
import type {
  AccountLine,
  ApiKey,
  Audit,
  Grant,
  GrantTerms,
  KeyScope,
  PriceVersion,
  Rates,
  Receipt,
  RecordPage,
  UsagePage,
} from './types';

const id = encodeURIComponent;

/** Parameters of a question about usage, as `docs/billing.md` names them. */
export type UsageQuestion = Readonly<Record<string, string>>;

const query = (parts: UsageQuestion): string => new URLSearchParams(parts).toString();

/** What the caller used and holds: the edge's `/api/me/**`. */
export const mine = {
  usage: (question: UsageQuestion, signal?: AbortSignal) => getJson<UsagePage>(`/api/me/usage?${query(question)}`, signal),
  records: (question: UsageQuestion, signal?: AbortSignal) => getJson<RecordPage>(`/api/me/usage/records?${query(question)}`, signal),
  /** Where the same is as CSV, a page at a time. */
  csvPath: (of: 'usage' | 'usage/records', question: UsageQuestion) => `/api/me/${of}?${query({ ...question, format: 'csv' })}`,

  receipt: (stream: string, signal?: AbortSignal) => getJson<Receipt>(`/api/me/receipts/${id(stream)}`, signal),
  signed: (stream: string, signal?: AbortSignal) => getText(`/api/me/receipts/${id(stream)}/signed`, signal),
  receiptPage: (stream: string) => `/api/me/receipts/${id(stream)}/page`,
  receiptKeys: (signal?: AbortSignal) => getJson<{ keys: (JsonWebKey & { kid?: string })[] }>('/api/receipts/keys', signal),

  keys: (signal?: AbortSignal) => getJson<{ keys: ApiKey[] }>('/api/me/keys', signal).then((page) => page.keys),
  createKey: (name: string, scopes: readonly KeyScope[], expiresAt: string | null) =>
    sendJson<ApiKey>('POST', '/api/me/keys', { name, scopes, ...(expiresAt === null ? {} : { expiresAt }) }),
  async deleteKey(key: string): Promise<void> {
    const response = await send(`/api/me/keys/${id(key)}`, { method: 'DELETE' });
    if (!response.ok) throw await problemOf(response);
  },
} as const;

/** What billing reads and admins change: the edge's `/api/admin/**`. */
export const staff = {
  accounts: (prefix: string, after: string, signal?: AbortSignal) =>
    getJson<{ accounts: AccountLine[]; next?: string }>(`/api/admin/accounts?${query({ prefix, after, limit: '25' })}`, signal),
  account: (account: string, signal?: AbortSignal) => getJson<AccountLine>(`/api/admin/accounts/${id(account)}`, signal),
  grants: (account: string, signal?: AbortSignal) =>
    getJson<{ grants: Grant[] }>(`/api/admin/accounts/${id(account)}/grants`, signal).then((page) => page.grants),
  /** The same key never grants twice. */
  grant: (account: string, terms: GrantTerms, key: string) =>
    sendJson<{ grantId: string }>('POST', `/api/admin/accounts/${id(account)}/grants`, terms, { 'Idempotency-Key': key }),
  voidGrant: (account: string, grant: string) =>
    sendJson<Grant>('POST', `/api/admin/accounts/${id(account)}/grants/${id(grant)}/void`, {}),
  usage: (question: UsageQuestion, signal?: AbortSignal) => getJson<UsagePage>(`/api/admin/usage?${query(question)}`, signal),
  prices: (signal?: AbortSignal) => getJson<{ prices: PriceVersion[] }>('/api/admin/prices', signal).then((page) => page.prices),
  setPrice: (name: string, rates: Rates) => sendJson<PriceVersion>('PUT', '/api/admin/prices', { name, ...rates }),
  audit: (signal?: AbortSignal) => getJson<Audit>('/api/admin/audit', signal),
} as const;
