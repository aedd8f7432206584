package io.weir.relay.access;

/** What came of a token. */
public sealed interface Verification {
    /**
     * The token is good.
     *
     * @param viewer who it names
     */
    record Verified(Viewer viewer) implements Verification {}

    /**
     * The token is no good.
     *
     * @param code the protocol's error code, such as {@code InvalidJWTToken}
     * @param message text for the caller
     */
    record Rejected(String code, String message) implements Verification {
        /** {@code code: message}, as a join's reply shows it. */
        public String reason() {
            return code + ": " + message;
        }
    }
}
