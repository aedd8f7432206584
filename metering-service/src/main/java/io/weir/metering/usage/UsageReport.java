package io.weir.metering.usage;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answer of {@code GET /v1/usage}.
 *
 * @param from first instant
 * @param to first instant after it
 * @param timeZone whose hours, days and months the windows are
 * @param window how time is divided
 * @param groupBy by what else
 * @param watermark what is counted
 * @param rows by window, then by the groups; windows without usage are left out
 * @param next cursor of the next page; absent on the last
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record UsageReport(
        Instant from,
        Instant to,
        String timeZone,
        Window window,
        List<String> groupBy,
        Watermark watermark,
        List<UsageRow> rows,
        @Nullable String next) {
    public UsageReport {
        groupBy = List.copyOf(groupBy);
        rows = List.copyOf(rows);
    }

    /**
     * What is counted: every settlement and late correction up to a number, and no other.
     *
     * @param number the last one counted
     * @param at whatever was settled before this moment is counted, or was when a page before this one was read
     */
    public record Watermark(long number, Instant at) {}
}
