package io.weir.relay.phoenix;

import org.jspecify.annotations.Nullable;

/**
 * What the server says about a channel in a {@code system} event. Clients show it to whoever listens for it; none of them
 * changes the channel.
 *
 * @param extension whom it is from: {@code system}, {@code presence}, {@code postgres_changes}
 * @param ok false for an error
 * @param message text for people
 * @param count a number that the message is about; absent where it is about none
 */
record SystemMessage(
        String extension,
        boolean ok,
        String message,
        @Nullable Integer count) {
    /** An error of the channel itself. */
    static SystemMessage error(String message) {
        return new SystemMessage("system", false, message, null);
    }

    /** How many are present, where they are too many to be told by name. */
    static SystemMessage present(int members) {
        return new SystemMessage("presence", true, members + " are present, told by number only", members);
    }

    /** How it stands with what a channel wants to be told of the database. */
    static SystemMessage changes(boolean ok, String message) {
        return new SystemMessage("postgres_changes", ok, message, null);
    }

    /** The payload; {@code channel} is the topic's name without prefix. */
    String payload(String channel) {
        var payload = new StringBuilder("{\"extension\":");
        FrameEncoder.quoted(payload, extension)
                .append(",\"status\":\"")
                .append(ok ? "ok" : "error")
                .append("\",\"message\":");
        FrameEncoder.quoted(payload, message);
        if (count != null) {
            payload.append(",\"count\":").append(count.intValue());
        }
        return FrameEncoder.quoted(payload.append(",\"channel\":"), channel)
                .append('}')
                .toString();
    }
}
