package io.weir.relay;

import io.weir.streams.faults.Wire;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;

/** What the test resource hands to the tests. */
final class Shared {
    private static final KeyPair KEYS = newKeys();
    private static final Map<Class<?>, Object> VALUES = new ConcurrentHashMap<>();

    private Shared() {}

    static KeyPair keys() {
        return KEYS;
    }

    static KeyPair newKeys() {
        try {
            var generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    static void database(DataSource database) {
        VALUES.put(DataSource.class, database);
    }

    static DataSource database() {
        return get(DataSource.class);
    }

    static void metering(FakeMetering metering) {
        VALUES.put(FakeMetering.class, metering);
    }

    static FakeMetering metering() {
        return get(FakeMetering.class);
    }

    static void wire(Wire wire) {
        VALUES.put(Wire.class, wire);
    }

    static Wire wire() {
        return get(Wire.class);
    }

    private static <T> T get(Class<T> type) {
        return type.cast(Objects.requireNonNull(VALUES.get(type)));
    }
}
