package io.weir.relay.changes;

import java.util.List;
import java.util.function.Supplier;

/** One change as one subscriber is told of it. On the loop of the changes. */
public final class ChangeNews {
    private final MessageChange change;
    private final List<Integer> ids;
    private final String data;

    ChangeNews(MessageChange change, List<Integer> ids, String data) {
        this.change = change;
        this.ids = List.copyOf(ids);
        this.data = data;
    }

    /** The payload of the event. */
    public String payload() {
        return "{\"ids\":" + ids + ",\"data\":" + data + "}";
    }

    /**
     * The encoded form of this news, made by {@code encoder} if nobody who is told the same has asked for it before.
     *
     * @param name what the form depends on beside the news
     */
    public <T> T form(Object name, Class<T> type, Supplier<T> encoder) {
        return change.form(new Name(name, ids, data), type, encoder);
    }

    private record Name(Object name, List<Integer> ids, String data) {}
}
