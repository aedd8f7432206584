package io.weir.metering;

import java.security.KeyPair;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;

/** What the test resource hands to the tests. */
final class Shared {
    static final String KEYS = "weir.test.keys";
    static final String DATABASE = "weir.test.database";
    static final String CUT = "weir.test.cut";
    static final String STRAND = "weir.test.strand";
    static final String MEND = "weir.test.mend";
    static final String RECEIVER = "weir.test.receiver";
    static final String RELAY = "weir.test.relay";

    private static final Map<String, Object> VALUES = new ConcurrentHashMap<>();

    private Shared() {}

    static void put(String name, Object value) {
        VALUES.put(name, value);
    }

    static KeyPair keys() {
        return get(KEYS, KeyPair.class);
    }

    static DataSource database() {
        return get(DATABASE, DataSource.class);
    }

    /** The webhook that the service tells things. */
    static Receiver receiver() {
        return get(RECEIVER, Receiver.class);
    }

    /** The relay that the audit asks. */
    static FakeRelay relay() {
        return get(RELAY, FakeRelay.class);
    }

    /** Every connection of the service to its database breaks, and new ones break at once. */
    static void cutDatabase() {
        get(CUT, Runnable.class).run();
    }

    /** Nothing comes through the service's connections any more, and nothing says so; new ones are sound. */
    static void strandDatabase() {
        get(STRAND, Runnable.class).run();
    }

    static void mendDatabase() {
        get(MEND, Runnable.class).run();
    }

    private static <T> T get(String name, Class<T> type) {
        return type.cast(Objects.requireNonNull(VALUES.get(name), name));
    }
}
