package io.weir.relay.topics;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.weir.contracts.id.StreamId;
import io.weir.streams.render.TopicRenderer;
import io.weir.streams.run.Deltas;
import io.weir.streams.run.Run;
import java.util.ArrayList;
import java.util.List;

/**
 * One stream as a topic tells it. Safe for any thread.
 *
 * @param stream the stream
 * @param renderer the topic's words for it
 */
public record Voice(StreamId stream, TopicRenderer renderer) {
    /**
     * A run with what is said about it, so that subscribers who get it unmerged share the encoded bytes.
     *
     * @param run the run
     * @param broadcasts what is said; never empty
     */
    public record Said(Run run, List<Broadcast> broadcasts) {}

    /** What is said about a run; empty where the vocabulary has no words for it. */
    public List<Broadcast> render(Run run) {
        List<Broadcast> said = new ArrayList<>(1);
        renderer.render(run, (event, payload) -> said.add(broadcast(event, payload)));
        return said;
    }

    /** All text so far, for a subscriber that joins in the middle. */
    public List<Broadcast> snapshot(Deltas text) {
        List<Broadcast> said = new ArrayList<>(1);
        renderer.snapshot(text, (event, payload) -> said.add(broadcast(event, payload)));
        return said;
    }

    /** A whole message; empty where the vocabulary has no words for it. */
    public List<Broadcast> message(String id, String role, String content) {
        List<Broadcast> said = new ArrayList<>(1);
        renderer.message(id, role, content, (event, payload) -> said.add(broadcast(event, payload)));
        return said;
    }

    private static Broadcast broadcast(String event, ByteBuf payload) {
        return new Broadcast(event, true, ByteBufUtil.getBytes(payload), null);
    }
}
