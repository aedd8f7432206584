package io.weir.relay.nodes;

import io.weir.contracts.holds.FenceReply;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.StreamHeader;
import io.weir.relay.access.TopicKey;
import io.weir.relay.log.LiveStream;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The other relays, as this one sees them. Every node that somebody follows a stream on has its log in memory; what makes
 * it grow is this node's gateway, or another node. Nothing here is called per run: the nodes watch the logs.
 */
public interface Nodes {
    /** A gateway wants to open a stream here. Any thread; the answer may come on any. */
    void admit(StreamId stream, long epoch, StreamHeader header, Consumer<Admission> answer);

    /** The gateway has opened the stream: this node writes it from now on. On the stream's loop. */
    void writing(LiveStream stream, TopicKey topic, long epoch, Admission.Admitted admission);

    /** A stream that is not in memory here, followed from now on if another node has it. Any thread; the answer may come on any. */
    void find(StreamId stream, Consumer<Optional<LiveStream>> answer);

    /** Metering has settled the stream: its log ends as it says, here and everywhere. On the stream's loop. */
    void fenced(LiveStream stream, FenceReply reply);

    /** {@code messages} has the answer. On the stream's loop. */
    void stored(LiveStream stream);

    /**
     * Names who stores an answer that has ended and whose node has gone before {@code messages} had it. Called on the stream's
     * loop, for one stream perhaps at several nodes, and again.
     */
    void left(Consumer<LiveStream> keeper);

    /** False while what nodes share cannot be reached: then this one goes on alone. Any thread. */
    boolean isShared();
}
