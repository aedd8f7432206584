package io.weir.bench.load;

import java.io.IOException;

/** Publishes numbered texts on topics, over the connections that a backend of this server would use. */
interface Publisher extends AutoCloseable {
    /** Connects and opens topics 0 to {@code topics}, the latter excluded. */
    void open(int topics) throws IOException;

    /** Publishes a text with this number; waits while the server does not read. */
    void publish(int topic, int number) throws IOException;

    @Override
    void close() throws IOException;
}
