package io.weir.metering.usage;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Key ids in usage, where zeros stand for none. */
final class KeyText {
    /** What was used without a key. */
    static final String NONE = new UUID(0, 0).toString();

    private KeyText() {}

    static @Nullable String of(@Nullable String id) {
        return NONE.equals(id) ? null : id;
    }
}
