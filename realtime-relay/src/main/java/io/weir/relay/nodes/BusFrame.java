package io.weir.relay.nodes;

import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.StreamHeader;
import io.weir.relay.log.Input;
import io.weir.relay.topics.Broadcast;
import io.weir.relay.topics.NodeWord;
import io.weir.streams.run.Run;
import org.jspecify.annotations.Nullable;

/** What nodes tell each other on the channel of a topic. Any of it may be lost; what matters heals from the log. */
sealed interface BusFrame {
    /**
     * A stream goes on.
     *
     * @param epoch its producer's
     */
    record Live(StreamId stream, long epoch, Run run) implements BusFrame {}

    /**
     * The sender writes the stream from now on.
     *
     * @param turn number of its opening; older ones are void
     * @param fresh true if the stream begins
     */
    record Writing(StreamId stream, long epoch, StreamHeader header, long turn, boolean fresh) implements BusFrame {}

    /** The log has everything up to {@code head}. */
    record Head(StreamId stream, long head) implements BusFrame {}

    /** Somebody has said something on the topic. */
    record Said(Broadcast broadcast) implements BusFrame {}

    /** Something of which only the newest counts was shown on the topic. */
    record Shown(Broadcast broadcast) implements BusFrame {}

    /** The topic tells the same topic here something. */
    record Word(NodeWord word) implements BusFrame {}

    /** Somebody wants the stream stopped: for the node that writes it. */
    record Cancel(StreamId stream, String by) implements BusFrame {}

    /**
     * Something for the stream's agent: for the node that writes it.
     *
     * @param number the answer refers to it; unique at the sender
     */
    record Asked(StreamId stream, long number, Input input) implements BusFrame {}

    /**
     * What became of an input.
     *
     * @param node who asked
     * @param why absent if the agent has it
     */
    record Answered(
            StreamId stream,
            String node,
            long number,
            @Nullable String why) implements BusFrame {}

    /** How many follow the stream at the sender: for the node that writes it. */
    record Watchers(StreamId stream, int count) implements BusFrame {}

    /** The sender wants to hear the topic, or no more. */
    record Interest(boolean wanted) implements BusFrame {}

    /** True for what does no harm if it is left out: others read it from the log, or are told again. */
    default boolean isOptional() {
        return switch (this) {
            case Live _, Head _, Watchers _, Shown _ -> true;
            case Writing _, Said _, Word _, Cancel _, Asked _, Answered _, Interest _ -> false;
        };
    }

    /** Bytes that it takes on the channel, roughly. */
    default int weight() {
        return switch (this) {
            case Live live -> live.run().weight();
            case Said said -> said.broadcast().payload().length + 100;
            case Shown shown -> shown.broadcast().payload().length + 100;
            case Writing writing -> {
                String question = writing.header().question();
                yield question == null ? 200 : 200 + question.length();
            }
            case Asked asked -> asked.input().payload().length() + 100;
            case Word(NodeWord word) -> WordCodec.weight(word);
            case Head _, Cancel _, Answered _, Watchers _, Interest _ -> 100;
        };
    }
}
