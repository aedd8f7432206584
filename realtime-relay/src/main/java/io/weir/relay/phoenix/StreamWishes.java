package io.weir.relay.phoenix;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.relay.topics.Resume;

/**
 * How a join wants to be told the topic's streams. The keys stand under {@code config.broadcast}, the one object that the
 * stock client passes on as it is, or under {@code config}.
 *
 * @param updatesPerSecond {@code updates_per_second}, 1 to 100; 0 for all as they come
 * @param receipts {@code receipts}: how far streams have reached whom, and were read
 * @param resume {@code replay {since, limit}}: streams that have ended since then are told again, at most 25
 */
record StreamWishes(int updatesPerSecond, boolean receipts, Resume resume) {
    private static final int MAX_UPDATES = 100;
    private static final int MAX_REPLAYED = 25;

    /** Reads the payload of a {@code phx_join}. */
    static StreamWishes of(ObjectNode payload) {
        JsonNode config = payload.path("config");
        JsonNode updates = wish(config, "updates_per_second");
        int perSecond = updates.isNumber() ? Math.clamp(updates.asLong(), 1, MAX_UPDATES) : 0;
        JsonNode receipts = wish(config, "receipts");
        return new StreamWishes(
                perSecond,
                receipts.asBoolean(false),
                resume(config.path("broadcast").path("replay")));
    }

    /** The same, of a subscriber that was told that it is joined at {@code millis} and has heard nothing since. */
    StreamWishes missing(long millis) {
        Resume.Since since = resume instanceof Resume.Since asked ? asked : new Resume.Since(millis, MAX_REPLAYED);
        return new StreamWishes(updatesPerSecond, receipts, since.missing(millis));
    }

    private static JsonNode wish(JsonNode config, String name) {
        JsonNode inBroadcast = config.path("broadcast").path(name);
        return inBroadcast.isMissingNode() ? config.path(name) : inBroadcast;
    }

    private static Resume resume(JsonNode replay) {
        if (!replay.path("since").isNumber()) {
            return Resume.NOTHING;
        }
        int limit = Math.clamp(replay.path("limit").asInt(MAX_REPLAYED), 1, MAX_REPLAYED);
        return new Resume.Since(replay.path("since").asLong(), limit);
    }
}
