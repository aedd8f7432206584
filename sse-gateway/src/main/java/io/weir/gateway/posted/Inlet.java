package io.weir.gateway.posted;

import io.weir.contracts.problem.ProblemType;
import io.weir.gateway.stream.Source.InputAnswer;
import io.weir.streams.append.AppendFrame;

/** A producer's connection to its stream. All calls come on the stream's loop; the connection lives on its own. */
interface Inlet {
    /** Is read on, after {@link PostedStream#take} has said that it must wait. */
    void goOn();

    /** Events up to {@code head} are taken. */
    void taken(long head);

    /** An event is not taken, and the connection is given up by the stream. */
    void refuse(ProblemType type, String detail, Standing standing);

    /** An event came whose predecessors are missing. True if the connection may go on, from behind the head. */
    boolean gap(long number, Standing standing);

    /**
     * The stream has ended.
     *
     * @param asSaid as the producer itself said
     */
    void ended(Standing standing, boolean asSaid);

    /** Tells the producer something that a viewer wants of it. */
    void input(AppendFrame.Input input, InputAnswer answer);
}
