package io.weir.metering.usage;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What {@code GET /v1/usage} is asked.
 *
 * @param span from when to when
 * @param window how time is divided
 * @param groupBy by what else, in the order of the columns
 * @param filters values that rows must have
 * @param limit most rows of a page
 * @param newestFirst whether single records come from the youngest on; sums never do
 * @param after where the page before ended
 */
record UsageQuery(
        Span span,
        Window window,
        List<Dimension> groupBy,
        Map<Dimension, String> filters,
        int limit,
        boolean newestFirst,
        @Nullable Cursor after) {
    UsageQuery {
        groupBy = groupBy.stream().distinct().sorted().toList();
        filters = Map.copyOf(filters);
    }

    /** True where the sums by quarters of an hour do not tell enough, and single records are read. */
    boolean needsRecords() {
        return window == Window.MINUTE
                || groupBy.contains(Dimension.SESSION)
                || filters.containsKey(Dimension.SESSION)
                || !span.onQuarters();
    }

    /** Tells this query, but for its page, from others. */
    String name() {
        return Integer.toHexString(List.of(span, window, groupBy, new TreeMap<>(filters), newestFirst)
                .toString()
                .hashCode());
    }

    UsageQuery behind(@Nullable Cursor cursor) {
        return new UsageQuery(span, window, groupBy, filters, limit, newestFirst, cursor);
    }
}
