import assert from 'node:assert/strict';
import { client, until } from '../harness.mjs';

/** A refused join says why; the client goes on trying by itself. */
export default async function (world) {
  const statuses = [];
  const supabase = await client(world);
  supabase
    .channel('account:eve', { config: { private: true } })
    .subscribe((status, error) => statuses.push(`${status}: ${error?.message}`));
  await until(() => statuses.length >= 2, () => 'a second attempt');
  for (const status of statuses) {
    assert.match(status, /^CHANNEL_ERROR: Unauthorized: You do not have permissions to read from this Channel topic: account:eve$/);
  }
}
