package io.weir.metering.usage;

import io.weir.metering.answer.ProblemException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/**
 * A stretch of time.
 *
 * @param from its first instant
 * @param to the first instant after it
 * @param zone whose days a caller means
 */
record Span(Instant from, Instant to, ZoneId zone) {
    private static final Duration DEFAULT = Duration.ofDays(30);
    private static final long QUARTER_SECONDS = 900;

    /** Days ({@code to} is the last one) or instants ({@code to} is the first behind it); by default the last 30 days. */
    static Span of(@Nullable String from, @Nullable String to, ZoneId zone, Instant now) {
        Instant end = to == null ? ceiling(now) : point("to", to, zone, 1);
        Instant begin = from == null ? end.minus(DEFAULT) : point("from", from, zone, 0);
        if (!begin.isBefore(end)) {
            throw ProblemException.malformed("from must be before to.");
        }
        return new Span(begin, end, zone);
    }

    Duration length() {
        return Duration.between(from, to);
    }

    /** True if it begins and ends on a quarter of an hour. */
    boolean onQuarters() {
        return onQuarter(from) && onQuarter(to);
    }

    private static boolean onQuarter(Instant point) {
        return point.getNano() == 0 && point.getEpochSecond() % QUARTER_SECONDS == 0;
    }

    private static Instant ceiling(Instant now) {
        return Instant.ofEpochSecond((Math.floorDiv(now.getEpochSecond(), QUARTER_SECONDS) + 1) * QUARTER_SECONDS);
    }

    private static Instant point(String name, String text, ZoneId zone, int daysLater) {
        try {
            return text.length() > 10
                    ? OffsetDateTime.parse(text).toInstant()
                    : LocalDate.parse(text)
                            .plusDays(daysLater)
                            .atStartOfDay(zone)
                            .toInstant();
        } catch (DateTimeParseException _) {
            throw ProblemException.malformed(
                    name + " must be a day such as 2026-01-31 or a time such as 2026-01-31T12:00:00Z.");
        }
    }
}
