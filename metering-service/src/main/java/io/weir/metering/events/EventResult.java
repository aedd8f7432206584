package io.weir.metering.events;

import io.weir.contracts.holds.Micro;
import io.weir.contracts.id.StreamId;

/**
 * What became of one event.
 *
 * @param source of its envelope
 * @param id of its envelope
 * @param outcome {@code created}; {@code duplicate}: it was booked before; {@code different}: another event was, under the
 *     same source and id, and this one was not
 * @param streamId the stream that it is booked as, with a receipt
 * @param chargeMicro charged by this request
 * @param receivableMicro used, but not payable by the account
 */
public record EventResult(
        String source,
        String id,
        String outcome,
        StreamId streamId,
        @Micro long chargeMicro,
        @Micro long receivableMicro) {}
