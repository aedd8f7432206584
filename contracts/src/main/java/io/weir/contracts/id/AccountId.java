package io.weir.contracts.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * Who pays. Taken from the account claim of a verified token.
 *
 * @param value 1 to 256 characters, no control characters
 */
public record AccountId(@JsonValue String value) implements Comparable<AccountId> {
    /** Request header with the account that a service speaks for, as {@link HeaderText}. */
    public static final String HEADER = "Weir-Account";
    /** Longest accepted value, in characters. */
    public static final int MAX_LENGTH = 256;

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public AccountId {
        Names.check("accountId", value, MAX_LENGTH);
    }

    @Override
    public int compareTo(AccountId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
