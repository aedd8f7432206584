package io.weir.streams.append;

import io.netty.buffer.ByteBuf;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.StreamHeader;
import io.weir.contracts.stream.Totals;
import io.weir.streams.run.Run;

/**
 * One message between a gateway and a relay. A connection carries many streams; frames of one stream keep their order.
 *
 * <pre>
 *   gateway ── Open ──────────► relay        then Opened, or Refused
 *   gateway ── Append ────────► relay        then Ack, Nack (append again from head + 1) or Refused
 *   gateway ── Close ─────────► relay        the gateway forgets the stream; no answer
 *   gateway ◄─ Cancel ───────── relay        no answer: the terminal shows it
 *   gateway ◄─ Input ────────── relay        then InputTaken, or InputRefused
 *   gateway ◄─ Watchers ─────── relay        no answer
 *   gateway ── Usage ─────────► relay        no answer; only to a relay that knows it
 *   gateway ◄─ Receipt ──────── relay        no answer; only to a gateway that knows it
 * </pre>
 *
 * Which of the last two a peer knows, it says with the handshake: {@link AppendFeature}.
 */
public sealed interface AppendFrame {
    /** The stream that the frame is about. */
    StreamId stream();

    /**
     * Opens the stream's log, or takes it over with a higher epoch. Sent again on every new connection.
     *
     * @param epoch the claim's epoch
     * @param header what the relay has to know
     */
    record Open(StreamId stream, long epoch, StreamHeader header) implements AppendFrame {}

    /**
     * The log is open; appends go on from {@code head + 1}.
     *
     * @param head last offset in the log, 0 if it is empty
     */
    record Opened(StreamId stream, long head) implements AppendFrame {}

    /**
     * The log does not take anything from this epoch.
     *
     * @param why why
     */
    record Refused(StreamId stream, Why why) implements AppendFrame {}

    /** Why a log refuses a producer. */
    enum Why {
        /** A higher epoch has the log: the sender has lost the stream. */
        STALE_EPOCH,
        /** The log has its terminal. */
        ENDED,
        /** The stream is not open on this connection. */
        NOT_OPEN,
        /** The relay has no room for another open stream; try again later. */
        RELAY_FULL
    }

    /**
     * A run for the log.
     *
     * @param epoch the claim's epoch
     * @param run offsets {@code run.first()} to {@code run.last()}
     */
    record Append(StreamId stream, long epoch, Run run) implements AppendFrame {}

    /**
     * The log has everything up to {@code last}.
     *
     * @param last last offset in the log
     */
    record Ack(StreamId stream, long last) implements AppendFrame {}

    /**
     * The run does not continue the log.
     *
     * @param head last offset in the log
     */
    record Nack(StreamId stream, long head) implements AppendFrame {}

    /**
     * The gateway will not append to this stream on this connection again.
     *
     * @param epoch the claim's epoch
     */
    record Close(StreamId stream, long epoch) implements AppendFrame {}

    /**
     * Somebody with the right to do so stops the stream.
     *
     * @param by who, for the log
     */
    record Cancel(StreamId stream, String by) implements AppendFrame {}

    /**
     * A control event for the agent ({@code steer}, {@code approve}, {@code answer}).
     *
     * @param input number by which the answer refers to it; unique on the connection
     * @param by who sent it
     * @param event name of the control event
     * @param payload JSON object
     */
    record Input(StreamId stream, long input, String by, String event, ByteBuf payload) implements AppendFrame {}

    /**
     * The input has reached the agent.
     *
     * @param input its number
     */
    record InputTaken(StreamId stream, long input) implements AppendFrame {}

    /**
     * The input has not reached the agent.
     *
     * @param input its number
     * @param why safe to show to who sent it
     */
    record InputRefused(StreamId stream, long input, String why) implements AppendFrame {}

    /**
     * How many viewers the stream's topic has right now.
     *
     * @param count subscribers and readers
     */
    record Watchers(StreamId stream, int count) implements AppendFrame {}

    /**
     * What a stream has cost so far, for its payer. It is told and forgotten: no offset, no log, and a lost one is made good
     * by the next.
     *
     * @param totals cumulative
     * @param chargeMicro what the totals cost, by the function that makes the bill
     * @param grantedMicro what the stream may spend
     * @param availableMicro what the account has left beside its holds
     * @param last the stream is settled: this is its bill
     */
    record Usage(StreamId stream, Totals totals, long chargeMicro, long grantedMicro, long availableMicro, boolean last)
            implements AppendFrame {}

    /**
     * How far the stream has reached an account, on whichever of its devices is furthest.
     *
     * @param account who
     * @param delivered last offset that was handed to one of the account's connections
     * @param read last offset that the account says it has read; 0 if it has not said so
     */
    record Receipt(StreamId stream, String account, long delivered, long read) implements AppendFrame {}
}
