package io.weir.relay.log;

import io.weir.streams.run.Run;

/** Somebody who follows a stream's log from some offset on. Called on the stream's loop; returns at once. */
@FunctionalInterface
public interface StreamWatcher {
    /** The log has grown by this run; after a terminal nothing follows. */
    void run(Run run);
}
