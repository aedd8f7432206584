package io.weir.streams.render;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.streams.json.JsonText;
import io.weir.streams.run.Deltas;
import io.weir.streams.run.Run;

/** Says each event of a workspace a second time, as {@code agent_update {kind, …}} with the same members. */
final class AgentUpdates implements TopicRenderer {
    private static final String UPDATE = "agent_update";
    private static final String PREFIX = "agent_";

    private final TopicRenderer events;

    AgentUpdates(TopicRenderer events) {
        this.events = events;
    }

    @Override
    public void render(Run run, Sink sink) {
        events.render(run, twice(sink));
    }

    @Override
    public void snapshot(Deltas text, Sink sink) {
        events.snapshot(text, twice(sink));
    }

    @Override
    public void message(String id, String role, String content, Sink sink) {
        events.message(id, role, content, twice(sink));
    }

    private static Sink twice(Sink sink) {
        return (event, payload) -> {
            sink.event(event, payload);
            sink.event(UPDATE, update(event.substring(PREFIX.length()), payload));
        };
    }

    private static ByteBuf update(String kind, ByteBuf payload) {
        ByteBuf out = Unpooled.buffer(payload.readableBytes() + kind.length() + 12);
        JsonText.raw("{\"kind\":\"", out);
        JsonText.raw(kind, out);
        JsonText.raw("\",", out);
        // What follows the payload's opening brace; it is never empty.
        JsonText.copy(payload.slice(payload.readerIndex() + 1, payload.readableBytes() - 1), out);
        return out;
    }
}
