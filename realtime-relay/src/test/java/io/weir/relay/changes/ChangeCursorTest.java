package io.weir.relay.changes;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.relay.changes.ChangeCursor.Ask;
import io.weir.relay.changes.ChangeCursor.Page;
import io.weir.relay.changes.ChangeCursor.Row;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** The cursor over an outbox whose transactions end in any order. */
class ChangeCursorTest {
    /** As much of PostgreSQL as the cursor sees. */
    private static final class Database {
        private final Map<Long, Long> written = new HashMap<>();
        private final TreeSet<Long> open = new TreeSet<>();
        private final TreeSet<Long> rolledBack = new TreeSet<>();
        private long nextXid = 700;
        private long lastSeq;

        long begin() {
            open.add(nextXid);
            return nextXid++;
        }

        long write(long xid) {
            written.put(++lastSeq, xid);
            return lastSeq;
        }

        void commit(long xid) {
            open.remove(xid);
        }

        void rollBack(long xid) {
            open.remove(xid);
            rolledBack.add(xid);
        }

        long[] committed() {
            return written.entrySet().stream()
                    .filter(row -> visible(row.getValue()))
                    .mapToLong(Map.Entry::getKey)
                    .sorted()
                    .toArray();
        }

        private boolean visible(long xid) {
            return !open.contains(xid) && !rolledBack.contains(xid);
        }

        Page read(Ask ask, int limit) {
            long horizon = open.isEmpty() ? nextXid : open.first();
            Long until = ask.until();
            List<Row> rows = written.entrySet().stream()
                    .map(row -> new Row(row.getKey(), row.getValue()))
                    .filter(row -> visible(row.xid()) && row.xid() >= ask.from())
                    .filter(row -> until == null || row.xid() < until)
                    .filter(row -> row.seq() > ask.after() && !ask.except().contains(row.seq()))
                    .filter(row -> !ask.endedOnly() || row.xid() < horizon)
                    .sorted(Comparator.comparingLong(Row::seq))
                    .limit(limit)
                    .toList();
            return new Page(horizon, rows, rows.size() >= limit);
        }
    }

    /** Reads until there is nothing left, and gives the numbers in the order in which they were told. */
    private static List<Long> drain(Database database, ChangeCursor cursor, int limit) {
        List<Long> told = new ArrayList<>();
        boolean all = false;
        for (int i = 0; !all; i++) {
            assertThat(i).isLessThan(10_000);
            Page page = database.read(cursor.ask(), limit);
            page.rows().forEach(row -> told.add(row.seq()));
            all = cursor.told(page);
        }
        return told;
    }

    @Test
    void tellsWhatCommitsLateAndNothingOfWhatWasRolledBack() {
        // Given
        var database = new Database();
        var cursor = new ChangeCursor(100);
        long late = database.begin();
        long gone = database.begin();
        long quick = database.begin();
        database.write(late);
        database.write(gone);
        database.write(quick);
        // When
        database.commit(quick);
        database.rollBack(gone);
        // Then
        assertThat(drain(database, cursor, 10)).containsExactly(3L);
        assertThat(drain(database, cursor, 10)).isEmpty();
        database.write(late);
        database.commit(late);
        assertThat(drain(database, cursor, 10)).containsExactly(1L, 4L);
        assertThat(drain(database, cursor, 10)).isEmpty();
        assertThat(cursor.ask().except()).isEmpty();
    }

    @Test
    void waitsForTheOldestTransactionAtTheBound() {
        // Given
        var database = new Database();
        var cursor = new ChangeCursor(3);
        long old = database.begin();
        for (int i = 0; i < 3; i++) {
            long quick = database.begin();
            database.write(quick);
            database.commit(quick);
        }
        assertThat(drain(database, cursor, 10)).hasSize(3);
        // When
        long another = database.begin();
        database.write(another);
        database.commit(another);
        // Then
        assertThat(drain(database, cursor, 10)).isEmpty();
        database.commit(old);
        drain(database, cursor, 10);
        assertThat(drain(database, cursor, 10)).isEmpty();
        assertThat(cursor.ask().endedOnly()).isFalse();
        assertThat(cursor.ask().from()).isEqualTo(database.nextXid);
    }

    @Test
    void goesOnInADatabaseThatWasRestored() {
        // Given
        var before = new Database();
        before.nextXid = 9000;
        var cursor = new ChangeCursor(10);
        drain(before, cursor, 10);
        // When
        var after = new Database();
        drain(after, cursor, 10);
        long xid = after.begin();
        after.write(xid);
        after.commit(xid);
        // Then
        assertThat(drain(after, cursor, 10)).containsExactly(1L);
    }

    @Test
    void tellsEachCommittedChangeOnceWhateverHappens() {
        for (int seed = 0; seed < 300; seed++) {
            // Given
            var random = new Random(seed);
            var database = new Database();
            int maxAhead = 5 + random.nextInt(20);
            var cursor = new ChangeCursor(maxAhead);
            List<Long> told = new ArrayList<>();
            List<Long> open = new ArrayList<>();
            // When
            for (int step = 0; step < 300; step++) {
                switch (random.nextInt(6)) {
                    case 0 -> open.add(database.begin());
                    case 1, 2 -> {
                        if (!open.isEmpty()) {
                            database.write(open.get(random.nextInt(open.size())));
                        }
                    }
                    case 3 -> end(random, database, open);
                    case 4 -> {
                        Page page = database.read(cursor.ask(), 1 + random.nextInt(5));
                        page.rows().forEach(row -> told.add(row.seq()));
                        cursor.told(page);
                    }
                    default -> {
                        String saved = cursor.save();
                        cursor = new ChangeCursor(maxAhead);
                        cursor.restore(saved);
                    }
                }
            }
            while (!open.isEmpty()) {
                end(random, database, open);
            }
            told.addAll(drain(database, cursor, 3));
            told.addAll(drain(database, cursor, 3));
            // Then
            assertThat(told).as("seed %d", seed).doesNotHaveDuplicates();
            assertThat(told)
                    .as("seed %d", seed)
                    .containsExactlyInAnyOrderElementsOf(
                            LongStream.of(database.committed()).boxed().toList());
        }
    }

    private static void end(Random random, Database database, List<Long> open) {
        if (!open.isEmpty()) {
            long xid = open.remove(random.nextInt(open.size()));
            if (random.nextInt(4) == 0) {
                database.rollBack(xid);
            } else {
                database.commit(xid);
            }
        }
    }
}
