package io.weir.edge.answer;

import io.weir.edge.problems.ProblemException;
import io.weir.streams.run.CanonicalReader;

/** Somebody whom an answer keeps supplied. Event loop of the request only. */
public interface Recipient extends CanonicalReader.Handler {
    /** Nothing of the answer can be shown. */
    void refuse(ProblemException problem);

    /** Nothing more can be shown now, although the answer has not ended. */
    void cut();

    /** Last offset that it has or is about to get. */
    long cursor();

    /** True once the terminal event has come. */
    boolean ended();

    /** True once nothing more can be shown. */
    boolean over();
}
