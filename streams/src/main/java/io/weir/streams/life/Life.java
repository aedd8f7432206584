package io.weir.streams.life;

/** Where one stream is in its life, kept in one place for those who move it. */
final class Life {
    private StreamState state = new StreamState.Reserved();
    private boolean produced;

    StreamState state() {
        return state;
    }

    void becomes(StreamState next) {
        produced |= next instanceof StreamState.Producing;
        state = next;
    }

    /** True from the won claim to the first cause of an end. */
    boolean open() {
        return state instanceof StreamState.Claimed || state instanceof StreamState.Producing;
    }

    /** True once something was numbered. */
    boolean produced() {
        return produced;
    }
}
