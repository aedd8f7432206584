package io.weir.relay.conversation;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.relay.conversation.Message.Ending;
import io.weir.relay.log.LiveStream;
import io.weir.streams.run.Deltas;
import io.weir.streams.run.Run;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Reads messages out of a stream. On the stream's loop. */
final class Transcript {
    /** A log has its own bound. */
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private Transcript() {}

    /** The message of a role; empty where the stream has none, or has not ended. */
    static Optional<Message> message(LiveStream stream, Role role, Instant at) {
        return switch (role) {
            case USER ->
                Optional.ofNullable(stream.header().question())
                        .map(question -> Message.question(stream.header(), stream.id(), question, at));
            case ASSISTANT -> stream.terminal().map(terminal -> answer(stream, terminal, at));
        };
    }

    private static Message answer(LiveStream stream, Run.Terminal terminal, Instant at) {
        List<Run> runs = stream.contents();
        String content = MessageStore.storable(unescaped(text(runs)));
        var ending = new Ending(
                terminal.offset(),
                terminal.json().toString(StandardCharsets.UTF_8),
                Cuts.of(runs, stream.compacted(), content),
                terminal.totals(),
                terminal.usageSource());
        return Message.answer(
                stream.header(), stream.id(), content, terminal.reason().wire(), ending, at);
    }

    private static ByteBuf text(List<Run> runs) {
        ByteBuf text = Unpooled.buffer().writeByte('"');
        for (Run run : runs) {
            if (run instanceof Deltas deltas && deltas.isText()) {
                text.writeBytes(
                        deltas.text(),
                        deltas.text().readerIndex(),
                        deltas.text().readableBytes());
            }
        }
        return text.writeByte('"');
    }

    private static String unescaped(ByteBuf literal) {
        try (JsonParser parser = JSON.createParser(literal.array(), literal.arrayOffset(), literal.readableBytes())) {
            parser.nextToken();
            return parser.getText();
        } catch (IOException e) {
            // Not what an agent's JSON could hold; better kept as it came than not at all.
            return literal.toString(1, literal.readableBytes() - 2, StandardCharsets.UTF_8);
        }
    }
}
