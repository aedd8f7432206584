package io.weir.relay.phoenix;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether the sender wants a broadcast kept for replay: {@code persist}, which is {@code true} or {@code {"ttl": seconds}}.
 *
 * @param asked true if so
 * @param life for how long, if the sender says so
 */
record Persist(boolean asked, Optional<Duration> life) {
    static final Persist NO = new Persist(false, Optional.empty());

    private static final Persist YES = new Persist(true, Optional.empty());
    /** Longer than anything is kept. */
    private static final long MAX_SECONDS = Duration.ofDays(36_500).toSeconds();

    /** Reads the value of {@code persist}; empty where it means nothing. */
    static Optional<Persist> of(@Nullable JsonNode persist) {
        if (persist == null || persist.isMissingNode() || persist.isNull()) {
            return Optional.of(NO);
        }
        if (persist.isBoolean()) {
            return Optional.of(persist.booleanValue() ? YES : NO);
        }
        JsonNode ttl = persist.path("ttl");
        return ttl.canConvertToLong() && ttl.isNumber() ? lasting(ttl.longValue()) : Optional.empty();
    }

    /** Reads the query parameters {@code persist} and {@code persist[ttl]}; empty where they mean nothing. */
    static Optional<Persist> of(@Nullable String persist, @Nullable String ttl) {
        if (ttl != null) {
            try {
                return lasting(Long.parseLong(ttl));
            } catch (NumberFormatException e) {
                return Optional.empty();
            }
        }
        if (persist == null || persist.equals("false")) {
            return Optional.of(NO);
        }
        return persist.equals("true") ? Optional.of(YES) : Optional.empty();
    }

    private static Optional<Persist> lasting(long seconds) {
        if (seconds < 1) {
            return Optional.empty();
        }
        return Optional.of(new Persist(true, Optional.of(Duration.ofSeconds(Math.min(seconds, MAX_SECONDS)))));
    }
}
