package io.weir.relay.topics;

/** How far one stream has reached one subscriber. Any thread. */
public interface Delivery {
    /** Who the subscriber is. */
    String account();

    /** The stream. */
    Telling telling();

    /** Notes that what follows is new again; then {@link #delivered()} is read. */
    void collected();

    /** Last offset that was handed to the subscriber's operating system. */
    long delivered();
}
