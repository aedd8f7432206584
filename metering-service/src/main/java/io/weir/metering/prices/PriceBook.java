package io.weir.metering.prices;

import io.quarkus.hibernate.reactive.panache.common.WithSession;
import io.quarkus.hibernate.reactive.panache.common.WithTransaction;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;

/** The price book. A change adds a version; streams that are reserved already keep theirs. */
@ApplicationScoped
class PriceBook {
    private final PriceRows rows;
    private final InstantSource clock = InstantSource.system();

    PriceBook(PriceRows rows) {
        this.rows = rows;
    }

    @WithSession
    Uni<List<PriceVersion>> all() {
        return rows.book().map(book -> book.stream().map(PriceVersion::from).toList());
    }

    /** Adds a version, unless the newest says the same already. */
    @WithTransaction
    Uni<PriceVersion> set(PriceChange change, String by) {
        return rows.newest(change.name()).chain(newest -> {
            if (!newest.isEmpty() && change.sameAs(newest.getFirst())) {
                return Uni.createFrom().item(PriceVersion.from(newest.getFirst()));
            }
            int version = newest.isEmpty() ? 1 : newest.getFirst().version + 1;
            return rows.persistAndFlush(row(change, version, by)).map(PriceVersion::from);
        });
    }

    private PriceRow row(PriceChange change, int version, String by) {
        var row = new PriceRow();
        row.name = change.name();
        row.version = version;
        row.inputNano = change.inputNano();
        row.cachedNano = change.cachedNano();
        row.cacheWriteNano = change.cacheWriteNano();
        row.outputNano = change.outputNano();
        row.reasoningNano = change.reasoningNano();
        row.requestMicro = change.requestMicro();
        row.createdAt = clock.instant().atOffset(ZoneOffset.UTC);
        row.createdBy = by;
        return row;
    }
}
