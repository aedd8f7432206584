package io.weir.relay.cameras;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.quarkus.websockets.next.CloseReason;
import io.quarkus.websockets.next.WebSocketConnection;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.weir.contracts.problem.ProblemType;
import io.weir.relay.admission.TokenBucket;
import io.weir.relay.cameras.CameraUpgradeCheck.Pass;
import io.weir.relay.cameras.FrameReader.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One WebSocket of a camera or of a viewer. A viewer has one write in flight and room for one frame; errors are small and
 * bounded by {@link CameraConfig#badFrames}. Safe for any thread; messages come one after the other.
 */
final class CameraSocket {
    private static final Logger LOG = Logger.getLogger(CameraSocket.class);
    private static final int POLICY = 1008;
    private static final int TRY_LATER = 1013;

    private final WebSocketConnection connection;
    private final Pass pass;
    private final Cameras cameras;
    private final FrameReader reader;
    private final CameraConfig config;
    private final TokenBucket rate;
    private final NewestSlot slot = new NewestSlot();
    private final AtomicBoolean complaining = new AtomicBoolean();
    private int badInARow;
    private volatile long heardNanos = System.nanoTime();

    CameraSocket(WebSocketConnection connection, Pass pass, Cameras cameras, FrameReader reader, CameraConfig config) {
        this.connection = connection;
        this.pass = pass;
        this.cameras = cameras;
        this.reader = reader;
        this.config = config;
        this.rate = new TokenBucket(config.framesPerSecond(), config.framesPerSecond(), System.nanoTime());
    }

    void opened() {
        if (!pass.publishes()) {
            cameras.view(pass.key(), pass.camera(), this, reader);
        }
    }

    void closed() {
        cameras.leave(pass.key(), this);
    }

    void heard() {
        heardNanos = System.nanoTime();
    }

    void text(String message) {
        heard();
        if (mayPublish()) {
            publish(reader.text(pass.camera(), message));
        }
    }

    void binary(Buffer message) {
        heard();
        if (mayPublish()) {
            publish(reader.binary(pass.camera(), message));
        }
    }

    private boolean mayPublish() {
        if (!pass.publishes()) {
            refuse(ProblemType.FORBIDDEN, "This connection may view, not publish");
            return false;
        }
        if (!rate.take(System.nanoTime())) {
            refuse(ProblemType.RATE_LIMITED, "At most " + config.framesPerSecond() + " frames a second");
            return false;
        }
        return true;
    }

    private void publish(Outcome outcome) {
        switch (outcome) {
            case Outcome.Frame(CameraFrame frame) -> {
                badInARow = 0;
                cameras.publish(pass.key(), frame);
            }
            case Outcome.Bad(String why) -> refuse(ProblemType.MALFORMED, why);
        }
    }

    private void refuse(ProblemType type, String detail) {
        cameras.refused();
        if (++badInARow > config.badFrames()) {
            close(POLICY, "too many bad frames");
            return;
        }
        String error = "{\"op\":\"error\",\"problem\":{\"type\":\"" + type.uri() + "\",\"title\":\"" + type.title()
                + "\",\"status\":" + type.status() + ",\"detail\":\""
                + String.valueOf(JsonStringEncoder.getInstance().quoteAsString(detail)) + "\"}}";
        // Who does not read what is wrong is told it once.
        if (complaining.compareAndSet(false, true)) {
            connection.sendText(error).subscribe().with(_ -> complaining.set(false), _ -> {});
        }
    }

    /** A new frame of the camera that is viewed; {@code skippedBefore} others have been replaced by it on the way here. */
    void show(CameraFrame frame, long skippedBefore) {
        write(slot.offer(frame, skippedBefore, System.nanoTime()));
    }

    private void write(NewestSlot.@Nullable Due due) {
        if (due == null) {
            return;
        }
        if (due.skipped() > 0) {
            cameras.skipped(due.skipped());
        }
        Uni<Void> sent = pass.binary()
                ? connection.sendBinary(due.frame().binary(due.skipped()))
                : connection.sendText(due.frame().text(due.skipped()));
        // A failed write means a closed connection, which tells so itself.
        sent.subscribe().with(_ -> write(slot.written(System.nanoTime())), _ -> {});
    }

    /** Ends what has run out of time, and asks the others whether they are there. */
    void sweep(Instant now) {
        long nanos = System.nanoTime();
        if (!now.isBefore(pass.expiresAt())) {
            close(POLICY, "token expired");
        } else if (slot.stalledNanos(nanos) > nanos(config.stalled())) {
            close(TRY_LATER, "stalled");
        } else if (nanos - heardNanos > nanos(config.silent())) {
            close(TRY_LATER, "silent");
        } else {
            connection.sendPing(Buffer.buffer()).subscribe().with(_ -> {}, _ -> {});
        }
    }

    private static long nanos(Duration duration) {
        return duration.toNanos();
    }

    void close(int code, String reason) {
        connection
                .close(new CloseReason(code, reason))
                .subscribe()
                .with(_ -> {}, failure -> LOG.debugf(failure, "camera socket was closed already"));
    }
}
