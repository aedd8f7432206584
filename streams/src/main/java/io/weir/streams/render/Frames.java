package io.weir.streams.render;

import io.netty.buffer.ByteBuf;
import io.weir.streams.json.JsonText;
import io.weir.streams.sse.EventStream;

/** The framing half of a renderer: what stands around one event's JSON. */
enum Frames {
    /** {@code id:}, {@code event:} and {@code data:} lines. */
    SSE {
        @Override
        void begin(long offset, ByteBuf out) {
            JsonText.raw("id: ", out);
            JsonText.number(offset, out);
            JsonText.raw("\ndata: ", out);
        }

        @Override
        void begin(ByteBuf out) {
            JsonText.raw("data: ", out);
        }

        @Override
        void beginNamed(String event, ByteBuf out) {
            JsonText.raw("event: ", out);
            JsonText.raw(event, out);
            JsonText.raw("\ndata: ", out);
        }

        @Override
        void member(String name, long offset, ByteBuf out) {
            // the id line has it
        }

        @Override
        void end(ByteBuf out) {
            JsonText.raw("\n\n", out);
        }

        @Override
        void done(long offset, ByteBuf out) {
            begin(offset, out);
            JsonText.raw("[DONE]\n\n", out);
        }

        @Override
        void done(ByteBuf out) {
            JsonText.raw("data: [DONE]\n\n", out);
        }

        @Override
        void connected(ByteBuf out) {
            EventStream.connected(out);
        }

        @Override
        void heartbeat(ByteBuf out) {
            EventStream.heartbeat(out);
        }
    },

    /** One line; the offset is a member. */
    NDJSON {
        @Override
        void begin(long offset, ByteBuf out) {
            // nothing before the object
        }

        @Override
        void begin(ByteBuf out) {
            // nothing before the object
        }

        @Override
        void beginNamed(String event, ByteBuf out) {
            // the object has its type
        }

        @Override
        void member(String name, long offset, ByteBuf out) {
            JsonText.raw(",\"", out);
            JsonText.raw(name, out);
            JsonText.raw("\":", out);
            JsonText.number(offset, out);
        }

        @Override
        void end(ByteBuf out) {
            out.writeByte('\n');
        }

        @Override
        void done(long offset, ByteBuf out) {
            JsonText.raw("{\"done\":true", out);
            member("offset", offset, out);
            JsonText.raw("}\n", out);
        }

        @Override
        void done(ByteBuf out) {
            // the end of the body says it
        }

        @Override
        void connected(ByteBuf out) {
            heartbeat(out);
        }

        @Override
        void heartbeat(ByteBuf out) {
            out.writeByte('\n');
        }
    };

    static Frames of(Framing framing) {
        return switch (framing) {
            case SSE -> SSE;
            case NDJSON -> NDJSON;
        };
    }

    /** What precedes the JSON of an event with an offset. */
    abstract void begin(long offset, ByteBuf out);

    /** What precedes the JSON of an event without one. */
    abstract void begin(ByteBuf out);

    /** What precedes the JSON of an event with a name but no offset. */
    abstract void beginNamed(String event, ByteBuf out);

    /** The offset as the last member of the event's JSON, where the framing does not say it otherwise. */
    abstract void member(String name, long offset, ByteBuf out);

    /** What follows the JSON. */
    abstract void end(ByteBuf out);

    /** {@code [DONE]} with an offset. */
    abstract void done(long offset, ByteBuf out);

    /** {@code [DONE]} without one. */
    abstract void done(ByteBuf out);

    /** The first bytes of a response. */
    abstract void connected(ByteBuf out);

    /** What keeps an idle connection open. */
    abstract void heartbeat(ByteBuf out);
}
