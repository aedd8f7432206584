package io.weir.gateway.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.contracts.event.EventTypes;
import io.weir.streams.run.ResponseJson;
import java.nio.charset.StandardCharsets;

/** Events that are no deltas, on their way from a dialect to the listener, in order with the deltas before them. */
final class OwnWords {
    private final ResponseJson canonical;
    private final AgentListener listener;
    private final DeltaBatch deltas;

    OwnWords(ResponseJson canonical, AgentListener listener, DeltaBatch deltas) {
        this.canonical = canonical;
        this.listener = listener;
        this.deltas = deltas;
    }

    /** The two events that every answer begins with. */
    void begin() {
        deltas.flush();
        listener.event(EventTypes.CREATED, false, offset -> canonical
                .created(offset, 0)
                .json());
        listener.event(EventTypes.IN_PROGRESS, false, offset -> canonical
                .inProgress(offset, 0)
                .json());
    }

    /** An event made from a tree, without its number. */
    void made(String type, boolean commits, Object tree) {
        send(type, commits, Unpooled.copiedBuffer(tree.toString(), StandardCharsets.UTF_8));
    }

    /**
     * An event that only the agent understands, as it stands. In our names nobody else speaks, and a foreign dialect has no
     * business with the canonical ones either.
     */
    void verbatim(String type, boolean commits, ByteBuf data) {
        boolean taken = type.startsWith("response.") || type.equals("error") || EventTypes.isWeir(type);
        if (!taken && EventTypes.isName(type)) {
            send(type, commits, data);
        }
    }

    private void send(String type, boolean commits, ByteBuf json) {
        deltas.flush();
        listener.event(type, commits, offset -> canonical
                .passthrough(offset, type, json, 0)
                .json());
    }
}
