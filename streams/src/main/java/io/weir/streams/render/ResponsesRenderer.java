package io.weir.streams.render;

import io.netty.buffer.ByteBuf;
import io.weir.contracts.event.EventTypes;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.problem.ProblemType;
import io.weir.streams.json.JsonText;
import io.weir.streams.run.CanonicalWriter;
import io.weir.streams.run.Deltas;
import io.weir.streams.run.ResponseJson;
import io.weir.streams.run.Run;

/** The canonical form itself. In NDJSON the offset is {@code sequence_number}. */
final class ResponsesRenderer implements Renderer {
    private final Frames frames;
    private final StreamId stream;
    private final String model;

    ResponsesRenderer(Frames frames, StreamId stream, String model) {
        this.frames = frames;
        this.stream = stream;
        this.model = model;
    }

    @Override
    public void render(Run run, ByteBuf out) {
        switch (frames) {
            case SSE -> CanonicalWriter.write(run, out);
            case NDJSON -> {
                CanonicalWriter.json(run, out);
                frames.end(out);
            }
        }
    }

    @Override
    public void snapshot(Deltas text, ByteBuf out) {
        switch (frames) {
            case SSE -> CanonicalWriter.snapshot(text, out);
            case NDJSON -> {
                CanonicalWriter.snapshotJson(text, out);
                frames.end(out);
            }
        }
    }

    @Override
    public void weir(String type, ByteBuf json, ByteBuf out) {
        frames.beginNamed(type, out);
        JsonText.copy(json, out);
        frames.end(out);
    }

    @Override
    public void connected(ByteBuf out) {
        frames.connected(out);
    }

    @Override
    public void heartbeat(ByteBuf out) {
        frames.heartbeat(out);
    }

    @Override
    public void problem(ProblemType type, String detail, ByteBuf out) {
        ByteBuf json = new ResponseJson(stream, model).problem(type, detail);
        frames.beginNamed(EventTypes.FAILED, out);
        JsonText.copy(json, out);
        frames.end(out);
    }
}
