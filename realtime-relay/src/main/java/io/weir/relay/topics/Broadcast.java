package io.weir.relay.topics;

import io.weir.contracts.id.StreamId;
import io.weir.relay.forms.Forms;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One named event for everybody on a topic. It is encoded once for each form that subscribers read; they share the bytes.
 * Safe for any thread.
 */
public final class Broadcast {
    private final String event;
    private final boolean json;
    private final byte[] payload;
    private final @Nullable String id;
    private final @Nullable Position position;
    private final Forms forms = new Forms();

    /**
     * Where in a stream a subscriber is that has been told this.
     *
     * @param stream the stream
     * @param offset last offset that was said
     */
    public record Position(StreamId stream, long offset) {}

    /**
     * An event.
     *
     * @param event its name
     * @param json true if {@code payload} is JSON
     * @param payload nobody writes to it
     * @param id the message's id; absent for events of streams, which have an offset
     */
    public Broadcast(String event, boolean json, byte[] payload, @Nullable String id) {
        this(event, json, payload, id, null);
    }

    /** What is said of a stream; {@code position} only where everything up to there has been said with it. */
    Broadcast(String event, byte[] payload, @Nullable Position position) {
        this(event, true, payload, null, position);
    }

    private Broadcast(String event, boolean json, byte[] payload, @Nullable String id, @Nullable Position position) {
        this.event = event;
        this.json = json;
        this.payload = payload;
        this.id = id;
        this.position = position;
    }

    /** The event's name. */
    public String event() {
        return event;
    }

    /** True if the payload is JSON. */
    public boolean isJson() {
        return json;
    }

    /** The payload; nobody writes to it. */
    public byte[] payload() {
        return payload;
    }

    /** The message's id, if it has one. */
    public @Nullable String id() {
        return id;
    }

    /** Where in its stream the subscriber is after this; null for what does not complete an offset. */
    public @Nullable Position position() {
        return position;
    }

    /** The encoded form of this name, made by {@code encoder} if nobody has asked for it before. */
    public <T> T form(Object name, Class<T> type, Supplier<T> encoder) {
        return forms.of(name, type, encoder);
    }
}
