package io.weir.streams.render;

import io.netty.buffer.ByteBuf;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.problem.ProblemType;
import io.weir.streams.json.JsonText;
import io.weir.streams.run.CanonicalWriter;
import io.weir.streams.run.Deltas;
import io.weir.streams.run.ResponseJson;
import io.weir.streams.run.Run;
import java.nio.charset.StandardCharsets;

/**
 * Canonical events for a WebSocket that carries several streams, one line each:
 *
 * <pre>
 *   {"streamId":"…","offset":7,"event":{"type":"response.output_text.delta",…}}
 *   {"streamId":"…","event":{"type":"weir.usage",…}}
 * </pre>
 *
 * Nothing is written for heartbeats: WebSockets have pings.
 */
final class SocketRenderer implements Renderer {
    private final StreamId stream;
    private final byte[] begin;

    SocketRenderer(StreamId stream) {
        this.stream = stream;
        this.begin = ("{\"streamId\":\"" + stream + "\",").getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void render(Run run, ByteBuf out) {
        begin(run.last(), out);
        CanonicalWriter.json(run, out);
        end(out);
    }

    @Override
    public void snapshot(Deltas text, ByteBuf out) {
        begin(text.last(), out);
        CanonicalWriter.snapshotJson(text, out);
        end(out);
    }

    @Override
    public void weir(String type, ByteBuf json, ByteBuf out) {
        begin(out);
        JsonText.copy(json, out);
        end(out);
    }

    @Override
    public void connected(ByteBuf out) {
        // the socket is open already
    }

    @Override
    public void heartbeat(ByteBuf out) {
        // pings do that
    }

    @Override
    public void problem(ProblemType type, String detail, ByteBuf out) {
        begin(out);
        JsonText.copy(new ResponseJson(stream, "").problem(type, detail), out);
        end(out);
    }

    private void begin(long offset, ByteBuf out) {
        out.writeBytes(begin);
        JsonText.raw("\"offset\":", out);
        JsonText.number(offset, out);
        JsonText.raw(",\"event\":", out);
    }

    private void begin(ByteBuf out) {
        out.writeBytes(begin);
        JsonText.raw("\"event\":", out);
    }

    private static void end(ByteBuf out) {
        JsonText.raw("}\n", out);
    }
}
