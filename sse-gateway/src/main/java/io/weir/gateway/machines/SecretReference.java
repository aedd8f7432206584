package io.weir.gateway.machines;

import java.util.Locale;
import java.util.Optional;

/**
 * Where a secret is; fit to be shown and stored, since it is not the secret. What a registration can name lies in a place
 * made for it, so that no registration can have anything else of this process sent to an address of its choice.
 *
 * @param kind which place
 * @param name which secret there
 */
public record SecretReference(Kind kind, String name) {
    /** Places of secrets. */
    public enum Kind {
        /** {@code weir.gateway.machines.secrets.<name>}. */
        CONFIG,
        /** Environment variable {@code WEIR_AGENT_SECRET_<name>}. */
        ENV,
        /** A file of {@code weir.gateway.machines.secret-directory}. */
        FILE,
        /** {@code weir.machines.<name>.secret}; only a configured machine has this. */
        MACHINE
    }

    /** Reads {@code config:<name>}, {@code env:<name>} or {@code file:<name>}; empty if it is nothing of these. */
    public static Optional<SecretReference> parse(String text) {
        int colon = text.indexOf(':');
        if (colon < 0 || !MachineId.isName(text.substring(colon + 1))) {
            return Optional.empty();
        }
        String name = text.substring(colon + 1);
        return switch (text.substring(0, colon)) {
            case "config" -> Optional.of(new SecretReference(Kind.CONFIG, name));
            case "env" -> Optional.of(new SecretReference(Kind.ENV, name));
            case "file" -> Optional.of(new SecretReference(Kind.FILE, name));
            default -> Optional.empty();
        };
    }

    @Override
    public String toString() {
        return kind.name().toLowerCase(Locale.ROOT) + ":" + name;
    }
}
