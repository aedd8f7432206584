package io.weir.edge.chat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import io.vertx.core.http.ServerWebSocket;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.problem.Problem;
import io.weir.contracts.problem.ProblemType;
import io.weir.streams.outlet.Sink;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What is said on one socket: a text message for each line of an answer, and our own words. Event loop of the socket only. */
final class SocketWire implements Sink {
    private final ServerWebSocket socket;
    private final ObjectMapper json;

    SocketWire(ServerWebSocket socket, ObjectMapper json) {
        this.socket = socket;
        this.json = json;
    }

    /** Sends whole lines, each as a message; complete when the last one has left. */
    @Override
    public void write(ByteBuf lines, Completion completion) {
        Future<Void> last = Future.succeededFuture();
        while (lines.isReadable()) {
            int length = lines.bytesBefore((byte) '\n');
            last = text(lines.readCharSequence(length, StandardCharsets.UTF_8).toString());
            lines.skipBytes(1);
        }
        last.onComplete(result -> completion.written(result.succeeded()));
    }

    /** One answer has ended; the socket stays. */
    @Override
    public void close() {
        // the terminal event has said it
    }

    /** {@code started}: which stream a question has led to. */
    void started(@Nullable String ref, StreamId stream, String session) {
        say(word("started", ref, stream).put("sessionId", session));
    }

    /** {@code stopping}: a stop was taken and the stream was open. */
    void stopping(@Nullable String ref, StreamId stream) {
        say(word("stopping", ref, stream));
    }

    /** {@code ended}: there is nothing, or nothing more, of this stream. */
    void ended(@Nullable String ref, StreamId stream) {
        say(word("ended", ref, stream));
    }

    /** {@code error}: something that the client asked for, or an answer that it reads, cannot go on. */
    void error(@Nullable String ref, @Nullable StreamId stream, Problem problem) {
        say(word("error", ref, stream).set("problem", json.valueToTree(problem)));
    }

    /** Closes the socket with the code of a problem. */
    void close(ProblemType type) {
        if (!socket.isClosed()) {
            socket.close((short) type.closeCode(), type.title());
        }
    }

    private ObjectNode word(String op, @Nullable String ref, @Nullable StreamId stream) {
        ObjectNode word = json.createObjectNode().put("op", op);
        if (ref != null) {
            word.put("ref", ref);
        }
        if (stream != null) {
            word.put("streamId", stream.toString());
        }
        return word;
    }

    private void say(ObjectNode word) {
        text(word.toString());
    }

    private Future<Void> text(String message) {
        return socket.isClosed() ? Future.failedFuture("closed") : socket.writeTextMessage(message);
    }
}
