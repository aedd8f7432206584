package io.weir.relay.phoenix;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.DateTimeException;
import java.time.Instant;

/** What a join asks of the broadcasts that were kept: {@code config.broadcast.replay}. */
sealed interface ReplayRequest {
    /** Most that one join gets, and what it gets if it does not say. */
    int MAX = 25;

    /** It asks for none. */
    record None() implements ReplayRequest {}

    /**
     * It asks for the newest.
     *
     * @param since kept at this time or later
     * @param limit so many of the newest
     */
    record Asked(Instant since, int limit) implements ReplayRequest {}

    /** It cannot be understood. */
    record Invalid() implements ReplayRequest {}

    /** Reads the payload of a {@code phx_join}. */
    static ReplayRequest of(ObjectNode payload) {
        JsonNode replay = payload.path("config").path("broadcast").path("replay");
        if (replay.isMissingNode() || replay.isNull()) {
            return new None();
        }
        JsonNode since = replay.path("since");
        JsonNode limit = replay.path("limit");
        boolean bounded = limit.isMissingNode() || limit.isNull() || limit.canConvertToExactIntegral();
        if (!since.isNumber() || !since.canConvertToLong() || !bounded) {
            return new Invalid();
        }
        try {
            int most = limit.isNumber() ? Math.clamp(limit.longValue(), 1, MAX) : MAX;
            return new Asked(Instant.ofEpochMilli(since.longValue()), most);
        } catch (DateTimeException e) {
            return new Invalid();
        }
    }
}
