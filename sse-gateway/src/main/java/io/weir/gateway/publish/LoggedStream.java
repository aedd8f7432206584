package io.weir.gateway.publish;

import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.StreamHeader;
import io.weir.streams.append.AppendFrame;
import java.util.function.Consumer;

/** An open stream as the append connection sees it. All calls come on the connection's context; hand them to the stream's own. */
public interface LoggedStream {
    /** The stream. */
    StreamId stream();

    /** The claim's epoch. */
    long epoch();

    /** What the relay has to know. */
    StreamHeader header();

    /** The log is open, up to {@code head}: append what follows. */
    void opened(long head);

    /** The log has everything up to {@code last}. */
    void acknowledged(long last);

    /** The log ends at {@code head}: append what follows. */
    void nacked(long head);

    /** The log does not take this stream from us any more. */
    void refused();

    /** Somebody with the right to do so stops the stream. */
    void cancelled(String by);

    /**
     * Somebody has something to tell the agent.
     *
     * @param answered to be told once, on any thread, why it was refused; empty if the agent has it
     */
    void input(AppendFrame.Input input, Consumer<String> answered);

    /** The stream has reached an account up to {@code delivered}, and was read up to {@code read}. */
    void reached(String account, long delivered, long read);

    /** How many viewers the stream has at all relays. */
    void watchers(int count);

    /** The connection is lost; until the log is open again nobody knows how many watch. */
    void lost();
}
