package io.weir.gateway.upstream;

import io.netty.buffer.ByteBuf;
import io.weir.contracts.event.EventTypes;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.Terminal;
import io.weir.streams.json.JsonSlices;
import io.weir.streams.run.ResponseJson;
import io.weir.streams.run.TerminalJson;
import io.weir.streams.sse.StreamFormatException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Responses events as OpenClaw and others send them: no {@code sequence_number}, zero usage in the first events, an
 * {@code event:} field that may be missing. Deltas become slices; everything else passes through, renumbered.
 */
final class ResponsesReader implements DialectReader {
    private static final int TYPE = 0;
    private static final int DELTA = 1;
    private static final int ITEM_ID = 2;
    private static final int OUTPUT_INDEX = 3;
    private static final int CONTENT_INDEX = 4;
    private static final int SUMMARY_INDEX = 5;
    private static final int ITEM = 6;
    private static final int RESPONSE = 7;
    private static final int MESSAGE = 8;
    private static final int ERROR = 9;
    private static final int INNER_TYPE = 0;
    private static final int INNER_MODEL = 1;
    private static final int INNER_MESSAGE = 2;

    private final ResponseJson canonical;
    private final AgentListener listener;
    private final DeltaBatch deltas;
    private final JsonSlices json = new JsonSlices(
            "type",
            "delta",
            "item_id",
            "output_index",
            "content_index",
            "summary_index",
            "item",
            "response",
            "message",
            "error");
    private final JsonSlices inner = new JsonSlices("type", "model", "message");
    private boolean ended;

    ResponsesReader(ResponseJson canonical, AgentListener listener) {
        this.canonical = canonical;
        this.listener = listener;
        this.deltas = new DeltaBatch(listener);
    }

    @Override
    public boolean event(@Nullable String sseType, ByteBuf data) {
        if (json.scan(data) != JsonSlices.Outcome.OBJECT) {
            throw new StreamFormatException(StreamFormatException.Kind.MALFORMED_JSON, "event data is no JSON object");
        }
        String type = sseType == null || sseType.equals("message") ? json.string(TYPE, "") : sseType;
        if (EventTypes.isDelta(type) && json.kind(DELTA) == JsonSlices.Kind.STRING) {
            delta(type);
            return true;
        }
        switch (type) {
            case EventTypes.COMPLETED -> terminal(Terminal.COMPLETED, EndReason.COMPLETED, data);
            case EventTypes.INCOMPLETE -> terminal(Terminal.INCOMPLETE, EndReason.MAX_OUTPUT_TOKENS, data);
            case EventTypes.FAILED -> terminal(Terminal.FAILED, EndReason.AGENT_ERROR, data);
            case "error" -> error();
            case "", "keepalive", "ping" -> {
                return false;
            }
            default -> other(type, data);
        }
        return true;
    }

    @Override
    public void readComplete() {
        deltas.flush();
    }

    @Override
    public AgentEnd atEndOfBody(boolean done) {
        return new AgentEnd.Lost("the answer ended without a terminal event");
    }

    @Override
    public boolean ended() {
        return ended;
    }

    private void delta(String type) {
        long part = json.number(CONTENT_INDEX, json.number(SUMMARY_INDEX, -1));
        deltas.add(type, json.text(ITEM_ID), json.number(OUTPUT_INDEX, 0), part, json.text(DELTA));
    }

    private void other(String type, ByteBuf data) {
        if (EventTypes.isWeir(type)) {
            return; // Ours alone; an agent does not speak in our name.
        }
        deltas.flush();
        boolean commits = false;
        if (type.equals(EventTypes.ITEM_ADDED) && inner.scan(json.raw(ITEM)) == JsonSlices.Outcome.OBJECT) {
            commits = !inner.string(INNER_TYPE, "message").equals("message");
        } else if (type.equals(EventTypes.CREATED)) {
            model();
        }
        listener.event(type, commits, offset -> canonical
                .passthrough(offset, type, data, 0)
                .json());
    }

    private void terminal(Terminal terminal, EndReason reason, ByteBuf data) {
        deltas.flush();
        model();
        TerminalJson said = TerminalJson.read(terminal, data);
        ended = true;
        listener.end(new AgentEnd.Said(reason, said.totals(), Optional.of(said.output()), said.message()));
    }

    private void error() {
        deltas.flush();
        Optional<String> message = message();
        ended = true;
        listener.end(new AgentEnd.Said(EndReason.AGENT_ERROR, Optional.empty(), Optional.empty(), message));
    }

    private Optional<String> message() {
        if (json.kind(MESSAGE) == JsonSlices.Kind.STRING) {
            return Optional.of(json.string(MESSAGE, ""));
        }
        return json.kind(ERROR) == JsonSlices.Kind.OBJECT
                        && inner.scan(json.raw(ERROR)) == JsonSlices.Outcome.OBJECT
                        && inner.kind(INNER_MESSAGE) == JsonSlices.Kind.STRING
                ? Optional.of(inner.string(INNER_MESSAGE, ""))
                : Optional.empty();
    }

    private void model() {
        if (json.kind(RESPONSE) == JsonSlices.Kind.OBJECT
                && inner.scan(json.raw(RESPONSE)) == JsonSlices.Outcome.OBJECT
                && inner.kind(INNER_MODEL) == JsonSlices.Kind.STRING) {
            listener.model(inner.string(INNER_MODEL, ""));
        }
    }
}
