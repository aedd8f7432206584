package io.weir.relay.changes;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/** The columns of {@code messages} that are told. The others are the relay's own. */
enum Column {
    /** Order of writing. */
    SEQ("int8"),
    /** The message's id. */
    ID("uuid"),
    /** Whose session it is. */
    ACCOUNT("text"),
    /** The session. */
    SESSION("text"),
    /** The stream of question and answer. */
    STREAM_ID("uuid"),
    /** {@code user} or {@code assistant}. */
    ROLE("text"),
    /** The text. */
    CONTENT("text"),
    /** How an answer ended; {@code sent} for a question. */
    STATE("text"),
    /** The agent. */
    AGENT("text"),
    /** The workspace; null outside of workspaces. */
    WORKSPACE_ID("text"),
    /** The workspace's channel; null outside of workspaces. */
    CHANNEL_ID("text"),
    /** Who wrote it: an account or an agent. */
    AUTHOR_ID("text"),
    /** When it was written. */
    CREATED_AT("timestamptz");

    private final String type;

    Column(String type) {
        this.type = type;
    }

    /** The name in the table and in JSON. */
    String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** PostgreSQL's name of the type. */
    String type() {
        return type;
    }

    static Optional<Column> ofWire(String name) {
        return Arrays.stream(values())
                .filter(column -> column.wire().equals(name))
                .findFirst();
    }

    /**
     * A value as something that compares as the column does.
     *
     * @throws IllegalArgumentException for what is no value of the type
     */
    Comparable<?> value(String text) {
        try {
            return switch (type) {
                case "int8" -> Long.valueOf(text.strip());
                case "uuid" -> UUID.fromString(text.strip()).toString();
                case "timestamptz" ->
                    OffsetDateTime.parse(text.strip().replace(' ', 'T')).toInstant();
                default -> text;
            };
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("no time with offset", e);
        }
    }

    /** The value of a row; empty for null. */
    Optional<Comparable<?>> value(JsonNode row) {
        JsonNode node = row.path(wire());
        return node.isNull() || node.isMissingNode() ? Optional.empty() : Optional.of(value(node.asText()));
    }
}
