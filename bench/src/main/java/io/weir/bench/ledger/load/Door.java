package io.weir.bench.ledger.load;

import io.vertx.core.Future;
import io.weir.contracts.holds.ClaimRequest;
import io.weir.contracts.holds.ReserveRequest;
import io.weir.contracts.holds.SettleRequest;
import io.weir.contracts.holds.UpdateBatch;
import io.weir.contracts.id.StreamId;

/** The ledger as a caller has it. Every future completes on the caller's context; whatever is refused fails. */
interface Door {
    Future<?> reserve(ReserveRequest request);

    Future<?> claim(StreamId stream, ClaimRequest request);

    Future<?> update(UpdateBatch batch);

    Future<?> settle(StreamId stream, SettleRequest request);
}
