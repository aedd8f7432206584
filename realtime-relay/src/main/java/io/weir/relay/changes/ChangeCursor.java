package io.weir.relay.changes;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How far the changes have been told. Numbers are given when a row is changed and become visible when its transaction
 * commits, so a lower number may appear after a higher one, or never. Therefore the cursor goes by transactions: all of
 * those below {@code from} have ended and are done with; above it each change that was told is remembered by its number
 * until its transaction is below, too. A change is told as soon as it is visible, whatever else is still open. Not
 * thread-safe.
 */
final class ChangeCursor {
    private final int maxAhead;
    /** Number to transaction of what was told from transactions that are not below {@link #from}. */
    private final TreeMap<Long, Long> ahead = new TreeMap<>();

    private long from;
    /** While a long backlog is read in pages: transactions below this one had all ended when the first page was read. */
    private @Nullable Long until;
    /** Numbers up to here have been read in those pages. */
    private long after;

    ChangeCursor(int maxAhead) {
        this.maxAhead = maxAhead;
    }

    /**
     * What to read next, in the order of numbers.
     *
     * @param from transactions from this one on
     * @param until transactions below this one; null for all
     * @param after numbers above this one
     * @param except numbers that were told
     * @param endedOnly only of transactions that are older than every open one
     */
    record Ask(long from, @Nullable Long until, long after, List<Long> except, boolean endedOnly) {}

    /**
     * What was read.
     *
     * @param horizon the oldest transaction that was open then, or else the next one
     * @param rows number and transaction of each
     * @param full there may be more
     */
    record Page(long horizon, List<Row> rows, boolean full) {
        Page {
            rows = List.copyOf(rows);
        }
    }

    /**
     * One change.
     *
     * @param seq its number
     * @param xid its transaction
     */
    record Row(long seq, long xid) {}

    Ask ask() {
        return new Ask(from, until, after, List.copyOf(ahead.keySet()), ahead.size() >= maxAhead);
    }

    /** The page was told. True if that was all there is. */
    boolean told(Page page) {
        Long pagesUntil = until;
        if (pagesUntil == null) {
            return toldNewest(page);
        }
        if (page.full()) {
            after = page.rows().getLast().seq();
        } else {
            below(pagesUntil);
        }
        return false;
    }

    private boolean toldNewest(Page page) {
        if (page.horizon() < from) {
            // The database was restored or replaced: its transactions count from elsewhere.
            from = page.horizon();
            ahead.clear();
        }
        for (Row row : page.rows()) {
            if (row.xid() >= page.horizon()) {
                ahead.put(row.seq(), row.xid());
            }
        }
        if (page.full()) {
            until = page.horizon();
            after = page.rows().getLast().seq();
            return false;
        }
        below(page.horizon());
        return true;
    }

    private void below(long horizon) {
        from = Math.max(from, horizon);
        until = null;
        after = 0;
        ahead.values().removeIf(xid -> xid < from);
    }

    /** The cursor as text, to go on from after a restart. */
    String save() {
        var told = new JsonArray();
        ahead.forEach((seq, xid) -> told.add(new JsonArray().add(seq).add(xid)));
        return new JsonObject()
                .put("from", from)
                .put("until", until)
                .put("after", after)
                .put("ahead", told)
                .encode();
    }

    /** Goes on where the saved one was. */
    void restore(String saved) {
        var state = new JsonObject(saved);
        from = state.getLong("from", 0L);
        until = state.getLong("until");
        after = state.getLong("after", 0L);
        ahead.clear();
        JsonArray told = state.getJsonArray("ahead", new JsonArray());
        for (int i = 0; i < told.size(); i++) {
            ahead.put(told.getJsonArray(i).getLong(0), told.getJsonArray(i).getLong(1));
        }
    }
}
