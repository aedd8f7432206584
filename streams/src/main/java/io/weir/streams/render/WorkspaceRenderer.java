package io.weir.streams.render;

import io.weir.contracts.event.EventTypes;
import io.weir.contracts.id.StreamId;
import io.weir.streams.run.Deltas;
import io.weir.streams.run.EndText;
import io.weir.streams.run.Run;

/**
 * <pre>
 *   agent_typing            {agent_id, message_id, status:"thinking"|"idle"}      at the first and with the last event
 *   agent_reasoning         {agent_id, message_id, step, content}                 step counts the reasoning parts from 0
 *   agent_response_chunk    {agent_id, message_id, chunk, is_final:false, offset}
 *                           merged also {from, n}, a snapshot {from:1, snapshot:true}
 *   agent_response_complete {agent_id, message_id, response_message_id, is_final:true}
 *   agent_error             {agent_id, message_id, message, reason}
 * </pre>
 *
 * The id of the response's message is the stream id.
 */
final class WorkspaceRenderer implements TopicRenderer {
    private final String stream;
    private final String agent;
    private final String messageId;

    WorkspaceRenderer(StreamId stream, String agent, String messageId) {
        this.stream = stream.toString();
        this.agent = agent;
        this.messageId = messageId;
    }

    @Override
    public void render(Run run, Sink sink) {
        switch (run) {
            case Deltas deltas -> deltas(deltas, sink);
            case Run.Event event -> {
                if (event.type().equals(EventTypes.CREATED)) {
                    typing("thinking", sink);
                }
            }
            case Run.Terminal terminal -> terminal(terminal, sink);
        }
    }

    @Override
    public void snapshot(Deltas text, Sink sink) {
        typing("thinking", sink);
        sink.event("agent_response_chunk", chunk(text).snapshot().end());
    }

    @Override
    public void message(String id, String role, String content, Sink sink) {
        // no words for it
    }

    private void deltas(Deltas deltas, Sink sink) {
        if (deltas.isText()) {
            sink.event("agent_response_chunk", chunk(deltas).merged(deltas).end());
        } else if (EventTypes.isReasoning(deltas.type())) {
            var payload = about(deltas.text().readableBytes())
                    .number("step", Math.max(0, deltas.place().partIndex()))
                    .escaped("content", deltas.text());
            sink.event("agent_reasoning", payload.end());
        }
    }

    private Payload chunk(Deltas deltas) {
        return about(deltas.text().readableBytes() + 48)
                .escaped("chunk", deltas.text())
                .flag("is_final", false)
                .number("offset", deltas.last());
    }

    private void terminal(Run.Terminal terminal, Sink sink) {
        typing("idle", sink);
        if (terminal.reason().endsRegularly()) {
            sink.event(
                    "agent_response_complete",
                    about(96)
                            .string("response_message_id", stream)
                            .flag("is_final", true)
                            .end());
        } else {
            sink.event(
                    "agent_error",
                    about(96)
                            .string("message", EndText.of(terminal))
                            .string("reason", terminal.reason().wire())
                            .end());
        }
    }

    private void typing(String status, Sink sink) {
        sink.event("agent_typing", about(32).string("status", status).end());
    }

    private Payload about(int moreBytes) {
        return new Payload(moreBytes + 128).string("agent_id", agent).string("message_id", messageId);
    }
}
