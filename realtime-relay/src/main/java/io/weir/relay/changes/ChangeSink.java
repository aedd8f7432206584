package io.weir.relay.changes;

/** Where changes go that have been read. Called on the loop of the changes. */
interface ChangeSink {
    /** Changes are being read from now on, or cannot be for a while. */
    void live(boolean now);

    /** A change, each once. */
    void tell(MessageChange change);
}
