package io.weir.gateway.config;

/** What becomes of a stream that nobody watches. */
public enum Unwatched {
    /** It goes on to its own end, and is billed: whoever asked reads it later. */
    CONTINUE,
    /** After {@code weir.gateway.times.unwatched} without anybody it ends {@code cancelled}. */
    STOP
}
