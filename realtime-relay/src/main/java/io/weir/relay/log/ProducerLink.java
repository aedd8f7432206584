package io.weir.relay.log;

import io.weir.contracts.id.StreamId;
import java.util.function.Consumer;

/** The way back to the gateway that produces a stream. Any thread; what cannot be sent is lost. */
public interface ProducerLink {
    /** Asks the gateway to stop the stream. */
    void cancel(StreamId stream, String by);

    /** Tells the gateway how many watch the stream. */
    void watchers(StreamId stream, int count);

    /** Gives an input to the stream's agent. The answer comes in any case, on any thread. */
    void input(StreamId stream, Input input, Consumer<InputAnswer> answer);

    /** The log has everything up to {@code last}. */
    void acknowledge(StreamId stream, long last);

    /** True for a gateway that wants to know how far its streams reach whom. */
    default boolean wantsReceipts() {
        return false;
    }

    /** The stream has reached an account up to {@code delivered}, and was read up to {@code read}. */
    default void receipt(StreamId stream, String account, long delivered, long read) {}

    /** True while the gateway can be heard: connected, and not silent for too long. */
    boolean isHeard();
}
