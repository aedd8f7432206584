package io.weir.relay.ingest;

import io.micrometer.core.instrument.MeterRegistry;
import io.weir.relay.access.TopicKey;
import io.weir.relay.conversation.Message;
import io.weir.relay.conversation.MessageWriter;
import io.weir.relay.conversation.Role;
import io.weir.relay.log.LiveStream;
import io.weir.relay.nodes.Nodes;
import io.weir.relay.topics.Hub;
import io.weir.relay.topics.Voice;
import io.weir.relay.topics.Voices;
import io.weir.streams.run.Run;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/**
 * Sees to it that the answer of a stream is written to {@code messages} once it has ended, by the node that its gateway
 * appends to, or by one that ends it in the gateway's place. On the stream's loop.
 */
@Singleton
class Answers {
    private static final Logger LOG = Logger.getLogger(Answers.class);
    /** Streams by how they ended. */
    private static final String ENDED = "relay.streams.ended";
    /** A whole answer is told on the topic only up to this length; readers have its text already. */
    private static final int MAX_TOLD_CHARS = 128 * 1024;

    private final MessageWriter writer;
    private final Hub hub;
    private final Voices voices;
    private final Nodes nodes;
    private final MeterRegistry meters;

    Answers(MessageWriter writer, Hub hub, Voices voices, Nodes nodes, MeterRegistry meters) {
        this.writer = writer;
        this.hub = hub;
        this.voices = voices;
        this.nodes = nodes;
        this.meters = meters;
    }

    Voice voice(LiveStream stream) {
        return voices.voice(
                stream.id(), stream.header(), Message.id(stream.id(), Role.USER).toString());
    }

    /**
     * Writes the answer once the stream has ended; at once if it has. Asked for again, nothing more happens. On the stream's
     * loop.
     */
    void await(TopicKey key, LiveStream stream) {
        if (stream.isStored() || !stream.lookAfter()) {
            return;
        }
        if (stream.isEnded()) {
            stream.terminal().ifPresent(terminal -> ended(key, stream, terminal));
        } else {
            stream.watch(run -> {
                if (run instanceof Run.Terminal terminal) {
                    ended(key, stream, terminal);
                }
            });
        }
    }

    /** The same, for a stream that is to be ended in its producer's place. */
    void await(LiveStream stream) {
        await(voices.topic(stream.header()), stream);
    }

    private void ended(TopicKey key, LiveStream stream, Run.Terminal terminal) {
        String reason = terminal.reason().wire();
        LOG.infof("stream ended stream=%s reason=%s", stream.id(), reason);
        meters.counter(ENDED, "reason", reason).increment();
        writer.answer(stream, message -> stored(key, stream, message));
    }

    private void stored(TopicKey key, LiveStream stream, Message message) {
        stream.stored();
        nodes.stored(stream);
        hub.settle(key);
        if (message.content().length() <= MAX_TOLD_CHARS) {
            voice(stream)
                    .message(message.id().toString(), message.role().wire(), message.content())
                    .forEach(broadcast -> hub.broadcast(key, broadcast, null, () -> {}));
        }
    }
}
