package io.weir.relay.phoenix;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/** A frame from a client. */
sealed interface ClientFrame {
    /**
     * An event with an object as payload.
     *
     * @param joinRef reference of the join that opened the channel, where the client sends it
     * @param ref reference for the reply
     * @param topic the topic on the wire
     * @param event the event
     * @param payload the payload, an empty object where the client sent none
     */
    record Push(@Nullable String joinRef, @Nullable String ref, String topic, String event, ObjectNode payload)
            implements ClientFrame {}

    /**
     * A broadcast whose payload nobody needs to read.
     *
     * @param joinRef reference of the join that opened the channel, where the client sends it
     * @param ref reference for the reply
     * @param topic the topic on the wire
     * @param event the user's event
     * @param persist whether it is to be kept
     * @param json true for JSON, false for bytes
     * @param payload the payload
     */
    record UserBroadcast(
            @Nullable String joinRef,
            @Nullable String ref,
            String topic,
            String event,
            Persist persist,
            boolean json,
            Buffer payload)
            implements ClientFrame {}

    /**
     * Nothing that the protocol knows. It is dropped.
     *
     * @param why what is wrong, without the content
     */
    record Malformed(String why) implements ClientFrame {}
}
