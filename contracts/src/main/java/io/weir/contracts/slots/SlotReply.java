package io.weir.contracts.slots;

import io.weir.contracts.id.StreamId;

/**
 * Answer to the taking of a slot: the caller's own, by this stream or by an earlier one that is still open.
 *
 * @param streamId the stream that has the slot; another one than asked for where the account has opened it before
 */
public record SlotReply(StreamId streamId) {}
