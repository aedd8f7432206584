package io.weir.metering.usage;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answer of {@code GET /v1/usage/records}.
 *
 * @param watermark what is counted
 * @param records by time, then by number, in the order that was asked for
 * @param next cursor of the next page; absent on the last
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RecordPage(
        UsageReport.Watermark watermark,
        List<UsageRecord> records,
        @Nullable String next) {
    public RecordPage {
        records = List.copyOf(records);
    }
}
