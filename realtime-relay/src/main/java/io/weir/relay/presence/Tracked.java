package io.weir.relay.presence;

/** What came of making somebody present. */
public enum Tracked {
    /** It is present, and everybody will be told. */
    CHANGED,
    /** It was present already, and just so. */
    UNCHANGED,
    /** The topic has as many members as it may have. */
    FULL
}
