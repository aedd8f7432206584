package io.weir.metering.prices;

import io.quarkus.hibernate.reactive.panache.common.WithSession;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Tuple;
import io.weir.metering.database.Database;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** The price book. A change adds a version; streams that are reserved already keep theirs. */
@ApplicationScoped
class PriceBook {
    private static final String SET = "SELECT * FROM price_set($1, $2, $3, $4, $5, $6, $7, $8)";

    private final PriceRows rows;
    private final Database database;

    PriceBook(PriceRows rows, Database database) {
        this.rows = rows;
        this.database = database;
    }

    @WithSession
    Uni<List<PriceVersion>> all() {
        return rows.book().map(book -> book.stream().map(PriceVersion::from).toList());
    }

    /** Adds a version, unless the newest says the same already; also where who asked has gone meanwhile. */
    Uni<PriceVersion> set(PriceChange change, String by) {
        var arguments = Tuple.tuple()
                .addString(change.name())
                .addLong(change.inputNano())
                .addLong(change.cachedNano())
                .addLong(change.cacheWriteNano())
                .addLong(change.outputNano())
                .addLong(change.reasoningNano())
                .addLong(change.requestMicro())
                .addString(by);
        return database.one(SET, arguments, PriceVersion::from);
    }
}
