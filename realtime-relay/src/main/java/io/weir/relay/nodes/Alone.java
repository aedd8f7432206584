package io.weir.relay.nodes;

import io.weir.contracts.holds.FenceReply;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.StreamHeader;
import io.weir.relay.access.TopicKey;
import io.weir.relay.log.LiveStream;
import java.util.Optional;
import java.util.function.Consumer;

/** There is no other relay: what is in memory is all there is. Answers within the call. */
final class Alone implements Nodes {
    private static final Admission ADMITTED = new Admission.Admitted(0, 0);

    @Override
    public void admit(StreamId stream, long epoch, StreamHeader header, Consumer<Admission> answer) {
        answer.accept(ADMITTED);
    }

    @Override
    public void writing(LiveStream stream, TopicKey topic, long epoch, Admission.Admitted admission) {
        // Nobody else would want to know.
    }

    @Override
    public void find(StreamId stream, Consumer<Optional<LiveStream>> answer) {
        answer.accept(Optional.empty());
    }

    @Override
    public void fenced(LiveStream stream, FenceReply reply) {
        stream.fenced(reply);
    }

    @Override
    public void stored(LiveStream stream) {
        // The log is kept by its own rules.
    }

    @Override
    public void left(Consumer<LiveStream> keeper) {
        // No other node can go.
    }

    @Override
    public boolean isShared() {
        return true;
    }
}
