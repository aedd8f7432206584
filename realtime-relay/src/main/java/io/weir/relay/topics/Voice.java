package io.weir.relay.topics;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.weir.contracts.event.EventTypes;
import io.weir.contracts.id.StreamId;
import io.weir.streams.render.TopicRenderer;
import io.weir.streams.run.Deltas;
import io.weir.streams.run.Run;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
        var words = new Words();
        renderer.render(run, words);
        return words.until(run.last());
    }

    /** All text so far, for a subscriber that joins in the middle. */
    public Said snapshot(Deltas text) {
        var words = new Words();
        renderer.snapshot(text, words);
        return new Said(text, words.until(text.last()));
    }

    /** A whole message; empty where the vocabulary has no words for it. */
    public List<Broadcast> message(String id, String role, String content) {
        var words = new Words();
        renderer.message(id, role, content, words);
        return words.all();
    }

    /** That there was no room for a while for what a subscriber had still to be told; it follows from the log. */
    public Broadcast gap(long from, long to) {
        String json = "{\"streamId\":\"" + stream + "\",\"from\":" + from + ",\"to\":" + to + "}";
        return new Broadcast(EventTypes.WEIR_GAP, json.getBytes(StandardCharsets.UTF_8), null);
    }

    /** That a stream is not here any more from {@code from} on; it is read from the stream itself. */
    public static Broadcast lost(StreamId stream, long from) {
        String json = "{\"streamId\":\"" + stream + "\",\"from\":" + from + "}";
        return new Broadcast(EventTypes.WEIR_GAP, json.getBytes(StandardCharsets.UTF_8), null);
    }

    private final class Words implements TopicRenderer.Sink {
        private record Word(String event, ByteBuf payload) {
            Broadcast at(Broadcast.@Nullable Position position) {
                return new Broadcast(event, ByteBufUtil.getBytes(payload), position);
            }
        }

        private final List<Word> said = new ArrayList<>(1);

        @Override
        public void event(String event, ByteBuf payload) {
            said.add(new Word(event, payload));
        }

        List<Broadcast> all() {
            return said.stream().map(word -> word.at(null)).toList();
        }

        /** Of several events about one run only the last completes its offset. */
        List<Broadcast> until(long offset) {
            List<Broadcast> broadcasts = new ArrayList<>(said.size());
            for (int i = 0; i < said.size(); i++) {
                boolean last = i == said.size() - 1;
                broadcasts.add(said.get(i).at(last ? new Broadcast.Position(stream, offset) : null));
            }
            return broadcasts;
        }
    }
}
