package io.weir.relay.log;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.StreamHeader;
import io.weir.contracts.stream.Totals;
import io.weir.contracts.stream.UsageSource;
import io.weir.streams.life.TerminalBody;
import io.weir.streams.run.Deltas;
import io.weir.streams.run.Deltas.Place;
import io.weir.streams.run.ResponseJson;
import io.weir.streams.run.Run;
import java.util.List;

/**
 * Writes the terminal that the relay puts in the place of a lost producer's.
 *
 * @param stream the stream
 * @param header what is known of it
 */
record Ending(StreamId stream, StreamHeader header) implements TerminalBody {
    private static final Place FIRST_PLACE = new Place("msg_0", 0, 0);

    @Override
    public ByteBuf write(long offset, EndReason reason, Totals totals, UsageSource source, List<Run> runs) {
        Place place = FIRST_PLACE;
        ByteBuf text = Unpooled.buffer();
        for (Run run : runs) {
            if (run instanceof Deltas deltas && deltas.isText()) {
                place = text.isReadable() ? place : deltas.place();
                text.writeBytes(
                        deltas.text(),
                        deltas.text().readerIndex(),
                        deltas.text().readableBytes());
            }
        }
        ByteBuf output = ResponseJson.output(place, text, reason);
        return new ResponseJson(stream, header.agent().value())
                .terminal(offset, reason, totals, source, output, null, 0)
                .json();
    }
}
