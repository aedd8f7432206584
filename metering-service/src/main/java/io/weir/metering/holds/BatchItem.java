package io.weir.metering.holds;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One reserve or settle, which may be done in a batch or alone. Both give a row with the same columns.
 *
 * @param arguments for {@code hold_batch}
 * @param settled the stream of a settle; null for a reserve
 * @param alone does it alone
 * @param answer its row
 */
record BatchItem(JsonObject arguments, @Nullable UUID settled, Supplier<Future<Row>> alone, Promise<Row> answer) {
    BatchItem(JsonObject arguments, @Nullable UUID settled, Supplier<Future<Row>> alone) {
        this(arguments, settled, alone, Promise.promise());
    }
}
