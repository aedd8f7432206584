package io.weir.contracts.slots;

import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.id.TenantId;

/**
 * Body of {@code POST /v1/slots}: a stream takes a topic that belongs to its first writer.
 *
 * @param tenant isolation boundary
 * @param topic the topic, without tenant prefix
 * @param account who writes, by the name that the hold has
 * @param streamId the stream, reserved already
 */
public record SlotRequest(TenantId tenant, String topic, AccountId account, StreamId streamId) {}
