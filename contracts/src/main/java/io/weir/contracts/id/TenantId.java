package io.weir.contracts.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * Isolation boundary, and prefix of topics, keys and accounts.
 *
 * @param value 1 to 64 characters, no control characters
 */
public record TenantId(@JsonValue String value) implements Comparable<TenantId> {
    /** Request header with the tenant that a service speaks for, as {@link HeaderText}. */
    public static final String HEADER = "Weir-Tenant";
    /** Longest accepted value, in characters. */
    public static final int MAX_LENGTH = 64;

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public TenantId {
        Names.check("tenantId", value, MAX_LENGTH);
    }

    @Override
    public int compareTo(TenantId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
