package io.weir.relay.topics;

import org.jspecify.annotations.Nullable;

/**
 * Somebody types, or no longer does.
 *
 * @param subscriber who says so
 * @param account the person
 * @param on true while typing
 * @param except who is not told; null for nobody
 */
public record Typed(
        Subscriber subscriber,
        String account,
        boolean on,
        @Nullable Subscriber except) {}
