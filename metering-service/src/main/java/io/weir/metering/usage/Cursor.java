package io.weir.metering.usage;

import io.weir.metering.answer.ProblemException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where a page ended. It holds the watermark of the first page, so that all pages of an answer agree.
 *
 * @param query what it belongs to; a cursor of another query is refused
 * @param watermark number up to which all pages count
 * @param at time of the last row
 * @param keys what tells the last row from others of that time
 */
record Cursor(String query, long watermark, Instant at, List<String> keys) {
    private static final String BETWEEN = "\u0000";

    Cursor {
        keys = List.copyOf(keys);
    }

    String encode() {
        String text = Stream.concat(Stream.of(query, Long.toString(watermark), at.toString()), keys.stream())
                .collect(Collectors.joining(BETWEEN));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * The cursor that a caller sent back; null where there is none.
     *
     * @throws ProblemException malformed, if it is not one of this query
     */
    static @Nullable Cursor decode(@Nullable String text, String query, int keys) {
        if (text == null) {
            return null;
        }
        try {
            var whole = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
            List<String> parts = Arrays.asList(whole.split(BETWEEN, -1));
            if (parts.size() == 3 + keys && parts.getFirst().equals(query)) {
                return new Cursor(
                        query,
                        Long.parseLong(parts.get(1)),
                        Instant.parse(parts.get(2)),
                        parts.subList(3, parts.size()));
            }
        } catch (IllegalArgumentException | DateTimeException _) {
            throw foreign();
        }
        throw foreign();
    }

    private static ProblemException foreign() {
        return ProblemException.malformed("The cursor is not one of this query.");
    }
}
