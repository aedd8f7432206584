package io.weir.metering.ledger;

import io.quarkus.hibernate.reactive.panache.common.WithSession;
import io.smallrye.mutiny.Uni;
import io.weir.contracts.holds.Receipt;
import io.weir.contracts.id.StreamId;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/** Reads what the ledger knows of one stream. One session, one statement after the other. */
@ApplicationScoped
public class Ledger {
    private final HoldRows holds;
    private final SettlementRows settlements;
    private final LateCorrectionRows corrections;
    private final EntryRows entries;

    Ledger(HoldRows holds, SettlementRows settlements, LateCorrectionRows corrections, EntryRows entries) {
        this.holds = holds;
        this.settlements = settlements;
        this.corrections = corrections;
        this.entries = entries;
    }

    /** The receipt of a stream; empty if there is no such stream. */
    @WithSession
    public Uni<Optional<Receipt>> receipt(StreamId stream) {
        return holds.findById(stream.value())
                .onItem()
                .ifNotNull()
                .transformToUni(this::complete)
                .map(Optional::ofNullable);
    }

    private Uni<Receipt> complete(HoldRow hold) {
        var record = new StreamRecord(hold);
        return settlements
                .findById(hold.streamId)
                .invoke(record::settled)
                .chain(() -> corrections.findById(hold.streamId))
                .invoke(record::corrected)
                .chain(() -> entries.of(hold.streamId))
                .map(record::receipt);
    }
}
