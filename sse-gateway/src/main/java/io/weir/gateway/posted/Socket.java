package io.weir.gateway.posted;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.weir.contracts.problem.ProblemType;
import io.weir.gateway.stream.Source.InputAnswer;
import io.weir.streams.append.AppendFrame;
import io.weir.streams.json.JsonSlices;
import io.weir.streams.sse.StreamFormatException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A producer's WebSocket: numbered events in, acknowledgements and what viewers want of the agent out. One message is handed to
 * the stream's loop at a time, and meanwhile nothing more is read. Acknowledgements that wait for the socket become one.
 */
final class Socket implements Inlet {
    private static final int N = 0;
    private static final int EVENT = 1;
    private static final int NORMAL = 1000;
    private static final int MAX_QUEUED_BYTES = 1 << 20;

    private final ServerWebSocket socket;
    private final PostedStream stream;
    private final Answers answers;
    private final Context context = Vertx.currentContext();
    private final JsonSlices frame = new JsonSlices("n", "event"); // stream's loop
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicBoolean acknowledging = new AtomicBoolean();
    private boolean gapTold; // stream's loop
    private boolean heard = true; // socket's loop

    /** A socket on the caller's loop. */
    Socket(ServerWebSocket socket, PostedStream stream, Answers answers) {
        this.socket = socket;
        this.stream = stream;
        this.answers = answers;
    }

    /** Reads, as soon as the stream has let go of whoever fed it before. */
    void begin(long pingMillis) {
        socket.pause();
        socket.setWriteQueueMaxSize(MAX_QUEUED_BYTES);
        socket.textMessageHandler(text -> received(Buffer.buffer(text)));
        socket.binaryMessageHandler(this::received);
        socket.pongHandler(_ -> heard = true);
        socket.exceptionHandler(_ -> socket.close());
        long pings = context.owner().setPeriodic(pingMillis, _ -> ping());
        socket.closeHandler(_ -> {
            context.owner().cancelTimer(pings);
            stream.run(() -> stream.disconnect(this));
        });
        stream.run(() -> {
            if (stream.connect(this)) {
                send(answers.tree(stream.standing()).put("op", "ready"));
                goOn();
            }
        });
    }

    private void ping() {
        if (!heard) {
            socket.close();
            return;
        }
        heard = false;
        socket.writePing(Buffer.buffer());
    }

    private void received(Buffer message) {
        heard = true;
        socket.pause();
        ByteBuf bytes = Unpooled.wrappedBuffer(message.getBytes());
        stream.run(() -> {
            if (stream.take(this, () -> event(bytes), bytes.readableBytes())) {
                goOn();
            }
        });
    }

    private void event(ByteBuf bytes) {
        if (frame.scan(bytes) != JsonSlices.Outcome.OBJECT || frame.number(N, 0) < 1) {
            throw malformed();
        }
        switch (frame.kind(EVENT)) {
            case OBJECT -> stream.event(frame.number(N, 0), null, frame.raw(EVENT));
            case STRING -> stream.event(frame.number(N, 0), null, frame.text(EVENT));
            case ABSENT, NUMBER, ARRAY, TRUE, FALSE, NULL -> throw malformed();
        }
        gapTold = false;
    }

    private static StreamFormatException malformed() {
        return new StreamFormatException(
                StreamFormatException.Kind.MALFORMED_JSON, "a message is no object with a number n and an event");
    }

    @Override
    public void goOn() {
        context.runOnContext(_ -> socket.resume());
    }

    @Override
    public void taken(long head) {
        acknowledged.set(head);
        if (acknowledging.compareAndSet(false, true)) {
            context.runOnContext(_ -> acknowledge());
        }
    }

    private void acknowledge() {
        if (socket.isClosed()) {
            return;
        }
        long head = acknowledged.get();
        socket.writeTextMessage(
                        answers.tree().put("op", "ack").put("head", head).toString())
                .onComplete(_ -> {
                    acknowledging.set(false);
                    if (acknowledged.get() != head) {
                        taken(acknowledged.get());
                    }
                });
    }

    @Override
    public boolean gap(long number, Standing standing) {
        // What was on its way behind the gap would be told the same again and again.
        if (!gapTold) {
            gapTold = true;
            send(answers.tree(standing).put("op", "gap").put("n", number));
        }
        goOn();
        return true;
    }

    @Override
    public void refuse(ProblemType type, String detail, Standing standing) {
        ObjectNode told = answers.tree().put("op", "error");
        told.set("problem", answers.problem("/v1/streams/" + standing.streamId() + "/socket", type, detail, standing));
        end(told, type.closeCode(), type.title());
    }

    @Override
    public void ended(Standing standing, boolean asSaid) {
        if (!asSaid && stream.takesInput() && "cancelled".equals(standing.reason())) {
            send(answers.tree()
                    .put("op", "cancel")
                    .put("streamId", standing.streamId().toString()));
        }
        end(answers.tree(standing).put("op", "end"), NORMAL, String.valueOf(standing.reason()));
    }

    @Override
    public void input(AppendFrame.Input input, InputAnswer answer) {
        String payload = input.payload().toString(StandardCharsets.UTF_8);
        ObjectNode head = answers.tree().put("op", input.event()).put("by", input.by());
        String whole = head.toString();
        String told = whole.substring(0, whole.length() - 1) + ",\"payload\":" + payload + "}";
        context.runOnContext(_ -> {
            if (socket.isClosed()) {
                answer.answered("agent_away");
            } else if (socket.writeQueueFull()) {
                answer.answered("too_many_inputs");
            } else {
                socket.writeTextMessage(told).onComplete(done -> answer.answered(done.succeeded() ? "" : "agent_away"));
            }
        });
    }

    private void send(ObjectNode message) {
        String text = message.toString();
        context.runOnContext(_ -> {
            if (!socket.isClosed()) {
                socket.writeTextMessage(text);
            }
        });
    }

    private void end(ObjectNode message, int code, String reason) {
        String text = message.toString();
        context.runOnContext(_ -> {
            if (!socket.isClosed()) {
                socket.resume();
                socket.textMessageHandler(_ -> {});
                socket.binaryMessageHandler(_ -> {});
                socket.writeTextMessage(text);
                socket.close((short) code, reason);
            }
        });
    }
}
