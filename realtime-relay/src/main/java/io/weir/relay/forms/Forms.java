package io.weir.relay.forms;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/** The encoded forms of one thing that is told to many, each made once. Safe for any thread. */
public final class Forms {
    private final Map<Object, Object> made = HashMap.newHashMap(2);

    /** The form of this name, made by {@code encoder} if nobody has asked for it before. */
    public synchronized <T> T of(Object name, Class<T> type, Supplier<T> encoder) {
        return type.cast(made.computeIfAbsent(name, _ -> encoder.get()));
    }
}
