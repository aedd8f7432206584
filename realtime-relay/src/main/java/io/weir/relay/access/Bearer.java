package io.weir.relay.access;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The value of an {@code Authorization} header. */
public final class Bearer {
    private static final String SCHEME = "Bearer ";

    private Bearer() {}

    /** The token of a bearer header; empty for no header and for any other scheme. */
    public static Optional<String> of(@Nullable String header) {
        if (header == null || !header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return Optional.empty();
        }
        return Optional.of(header.substring(SCHEME.length()).strip()).filter(token -> !token.isEmpty());
    }
}
