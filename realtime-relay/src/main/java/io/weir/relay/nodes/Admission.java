package io.weir.relay.nodes;

/** Whether a gateway may open a stream on this node. */
public sealed interface Admission {
    /**
     * It may; this node's log is as far as the shared one could be read.
     *
     * @param head last offset in the shared log
     * @param turn number of this opening, by which the newest writer is known; 0 where Redis was not asked or did not
     *     answer
     */
    record Admitted(long head, long turn) implements Admission {}

    /**
     * It may not.
     *
     * @param ended true if the stream is over, false if a higher epoch has it
     */
    record Refused(boolean ended) implements Admission {}

    /** There is no room for another open stream. */
    record Full() implements Admission {}
}
