package io.weir.gateway.stream;

import io.netty.buffer.ByteBuf;
import io.vertx.core.buffer.Buffer;
import io.weir.gateway.net.NettyBytes;
import io.weir.streams.run.CanonicalReader;
import io.weir.streams.run.Deltas;
import io.weir.streams.run.Run;
import io.weir.streams.sse.StreamFormatException;
import org.jboss.logging.Logger;

/** The relay's log on its way to one reader. One event loop. */
final class LogEvents implements CanonicalReader.Handler {
    private static final Logger LOG = Logger.getLogger(LogEvents.class);

    private final Reader reader;
    private final CanonicalReader events;
    private boolean ended;

    /**
     * Nothing read yet.
     *
     * @param maxEventBytes longest unfinished event
     */
    LogEvents(Reader reader, int maxEventBytes) {
        this.reader = reader;
        this.events = new CanonicalReader(maxEventBytes, this);
    }

    void feed(Buffer chunk) {
        if (reader.closed()) {
            return;
        }
        try {
            events.feed(NettyBytes.of(chunk));
        } catch (StreamFormatException e) {
            LOG.errorf("the log is no event stream reason=%s", e.getMessage());
            broken();
        }
    }

    /** Nothing more comes: without a terminal event the reader resumes. */
    void broken() {
        if (!ended && !reader.closed()) {
            reader.abandon();
        }
    }

    @Override
    public void run(Run run) {
        ended |= run instanceof Run.Terminal;
        reader.offer(run);
    }

    @Override
    public void snapshot(Deltas text) {
        reader.snapshot(text);
    }

    @Override
    public void weir(String type, ByteBuf json) {
        reader.weir(type, json);
    }

    @Override
    public void comment() {
        reader.heartbeat();
    }
}
