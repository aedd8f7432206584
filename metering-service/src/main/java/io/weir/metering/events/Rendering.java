package io.weir.metering.events;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.sqlclient.Row;
import java.util.Optional;

/**
 * What became of putting a row of the outbox into words.
 *
 * @param id its place in the outbox
 * @param message the message; empty where it could not be made
 * @param fault why not; empty where it could
 */
record Rendering(long id, Optional<Message> message, String fault) {
    private static final int LONGEST_FAULT = 500;

    static Rendering of(Row row, ObjectMapper json) {
        long id = row.getLong("message");
        try {
            return new Rendering(id, Optional.of(Message.from(row, json)), "");
        } catch (RuntimeException broken) {
            // Whatever is wrong with this row: it must not hold up those beside it.
            String fault = broken.toString().replace("\0", "");
            return new Rendering(id, Optional.empty(), fault.substring(0, Math.min(fault.length(), LONGEST_FAULT)));
        }
    }
}
